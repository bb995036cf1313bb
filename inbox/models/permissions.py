"""Who may do what: one table for handlers, templates, and scripts.

models/scope.py decides who sees which conversations.
"""

from collections.abc import Mapping
from typing import Literal, Protocol

Role = Literal["owner", "editor", "volunteer"]
ROLES: tuple[Role, ...] = ("owner", "editor", "volunteer")
# The role of an actor: staff, or a program with an API token.
ActingRole = Role | Literal["program"]

Action = Literal[
    "read_conversations",
    "answer",
    "triage",
    "edit_members",
    "import_members",
    "record_opt_outs",
    "read_members",
    "read_groups",
    "change_groups",
    "read_broadcasts",
    "send_broadcasts",
    "edit_saved_replies",
    "read_settings",
    "change_church",
    "connect_twilio",
    "manage_staff",
    "manage_api_tokens",
]

_EVERYBODY: frozenset[ActingRole] = frozenset({"owner", "editor", "volunteer"})
_EDITORS = _EVERYBODY - {"volunteer"}
_OWNERS: frozenset[ActingRole] = frozenset({"owner"})
_PROGRAMS: frozenset[ActingRole] = frozenset({"program"})

PERMISSIONS: Mapping[Action, frozenset[ActingRole]] = {
    "read_conversations": _EVERYBODY,
    # Texts, notes, and drafts; also starting a conversation.
    "answer": _EVERYBODY,
    # Assigning conversations, and opening, snoozing, or finishing them.
    "triage": _EVERYBODY,
    # Adding and naming members, and writing notes about them.
    "edit_members": _EVERYBODY | _PROGRAMS,
    "import_members": _EDITORS,
    # Also undoing a recorded opt-out.
    "record_opt_outs": _EVERYBODY | _PROGRAMS,
    "read_members": _EVERYBODY | _PROGRAMS,
    "read_groups": _EVERYBODY | _PROGRAMS,
    "change_groups": _EDITORS | _PROGRAMS,
    "read_broadcasts": _EVERYBODY | _PROGRAMS,
    "send_broadcasts": _EDITORS | _PROGRAMS,
    "edit_saved_replies": _EVERYBODY,
    "read_settings": _EVERYBODY,
    "change_church": _OWNERS,
    "connect_twilio": _OWNERS | _PROGRAMS,
    # Adding and removing staff, and changing their roles and passwords.
    "manage_staff": _OWNERS,
    "manage_api_tokens": _OWNERS,
}


class NotAllowed(Exception):
    """The actor's role does not have this permission."""


class Actor(Protocol):
    @property
    def role(self) -> ActingRole: ...


def may(actor: Actor, action: Action) -> bool:
    return actor.role in PERMISSIONS[action]


def check(actor: Actor, action: Action) -> None:
    """Raises NotAllowed."""
    if not may(actor, action):
        raise NotAllowed


def actions_of(actor: Actor) -> str:
    """All of the actor's permissions, separated by spaces, for a page's scripts and styles."""
    return " ".join(action for action in PERMISSIONS if may(actor, action))
