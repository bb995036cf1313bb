"""The gate gives the same answer as a property and as SQL."""

from itertools import product

import pytest

from inbox import db
from inbox.clock import now
from inbox.models import Member
from inbox.models.member import BROADCAST_REFUSED_SQL, REFUSED_SQL
from tests.cast import Cast

# And why nobody can text them.
PHONES = {
    "+12025550150": None,
    "68849": None,
    "whatsapp:+12025550150": "other_channel",
    "SUPPORT": "named_sender",
    "support": "named_sender",
    "GRACE 2": "named_sender",
    "7ELEVEN": "named_sender",
    "12025550150": None,
    "messenger:1234567890": "other_channel",
    "٦٨٨٤٩": "named_sender",
    "Банк": "named_sender",
    "教会": "named_sender",
    "123-456": "named_sender",
    "Grace Church!": "named_sender",
    # A keypad's ANONYMOUS, UNAVAILABLE, and RESTRICTED.
    "+266696687": "hidden_number",
    "+86282452253": "hidden_number",
    "+7378742833": "hidden_number",
    "+68849": "hidden_number",
    "+1911": "hidden_number",
    "+19005550150": "premium_number",
    "+18005550150": None,
    # Lesotho, Russia, and the smallest of numbers.
    "+26622123456": None,
    "+73787428330": None,
    "+2902012": None,
}


@pytest.mark.parametrize("phone", PHONES)
async def test_the_gate_is_one_rule_in_python_and_in_the_database(cast: Cast, phone: str) -> None:
    member = await Member.create(church=cast.grace, phone=phone)
    assert member.refusal == PHONES[phone]

    for opted_out_at, unreachable in product([None, now()], [None, "21614"]):
        member.opted_out_at, member.unreachable = opted_out_at, unreachable
        await member.save()
        for sql, refusal in (
            (REFUSED_SQL, member.refusal),
            (BROADCAST_REFUSED_SQL, member.broadcast_refusal),
        ):
            refused = await db.rows(f"select id from member where id = ? and {sql}", member.id)
            assert bool(refused) is (refusal is not None)
