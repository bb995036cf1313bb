"""Twilio's phone numbers: an account's own, and those available to buy."""

import re
from collections.abc import Iterator

from quart import Blueprint, Response, jsonify, request
from werkzeug.datastructures import MultiDict

from .errors import TwilioError
from .geography import PLACES, place_of
from .optout import TOLL_FREE_AREAS
from .receipts import API_VERSION
from .records import Account, Number, is_number
from .rest import Fieldset, account_uri, is_web_address, listing, open_account, rfc2822, simulator
from .world import World

numbers = Blueprint("numbers", __name__)

MAGIC_BUY = {"+15005550000": 21422, "+15005550001": 21421}
MAGIC_BOUGHT = "+15005550006"
EMPTY_AREA, MAGIC_AREA = "533", "500"
MAX_OFFERED = 50
CAPABILITIES = {"fax": False, "mms": True, "sms": True, "voice": True}
KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")

# Stored and shown but not used: parameter, name in the response, default.
KEPT = (
    ("AddressSid", "address_sid", None),
    ("BundleSid", "bundle_sid", None),
    ("EmergencyAddressSid", "emergency_address_sid", None),
    ("EmergencyStatus", "emergency_status", "Inactive"),
    ("IdentitySid", "identity_sid", None),
    ("StatusCallback", "status_callback", ""),
    ("StatusCallbackMethod", "status_callback_method", "POST"),
    ("TrunkSid", "trunk_sid", None),
    ("VoiceApplicationSid", "voice_application_sid", ""),
    ("VoiceFallbackMethod", "voice_fallback_method", "POST"),
    ("VoiceFallbackUrl", "voice_fallback_url", ""),
    ("VoiceMethod", "voice_method", "POST"),
    ("VoiceReceiveMode", "voice_receive_mode", "voice"),
    ("VoiceUrl", "voice_url", ""),
)


@numbers.get("/Accounts/<account_sid>/IncomingPhoneNumbers.json")
async def listed(account_sid: str) -> Response:
    account = open_account(account_sid)
    partial, name = request.args.get("PhoneNumber"), request.args.get("FriendlyName")
    pattern = _pattern(partial) if partial else None
    found = [
        number
        for number in account.numbers.values()
        if (pattern is None or pattern.search(number.number))
        and (not name or number.friendly_name == name)
    ]
    return jsonify(
        listing("incoming_phone_numbers", found, lambda each: f"{each.order:010x}", _number_fields)
    )


def _pattern(partial: str) -> re.Pattern[str]:
    """Part of a number: `*` is any digit, letters are keys of a phone."""
    digits = partial.upper().translate(KEYPAD)
    return re.compile("".join(r"\d" if sign == "*" else re.escape(sign) for sign in digits))


@numbers.post("/Accounts/<account_sid>/IncomingPhoneNumbers.json")
async def buy(account_sid: str) -> tuple[Response, int]:
    account = open_account(account_sid, test=True)
    form = await request.form
    wanted = form.get("PhoneNumber") or _any_in(form.get("AreaCode", ""))
    if wanted in MAGIC_BUY:
        raise TwilioError(MAGIC_BUY[wanted], wanted)
    if not is_number(wanted):
        raise TwilioError(21421, wanted)
    world = simulator().world
    if wanted in world.numbers:
        raise TwilioError(21422, wanted)
    _check(form)
    number = (World(world.clock) if account.test else world).add_number(account, wanted)
    _configure(number, form)
    if account.test:
        del account.numbers[number.sid]
    return jsonify(_number_fields(number)), 201


def _any_in(area: str) -> str:
    """A free number of an area code."""
    if not area:
        raise TwilioError(21421, "")
    if area == MAGIC_AREA:
        return MAGIC_BOUGHT
    free = next(_free_in(area), None)
    if free is None:
        raise TwilioError(21452, area)
    return free


@numbers.get("/Accounts/<account_sid>/IncomingPhoneNumbers/<sid>.json")
async def fetch(account_sid: str, sid: str) -> Response:
    return jsonify(_number_fields(_one(open_account(account_sid), sid)))


@numbers.post("/Accounts/<account_sid>/IncomingPhoneNumbers/<sid>.json")
async def update(account_sid: str, sid: str) -> Response:
    number = _one(open_account(account_sid), sid)
    form = await request.form
    _check(form, number)
    _configure(number, form)
    return jsonify(_number_fields(number))


@numbers.delete("/Accounts/<account_sid>/IncomingPhoneNumbers/<sid>.json")
async def release(account_sid: str, sid: str) -> tuple[str, int]:
    simulator().world.remove_number(_one(open_account(account_sid), sid))
    return "", 204


def _one(account: Account, sid: str) -> Number:
    if sid not in account.numbers:
        raise TwilioError(20404, request.path)
    return account.numbers[sid]


def _check(form: MultiDict[str, str], number: Number | None = None) -> None:
    sms_url = form.get("SmsUrl", number.sms_url if number else "")
    fallback = form.get("SmsFallbackUrl", number.sms_fallback_url if number else "")
    for url in (sms_url, fallback):
        if url and not is_web_address(url):
            raise TwilioError(21402, url)
    if fallback and not sms_url:
        raise TwilioError(21406)
    for name in ("SmsMethod", "SmsFallbackMethod"):
        if form.get(name, "POST") not in ("GET", "POST"):
            raise TwilioError(21403, form[name])
    if len(form.get("FriendlyName", "")) > 64:
        raise TwilioError(21658, "FriendlyName")


def _configure(number: Number, form: MultiDict[str, str]) -> None:
    """Set the fields in the form; keep the others."""
    number.sms_url = form.get("SmsUrl", number.sms_url)
    number.sms_fallback_url = form.get("SmsFallbackUrl", number.sms_fallback_url)
    number.sms_method = form.get("SmsMethod", number.sms_method)
    number.sms_fallback_method = form.get("SmsFallbackMethod", number.sms_fallback_method)
    number.sms_application_sid = form.get("SmsApplicationSid", number.sms_application_sid)
    number.friendly_name = form.get("FriendlyName", number.friendly_name)
    number.settings.update({shown: form[name] for name, shown, _ in KEPT if name in form})
    number.updated_at = simulator().world.clock()


def _number_fields(number: Number) -> Fieldset:
    return {
        "sid": number.sid,
        "account_sid": number.account_sid,
        "address_requirements": "none",
        "api_version": API_VERSION,
        "beta": False,
        "capabilities": CAPABILITIES,
        "date_created": rfc2822(number.created_at),
        "date_updated": rfc2822(number.updated_at),
        "emergency_address_status": "unregistered",
        "friendly_name": number.friendly_name,
        "origin": "twilio",
        "phone_number": number.number,
        "sms_application_sid": number.sms_application_sid,
        "sms_fallback_method": number.sms_fallback_method,
        "sms_fallback_url": number.sms_fallback_url,
        "sms_method": number.sms_method,
        "sms_url": number.sms_url,
        "status": "in-use",
        "type": "tollfree" if number.toll_free else "local",
        "uri": account_uri(number.account_sid, f"IncomingPhoneNumbers/{number.sid}.json"),
        "voice_caller_id_lookup": False,
        **{shown: number.settings.get(shown, usual) for _, shown, usual in KEPT},
    }


@numbers.get("/Accounts/<account_sid>/AvailablePhoneNumbers/<country>/<kind>.json")
async def available(account_sid: str, country: str, kind: str) -> Response:
    """Numbers from the range reserved for fiction."""
    open_account(account_sid)
    if country not in ("US", "CA") or kind not in ("Local", "TollFree"):
        raise TwilioError(20404, request.path)
    size = request.args.get("PageSize", str(MAX_OFFERED))
    limit = min(int(size) if size.isdecimal() else MAX_OFFERED, MAX_OFFERED)
    contains = request.args.get("Contains", "")
    if contains and not re.fullmatch(r"\+?[0-9A-Za-z*]{2,16}", contains):
        raise TwilioError(20001, "Contains")
    pattern = _pattern(contains)
    offered = [
        number
        for area in _areas(country, kind)
        for number in _free_in(area)
        if pattern.search(number)
    ]
    shown = [_offer_fields(number, country) for number in offered[:limit]]
    return jsonify({"available_phone_numbers": shown, "uri": request.path})


def _areas(country: str, kind: str) -> list[str]:
    wanted = request.args.get("AreaCode")
    if wanted and not re.fullmatch(r"[2-9]\d\d", wanted):
        raise TwilioError(20001, "AreaCode")
    if kind == "TollFree":
        return [area for area in sorted(TOLL_FREE_AREAS) if wanted in (None, area)]
    region, locality = request.args.get("InRegion"), request.args.get("InLocality")
    if wanted and wanted not in PLACES:
        return [] if region or locality or wanted in TOLL_FREE_AREAS else [wanted]
    return [
        area
        for area, place in PLACES.items()
        if place.country == country
        and wanted in (None, area)
        and region in (None, place.region)
        and locality in (None, place.city)
    ]


def _free_in(area: str) -> Iterator[str]:
    if area == EMPTY_AREA or not re.fullmatch(r"[2-9]\d\d", area):
        return
    taken = simulator().world.numbers
    for last in range(100, 200):
        number = f"+1{area}5550{last}"
        if number not in taken:
            yield number


def _offer_fields(number: str, country: str) -> Fieldset:
    place = place_of(number)
    return {
        "friendly_name": f"({number[2:5]}) {number[5:8]}-{number[8:]}",
        "phone_number": number,
        "lata": place.lata if place else None,
        "locality": place.city if place else None,
        "rate_center": place.city.upper() if place else None,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "region": place.region if place else None,
        "postal_code": place.postal_code if place else None,
        "iso_country": country,
        "address_requirements": "none",
        "beta": False,
        "capabilities": {"mms": True, "sms": True, "voice": True},
    }
