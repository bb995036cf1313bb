"""While a broadcast is composed: whom it will reach, how many segments it has, and how it reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from quart import Blueprint, abort, request
from quart.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from inbox.clock import now
from inbox.i18n import N_
from inbox.keys import checked_key, new_key
from inbox.models import Broadcast, Group, PhoneNumber
from inbox.models.broadcast import MAX_CHOSEN, TargetType
from inbox.models.broadcasts.audience import Audience, Reach
from inbox.models.broadcasts.composing import TooLongFor
from inbox.models.members.search import find_members
from inbox.rules.estimate import Estimate, estimate, seconds_for
from inbox.rules.ids import an_id
from inbox.rules.merge import STAND_IN, fields_in, merge
from inbox.rules.reasons import reason_for
from inbox.rules.refusals import CannotSend, NotFilledIn
from inbox.rules.segments import MAX_TEXT_LENGTH
from inbox.rules.send_time import NoSuchTime, send_time
from inbox.web.auth import church, needs
from inbox.web.pages import answer, draw, say

pages = Blueprint("composing", __name__)

MAX_FOUND = 20
TOO_LONG_FOR = N_("With the name of %(name)s in it, this text is longer than 1,600 characters.")
UNKNOWN_FIELD = N_(
    "%(field)s is not replaced; only {first_name} is. "
    "Nothing was sent, and your text is not lost: correct it, or leave out the braces."
)
_TYPES: Mapping[str, TargetType] = {"all": "all", "groups": "groups", "individual": "individual"}


@dataclass
class Written:
    """The contents of the composer's form."""

    key: str
    body: str = ""
    to: str = "all"
    named_only: bool = False
    group_ids: list[int] = field(default_factory=list)
    member_ids: list[int] = field(default_factory=list)
    later: bool = False
    at: str = ""

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> "Written":
        """Read the form. Aborts with 400 for values that our form cannot send."""
        if form.get("target_type") not in _TYPES:
            abort(400)
        try:
            key = checked_key(form.get("key") or new_key())
        except ValueError:
            abort(400)
        return cls(
            key=key,
            body=form.get("body", ""),
            to=form["target_type"],
            named_only="named_only" in form,
            group_ids=_ids(form, "group_ids"),
            member_ids=_ids(form, "member_ids")[:MAX_CHOSEN],
            later=form.get("when") == "later",
            at=form.get("at", ""),
        )

    @classmethod
    def of(cls, broadcast: Broadcast, zone: str) -> "Written":
        """The contents for a broadcast that is waiting for its time."""
        named = broadcast.target_type == "named"
        targets = {broadcast.target_type: broadcast.target_ids}
        return cls(
            key=broadcast.key,
            body=broadcast.body,
            to="all" if named else broadcast.target_type,
            named_only=named,
            group_ids=targets.get("groups", []),
            member_ids=targets.get("individual", []),
            later=True,
            at=f"{broadcast.send_after.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}",
        )

    @property
    def target_type(self) -> TargetType:
        return "named" if self.to == "all" and self.named_only else _TYPES[self.to]

    @property
    def target_ids(self) -> list[int]:
        return {"groups": self.group_ids, "individual": self.member_ids}.get(self.to, [])

    @property
    def audience(self) -> Audience:
        return Audience(church().id, self.target_type, self.target_ids)

    def send_after(self, zone: str) -> datetime | None:
        """Raises NoSuchTime."""
        return send_time(self.at, now(), ZoneInfo(zone)) if self.later else None


def _ids(form: MultiDict[str, str], name: str) -> list[int]:
    return [id for id in map(an_id, form.getlist(name)) if id is not None]


def what_is_wrong(refusal: CannotSend | NoSuchTime) -> str:
    """The problem in words, for the sender."""
    if isinstance(refusal, TooLongFor):
        return say(TOO_LONG_FOR, name=refusal.member.shown_name(church().country))
    if isinstance(refusal, NotFilledIn):
        return say(UNKNOWN_FIELD, field=refusal.field)
    reason = reason_for(refusal.code)
    return f"{say(reason.text)} {say(reason.remedy)}"


@pages.post("/broadcasts/audience")
@needs("send_broadcasts")
async def audience() -> ResponseReturnValue:
    """Who would get the broadcast as written so far, for the composer to put."""
    written = Written.read(await request.form)
    reach = await written.audience.reach(by_name="first_name" in fields_in(written.body))
    number = await PhoneNumber.main(church().id)
    rate = number.send_rate if number else 0.0
    groups = Group.filter(church_id=church().id, id__in=written.target_ids).order_by("name")
    context = _told(written, reach, rate)
    context["groups"] = await groups if written.to == "groups" else []
    return await answer(draw("broadcasts/_audience.html", **context))


def _told(written: Written, reach: Reach, rate: float) -> dict[str, Any]:
    body = written.body.replace("\r\n", "\n").strip()
    stand_in = say(STAND_IN)
    name = reach.example.first_name if reach.example else None
    # A text that cannot be sent is not measured with every name, since other requests are waiting.
    names: Mapping[str, int] = reach.first_names
    if len(body) > MAX_TEXT_LENGTH or not names:
        names = {name or "": reach.willing} if reach.willing else {}
    cost = estimate(body, names, stand_in)
    return {
        "written": written,
        "reach": reach,
        "body": body,
        "cost": cost,
        "minutes": seconds_for(cost.total, rate) / 60,
        "too_long": _too_long(body, cost),
        "name": name or stand_in,
        "preview": merge(body, first_name=name, stand_in=stand_in),
    }


def _too_long(body: str, cost: Estimate) -> str | None:
    if len(body) > MAX_TEXT_LENGTH:
        return what_is_wrong(CannotSend("too_long"))
    return say(TOO_LONG_FOR, name=cost.too_long[0]) if cost.too_long else None


@pages.get("/broadcasts/people")
@needs("send_broadcasts")
async def people() -> ResponseReturnValue:
    """Members to choose from, by some letters of the name or some digits of the phone number."""
    q = request.args.get("q", "").strip()[:100]
    found = await find_members(church(), q, MAX_FOUND)
    return await answer(draw("broadcasts/_people_found.html", q=q, members=found))
