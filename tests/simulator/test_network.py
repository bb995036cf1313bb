"""The simulator's webhooks: inbound texts and receipts, signed, and its handling of STOP, START,
and HELP.
"""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from inbox.simulator import Network, World, running, text_from
from tests.simulator.town import CHURCH, NAOMI, Heard, Town

USUAL = {
    *("ToCountry", "ToState", "SmsMessageSid", "NumMedia", "ToCity", "FromZip", "SmsSid"),
    *("FromState", "SmsStatus", "FromCity", "Body", "FromCountry", "To", "ToZip", "NumSegments"),
    *("MessageSid", "AccountSid", "From", "ApiVersion"),
}


def is_signed(town: Town, call: Heard) -> bool:
    signature = call.headers["X-Twilio-Signature"]
    validator = RequestValidator(town.account.auth_token)
    return bool(validator.validate(call.url, call.fields, signature))


async def send(town: Town, to: str = NAOMI, body: str = "Choir at seven", **more: str) -> str:
    url = f"{town.application.url}/receipts?key=abc%2Fdef&x=1"
    message = await town.client.messages.create_async(
        to=to, from_=CHURCH, body=body, status_callback=url, **more
    )
    await town.settled()
    return str(message.sid)


async def test_a_text_from_a_handset_reaches_the_webhook_of_its_number(town: Town) -> None:
    message = await text_from(town.simulator.network, NAOMI, CHURCH, "See you Sunday 🙏 ")
    await town.settled()
    [call] = town.application.heard
    assert call.method == "POST"
    assert set(call.fields) == USUAL
    assert call.fields["Body"] == "See you Sunday 🙏 "
    assert (call.fields["From"], call.fields["To"]) == (NAOMI, CHURCH)
    assert call.fields["MessageSid"] == call.fields["SmsSid"] == message.sid
    assert (call.fields["SmsStatus"], call.fields["NumMedia"]) == ("received", "0")
    assert call.fields["FromZip"] == ""
    assert call.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert call.headers["I-Twilio-Idempotency-Token"]
    assert is_signed(town, call)
    kept = await town.client.messages(message.sid).fetch_async()
    assert (kept.direction, kept.status, kept.body) == ("inbound", "received", "See you Sunday 🙏 ")


async def test_a_number_can_use_get_for_its_webhook(town: Town) -> None:
    town.number.sms_url = f"{town.application.url}/texts?church=1"
    town.number.sms_method = "GET"
    await text_from(town.simulator.network, NAOMI, CHURCH, "Hello & welcome")
    await town.settled()
    [call] = town.application.heard
    assert (call.method, call.fields) == ("GET", {})
    assert "church=1&ToCity=WASHINGTON" in call.url
    assert "Body=Hello+%26+welcome" in call.url
    assert is_signed(town, call)


async def test_receipts_are_signed_with_their_query_and_report_the_outcome(
    town: Town,
) -> None:
    sid = await send(town)
    sent, delivered = town.application.heard
    assert is_signed(town, sent) and is_signed(town, delivered)
    assert sent.url.endswith("/receipts?key=abc%2Fdef&x=1")
    assert sent.fields["MessageSid"] == sent.fields["SmsSid"] == sid
    assert sent.fields["MessageStatus"] == sent.fields["SmsStatus"] == "sent"
    assert delivered.fields["MessageStatus"] == "delivered"
    assert len(delivered.fields["RawDlrDoneDate"]) == 10
    assert "ErrorCode" not in delivered.fields
    assert "RawDlrDoneDate" not in sent.fields


async def test_after_a_rotation_the_new_token_signs(town: Town) -> None:
    town.account.secondary_token = "f" * 32
    await send(town)
    old_one_signed = is_signed(town, town.application.heard[-1])
    town.account.promote_secondary_token()
    town.client.auth = (town.account.sid, town.account.auth_token)
    await send(town)
    assert old_one_signed
    assert is_signed(town, town.application.heard[-1])


async def test_stop_blocks_the_pair_answers_on_the_handset_and_is_still_delivered(
    town: Town,
) -> None:
    await text_from(town.simulator.network, NAOMI, CHURCH, " Stop ")
    await town.settled()
    assert [each["Body"] for each in town.application.texts] == [" Stop "]
    assert "OptOutType" not in town.application.texts[0]
    screen = town.world.handset(NAOMI).bubbles
    assert [bubble.automatic for bubble in screen] == [False, True]
    assert "unsubscribed" in screen[-1].body
    assert len(await town.client.messages.list_async()) == 1
    with pytest.raises(TwilioRestException) as refused:
        await send(town)
    assert refused.value.code == 21610
    await send(town, to="+12025550143")


async def test_start_lifts_the_block(town: Town) -> None:
    for word in ("STOP", "Unstop"):
        await text_from(town.simulator.network, NAOMI, CHURCH, word)
    assert "re-subscribed" in town.world.handset(NAOMI).bubbles[-1].body
    await send(town)


@pytest.mark.parametrize(
    "word", ["STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]
)
async def test_every_stop_word_blocks(town: Town, word: str) -> None:
    await text_from(town.simulator.network, NAOMI, CHURCH, word)
    assert town.world.has_stopped(town.number, NAOMI)


@pytest.mark.parametrize(
    "text", ["please stop", "stop.", "opt out", "Stopping by later", "endurance"]
)
async def test_a_keyword_with_more_words_does_nothing(town: Town, text: str) -> None:
    await text_from(town.simulator.network, NAOMI, CHURCH, text)
    assert not town.world.has_stopped(town.number, NAOMI)
    assert len(town.world.handset(NAOMI).bubbles) == 1


async def test_a_repeated_keyword_is_answered_once(town: Town) -> None:
    for word in ("STOP", "STOP", "START", "START"):
        await text_from(town.simulator.network, NAOMI, CHURCH, word)
    automatic = [bubble for bubble in town.world.handset(NAOMI).bubbles if bubble.automatic]
    assert len(automatic) == 2


async def test_help_is_answered_and_changes_nothing(town: Town) -> None:
    await text_from(town.simulator.network, NAOMI, CHURCH, "help")
    assert town.world.handset(NAOMI).bubbles[-1].automatic
    assert not town.world.has_stopped(town.number, NAOMI)


async def test_advanced_opt_out_names_the_keyword(town: Town) -> None:
    town.number.advanced_opt_out = True
    await text_from(town.simulator.network, NAOMI, CHURCH, "quit")
    await town.settled()
    assert town.application.texts[0]["OptOutType"] == "STOP"


async def test_a_toll_free_number_does_not_accept_yes_for_start(town: Town) -> None:
    number = town.world.add_number(town.account, "+18005550100")
    for word in ("stop", "yes"):
        await text_from(town.simulator.network, NAOMI, number.number, word)
    assert town.world.has_stopped(number, NAOMI)
    await text_from(town.simulator.network, NAOMI, number.number, "unstop")
    assert not town.world.has_stopped(number, NAOMI)


async def test_stop_to_one_number_of_a_pool_is_stop_to_all(town: Town) -> None:
    second = town.world.add_number(town.account, "+12025550101")
    pool = town.world.add_service(town.account, "Pool", [town.number, second])
    await text_from(town.simulator.network, NAOMI, CHURCH, "STOP")
    for sender in ({"from_": second.number}, {"messaging_service_sid": pool.sid}):
        with pytest.raises(TwilioRestException) as refused:
            await town.client.messages.create_async(to=NAOMI, body="Hello", **sender)
        assert refused.value.code == 21610


async def test_a_pool_without_an_address_silently_drops_inbound_texts(town: Town) -> None:
    pool = town.world.add_service(town.account, "Pool", [town.number])
    await text_from(town.simulator.network, NAOMI, CHURCH, "Hello")
    await town.settled()
    assert town.application.heard == []
    pool.inbound_request_url = f"{town.application.url}/pool"
    await text_from(town.simulator.network, NAOMI, CHURCH, "Hello")
    await town.settled()
    assert town.application.heard[0].fields["MessagingServiceSid"] == pool.sid
    pool.use_inbound_webhook_on_number = True
    await text_from(town.simulator.network, NAOMI, CHURCH, "Hello")
    await town.settled()
    assert len(town.application.texts) == 1


async def test_an_application_set_on_the_number_overrides_its_address(town: Town) -> None:
    town.number.sms_application_sid = "AP" + "0" * 32
    await text_from(town.simulator.network, NAOMI, CHURCH, "Hello")
    await town.settled()
    assert town.application.heard == []


async def test_an_error_of_the_application_is_not_retried_but_sent_to_the_fallback(
    town: Town,
) -> None:
    town.number.sms_fallback_url = f"{town.application.url}/again"
    town.application.answers = [500]
    await text_from(town.simulator.network, NAOMI, CHURCH, "Hello")
    await town.settled()
    first, second = town.application.heard
    assert second.url.endswith("/again")
    assert second.fields["ErrorCode"] == "11200"
    assert second.fields["ErrorUrl"] == first.url
    assert second.fields["MessageSid"] == first.fields["MessageSid"]
    assert is_signed(town, second)


async def test_without_a_fallback_the_text_waits_in_the_list_and_the_handset_says_so(
    town: Town,
) -> None:
    town.application.answers = [503]
    message = await text_from(town.simulator.network, NAOMI, CHURCH, "Hello")
    await town.settled()
    assert len(town.application.heard) == 1
    assert "11200" in town.world.handset(NAOMI).bubbles[0].trouble
    assert town.world.alerts[0].code == 11200
    listed = await town.client.messages.list_async(to=CHURCH)
    assert [each.sid for each in listed] == [message.sid]


@pytest.mark.parametrize(
    ("text", "content_type", "code"),
    [
        ("<Response>", "text/xml", 12100),
        ("<html></html>", "text/html", 12100),
        ("{}", "application/json", 12300),
        ("<Response/>" + " " * 65536, "text/xml", 11750),
        (f"<Response>{'<Message>x</Message>' * 11}</Response>", "text/xml", 14109),
        ('<!DOCTYPE a [<!ENTITY b "c">]><Response/>', "text/xml", 12100),
    ],
)
async def test_a_response_that_is_not_twiml_is_an_alert(
    town: Town, text: str, content_type: str, code: int
) -> None:
    town.application.text, town.application.content_type = text, content_type
    await text_from(town.simulator.network, NAOMI, CHURCH, "Hello")
    await town.settled()
    assert [alert.code for alert in town.world.alerts] == [code]


async def test_a_message_in_the_response_is_sent_to_the_handset(town: Town) -> None:
    town.application.text = "<Response><Message>Welcome!</Message></Response>"
    await text_from(town.simulator.network, NAOMI, CHURCH, "Hello")
    await town.settled()
    assert [bubble.body for bubble in town.world.handset(NAOMI).bubbles] == ["Hello", "Welcome!"]
    listed = await town.client.messages.list_async(to=NAOMI)
    assert [(each.direction, each.status) for each in listed] == [("outbound-reply", "delivered")]


async def test_texts_in_transit_fail_when_the_account_is_suspended(town: Town) -> None:
    town.simulator.network.carrier_seconds = 0.02
    message = await town.client.messages.create_async(to=NAOMI, from_=CHURCH, body="Hello")
    town.account.status = "suspended"
    await town.settled()
    kept = town.account.messages[message.sid]
    assert (kept.status, kept.error_code) == ("failed", 30002)


async def test_an_impossible_text_from_a_handset_is_refused(town: Town) -> None:
    network = town.simulator.network
    with pytest.raises(LookupError):
        await text_from(network, NAOMI, "+13035550100", "Hello")
    for body, pictures in (("", 0), ("a" * 1601, 0), ("Hello", 11)):
        with pytest.raises(ValueError):
            await text_from(network, NAOMI, CHURCH, body, pictures)
    with pytest.raises(ValueError):
        await text_from(network, "Naomi", CHURCH, "Hello")
    assert town.account.messages == {}


async def test_closing_drops_work_in_progress(town: Town) -> None:
    world = World()
    account = world.add_account("Grace Chapel")
    world.add_number(account, CHURCH, f"{town.application.url}/texts")
    network = Network(world, carrier_seconds=3600)
    await text_from(network, NAOMI, CHURCH, "Hello")
    await network.close()
    await network.settled()


def test_the_number_of_handsets_is_limited_and_the_known_ones_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("inbox.simulator.world.HANDSETS_KEPT", 3)
    world = World()
    world.load(handsets=[(NAOMI, "Naomi Park")])
    for last in range(5):
        world.handset(f"+1202555015{last}")
    assert len(world.handsets) == 3
    assert world.handsets[NAOMI].name == "Naomi Park"


async def test_a_taken_port_is_an_error_at_once(town: Town) -> None:
    port = int(town.simulator.url.rpartition(":")[2])
    with pytest.raises(OSError):
        async with running(World(), port=port):
            pass


async def test_a_simulator_on_all_addresses_reports_its_local_one() -> None:
    async with running(World(), host="0.0.0.0") as simulator:
        assert simulator.url.startswith("http://127.0.0.1:")
