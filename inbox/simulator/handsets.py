"""The page of simulated phones: their texts, live, and a box to text the church."""

import asyncio
import json
from collections.abc import AsyncIterator
from heapq import nlargest
from typing import Any

from quart import Blueprint, Response, abort, jsonify, redirect, request
from werkzeug.wrappers import Response as Redirect

from inbox.render import render
from inbox.rules.phone import parse_phone, show_phone

from .control import only_from_here
from .incoming import text_from
from .records import Bubble, Handset
from .rest import Simulator, simulator
from .world import World

handsets = Blueprint("handsets", __name__)
handsets.before_request(only_from_here)

PHONES_OPEN = 12
PHONES_AT_FIRST = 4
BUBBLES_SHOWN = 30
MAX_FOUND = 30
MAX_VIEWERS = 50
# Seconds to collect changes before showing them together.
GATHERING = 0.15
PING = 15.0

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# The faults in plain words, with the settings each has on the page.
FAULT_WORDS: tuple[tuple[str, tuple[tuple[str, str, dict[str, Any]], ...]], ...] = (
    (
        "Sending",
        (
            ("create_busy", "Twilio says it is busy", {}),
            ("create_error_before", "Twilio fails before taking the text", {"code": 503}),
            ("create_error_after", "Twilio fails after taking the text", {"code": 503}),
            ("create_hang_before", "Twilio never answers, takes nothing", {}),
            ("create_hang_after", "Twilio never answers, but takes the text", {}),
            ("create_cut_after", "The line breaks after Twilio took it", {}),
        ),
    ),
    (
        "Receipts",
        (
            ("receipts_late", "Receipts come late", {"seconds": [2, 10]}),
            ("receipts_lost", "Receipts get lost", {}),
            ("receipts_twice", "Receipts come twice", {}),
            ("receipts_shuffled", "Receipts come in the wrong order", {}),
        ),
    ),
    (
        "Phones and carriers",
        (
            ("delivery_fails", "The phone is off or out of reach", {"code": 30003}),
            ("carrier_silent", "The carrier never confirms", {}),
            ("incoming_twice", "Incoming texts are told twice", {}),
            ("list_lag", "Twilio's list lags half a minute behind", {"seconds": [30, 30]}),
        ),
    ),
)


@handsets.get("/")
async def index() -> Response:
    world = simulator().world
    phones = open_phones(world)
    wanted = _known(request.args.get("open", ""))
    if wanted is not None:
        phones = [wanted, *(phone for phone in phones if phone is not wanted)]
    query = request.args.get("q", "")
    page = render(
        "en",
        "simulator/index.html",
        phones=[_shown(phone) for phone in phones],
        churches=_churches(world),
        found=_found(world, query),
        found_of=len(world.handsets),
        query=query,
        alerts=_alerts(world),
        faults=FAULT_WORDS,
        phones_open=PHONES_OPEN,
    )
    answer = Response(page, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


def open_phones(world: World) -> list[Handset]:
    """The phones on the page: the most recently used, filled up with known ones if few are."""
    used = (phone for phone in world.handsets.values() if phone.order)
    phones = nlargest(PHONES_OPEN, used, key=lambda phone: phone.order)
    for phone in world.handsets.values():
        if len(phones) >= PHONES_AT_FIRST:
            break
        if phone not in phones:
            phones.append(phone)
    return phones


def _known(text: str) -> Handset | None:
    return simulator().world.handsets.get("+" + text.strip().removeprefix("+"))


def _found(world: World, query: str) -> list[dict[str, str]]:
    """Phones that match part of a name or number, by name."""
    words = query.casefold().split()
    digits = "".join(sign for sign in query if sign.isdigit())
    found = [
        phone
        for phone in world.handsets.values()
        if all(word in (phone.name or "").casefold() for word in words)
        or (len(digits) > 1 and digits in phone.number)
    ]
    found.sort(key=lambda phone: (phone.name is None, phone.name or "", phone.number))
    return [_card(phone) for phone in found[:MAX_FOUND]]


def _card(phone: Handset) -> dict[str, str]:
    shown = show_phone(phone.number)
    initials = "".join(word[0] for word in (phone.name or "").split()[:2])
    return {
        "id": phone.number.removeprefix("+"),
        "number": shown,
        "name": phone.name or shown,
        "named": "yes" if phone.name else "",
        "initials": initials.upper(),
    }


def _shown(phone: Handset) -> dict[str, Any]:
    """Data for the template of one phone."""
    bubbles = list(phone.bubbles)[-BUBBLES_SHOWN:]
    return {
        **_card(phone),
        "order": phone.order,
        "bubbles": [_bubble(phone, bubble) for bubble in bubbles],
        "last_church": bubbles[-1].church if bubbles else "",
    }


def _bubble(phone: Handset, bubble: Bubble) -> dict[str, Any]:
    folder = f"/handsets/{phone.number.removeprefix('+')}/pictures"
    return {
        "id": bubble.id,
        "mine": bubble.mine,
        "body": bubble.body,
        "at": bubble.at,
        "church": show_phone(bubble.church),
        "automatic": bubble.automatic,
        "trouble": bubble.trouble,
        "pictures": [
            f"{folder}/{one.sid}" for one in bubble.media if _is_picture(one.content_type)
        ],
        "files": [one.content_type for one in bubble.media if not _is_picture(one.content_type)],
    }


def _is_picture(content_type: str) -> bool:
    return content_type in ("image/png", "image/jpeg", "image/gif", "image/webp")


def _churches(world: World) -> list[dict[str, str]]:
    return [
        {
            "number": number.number,
            "shown": show_phone(number.number),
            "name": world.accounts[number.account_sid].friendly_name,
        }
        for number in world.numbers.values()
    ]


def _alerts(world: World) -> list[Any]:
    return list(reversed(world.alerts))[:5]


@handsets.get("/handsets")
async def search() -> str:
    world = simulator().world
    found = _found(world, request.args.get("q", ""))
    return render("en", "simulator/_found.html", found=found, found_of=len(world.handsets))


@handsets.post("/handsets")
async def add() -> Response | Redirect | tuple[Response, int]:
    """Add a phone for this number."""
    form = await request.form
    number = parse_phone(form.get("number", ""))
    if number is None:
        return _sorry("That is not a phone number.", 400)
    world = simulator().world
    phone = world.handset(number)
    phone.name, phone.kept = form.get("name", "").strip()[:60] or phone.name, True
    world.changed(phone)
    if _wants_json():
        return jsonify({"id": number.removeprefix("+"), "html": _html(world, phone)})
    return redirect(f"/?open={number.removeprefix('+')}", 303)


@handsets.get("/handsets/<number>")
async def show(number: str) -> str:
    return _html(simulator().world, _known(number) or abort(404))


@handsets.post("/handsets/<number>/texts")
async def text(number: str) -> Redirect | tuple[Response, int]:
    """A text from this phone: the typed text or the button's word, with a photo if requested."""
    phone = _known(number) or abort(404)
    form = await request.form
    body = form.get("word") or form.get("body", "").strip()
    pictures = 1 if form.get("photo") else 0
    try:
        sent = await text_from(
            simulator().network,
            phone.number,
            form.get("to", ""),
            body.replace("\r\n", "\n"),
            pictures,
        )
    except LookupError:
        return _sorry("Nobody has that number here.", 404)
    except ValueError as error:
        return _sorry(f"That was not sent: {error}.", 400)
    if _wants_json():
        return jsonify({"sid": sent.sid}), 201
    return redirect(f"/?open={number}", 303)


@handsets.get("/handsets/<number>/pictures/<sid>")
async def picture(number: str, sid: str) -> Response:
    phone = _known(number) or abort(404)
    for bubble in phone.bubbles:
        for media in bubble.media:
            if media.sid == sid and media.data and _is_picture(media.content_type):
                answer = Response(media.data, content_type=media.content_type)
                answer.headers["X-Content-Type-Options"] = "nosniff"
                answer.headers["Cache-Control"] = "private, max-age=3600"
                return answer
    abort(404)


@handsets.get("/handsets/live")
async def live() -> Response:
    """Server-sent events: `phone` with the HTML of each phone that changed, `faults` with their
    state, `complaints` with the HTML of the latest ones."""
    if len(simulator().world.watchers) >= MAX_VIEWERS:
        abort(503)
    answer = Response(_events(simulator()), content_type="text/event-stream")
    answer.headers["Cache-Control"] = "no-store"
    answer.timeout = None
    return answer


async def _events(here: Simulator) -> AsyncIterator[str]:
    world, network = here.world, here.network
    changed: set[str] = set()
    news = asyncio.Event()

    def note(number: str) -> None:
        changed.add(number)
        news.set()

    world.watchers.add(note)
    try:
        for phone in reversed(open_phones(world)):
            yield _event("phone", {"html": _html(world, phone)})
        while not network.calls.closing.is_set():
            yield _event("faults", network.faults.as_json())
            yield _event("complaints", {"html": _complaints(world)})
            await _news_or_end(news, network.calls.closing)
            news.clear()
            phones = [world.handsets[number] for number in changed if number in world.handsets]
            changed.clear()
            for phone in reversed(nlargest(PHONES_OPEN, phones, key=lambda each: each.order)):
                yield _event("phone", {"html": _html(world, phone)})
    finally:
        world.watchers.discard(note)


async def _news_or_end(news: asyncio.Event, closing: asyncio.Event) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in (news, closing)]
    try:
        await asyncio.wait(waits, timeout=PING, return_when=asyncio.FIRST_COMPLETED)
        if not closing.is_set():
            await asyncio.wait(waits[1:], timeout=GATHERING)
    finally:
        for wait in waits:
            wait.cancel()


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def _html(world: World, phone: Handset) -> str:
    return render("en", "simulator/_phone.html", phone=_shown(phone), churches=_churches(world))


def _complaints(world: World) -> str:
    return render("en", "simulator/_complaints.html", alerts=_alerts(world))


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _sorry(sentence: str, status: int) -> tuple[Response, int]:
    return jsonify({"error": sentence}), status
