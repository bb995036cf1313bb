"""Presence is shown by name within one church, and ends when people leave."""

from typing import Any

from inbox.live.presence import IN_SECONDS, MAX_REPORTS, Person, Presence
from inbox.models import Conversation
from inbox.models.scope import Scope
from inbox.rules.presence import LASTS
from tests.cast import Cast
from tests.house import House
from tests.live.browser import Browser, browsers

Told = dict[str, Any]


class Heard:
    """Stands in for the browsers, with a clock that stands still."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Told, Any, Any]] = []
        self.time = 100.0

    async def emit(self, event: str, data: Any, *, to: Any = None, skip_sid: Any = None) -> None:
        self.told.append((event, data, to, skip_sid))

    def clock(self) -> float:
        return self.time

    def states(self) -> list[str]:
        """The presence messages since the last call."""
        told, self.told = self.told, []
        return [f"{data['name']}: {data['state']}" for event, data, *_ in told if "name" in data]


def person(staff: Any) -> Person:
    return Person(staff.id, Scope.of(staff), staff.name, staff.initials)


def told_of(browser: Browser, name: str) -> list[str]:
    return [data["state"] for data in browser.presence if data["name"] == name]


async def test_colleagues_see_who_views_and_who_types(house: House) -> None:
    cast = house.cast
    id = (await cast.conversation()).id
    async with browsers(house, cast.ruth, cast.daniel, cast.mercy, cast.sam) as everyone:
        ruth, daniel, mercy, sam = everyone
        for browser in (mercy, sam):
            assert (await browser.join("inbox", have={}))["ok"]
        assert (await ruth.join(f"conversation:{id}"))["ok"]
        await ruth.say(id, "viewing")
        assert (await daniel.join(f"conversation:{id}"))["ok"]
        await daniel.say(id, "viewing")
        await daniel.say(id, "writing")
        await ruth.hear()
        await mercy.hear()
        assert told_of(ruth, "Daniel Ortiz") == ["viewing", "writing"]
        assert ruth.presence[-1] == {
            "conversation": id,
            "staff_id": cast.daniel.id,
            "name": "Daniel Ortiz",
            "initials": "DO",
            "state": "writing",
        }
        assert told_of(mercy, "Daniel Ortiz") == ["viewing", "writing"]
        # Someone who opens it sees at once who is there, and those present are asked.
        assert "viewing" in told_of(daniel, "Ruth Adeyemi")
        assert ruth.told == [("who", ({"conversation": id},))]

        await daniel.say(id, "away")
        await ruth.leave()
        await mercy.hear()
        assert told_of(mercy, "Daniel Ortiz")[-1] == "away"
        assert told_of(mercy, "Ruth Adeyemi")[-1] == "away"
        await sam.hear()
        assert sam.presence == []


async def test_opening_the_list_shows_who_is_where(house: House) -> None:
    cast = house.cast
    id = (await cast.conversation()).id
    async with browsers(house, cast.daniel, cast.ruth, cast.sam) as (daniel, ruth, sam):
        await daniel.say(id, "writing")
        for browser in (ruth, sam):
            await browser.join("inbox", have={})
        assert told_of(ruth, "Daniel Ortiz") == ["writing"]
        assert sam.presence == []


async def test_presence_never_reaches_another_church(house: House) -> None:
    cast = house.cast
    naomi, lydia = await cast.conversation(), await cast.conversation(cast.lydia)
    async with browsers(house, cast.sam, cast.ruth) as (sam, ruth):
        for browser in (sam, ruth):
            await browser.join("inbox", have={})
        await ruth.join(f"conversation:{naomi.id}")
        await sam.say(naomi.id, "viewing")
        await sam.say(naomi.id, "writing")
        await ruth.hear()
        assert ruth.presence == [] and sam.presence == []
        # The premise: in their own church they are heard.
        await sam.say(lydia.id, "viewing")
        await sam.hear()
        assert told_of(sam, "Sam Reid") == ["viewing"]
        assert ruth.presence == []


NONSENSE: list[Any] = [
    None,
    7,
    "viewing",
    [],
    {},
    {"conversation": "1", "state": "viewing"},
    {"conversation": True, "state": "viewing"},
    {"conversation": 1.0, "state": "viewing"},
    {"conversation": 0, "state": "viewing"},
    {"conversation": -1, "state": "viewing"},
    {"conversation": 2**70, "state": "viewing"},
    {"conversation": 1, "state": "dancing"},
    {"conversation": 1, "state": ["viewing"]},
    {"conversation": 1},
]


async def test_nonsense_is_not_passed_on(house: House) -> None:
    id = (await house.cast.conversation()).id
    assert id == 1, "the premise: it is there"
    async with browsers(house, house.cast.ruth) as (ruth,):
        await ruth.join("inbox", have={})
        for asked in NONSENSE:
            await ruth.socket.emit("here", asked)
        await ruth.hear()
        assert ruth.presence == []
        await ruth.say(id, "viewing")
        assert told_of(ruth, "Ruth Adeyemi") == ["viewing"]


async def test_a_heartbeat_runs_no_query(cast: Cast, monkeypatch: Any) -> None:
    heard = Heard()
    here, ruth = Presence(heard, heard.clock), person(cast.ruth)
    id = (await cast.conversation()).id
    asked = 0
    within = Conversation.within

    def counted(scope: Scope) -> Any:
        nonlocal asked
        asked += 1
        return within(scope)

    monkeypatch.setattr(Conversation, "within", counted)
    for state in ("viewing", "writing", "viewing", "viewing"):
        await here.say("a", ruth, {"conversation": id, "state": state})
    assert asked == 1
    assert heard.states() == [
        "Ruth Adeyemi: " + s for s in ("viewing", "writing", *["viewing"] * 2)
    ]


async def test_of_several_tabs_the_busiest_counts(cast: Cast) -> None:
    heard = Heard()
    here, ruth = Presence(heard, heard.clock), person(cast.ruth)
    id = (await cast.conversation()).id
    await here.say("a", ruth, {"conversation": id, "state": "writing"})
    await here.say("b", ruth, {"conversation": id, "state": "viewing"})
    assert heard.states()[-1] == "Ruth Adeyemi: writing"
    await here.depart("a")
    assert heard.states() == ["Ruth Adeyemi: viewing"]
    await here.depart("b")
    await here.depart("b")
    assert heard.states() == ["Ruth Adeyemi: away"]


async def test_a_silent_browser_is_no_longer_present(cast: Cast) -> None:
    heard = Heard()
    here, ruth = Presence(heard, heard.clock), person(cast.ruth)
    id = (await cast.conversation()).id
    await here.say("a", ruth, {"conversation": id, "state": "viewing"})
    heard.states()
    await here.tell_list("z", Scope(cast.grace.id))
    assert heard.states() == ["Ruth Adeyemi: viewing"]
    heard.time += LASTS["viewing"]
    await here.tell_list("z", Scope(cast.grace.id))
    assert heard.states() == []


async def test_opening_another_conversation_leaves_the_first(cast: Cast) -> None:
    heard = Heard()
    here, ruth = Presence(heard, heard.clock), person(cast.ruth)
    naomi, george = await cast.conversation(), await cast.conversation(cast.george)
    await here.say("a", ruth, {"conversation": naomi.id, "state": "viewing"})
    await here.say("a", ruth, {"conversation": george.id, "state": "viewing"})
    # Too late: its tab has already moved on.
    await here.say("a", ruth, {"conversation": naomi.id, "state": "away"})
    await here.leave("a", naomi.id)
    told = [(data["conversation"], data["state"]) for _, data, *_ in heard.told if "state" in data]
    assert told == [(naomi.id, "viewing"), (naomi.id, "away"), (george.id, "viewing")]
    await here.leave("a", george.id)
    assert heard.states()[-1] == "Ruth Adeyemi: away"


async def test_a_flood_of_messages_is_not_passed_on(cast: Cast) -> None:
    heard = Heard()
    here, ruth = Presence(heard, heard.clock), person(cast.ruth)
    id = (await cast.conversation()).id
    for _ in range(MAX_REPORTS + 50):
        await here.say("a", ruth, {"conversation": id, "state": "viewing"})
    assert len(heard.states()) == MAX_REPORTS
    heard.time += IN_SECONDS
    await here.say("a", ruth, {"conversation": id, "state": "writing"})
    assert heard.states() == ["Ruth Adeyemi: writing"]
