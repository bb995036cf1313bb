"""The simulated world in memory, with bounds."""

import secrets
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from hashlib import md5
from itertools import count

from .records import (
    Account,
    Alert,
    Bubble,
    Handset,
    Media,
    Message,
    Number,
    Service,
    is_number,
    new_sid,
)

MESSAGES_KEPT = 20_000
HANDSETS_KEPT = 20_000
MEDIA_BYTES_KEPT = 64 * 1024 * 1024

PRACTICE_SID = "AC" + md5(b"the practice church: account").hexdigest()
PRACTICE_TOKEN = md5(b"the practice church: token").hexdigest()
"""The practice account's name and secret stay the same from one start to the next."""


class World:
    """`clock` gives the time of day in UTC."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.accounts: dict[str, Account] = {}
        self.numbers: dict[str, Number] = {}
        self.handsets: dict[str, Handset] = {}
        self.stopped: set[tuple[str, str]] = set()
        self.alerts: deque[Alert] = deque(maxlen=200)
        self.watchers: set[Callable[[str], None]] = set()
        self.messages_kept = MESSAGES_KEPT
        self._order = count(1)
        self._media: deque[Media] = deque()
        self._media_bytes = 0

    def add_account(
        self,
        friendly_name: str,
        *,
        sid: str | None = None,
        auth_token: str | None = None,
        test: bool = False,
    ) -> Account:
        account = Account(
            sid=sid or new_sid("AC"),
            auth_token=auth_token or secrets.token_hex(16),
            friendly_name=friendly_name,
            created_at=self.clock(),
            test=test,
        )
        self.accounts[account.sid] = account
        return account

    def add_key(self, account: Account) -> tuple[str, str]:
        """A Standard API key: SID and secret."""
        sid, secret = new_sid("SK"), secrets.token_hex(16)
        account.keys[sid] = secret
        return sid, secret

    def add_number(
        self,
        account: Account,
        number: str,
        sms_url: str | None = None,
        *,
        friendly_name: str | None = None,
        sms_fallback_url: str | None = None,
        advanced_opt_out: bool = False,
    ) -> Number:
        """Raises ValueError if it is not an E.164 number or already belongs to someone."""
        if not is_number(number):
            raise ValueError("not a phone number in E.164 form")
        if number in self.numbers:
            raise ValueError("that number is taken")
        now = self.clock()
        added = Number(
            sid=new_sid("PN"),
            account_sid=account.sid,
            number=number,
            friendly_name=friendly_name or number,
            created_at=now,
            updated_at=now,
            order=self.next_order(),
            sms_url=sms_url or "",
            sms_fallback_url=sms_fallback_url or "",
            advanced_opt_out=advanced_opt_out,
        )
        account.numbers[added.sid] = added
        self.numbers[number] = added
        return added

    def remove_number(self, number: Number) -> None:
        del self.accounts[number.account_sid].numbers[number.sid]
        del self.numbers[number.number]

    def add_service(
        self, account: Account, friendly_name: str, numbers: Iterable[Number] = ()
    ) -> Service:
        service = Service(new_sid("MG"), friendly_name, self.clock())
        account.services[service.sid] = service
        for number in numbers:
            number.service_sid = service.sid
        return service

    def service_of(self, number: Number) -> Service | None:
        if number.service_sid is None:
            return None
        return self.accounts[number.account_sid].services[number.service_sid]

    def pool(self, service: Service) -> list[Number]:
        """The numbers in a Messaging Service."""
        return [number for number in self.numbers.values() if number.service_sid == service.sid]

    def handset(self, number: str) -> Handset:
        """The phone with this number, created if needed. Raises ValueError if it is invalid."""
        found = self.handsets.get(number)
        if found is None:
            if not is_number(number):
                raise ValueError("not a phone number in E.164 form")
            if len(self.handsets) >= HANDSETS_KEPT:
                self._forget_a_handset()
            found = self.handsets[number] = Handset(number)
        return found

    def has_stopped(self, number: Number, person: str) -> bool:
        return (_consent_scope(number), person) in self.stopped

    def stop(self, number: Number, person: str) -> bool:
        """Block texts from this number (or its whole pool) to a phone. False if already so."""
        pair = (_consent_scope(number), person)
        if pair in self.stopped:
            return False
        self.stopped.add(pair)
        return True

    def restart(self, number: Number, person: str) -> bool:
        """Lift the block. False if there was none."""
        pair = (_consent_scope(number), person)
        if pair not in self.stopped:
            return False
        self.stopped.discard(pair)
        return True

    def load(self, handsets: Iterable[tuple[str, str | None]] = ()) -> None:
        """Add initial phones: E.164 number and optional name."""
        for number, name in handsets:
            handset = self.handset(number)
            handset.name, handset.kept = name, True

    def new_message(
        self,
        account: Account,
        *,
        from_: str | None,
        to: str,
        body: str,
        direction: str,
        status: str,
        segments: int,
        is_mms: bool,
        list_lag: float = 0.0,
    ) -> Message:
        """A message that is not stored yet: see `keep`. `list_lag`: seconds until lists show it."""
        now = self.clock()
        return Message(
            sid=new_sid("MM" if is_mms else "SM"),
            account_sid=account.sid,
            from_=from_,
            to=to,
            body=body,
            direction=direction,
            status=status,
            segments=segments,
            order=self.next_order(),
            created_at=now,
            updated_at=now,
            listed_at=now + timedelta(seconds=list_lag),
        )

    def keep(self, message: Message) -> bool:
        """Store a message with its account. False if there are too many unfinished ones."""
        messages = self.accounts[message.account_sid].messages
        if len(messages) >= self.messages_kept:
            oldest = next((old for old in messages.values() if old.over), None)
            if oldest is None:
                return False
            self.forget(oldest)
        messages[message.sid] = message
        return True

    def forget(self, message: Message) -> None:
        self.accounts[message.account_sid].messages.pop(message.sid, None)

    def attach(self, message: Message, content_type: str, data: bytes) -> Media:
        """Add a media file; beyond the world's limit, the oldest files are removed first."""
        media = Media(new_sid("ME"), content_type, data, self.clock())
        message.media.append(media)
        self._media.append(media)
        self._media_bytes += len(data)
        while self._media_bytes > MEDIA_BYTES_KEPT:
            self._empty(self._media.popleft())
        return media

    def detach(self, message: Message, media: Media) -> None:
        message.media.remove(media)
        self._empty(media)

    def _empty(self, media: Media) -> None:
        self._media_bytes -= len(media.data)
        media.data = b""

    def show(self, handset: Handset, bubble: Bubble) -> None:
        """Show a text on a phone."""
        handset.bubbles.append(bubble)
        handset.order = self.next_order()
        self.changed(handset)

    def changed(self, handset: Handset) -> None:
        for watcher in tuple(self.watchers):
            watcher(handset.number)

    def alert(self, code: int, sentence: str) -> None:
        self.alerts.append(Alert(code, sentence, self.clock()))

    def next_order(self) -> int:
        return next(self._order)

    def _forget_a_handset(self) -> None:
        strangers = [known for known in self.handsets.values() if not known.kept]
        oldest = min(strangers or self.handsets.values(), key=lambda known: known.order)
        del self.handsets[oldest.number]


def _consent_scope(number: Number) -> str:
    return number.service_sid or number.number
