"""The gate gives the same answer as a property and as SQL."""

from itertools import product

import pytest

from inbox import db
from inbox.clock import now
from inbox.models import Member
from inbox.models.member import BROADCAST_REFUSED_SQL, REFUSED_SQL
from tests.cast import Cast

PHONES = {
    "+12025550150": False,
    "68849": False,
    "whatsapp:+12025550150": False,
    "SUPPORT": True,
    "support": True,
    "GRACE 2": True,
    "7ELEVEN": True,
    "12025550150": False,
    "messenger:1234567890": False,
    "٦٨٨٤٩": True,
    "Банк": True,
    "教会": True,
    "123-456": True,
    "Grace Church!": True,
}


@pytest.mark.parametrize("phone", PHONES)
async def test_the_gate_is_one_rule_in_python_and_in_the_database(cast: Cast, phone: str) -> None:
    member = await Member.create(church=cast.grace, phone=phone)
    assert (member.refusal == "named_sender") is PHONES[phone]

    for opted_out_at, unreachable in product([None, now()], [None, "21614"]):
        member.opted_out_at, member.unreachable = opted_out_at, unreachable
        await member.save()
        for sql, refusal in (
            (REFUSED_SQL, member.refusal),
            (BROADCAST_REFUSED_SQL, member.broadcast_refusal),
        ):
            refused = await db.rows(f"select id from member where id = ? and {sql}", member.id)
            assert bool(refused) is (refusal is not None)
