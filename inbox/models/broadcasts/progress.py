"""The progress of broadcasts, for screens. A few queries count many broadcasts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tortoise.functions import Count

from inbox import db
from inbox.clock import now
from inbox.models.broadcast import Broadcast
from inbox.models.broadcasts.audience import Audience
from inbox.models.group import Group
from inbox.models.message import Message
from inbox.rules.reasons import reason_for
from inbox.rules.status_order import FAILED

MINUTE = timedelta(minutes=1)
# In less time, a rate is mere chance.
MIN_MEASURED = timedelta(seconds=5)
RETRIED_WITHIN = timedelta(days=7)
# By then all receipts have come, and no one can retry all failed copies.
FINAL_AFTER = timedelta(days=8)

WAITING = ("queued", "sending", "unconfirmed")
HANDED = ("accepted", "sent")
ARRIVED = ("delivered", "read")
STOPPED = ("canceled",)
LEFT_OUT = ("opted_out", "unreachable")


@dataclass
class Progress:
    """`counts`: how many copies have each status, and how many members were left out."""

    broadcast: Broadcast
    counts: dict[str, int] = field(default_factory=dict)
    # Members, not texts.
    answered: int = 0
    # Failed copies that Retry may help.
    retryable: int = 0
    # Copies handed over in the last minute, and when the first and the last of all were.
    fresh: int = 0
    begun: datetime | None = None
    latest: datetime | None = None
    # For a broadcast that can still be edited: the groups it goes to.
    group_names: list[str] = field(default_factory=list)
    # For a scheduled broadcast whose page is open: how many members would get it now.
    expected: int | None = None

    def of(self, statuses: Iterable[str]) -> int:
        return sum(self.counts.get(status, 0) for status in statuses)

    @property
    def status(self) -> str:
        return self.broadcast.status(self.counts)

    @property
    def waiting(self) -> int:
        return self.of(WAITING)

    @property
    def handed(self) -> int:
        return self.of(HANDED)

    @property
    def arrived(self) -> int:
        return self.of(ARRIVED)

    @property
    def failed(self) -> int:
        return self.of(FAILED)

    @property
    def stopped(self) -> int:
        return self.of(STOPPED)

    @property
    def left_out(self) -> int:
        return self.of(LEFT_OUT)

    @property
    def may_retry(self) -> bool:
        """Whether failed copies may be retried. No one wants last month's news."""
        is_fresh = now() - self.broadcast.send_after < RETRIED_WITHIN
        return bool(self.retryable) and is_fresh and self.status != "stopped"

    @property
    def is_final(self) -> bool:
        """Whether the statuses of the copies will not change."""
        broadcast = self.broadcast
        ended = broadcast.enlisted_at or (broadcast.stopped_at and not broadcast.canceled_until)
        # A single copy may be retried at any time.
        latest = max(broadcast.send_after, self.latest or broadcast.send_after)
        return bool(ended) and not self.waiting and now() - latest > FINAL_AFTER

    @property
    def total(self) -> int:
        """How many copies there are."""
        return sum(self.counts.values()) - self.left_out

    @property
    def per_minute(self) -> int:
        """The current rate, or 0 if it is unknown: in the first seconds, or if nothing is sent."""
        since = now() - self.begun if self.begun else timedelta()
        if since >= MINUTE:
            return self.fresh
        # The first copy only starts the clock.
        return round((self.fresh - 1) * MINUTE / since) if since >= MIN_MEASURED else 0

    @property
    def finish(self) -> datetime | None:
        """When the last copy will leave at this rate, or None if that is unknown."""
        if self.status != "sending" or not self.waiting or not self.per_minute:
            return None
        return now() + MINUTE * self.waiting / self.per_minute


async def progress_of(broadcasts: Sequence[Broadcast]) -> list[Progress]:
    """The progress of each broadcast, under a new revision taken before counting."""
    if not broadcasts:
        return []
    found = {one.id: Progress(one) for one in broadcasts}
    for count in (_take_revisions, _count_copies, _count_answers, _name_groups):
        await count(found, list(found))
    return list(found.values())


async def open_progress(broadcast: Broadcast) -> Progress:
    """The progress of a broadcast whose page is open."""
    [progress] = await progress_of([broadcast])
    await count_expected(progress)
    return progress


async def count_expected(progress: Progress) -> None:
    if progress.broadcast.is_to_come:
        progress.expected = (await Audience.of(progress.broadcast).counted()).willing


async def _take_revisions(found: dict[int, Progress], ids: list[int]) -> None:
    taken = await db.rows(
        f"update broadcast set revision = revision + 1 where id in ({db.marks(ids)}) "
        "returning id, revision",
        *ids,
    )
    for row in taken:
        found[row["id"]].broadcast.revision = row["revision"]
    for fresh in await Broadcast.filter(id__in=ids):
        one = found[fresh.id].broadcast
        one.enlisted_at, one.stopped_at = fresh.enlisted_at, fresh.stopped_at
        one.send_after, one.body = fresh.send_after, fresh.body
        one.target_type, one.target_ids = fresh.target_type, fresh.target_ids
        one.canceled_until, one.final_counts = fresh.canceled_until, fresh.final_counts
        found[fresh.id].counts["opted_out"] = fresh.opted_out_count
        found[fresh.id].counts["unreachable"] = fresh.unreachable_count


async def _count_copies(found: dict[int, Progress], ids: list[int]) -> None:
    """Copies of old broadcasts are counted once more and never again: a church may have sent
    hundreds of broadcasts to tens of thousands of members."""
    changing = []
    for id in ids:
        if final := found[id].broadcast.final_counts:
            found[id].counts |= final
        else:
            changing.append(id)
    if changing:
        await _count_changing(found, changing)
    for id in changing:
        if found[id].is_final:
            await _keep_final(found[id])


async def _count_changing(found: dict[int, Progress], ids: list[int]) -> None:
    rows = await db.rows(
        "select broadcast_id, status, error_code, retried, count(*) as copies, "
        "sum(case when first_attempted_at > ? then 1 else 0 end) as fresh, "
        "min(first_attempted_at) as begun, max(first_attempted_at) as latest from message "
        f"where broadcast_id in ({db.marks(ids)}) "
        "group by broadcast_id, status, error_code, retried",
        now() - MINUTE,
        *ids,
    )
    for row in rows:
        progress = found[row["broadcast_id"]]
        status, copies = row["status"], row["copies"]
        progress.counts[status] = progress.counts.get(status, 0) + copies
        progress.fresh += row["fresh"]
        if begun := db.moment(row["begun"]):
            progress.begun = min(progress.begun or begun, begun)
        if latest := db.moment(row["latest"]):
            progress.latest = max(progress.latest or latest, latest)
        if status in FAILED and not row["retried"] and reason_for(row["error_code"]).worth_retrying:
            progress.retryable += copies


async def _keep_final(progress: Progress) -> None:
    broadcast = progress.broadcast
    counts = {status: n for status, n in progress.counts.items() if status not in LEFT_OUT}
    # Unless it has changed since it was counted.
    same = Broadcast.filter(id=broadcast.id, revision=broadcast.revision)
    await same.update(final_counts=counts)


async def _count_answers(found: dict[int, Progress], ids: list[int]) -> None:
    rows = await db.rows(
        "select answers_id, count(distinct conversation_id) as people from message "
        f"where answers_id in ({db.marks(ids)}) group by answers_id",
        *ids,
    )
    for row in rows:
        found[row["answers_id"]].answered = row["people"]


async def _name_groups(found: dict[int, Progress], ids: list[int]) -> None:
    for progress in found.values():
        here = progress.broadcast
        if here.target_type == "groups" and here.is_to_come:
            groups = Group.filter(church_id=here.church_id, id__in=here.target_ids)
            progress.group_names = [group.name for group in await groups.order_by("name")]


async def counts_of(broadcast: Broadcast) -> dict[str, int]:
    """How many copies have each status, and how many members were left out."""
    grouped = (
        await Message.filter(broadcast_id=broadcast.id)
        .annotate(count=Count("id"))
        .group_by("status")
        .values("status", "count")
    )
    counts = {row["status"]: row["count"] for row in grouped}
    counts["opted_out"] = broadcast.opted_out_count
    counts["unreachable"] = broadcast.unreachable_count
    return counts
