"""The rows and their verbs. A model never renders, emits, or calls the network."""

from inbox.models.api_token import ApiToken
from inbox.models.broadcast import Broadcast
from inbox.models.church import Church
from inbox.models.conversation import Conversation
from inbox.models.draft import Draft
from inbox.models.group import Group, Membership
from inbox.models.left_out import LeftOut
from inbox.models.media import Media
from inbox.models.member import Member
from inbox.models.mention import Mention
from inbox.models.message import Message
from inbox.models.phone_number import PhoneNumber
from inbox.models.push import PushKey, PushSubscription
from inbox.models.read_mark import ReadMark
from inbox.models.saved_reply import SavedReply
from inbox.models.session import Session
from inbox.models.staff import Staff

__all__ = [
    "ApiToken",
    "Broadcast",
    "Church",
    "Conversation",
    "Draft",
    "Group",
    "LeftOut",
    "Media",
    "Member",
    "Membership",
    "Mention",
    "Message",
    "PhoneNumber",
    "PushKey",
    "PushSubscription",
    "ReadMark",
    "SavedReply",
    "Session",
    "Staff",
]
