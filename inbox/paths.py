"""Every address of the inbox, in one place: for templates, handlers, and Twilio."""

from urllib.parse import urlencode

from inbox.models import Church
from inbox.rules.thread_place import Place


def _with(path: str, **query: object) -> str:
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def welcome() -> str:
    return "/welcome"


def sign_in() -> str:
    return "/sign-in"


def sign_out() -> str:
    return "/sign-out"


def inbox(view: str | None = None, filter: str | None = None, sort: str | None = None) -> str:
    return _with("/inbox", view=None if view == "all" else view, filter=filter, sort=sort)


def rows(before: str | None = None, **listing: str | None) -> str:
    """`listing`: the view, the filter and the sort, without defaults."""
    return _with("/inbox/rows", **listing, before=before)


def bulk() -> str:
    return "/inbox/bulk"


def marks() -> str:
    return "/inbox/marks"


def new_conversation(q: str | None = None, after: int | None = None) -> str:
    return _with("/inbox/new", q=q, after=after)


def conversation(conversation_id: int, view: str | None = None) -> str:
    return _with(f"/inbox/{conversation_id}", view=None if view == "all" else view)


def said(conversation_id: int, message_id: int) -> str:
    """The conversation around one of its messages."""
    return _with(f"/inbox/{conversation_id}", at=message_id)


def next_waiting() -> str:
    """`?but=7`: other than that conversation."""
    return "/inbox/next"


def search(q: str | None = None, before: int | None = None) -> str:
    return _with("/search", q=q, before=before)


def search_people() -> str:
    return "/search/people"


def messages(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/messages"


def older_messages(conversation_id: int, before: Place) -> str:
    return _with(messages(conversation_id), before=before)


def newer_messages(conversation_id: int, after: Place) -> str:
    return _with(messages(conversation_id), after=after)


def message(conversation_id: int, message_id: int) -> str:
    """A bubble's own address."""
    return f"/inbox/{conversation_id}/message/{message_id}"


def details(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/details"


def about(member_id: int) -> str:
    return f"/members/{member_id}/about"


def opt_out(member_id: int) -> str:
    return f"/members/{member_id}/opt-out"


def member_groups(member_id: int) -> str:
    return f"/members/{member_id}/groups"


def retry(conversation_id: int, message_id: int) -> str:
    return f"/inbox/{conversation_id}/messages/{message_id}/retry"


def notes(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/notes"


def opt_out_hint(conversation_id: int) -> str:
    """Dismiss the offer to opt the member out."""
    return f"/inbox/{conversation_id}/opt-out-hint"


def draft(conversation_id: int) -> str:
    return f"/inbox/{conversation_id}/draft"


def saved_replies(conversation_id: int, q: str | None = None) -> str:
    return _with(f"/inbox/{conversation_id}/saved-replies", q=q)


def cancel(conversation_id: int, message_id: int) -> str:
    return f"/inbox/{conversation_id}/messages/{message_id}/cancel"


def schedule(conversation_id: int, message_id: int) -> str:
    return f"/inbox/{conversation_id}/messages/{message_id}/schedule"


def send_now(conversation_id: int, message_id: int) -> str:
    return f"/inbox/{conversation_id}/messages/{message_id}/send-now"


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


def audience() -> str:
    return "/broadcasts/audience"


def people_to_choose() -> str:
    return "/broadcasts/people"


def recipients(broadcast_id: int, outcome: str | None = None, after: int | None = None) -> str:
    return _with(f"/broadcasts/{broadcast_id}/people", outcome=outcome, after=after)


def edit_broadcast(broadcast_id: int) -> str:
    return f"/broadcasts/{broadcast_id}/edit"


def stop_broadcast(broadcast_id: int) -> str:
    return f"/broadcasts/{broadcast_id}/stop"


def send_broadcast_now(broadcast_id: int) -> str:
    return f"/broadcasts/{broadcast_id}/send-now"


def retry_broadcast(broadcast_id: int) -> str:
    return f"/broadcasts/{broadcast_id}/retry"


def media(media_id: int) -> str:
    return f"/media/{media_id}"


def church_settings() -> str:
    return "/settings/church"


def twilio_settings() -> str:
    return "/settings/twilio"


def people_settings(
    q: str | None = None,
    after: int | None = None,
    *,
    added: int | None = None,
    new: int | None = None,
) -> str:
    """`added`: how many a list has just added. `new`: the id of a member who was just added."""
    return _with("/settings/people", q=q, after=after, added=added, new=new)


def import_people(group: str | None = None) -> str:
    """`group`: the name of the one that they are for."""
    return _with("/settings/people/import", group=group)


def staff_settings(saved: str | None = None, whose: int | None = None) -> str:
    """`saved`: what was just done; `whose`: to whom, by id."""
    return _with("/settings/staff", saved=saved, whose=whose)


def staff_leave(staff_id: int) -> str:
    return f"/settings/staff/{staff_id}/leave"


def staff_role(staff_id: int) -> str:
    return f"/settings/staff/{staff_id}/role"


def staff_password(staff_id: int) -> str:
    return f"/settings/staff/{staff_id}/password"


def saved_reply_settings(saved_reply_id: int | None = None) -> str:
    """All of them, or one."""
    one = "" if saved_reply_id is None else f"/{saved_reply_id}"
    return f"/settings/saved-replies{one}"


def delete_saved_reply(saved_reply_id: int) -> str:
    return f"/settings/saved-replies/{saved_reply_id}/delete"


def session_settings() -> str:
    return "/settings/sessions"


def end_session(session_id: int) -> str:
    return f"/settings/sessions/{session_id}/end"


def group_settings(
    group_id: int | None = None, after: int | None = None, added: int | None = None
) -> str:
    """All of them, or one and its members; `added`: so many were just put into it."""
    one = "" if group_id is None else f"/{group_id}"
    return _with(f"/settings/groups{one}", after=after, added=added)


def group_people(group_id: int) -> str:
    """Who may be put into it, and where they are."""
    return f"/settings/groups/{group_id}/people"


def delete_group(group_id: int) -> str:
    return f"/settings/groups/{group_id}/delete"


def remove_from_group(group_id: int, member_id: int) -> str:
    return f"/settings/groups/{group_id}/members/{member_id}/remove"


def api_token_settings() -> str:
    return "/settings/api-tokens"


def revoke_api_token(token_id: int) -> str:
    return f"/settings/api-tokens/{token_id}/revoke"


def preference_settings() -> str:
    return "/settings/preferences"


def push_state() -> str:
    return "/push/state"


def push_subscribe() -> str:
    return "/push/subscribe"


def push_unsubscribe() -> str:
    return "/push/unsubscribe"


def push_test() -> str:
    return "/push/test"


def manifest() -> str:
    return "/manifest.webmanifest"


def service_worker() -> str:
    return "/service-worker.js"


def offline() -> str:
    return "/offline"


# Twilio reads this fragment and does not send it. It makes Twilio retry a webhook that fails.
UNTIL_TAKEN = "#rc=5&rp=all"


def incoming_hook(church: Church) -> str:
    return f"/api/webhooks/twilio/{church.hook_token}/incoming"


def incoming_address(public_url: str, church: Church) -> str:
    """The webhook that Twilio calls for a number's incoming texts."""
    return f"{public_url}{incoming_hook(church)}{UNTIL_TAKEN}"


def status_address(public_url: str, church: Church, key: str) -> str:
    """The webhook that Twilio calls with this text's status."""
    return f"{public_url}{status_hook(church, key)}{UNTIL_TAKEN}"


def status_hook(church: Church, key: str | None = None) -> str:
    return _with(f"/api/webhooks/twilio/{church.hook_token}", key=key)
