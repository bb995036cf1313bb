"""The church's Twilio account."""

from quart import Blueprint

from inbox.api.auth import caller, church
from inbox.api.errors import ApiError
from inbox.api.operation import ApiModel, Success, Text, operation
from inbox.context import current_context, screens
from inbox.models.finders import NotFound
from inbox.providers import AccountProblem
from inbox.twilio_setup import connect_twilio

calls = Blueprint("twilio", __name__)

# Most problems are with the request itself; these are not.
STATUSES = {"number_taken": 409, "connection": 502, "busy": 503}


class ConnectTwilio(ApiModel):
    account_sid: Text
    auth_token: Text
    phone_number: Text


class TwilioConnection(ApiModel):
    twilio_verified: bool
    twilio_phone_number: str


class TwilioResponse(Success):
    data: TwilioConnection


@calls.post("/churches/<church_id>/twilio/connect")
@operation(
    needs="connect_twilio",
    body=ConnectTwilio,
    response=TwilioResponse,
    refusals={
        409: "number_taken: the number is already in use in this installation.",
        422: "bad_sid, bad_token, account_suspended, account_closed, test_credentials, "
        "bad_number, number_not_found, number_cannot_text, or Twilio's own code.",
        502: "connection: Twilio did not answer.",
        503: "busy: Twilio is answering too many requests.",
    },
)
async def connect(church_id: str, body: ConnectTwilio) -> TwilioResponse:
    """Check a Twilio account and phone number with Twilio, then store them.

    If they are refused, nothing changes.
    """
    if church_id != str(church().id):
        raise NotFound
    try:
        number = await connect_twilio(
            current_context(),
            church(),
            body.account_sid,
            body.auth_token,
            body.phone_number,
            by=caller(),
        )
    except AccountProblem as problem:
        raise ApiError(STATUSES.get(problem.code, 422), problem.code, str(problem)) from None
    await screens().show_church(church().id)
    return TwilioResponse(
        data=TwilioConnection(twilio_verified=True, twilio_phone_number=number.number)
    )
