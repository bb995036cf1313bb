"""Rate limits, counted in this process, or in Redis when there are several processes."""

import logging
import math
import time
from dataclasses import dataclass
from hashlib import sha256

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool

from inbox.config import Config

log = logging.getLogger(__name__)

# Redis is close by: if it takes longer than this, it is down.
REDIS_TIMEOUT = 1.0
# After a failure it is not asked again for this long, so that requests do not wait each time.
LEFT_ALONE = 5.0


@dataclass(frozen=True)
class Limit:
    """At most so many attempts in any so many minutes, for each key."""

    name: str
    most: int
    minutes: int = 1


# Sign-in attempts: all from one network, and those for one account from one network.
SIGN_INS_OF_NETWORK = Limit("sign-in-network", 30)
SIGN_INS_OF_ACCOUNT = Limit("sign-in", 5)
# For one account: from each browser that has signed in to it before, and from all others together.
# So few guesses cannot find a password that we accept.
SIGN_INS_OF_DEVICE = Limit("sign-in-device", 60, minutes=60)
SIGN_INS_OF_STRANGERS = Limit("sign-in-account", 60, minutes=60)
# API requests: with one token, and those without a valid one from one network.
API_REQUESTS = Limit("api requests", 120)
API_FAILURES = Limit("api failures", 20)
# Webhooks with a wrong signature that are counted, for one church: each count is a write.
REFUSED_WEBHOOKS = Limit("refused webhooks", 60)
# Of one person.
TEST_NOTIFICATIONS = Limit("push-test", 6)


class RateLimiter:
    """Counts attempts by limit and key.

    While Redis is down, each process counts by itself: someone guessing passwords gains little, and
    no one else is locked out.
    """

    def __init__(self, redis: ConnectionPool | None = None) -> None:
        self._redis = redis
        self._near = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._over_redis = (
            SlidingWindowCounterRateLimiter(_shared_storage(redis)) if redis else None
        )
        self._left_alone_until = 0.0

    @classmethod
    def from_config(cls, config: Config) -> "RateLimiter":
        if not config.redis_url:
            return cls()
        return cls(
            ConnectionPool.from_url(
                config.redis_url,
                socket_timeout=REDIS_TIMEOUT,
                socket_connect_timeout=REDIS_TIMEOUT,
            )
        )

    async def close(self) -> None:
        if self._redis:
            await self._redis.aclose()

    async def allow(self, limit: Limit, key: str) -> bool:
        """Count one attempt. False if there were too many; then it is not counted."""
        item, who = _item(limit), _who(limit, key)
        if shared := self._shared():
            try:
                return await shared.hit(item, who)
            except StorageError as fault:
                self._lost(fault)
        return await self._near.hit(item, who)

    async def wait(self, limit: Limit, key: str) -> int:
        """Whole seconds until another attempt may be allowed, at least 1: for Retry-After."""
        item, who = _item(limit), _who(limit, key)
        if shared := self._shared():
            try:
                return await _seconds_left(shared, item, who)
            except StorageError as fault:
                self._lost(fault)
        return await _seconds_left(self._near, item, who)

    def _shared(self) -> SlidingWindowCounterRateLimiter | None:
        return self._over_redis if time.monotonic() >= self._left_alone_until else None

    def _lost(self, fault: StorageError) -> None:
        self._left_alone_until = time.monotonic() + LEFT_ALONE
        log.warning(
            "Redis cannot be reached (%s): each process limits for itself.",
            type(fault.storage_error).__name__,
        )


def _shared_storage(redis: ConnectionPool) -> RedisStorage:
    # The pool knows the address; the one given here only has to look like Redis.
    return RedisStorage(
        "async+redis://",
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix="inbox-limits",
        connection_pool=redis,  # type: ignore[arg-type]  # its stubs forget the pool
    )


def _item(limit: Limit) -> RateLimitItem:
    return RateLimitItemPerMinute(limit.most, limit.minutes)


def _who(limit: Limit, key: str) -> str:
    """Hashed, so that Redis holds no addresses and keys cannot collide."""
    return f"{limit.name}:{sha256(key.encode()).hexdigest()}"


async def _seconds_left(
    limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, who: str
) -> int:
    stats = await limiter.get_window_stats(item, who)
    return max(1, math.ceil(stats.reset_time - time.time()))
