"""What a webhook finds: the church that it is for, and the phone number that was texted.

Read without the ORM, which would take longer than storing the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inbox import db
from inbox.batching import Batcher
from inbox.seal import Seal

# Churches that share one Twilio account. Each of them is tried.
MAX_SHARING = 20

_COLUMNS = (
    "church.id as church_id, hook_token, twilio_account_sid, twilio_token_sealed, "
    "twilio_token_before_sealed"
)


@dataclass(frozen=True, slots=True)
class HookedChurch:
    """A church with what is needed to check that Twilio sent the webhook."""

    id: int
    hook_token: str
    account_sid: str | None
    token_sealed: str | None
    token_before_sealed: str | None

    def uses(self, account_sid: str) -> bool:
        return self.account_sid == account_sid

    def signing_tokens(self, seal: Seal) -> list[str]:
        """The tokens that Twilio may have signed a webhook with, newest first.

        Raises SealBroken if one cannot be opened.
        """
        return [seal.open(one) for one in (self.token_sealed, self.token_before_sealed) if one]


@dataclass(frozen=True, slots=True)
class CalledNumber:
    """A phone number that was texted."""

    id: int
    number: str
    church: HookedChurch

    @property
    def church_id(self) -> int:
        return self.church.id


async def church_with_hook(token: str) -> HookedChurch | None:
    """The church whose webhook URL has this token."""
    return await _with_hook.submit(token)


async def churches_using(account_sid: str) -> list[HookedChurch]:
    found = await db.rows(
        f"select {_COLUMNS} from church where twilio_account_sid = ? order by id limit ?",
        account_sid,
        MAX_SHARING,
    )
    return [_church(row) for row in found]


async def number_called(number: str) -> CalledNumber | None:
    return await _called.submit(number)


async def _all_with_hooks(tokens: list[str]) -> list[HookedChurch | None]:
    several = db.padded(sorted(set(tokens)))
    found = await db.rows(
        f"select {_COLUMNS} from church where hook_token in ({db.marks(several)})", *several
    )
    by_token = {row["hook_token"]: _church(row) for row in found}
    return [by_token.get(token) for token in tokens]


async def _all_called(numbers: list[str]) -> list[CalledNumber | None]:
    several = db.padded(sorted(set(numbers)))
    found = await db.rows(
        f"select phone_number.id, number, {_COLUMNS} from phone_number "
        f"join church on church.id = church_id where number in ({db.marks(several)})",
        *several,
    )
    by_number = {
        row["number"]: CalledNumber(row["id"], row["number"], _church(row)) for row in found
    }
    return [by_number.get(number) for number in numbers]


def _church(row: Mapping[str, Any]) -> HookedChurch:
    return HookedChurch(
        row["church_id"],
        row["hook_token"],
        row["twilio_account_sid"],
        row["twilio_token_sealed"],
        row["twilio_token_before_sealed"],
    )


_with_hook = Batcher(_all_with_hooks)
_called = Batcher(_all_called)
