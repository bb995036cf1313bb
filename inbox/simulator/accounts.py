"""Twilio's Account and Balance resources, and reading Messaging Services."""

from datetime import datetime

from quart import Blueprint, Response, jsonify, request

from .errors import TwilioError
from .records import Account, Number, Service
from .rest import (
    Fieldset,
    account_signed_in,
    account_uri,
    iso8601,
    open_account,
    rfc2822,
    simulator,
)

accounts = Blueprint("accounts", __name__)
services = Blueprint("services", __name__)

SUBRESOURCES = (
    ("available_phone_numbers", "AvailablePhoneNumbers"),
    ("balance", "Balance"),
    ("incoming_phone_numbers", "IncomingPhoneNumbers"),
    ("messages", "Messages"),
)


@accounts.get("/Accounts/<sid>.json")
async def fetch(sid: str) -> Response:
    return jsonify(_account_fields(open_account(sid, main_only=True, even_inactive=True)))


@accounts.get("/Accounts/<account_sid>/Balance.json")
async def balance(account_sid: str) -> Response:
    account = open_account(account_sid)
    return jsonify({"account_sid": account.sid, "balance": account.balance, "currency": "USD"})


def _account_fields(account: Account) -> Fieldset:
    return {
        "sid": account.sid,
        "auth_token": account.auth_token,
        "friendly_name": account.friendly_name,
        "owner_account_sid": account.sid,
        "status": account.status,
        "type": account.type,
        "date_created": rfc2822(account.created_at),
        "date_updated": rfc2822(account.created_at),
        "uri": f"/2010-04-01/Accounts/{account.sid}.json",
        "subresource_uris": {
            name: account_uri(account.sid, f"{path}.json") for name, path in SUBRESOURCES
        },
    }


@services.get("/Services")
async def list_services() -> Response:
    account = account_signed_in()
    return _page("services", [_service_fields(account, each) for each in account.services.values()])


@services.get("/Services/<sid>")
async def fetch_service(sid: str) -> Response:
    account = account_signed_in()
    return jsonify(_service_fields(account, _service_of(account, sid)))


@services.get("/Services/<sid>/PhoneNumbers")
async def list_pool(sid: str) -> Response:
    service = _service_of(account_signed_in(), sid)
    pool = simulator().world.pool(service)
    return _page("phone_numbers", [_pool_fields(service, number) for number in pool])


def _service_of(account: Account, sid: str) -> Service:
    if sid not in account.services:
        raise TwilioError(20404, request.path)
    return account.services[sid]


def _page(key: str, shown: list[Fieldset]) -> Response:
    """The envelope of the newer APIs. These lists are short, so one page is enough."""
    url = request.base_url
    meta = {
        "key": key,
        "page": 0,
        "page_size": 50,
        "first_page_url": f"{url}?PageSize=50&Page=0",
        "previous_page_url": None,
        "url": f"{url}?PageSize=50&Page=0",
        "next_page_url": None,
    }
    return jsonify({key: shown, "meta": meta})


def _service_fields(account: Account, service: Service) -> Fieldset:
    return {
        "sid": service.sid,
        "account_sid": account.sid,
        "friendly_name": service.friendly_name,
        "inbound_request_url": service.inbound_request_url or None,
        "inbound_method": "POST",
        "fallback_url": None,
        "fallback_method": "POST",
        "status_callback": None,
        "use_inbound_webhook_on_number": service.use_inbound_webhook_on_number,
        "us_app_to_person_registered": True,
        "validity_period": 36000,
        "usecase": "mixed",
        **_made(service.created_at),
        "url": f"{request.host_url}v1/Services/{service.sid}",
        "links": {"phone_numbers": f"{request.host_url}v1/Services/{service.sid}/PhoneNumbers"},
    }


def _pool_fields(service: Service, number: Number) -> Fieldset:
    path = f"v1/Services/{service.sid}/PhoneNumbers/{number.sid}"
    return {
        "sid": number.sid,
        "account_sid": number.account_sid,
        "service_sid": service.sid,
        "phone_number": number.number,
        "country_code": "US",
        "capabilities": ["MMS", "SMS", "Voice"],
        **_made(number.created_at),
        "url": f"{request.host_url}{path}",
    }


def _made(at: datetime) -> Fieldset:
    return {"date_created": iso8601(at), "date_updated": iso8601(at)}
