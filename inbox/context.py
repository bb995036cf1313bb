"""What a process shares and keeps: created once by the app or the worker, and passed down."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import lru_cache

from quart import current_app

from inbox.config import Config
from inbox.db_health import DbHealth
from inbox.live.emit_queue import NoBrowsers
from inbox.live.fragments import Fragments
from inbox.live.screens import Screens
from inbox.models import Church
from inbox.providers import Credentials, Provider, provider_for
from inbox.providers.push import PushHttp
from inbox.providers.twilio_http import TwilioHttp
from inbox.rate_limits import RateLimiter
from inbox.seal import Seal


class NotConnected(Exception):
    """The church has not connected a provider yet."""


async def _disconnect_no_one() -> None: ...


@dataclass
class Context:
    config: Config
    seal: Seal
    http: TwilioHttp
    screens: Screens
    limiter: RateLimiter = field(default_factory=RateLimiter)
    push: PushHttp = field(default_factory=PushHttp)
    db_health: DbHealth = field(default_factory=DbHealth)
    # Called when something was queued. If the worker runs in another process, this does nothing,
    # and the worker finds the row a moment later.
    wake_worker: Callable[[], None] = lambda: None
    # Called when sessions were ended, to close their sockets.
    disconnect_ended: Callable[[], Awaitable[None]] = _disconnect_no_one
    # Created once per church, because a broadcast asks for it thousands of times.
    _provider_for: Callable[[Credentials, TwilioHttp], Provider] = field(
        default_factory=lambda: lru_cache(maxsize=1_000)(provider_for), init=False, repr=False
    )

    @classmethod
    def from_config(cls, config: Config, screens: Screens | None = None) -> "Context":
        """Without `screens`, no browser is told of anything."""
        return cls(
            config,
            Seal.from_config(config),
            TwilioHttp(config.twilio_api_url),
            screens or Screens(NoBrowsers()),
            RateLimiter.from_config(config),
        )

    async def close(self) -> None:
        """Finish telling the screens, then close every connection but the database's."""
        await self.screens.drain()
        await self.http.close()
        await self.db_health.close()
        await self.push.close()
        await self.limiter.close()

    def provider(self, church: Church) -> Provider:
        """The provider that carries this church's texts. Raises NotConnected."""
        token = church.auth_token(self.seal)
        if not church.twilio_account_sid or not token:
            raise NotConnected
        return self._provider_for(Credentials(church.twilio_account_sid, token), self.http)


def current_context() -> Context:
    """The context of the app that is handling this request."""
    context: Context = current_app.extensions["inbox"]
    return context


def screens() -> Screens:
    """The screens of the app that is handling this request."""
    return current_context().screens


def fragments() -> Fragments:
    return screens().fragments
