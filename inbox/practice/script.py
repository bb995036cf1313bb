"""Reads the practice church's files: members, conversations, broadcasts, and assignments.

The four text files beside this one explain their syntax.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_WRITERS = {"R": "Ruth", "D": "Daniel", "M": "Mercy"}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_AGO = re.compile(r"@ (\d+)m (.+)")
_BEGINS = re.compile(r"@ (?:(\d+)w (\w{3})|(\d+)d) (\d\d):(\d\d) (.+)")
_PASSES = re.compile(r"\.\. (?:(\d+)m|(\d+)h|(\d+)d (\d\d):(\d\d))")
_SAYS = re.compile(r"([<RDM])(?:!(\d+))? (.+)")
_HANDLES = re.compile(
    r"([RDM]) (takes|gives|snoozes|is done with) (.+?)(?: to ([RDM])| (\d+)d (\d\d):(\d\d))?"
)
_AFTER = timedelta(minutes=4)
_FORGOTTEN = timedelta(days=10)
_FAILS = re.compile(r"!(\d+) (.+)")


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One text to or from `who`: a member's name, or an unnamed number.

    `by` is the first name of the staff who wrote it, None for the member. `error` is its error
    code.
    """

    at: datetime
    who: str
    by: str | None
    body: str
    error: str | None


@dataclass(frozen=True, slots=True)
class Announced:
    """One broadcast. `to` is "all" or a group's name; `errors` are codes by member's name."""

    at: datetime
    by: str
    to: str
    body: str
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class Handled:
    """What staff did with the conversation with `who`: "taken", "assigned" (`to`), "snoozed"
    (`until`) or "done".
    """

    at: datetime
    who: str
    by: str
    event: str
    to: str | None = None
    until: datetime | None = None


def people() -> list[Person]:
    groups: dict[str, str] = {}
    found: list[Person] = []
    for line in _lines("members.txt"):
        if line.startswith("= "):
            letter, name = line[2:].split(maxsplit=1)
            groups[letter] = name
        else:
            found += _family(line, groups)
    return found


def _family(line: str, groups: dict[str, str]) -> Iterator[Person]:
    last, firsts = line.split(": ")
    for entry in firsts.split(", "):
        first, _, letters = entry.partition(" ")
        yield Person(f"{first} {last}", tuple(groups[letter] for letter in letters))


def threads(today: datetime, rng: random.Random) -> list[Said]:
    """All texts, conversation by conversation. `today` is the present in church time."""
    return [
        said
        for header, lines in _blocks("threads.txt")
        for said in _thread(header, lines, today, rng)
    ]


def broadcasts(today: datetime) -> list[Announced]:
    return [_announced(header, lines, today) for header, lines in _blocks("broadcasts.txt")]


def saved_replies() -> dict[str, str]:
    """The text of each, by title."""
    return {
        title.removeprefix("@ "): " ".join(lines) for title, lines in _blocks("saved_replies.txt")
    }


def handled(said: list[Said], today: datetime) -> list[Handled]:
    newest: dict[str, Said] = {}
    writers: dict[str, str] = {}
    for one in sorted(said, key=lambda one: one.at):
        newest[one.who] = one
        writers[one.who] = one.by or writers.get(one.who, "Ruth")
    told = [_handled(line, newest, today) for line in _lines("triage.txt")]
    known = {one.who for one in told}
    return told + [
        Handled(last.at + _AFTER, who, writers[who], "done")
        for who, last in newest.items()
        if who not in known and today - last.at > _FORGOTTEN
    ]


def _handled(line: str, newest: dict[str, Said], today: datetime) -> Handled:
    by, verb, who, to, days, hour, minute = _matched(_HANDLES, line).groups()
    event = {"takes": "taken", "gives": "assigned", "snoozes": "snoozed"}.get(verb, "done")
    until = _at(today + timedelta(days=int(days)), hour, minute).astimezone(UTC) if days else None
    at = newest[who].at + _AFTER
    return Handled(at, who, _WRITERS[by], event, _WRITERS[to or by], until)


def _thread(header: str, lines: list[str], today: datetime, rng: random.Random) -> list[Said]:
    ago = _AGO.fullmatch(header)
    at, who = (today, ago[2]) if ago else _begin(header, today)
    said: list[Said] = []
    before = ""
    for line in lines:
        if pause := _PASSES.fullmatch(line):
            at = _later(at, pause)
            continue
        mark, error, body = _matched(_SAYS, line).groups()
        at += timedelta(seconds=rng.randint(20, 70) if mark == before else rng.randint(40, 540))
        said.append(Said(at.astimezone(UTC), who, _WRITERS.get(mark), body, error))
        before = mark
    if ago is None:
        return said
    return _ending(said, today.astimezone(UTC) - timedelta(minutes=int(ago[1])))


def _announced(header: str, lines: list[str], today: datetime) -> Announced:
    at, words = _begin(header, today)
    by, to = words.split(" to ")
    errors = {name: code for code, name in (_matched(_FAILS, line).groups() for line in lines[1:])}
    return Announced(at.astimezone(UTC), by, to, lines[0].removeprefix("> "), errors)


def _begin(header: str, today: datetime) -> tuple[datetime, str]:
    """The time, and the text after it."""
    weeks, day, days, hour, minute, words = _matched(_BEGINS, header).groups()
    back = int(days) if days else 7 * int(weeks) + today.weekday() - _DAYS.index(day)
    return _at(today - timedelta(days=back), hour, minute), words


def _later(at: datetime, pause: re.Match[str]) -> datetime:
    minutes, hours, days, hour, minute = pause.groups()
    if days:
        return _at(at + timedelta(days=int(days)), hour, minute)
    return at + timedelta(hours=int(hours or 0), minutes=int(minutes or 0))


def _at(day: datetime, hour: str, minute: str) -> datetime:
    return day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)


def _ending(said: list[Said], end: datetime) -> list[Said]:
    """The same texts, the last of them at `end`."""
    shift = end - said[-1].at
    return [Said(one.at + shift, one.who, one.by, one.body, one.error) for one in said]


def _blocks(file: str) -> Iterator[tuple[str, list[str]]]:
    header, lines = "", list[str]()
    for line in [*_lines(file), "@"]:
        if not line.startswith("@"):
            lines.append(line)
            continue
        if header:
            yield header, lines
        header, lines = line, []


def _lines(file: str) -> list[str]:
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _matched(pattern: re.Pattern[str], line: str) -> re.Match[str]:
    found = pattern.fullmatch(line)
    if found is None:
        raise ValueError(f"The practice church has a line that makes no sense: {line!r}")
    return found
