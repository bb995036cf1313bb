"""Every address of the inbox, in one place: for templates, handlers and Twilio."""

from urllib.parse import urlencode

from inbox.models import Church


def _with(path: str, **query: object) -> str:
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def welcome() -> str:
    return "/welcome"


def sign_in() -> str:
    return "/sign-in"


def sign_out() -> str:
    return "/sign-out"


def inbox(view: str | None = None) -> str:
    return _with("/inbox", view=None if view == "all" else view)


def rows(view: str, before: str | None = None) -> str:
    return _with("/inbox/rows", view=view, before=before)


def marks() -> str:
    return "/inbox/marks"


def new_conversation(q: str | None = None) -> str:
    return _with("/inbox/new", q=q)


def conversation(conversation_id: int, view: str | None = None) -> str:
    return _with(f"/inbox/{conversation_id}", view=None if view == "all" else view)


def messages(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/messages"


def older_messages(conversation_id: int, before: int) -> str:
    return _with(messages(conversation_id), before=before)


def retry(conversation_id: int, message_id: int) -> str:
    return f"/inbox/{conversation_id}/messages/{message_id}/retry"


def notes(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/notes"


def draft(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/draft"


def saved_replies(conversation_id: int, q: str | None = None) -> str:
    return _with(f"/inbox/{conversation_id}/saved-replies", q=q)


def read(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/read"


def unread(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/unread"


def assignment(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/assignment"


def snooze(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/snooze"


def done(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/done"


def needs_reply(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/needs-reply"


def name(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/name"


def broadcasts(before: int | None = None) -> str:
    return _with("/broadcasts", before=before)


def new_broadcast() -> str:
    return "/broadcasts/new"


def broadcast(broadcast_id: int) -> str:
    return f"/broadcasts/{broadcast_id}"


def stop_broadcast(broadcast_id: int) -> str:
    return f"/broadcasts/{broadcast_id}/stop"


def media(media_id: int) -> str:
    return f"/media/{media_id}"


def church_settings() -> str:
    return "/settings/church"


def twilio_settings() -> str:
    return "/settings/twilio"


def staff_settings() -> str:
    return "/settings/staff"


def staff_leave(staff_id: int) -> str:
    return f"/settings/staff/{staff_id}/leave"


def staff_password(staff_id: int) -> str:
    return f"/settings/staff/{staff_id}/password"


def session_settings() -> str:
    return "/settings/sessions"


def end_session(session_id: int) -> str:
    return f"/settings/sessions/{session_id}/end"


def api_token_settings() -> str:
    return "/settings/api-tokens"


def revoke_api_token(token_id: int) -> str:
    return f"/settings/api-tokens/{token_id}/revoke"


INCOMING_HOOK = "/api/webhooks/twilio/incoming"
STATUS_HOOK = "/api/webhooks/twilio"


# Twilio keeps the fragment to itself: without it, a text that meets an error is not brought again.
UNTIL_TAKEN = "#rc=5&rp=all"


def incoming_hook(church: Church) -> str:
    return f"/api/webhooks/twilio/{church.hook_token}/incoming"


def incoming_address(public_url: str, church: Church) -> str:
    """What Twilio is told as the address of a number's texts."""
    return f"{public_url}{incoming_hook(church)}{UNTIL_TAKEN}"


def status_hook(church: Church, key: str | None = None) -> str:
    return _with(f"/api/webhooks/twilio/{church.hook_token}", key=key)
