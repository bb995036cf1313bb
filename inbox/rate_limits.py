"""Rate limits, counted in this process, or in Redis when there are several processes."""

import logging
import math
import time
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


class RateLimiter:
    """Limits by name and key: a number of attempts in any sixty seconds, or in a number of minutes.

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

    async def allow(self, name: str, most: int, key: str, minutes: int = 1) -> bool:
        """Count one attempt. False if there were too many; then it is not counted."""
        limit, who = RateLimitItemPerMinute(most, minutes), _who(name, key)
        if shared := self._shared():
            try:
                return await shared.hit(limit, who)
            except StorageError as fault:
                self._lost(fault)
        return await self._near.hit(limit, who)

    async def wait(self, name: str, per_minute: int, key: str) -> int:
        """Whole seconds until another attempt may be allowed, at least 1: for Retry-After."""
        limit, who = RateLimitItemPerMinute(per_minute), _who(name, key)
        if shared := self._shared():
            try:
                return await _seconds_left(shared, limit, who)
            except StorageError as fault:
                self._lost(fault)
        return await _seconds_left(self._near, limit, who)

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


def _who(name: str, key: str) -> str:
    """Hashed, so that Redis holds no addresses and keys cannot collide."""
    return f"{name}:{sha256(key.encode()).hexdigest()}"


async def _seconds_left(
    limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, who: str
) -> int:
    stats = await limiter.get_window_stats(limit, who)
    return max(1, math.ceil(stats.reset_time - time.time()))
