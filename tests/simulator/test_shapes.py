"""Every key of every response, with the form of its value, as in Twilio's own description."""

import re
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest

from inbox.simulator import Fault, Faults, text_from
from tests.simulator.town import CHURCH, NAOMI, Town

HEX = "[0-9a-f]{32}"
DATE = "date"
PATH = r"/2010-04-01/.+\.json"


def sid(prefix: str) -> str:
    return f"{prefix}{HEX}"


MESSAGE = {
    "account_sid": sid("AC"),
    "api_version": "2010-04-01",
    "body": ".*",
    "date_created": DATE,
    "date_sent": (DATE, None),
    "date_updated": DATE,
    "direction": "inbound|outbound-api|outbound-reply",
    "error_code": (int, None),
    "error_message": (".+", None),
    "from": (r"\+\d+", None),
    "messaging_service_sid": (sid("MG"), None),
    "num_media": r"\d+",
    "num_segments": r"\d+",
    "price": (r"-0\.\d{5}", None),
    "price_unit": "USD",
    "sid": sid("(SM|MM)"),
    "status": "queued|delivered|undelivered|received",
    "subresource_uris": {"media": PATH, "feedback": PATH},
    "to": r"\+\d+",
    "uri": PATH,
}
ACCOUNT = {
    "sid": sid("AC"),
    "auth_token": HEX,
    "friendly_name": ".+",
    "owner_account_sid": sid("AC"),
    "status": "active|suspended|closed",
    "type": "Trial|Full",
    "date_created": DATE,
    "date_updated": DATE,
    "uri": PATH,
    "subresource_uris": dict,
}
MEDIA = {
    "sid": sid("ME"),
    "account_sid": sid("AC"),
    "parent_sid": sid("(SM|MM)"),
    "content_type": "image/png",
    "date_created": DATE,
    "date_updated": DATE,
    "uri": PATH,
}
NUMBER = {
    "sid": sid("PN"),
    "account_sid": sid("AC"),
    "address_requirements": "none|any|local|foreign",
    "address_sid": (sid("AD"), None),
    "api_version": "2010-04-01",
    "beta": bool,
    "bundle_sid": (sid("BU"), None),
    "capabilities": dict,
    "date_created": DATE,
    "date_updated": DATE,
    "emergency_address_sid": (sid("AD"), None),
    "emergency_address_status": ".+",
    "emergency_status": "Active|Inactive",
    "friendly_name": ".{1,64}",
    "identity_sid": (sid("RI"), None),
    "origin": "twilio|hosted",
    "phone_number": r"\+\d+",
    "sms_application_sid": "|" + sid("AP"),
    "sms_fallback_method": "GET|POST",
    "sms_fallback_url": ".*",
    "sms_method": "GET|POST",
    "sms_url": ".*",
    "status": ".+",
    "status_callback": ".*",
    "status_callback_method": "GET|POST",
    "trunk_sid": (sid("TK"), None),
    "type": "local|tollfree",
    "uri": PATH,
    "voice_application_sid": "|" + sid("AP"),
    "voice_caller_id_lookup": bool,
    "voice_fallback_method": "GET|POST",
    "voice_fallback_url": ".*",
    "voice_method": "GET|POST",
    "voice_receive_mode": "voice|fax",
    "voice_url": ".*",
}
OFFER = {
    "friendly_name": r"\(\d{3}\) \d{3}-\d{4}",
    "phone_number": r"\+\d+",
    "lata": (r"\d+", None),
    "locality": (".+", None),
    "rate_center": (".+", None),
    "latitude": (r"-?\d+\.\d+", None),
    "longitude": (r"-?\d+\.\d+", None),
    "region": ("[A-Z]{2}", None),
    "postal_code": (".+", None),
    "iso_country": "US|CA",
    "address_requirements": "none|any|local|foreign",
    "beta": bool,
    "capabilities": dict,
}
ENVELOPE = {
    "uri": r"/2010-04-01/.+",
    "first_page_uri": r"/2010-04-01/.+PageSize=\d+&Page=0",
    "next_page_uri": (r"/2010-04-01/.+PageToken=PA.+", None),
    "previous_page_uri": (r"/2010-04-01/.+PageToken=PB.+", None),
    "page": int,
    "page_size": int,
    "start": int,
    "end": int,
}
BALANCE = {"account_sid": sid("AC"), "balance": r"\d+\.\d\d", "currency": "USD"}
REFUSAL = {
    "code": int,
    "message": ".+",
    "more_info": r"https://www\.twilio\.com/docs/errors/\d{5}",
    "status": int,
}


def check(shape: dict[str, Any], shown: dict[str, Any]) -> None:
    assert set(shown) == set(shape)
    for key, form in shape.items():
        forms = form if isinstance(form, tuple) else (form,)
        assert any(fits(form, shown[key]) for form in forms), f"{key} is {shown[key]!r}"


def fits(form: Any, value: Any) -> bool:
    if form is None:
        return value is None
    if form == DATE:
        return isinstance(value, str) and value == f"{parsedate_to_datetime(value):{RFC2822}}"
    if isinstance(form, dict):
        check(form, value)
        return True
    if isinstance(form, type):
        return type(value) is form
    return isinstance(value, str) and re.fullmatch(form, value, re.DOTALL) is not None


RFC2822 = "%a, %d %b %Y %H:%M:%S +0000"


class Api:
    """Twilio's paths without the SDK, which would hide missing keys."""

    def __init__(self, town: Town, session: aiohttp.ClientSession) -> None:
        self.base = f"{town.simulator.url}/2010-04-01/Accounts/{town.account.sid}"
        self.session = session
        auth = aiohttp.encode_basic_auth(town.account.sid, town.account.auth_token)
        self.headers = {"Authorization": auth}

    async def __call__(
        self, method: str, path: str, status: int, form: dict[str, str] | None = None
    ) -> Any:
        async with self.session.request(
            method, f"{self.base}{path}.json", data=form, headers=self.headers
        ) as answer:
            assert answer.status == status
            assert re.fullmatch(f"RQ{HEX}", answer.headers["Twilio-Request-Id"])
            if status == 204:
                assert await answer.read() == b""
                return None
            assert answer.content_type == "application/json"
            return await answer.json()


@pytest.fixture
async def api(town: Town):  # type: ignore[no-untyped-def]
    async with aiohttp.ClientSession() as session:
        yield Api(town, session)


async def test_messages(town: Town, api: Api) -> None:
    form = {"To": NAOMI, "From": CHURCH, "Body": "Hello"}
    created = await api("POST", "/Messages", 201, form)
    check(MESSAGE, created)
    await town.settled()
    path = f"/Messages/{created['sid']}"
    check(MESSAGE, await api("GET", path, 200))
    check(MESSAGE, await api("POST", path, 200, {"Body": ""}))
    town.simulator.network.faults = Faults(delivery_fails=Fault(next=1, code=30007))
    failed = await api("POST", "/Messages", 201, form)
    await town.settled()
    failed = await api("GET", f"/Messages/{failed['sid']}", 200)
    check(MESSAGE, failed)
    assert failed["error_code"] == 30007
    await text_from(town.simulator.network, NAOMI, CHURCH, "Hello yourself", pictures=1)
    listed = await api("GET", "/Messages", 200)
    messages = listed.pop("messages")
    assert len(messages) == 3
    for message in messages:
        check(MESSAGE, message)
    check(ENVELOPE, listed)
    await api("DELETE", path, 204)


async def test_pages(town: Town, api: Api) -> None:
    for _ in range(3):
        await text_from(town.simulator.network, NAOMI, CHURCH, "Hello")
    async with api.session.get(
        f"{api.base}/Messages.json?PageSize=1&From=%2B12025550142", headers=api.headers
    ) as answer:
        page = await answer.json()
    assert (page["start"], page["end"], page["page"], page["page_size"]) == (0, 0, 0, 1)
    assert page["next_page_uri"].startswith("/2010-04-01/Accounts/AC")
    assert "From=%2B12025550142&PageSize=1&Page=1&PageToken=PA" in page["next_page_uri"]
    page.pop("messages")
    check(ENVELOPE, page)


async def test_an_empty_list(api: Api) -> None:
    listed = await api("GET", "/Messages", 200)
    assert listed.pop("messages") == []
    check(ENVELOPE, listed)
    assert listed["next_page_uri"] is None


async def test_media(town: Town, api: Api) -> None:
    message = await text_from(town.simulator.network, NAOMI, CHURCH, "", pictures=1)
    folder = f"/Messages/{message.sid}/Media"
    listed = await api("GET", folder, 200)
    [media] = listed.pop("media_list")
    check(MEDIA, media)
    check(ENVELOPE, listed)
    check(MEDIA, await api("GET", f"{folder}/{media['sid']}", 200))
    await api("DELETE", f"{folder}/{media['sid']}", 204)


async def test_numbers(api: Api) -> None:
    bought = await api("POST", "/IncomingPhoneNumbers", 201, {"AreaCode": "615"})
    check(NUMBER, bought)
    path = f"/IncomingPhoneNumbers/{bought['sid']}"
    check(NUMBER, await api("GET", path, 200))
    check(NUMBER, await api("POST", path, 200, {"FriendlyName": "Youth"}))
    listed = await api("GET", "/IncomingPhoneNumbers", 200)
    for number in listed.pop("incoming_phone_numbers"):
        check(NUMBER, number)
    check(ENVELOPE, listed)
    await api("DELETE", path, 204)


async def test_offered_numbers(api: Api) -> None:
    for kind in ("US/Local", "US/TollFree", "CA/Local"):
        offered = await api("GET", f"/AvailablePhoneNumbers/{kind}", 200)
        assert set(offered) == {"available_phone_numbers", "uri"}
        for offer in offered["available_phone_numbers"]:
            check(OFFER, offer)


async def test_account_and_balance(api: Api) -> None:
    check(ACCOUNT, await api("GET", "", 200))
    check(BALANCE, await api("GET", "/Balance", 200))


async def test_refusals(town: Town, api: Api) -> None:
    check(REFUSAL, await api("GET", f"/Messages/SM{'0' * 32}", 404))
    check(REFUSAL, await api("POST", "/Messages", 400, {"To": "nobody", "From": CHURCH}))
    town.account.auth_token = "0" * 32
    check(REFUSAL, await api("GET", "/Balance", 401))
