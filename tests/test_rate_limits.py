"""Limits hold in one process, across processes over Redis, and while Redis is down."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from inbox.config import Config
from inbox.rate_limits import Limit, RateLimiter

SIGN_IN, FIRST_RUN = Limit("sign-in", 3), Limit("first run", 3)
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def ruth() -> str:
    """A different one in every test, because the Redis server outlives them and remembers."""
    return f"{uuid4()}@grace.example"


@pytest.fixture(params=["alone", "with redis", "redis is away"])
async def limiter(request: pytest.FixtureRequest, config: Config) -> AsyncIterator[RateLimiter]:
    url = {"alone": None, "redis is away": NOWHERE}.get(request.param)
    if request.param == "with redis":
        url = request.getfixturevalue("redis_url")
    limiter = RateLimiter.from_config(replace(config, redis_url=url))
    yield limiter
    await limiter.close()


async def tries(limiter: RateLimiter, number: int, key: str) -> list[bool]:
    return [await limiter.allow(SIGN_IN, key) for _ in range(number)]


async def test_a_fourth_attempt_of_three_is_refused(limiter: RateLimiter, ruth: str) -> None:
    assert await tries(limiter, 5, ruth) == [True, True, True, False, False]
    assert 1 <= await limiter.wait(SIGN_IN, ruth) <= 60


async def test_each_key_and_each_name_is_counted_separately(
    limiter: RateLimiter, ruth: str
) -> None:
    await tries(limiter, 4, ruth)

    assert await limiter.allow(SIGN_IN, f"{ruth} elsewhere")
    assert await limiter.allow(FIRST_RUN, ruth)


async def test_two_processes_count_together_over_redis(
    config: Config, redis_url: str, ruth: str
) -> None:
    shared = replace(config, redis_url=redis_url)
    here, there = RateLimiter.from_config(shared), RateLimiter.from_config(shared)

    assert await tries(here, 2, ruth) == [True, True]
    assert await tries(there, 2, ruth) == [True, False]

    await here.close()
    await there.close()


async def test_redis_does_not_learn_whom_it_counts(
    config: Config, redis_url: str, ruth: str
) -> None:
    limiter = RateLimiter.from_config(replace(config, redis_url=redis_url))
    await tries(limiter, 1, ruth)
    redis = Redis.from_url(redis_url)

    keys = [key async for key in redis.scan_iter(match="*sign-in*")]

    assert keys
    assert not any(ruth.encode() in key for key in keys)
    await redis.aclose()
    await limiter.close()


async def test_an_unreachable_redis_is_reported_without_the_key(
    config: Config, ruth: str, caplog: pytest.LogCaptureFixture
) -> None:
    limiter = RateLimiter.from_config(replace(config, redis_url=NOWHERE))

    await tries(limiter, 1, ruth)

    assert "Redis cannot be reached" in caplog.text
    assert ruth not in caplog.text
    await limiter.close()
