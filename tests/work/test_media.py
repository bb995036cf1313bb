"""Pictures that came with a text are fetched, kept, and given up on in the end."""

import asyncio

from inbox.models import Media
from inbox.models.inbound import receive
from inbox.models.message import now
from inbox.simulator import Message as TwilioMessage
from inbox.simulator import text_from
from inbox.work.media import MOST_ATTEMPTS, MediaFetch
from tests.cast import GRACE_NUMBER, GRACE_SID, NAOMI
from tests.work.conftest import Delivery


async def picture(delivery: Delivery) -> tuple[TwilioMessage, Media]:
    network = delivery.simulator.network
    sent = await text_from(network, NAOMI, GRACE_NUMBER, "Look!", pictures=1)
    url = (
        f"{network.url}/2010-04-01/Accounts/{GRACE_SID}"
        f"/Messages/{sent.sid}/Media/{sent.media[0].sid}"
    )
    await receive(
        delivery.cast.grace_number,
        sid=sent.sid,
        from_=NAOMI,
        body="Look!",
        attachments=[(url, "image/gif")],
    )
    return sent, await Media.get()


async def test_a_picture_is_fetched_and_kept_as_what_it_is(delivery: Delivery) -> None:
    sent, _ = await picture(delivery)
    await MediaFetch(delivery.context).round()

    kept = await Media.get()
    assert (kept.status, kept.content_type) == ("stored", "image/png"), "whatever the sender said"
    assert kept.file_name
    file = delivery.context.config.data_dir / "media" / kept.file_name
    assert file.read_bytes() == sent.media[0].data
    assert kept.size == len(sent.media[0].data)


async def test_two_workers_fetch_a_picture_once(delivery: Delivery) -> None:
    await picture(delivery)
    await asyncio.gather(*(MediaFetch(delivery.context).round() for _ in range(3)))
    assert (await Media.get()).attempts == 1
    assert len(list((delivery.context.config.data_dir / "media").iterdir())) == 1


async def test_a_picture_that_is_gone_is_given_up_after_a_while(delivery: Delivery) -> None:
    sent, media = await picture(delivery)
    delivery.simulator.world.detach(sent, sent.media[0])
    fetch = MediaFetch(delivery.context)
    for _ in range(MOST_ATTEMPTS):
        assert (await Media.get()).status == "pending"
        await Media.filter(id=media.id).update(fetch_after=now())
        await fetch.round()
    assert (await Media.get()).status == "lost"
