from itertools import permutations

import pytest

from inbox.rules.status_order import FAILED, FINAL, RANK, STATUSES, below, from_twilio

# From Twilio's documentation. Most statuses are ours as well.
TWILIO_WORDS = (
    "scheduled accepted queued sending sent delivered undelivered failed canceled read receiving "
    "received"
).split()
DIFFERENT = {
    "scheduled": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "receiving": "received",
}


def climb(*arrivals: str) -> str:
    status = "sending"
    for arrived in arrivals:
        if status in below(arrived):
            status = arrived
    return status


@pytest.mark.parametrize("end", ["delivered", "undelivered", "failed"])
def test_receipts_in_any_order_and_number_lead_to_the_same_status(end: str) -> None:
    for order in permutations(["accepted", "sent", "sent", end, end]):
        assert climb(*order) == end


def test_a_late_sent_does_not_undo_delivered() -> None:
    assert climb("delivered", "sent") == "delivered"


def test_the_first_of_two_final_statuses_stays() -> None:
    assert climb("delivered", "undelivered") == "delivered"
    assert climb("undelivered", "delivered") == "undelivered"


def test_a_delivered_text_may_still_be_read() -> None:
    assert climb("delivered", "read") == climb("read", "delivered") == "read"


def test_a_receipt_settles_an_unconfirmed_text() -> None:
    assert "unconfirmed" in below("accepted")
    assert below("unconfirmed") == ("queued", "sending")


def test_no_status_returns_to_where_a_text_begins() -> None:
    assert below("queued") == below("received") == ()


def test_an_unknown_status_can_be_climbed_to_from_nowhere() -> None:
    assert below("teleported") == ()


def test_every_status_is_known_and_the_final_ones_rank_highest() -> None:
    assert set(STATUSES) == {"scheduled", *RANK, "received"}
    assert FINAL == {status for status, rung in RANK.items() if rung >= 5} | {"received"}
    assert FAILED < FINAL


@pytest.mark.parametrize("theirs", TWILIO_WORDS)
def test_each_twilio_status_maps_to_one_of_ours(theirs: str) -> None:
    ours = DIFFERENT.get(theirs, theirs)
    assert from_twilio(theirs) == from_twilio(theirs.upper()) == ours
    assert ours in STATUSES


@pytest.mark.parametrize("theirs", ["", "partially_delivered", "unconfirmed", "teleported"])
def test_an_unknown_word_is_not_a_status(theirs: str) -> None:
    assert from_twilio(theirs) is None
