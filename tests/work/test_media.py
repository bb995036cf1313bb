"""Received pictures are downloaded, stored, and eventually given up on."""

import asyncio
from collections.abc import Sequence

import pytest
from bs4 import BeautifulSoup

from inbox.clock import now
from inbox.keys import new_key
from inbox.live.fragments import Fragments
from inbox.models import Church, Conversation, Media
from inbox.models.conversations.thread import bubbles
from inbox.models.texts.receive import receive
from inbox.models.texts.reply import reply
from inbox.models.texts.undo import undo
from inbox.providers.twilio_http import MAX_ATTACHMENT_BYTES
from inbox.simulator import Message as TwilioMessage
from inbox.simulator import text_from
from inbox.simulator.pictures import picture as picture_of
from inbox.work import media as work_media
from inbox.work.media import MAX_ATTEMPTS, MediaFetch
from tests.cast import GRACE_NUMBER, GRACE_SID, NAOMI
from tests.work.conftest import Delivery

ENGLISH, SPANISH = Church(language="en"), Church(language="es")


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


async def test_a_picture_is_downloaded_and_stored_by_its_real_type(delivery: Delivery) -> None:
    sent, _ = await picture(delivery)
    await MediaFetch(delivery.context).round()

    kept = await Media.get()
    assert (kept.status, kept.content_type) == ("stored", "image/png"), (
        "whatever the sender claimed"
    )
    assert kept.file_name
    file = delivery.context.config.data_dir / "media" / kept.file_name
    assert file.read_bytes() == sent.media[0].data
    assert kept.size == len(sent.media[0].data)


async def test_two_workers_download_a_picture_once(delivery: Delivery) -> None:
    await picture(delivery)
    await asyncio.gather(*(MediaFetch(delivery.context).round() for _ in range(3)))
    assert (await Media.get()).attempts == 1
    assert len(list((delivery.context.config.data_dir / "media").iterdir())) == 1


async def test_a_picture_is_given_up_even_if_each_attempt_ended_with_the_worker(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full(*_: object) -> str:
        raise OSError("no space left on device")

    _, media = await picture(delivery)
    monkeypatch.setattr(work_media, "_keep", disk_full)
    fetch = MediaFetch(delivery.context)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(OSError):
            await fetch.round()
        await Media.filter(id=media.id).update(fetch_after=now())
    await fetch.round()
    assert (await Media.get()).status == "lost"


async def test_a_picture_that_twilio_lost_is_given_up_eventually(delivery: Delivery) -> None:
    sent, media = await picture(delivery)
    delivery.simulator.world.detach(sent, sent.media[0])
    fetch = MediaFetch(delivery.context)
    for _ in range(MAX_ATTEMPTS):
        assert (await Media.get()).status == "pending"
        await Media.filter(id=media.id).update(fetch_after=now())
        await fetch.round()
    assert (await Media.get()).status == "lost"


async def test_a_file_that_is_too_large_is_given_up_at_once(delivery: Delivery) -> None:
    await attached(delivery, [("video/mp4", bytes(MAX_ATTACHMENT_BYTES + 1))])
    await MediaFetch(delivery.context).round()

    media = await Media.get()
    assert (media.status, media.attempts, media.file_name) == ("lost", 1, None)


@pytest.mark.parametrize(
    ("content_type", "content", "words", "ending"),
    [
        ("audio/amr", b"#!AMR\n<", "Voice message", ".amr"),
        ("text/x-vcard", b"BEGIN:VCARD", "Contact card", ".vcf"),
        ("application/pdf", b"%PDF-1.7", "PDF", ".pdf"),
        ("image/heic", b"\0\0\0\x18ftypheic", "Photo", ".heic"),
        ("video/3gpp", b"\0\0\0\x18ftyp3gp4", "Video", ".3gp"),
        ("text/plain; charset=utf-8", b"Hello", "Text file", ".txt"),
        ("Audio/MPEG", b"ID3", "Audio", ".mp3"),
        ("audio/mp4", b"\0\0\0\x18ftypM4A ", "Voice message", ".m4a"),
        ("video/mp4", b"\0\0\0\x18ftypmp42", "Video", ".mp4"),
        ("application/octet-stream", b"%PDF-1.7", "PDF", ".pdf"),
        ("application/x-unheard-of", b"?", "File", ""),
        ("image/png", b"<script>alert(1)</script>", "File", ""),
        ("text/html", b"<script>alert(1)</script>", "File", ""),
    ],
)
async def test_a_file_keeps_its_kind_and_opens_after_download(
    delivery: Delivery, content_type: str, content: bytes, words: str, ending: str
) -> None:
    await attached(delivery, [(content_type, content)])
    await MediaFetch(delivery.context).round()

    media = await Media.get()
    assert media.status == "stored" and not media.is_shown
    assert media.name.endswith(f"-{media.id}{ending}")
    conversation = await Conversation.whole().get()
    assert shown(Fragments().row(ENGLISH, conversation), "row-text") == words
    bubble = Fragments().message(ENGLISH, await bubbles().get())
    assert shown(bubble, "picture-file").startswith(f"{words}, ")
    assert f'download="{media.name}"' in bubble


async def test_a_row_counts_its_attachments_by_kind(delivery: Delivery) -> None:
    png = picture_of(0)
    files = [("image/png", png), ("application/pdf", b"%PDF-"), ("image/png", png)]
    await attached(delivery, [*files, ("image/heic", b"\0\0\0\x18ftypheic")])

    for fetched in (False, True):
        if fetched:
            await MediaFetch(delivery.context).round()
        conversation = await Conversation.whole().get()
        assert shown(Fragments().row(ENGLISH, conversation), "row-text") == "3 photos, PDF"
        assert shown(Fragments().row(SPANISH, conversation), "row-text") == "3 fotos, PDF"
        bubble = Fragments().message(SPANISH, await bubbles().get())
        assert 'aria-label="3 fotos, PDF"' in bubble


async def test_a_row_shows_words_and_kind_until_something_newer_is_said(
    delivery: Delivery,
) -> None:
    await attached(delivery, [("audio/amr", b"#!AMR\n")], body="Listen!")
    conversation = await Conversation.whole().get()
    assert shown(Fragments().row(ENGLISH, conversation), "row-text") == "Voice message · Listen!"

    await receive(delivery.cast.grace_number, sid="SM" + "1" * 32, from_=NAOMI, body="Well?")
    await MediaFetch(delivery.context).round()
    conversation = await Conversation.whole().get()
    assert shown(Fragments().row(ENGLISH, conversation), "row-text") == "Well?"


async def test_a_row_shows_the_earlier_text_again_after_a_reply_is_undone(
    delivery: Delivery,
) -> None:
    await attached(delivery, [("audio/amr", b"#!AMR\n")])
    conversation = await Conversation.whole().get()
    delivery.cast.ruth.undo_seconds = 60
    ours = await reply(conversation, by=delivery.cast.ruth, body="Thank you", key=new_key())
    assert (await Conversation.get()).last_attachments == ""
    await undo(ours, by=delivery.cast.ruth)
    assert (await Conversation.get()).last_attachments == "audio/amr"


async def attached(delivery: Delivery, files: Sequence[tuple[str, bytes]], body: str = "") -> None:
    """A stored text from Naomi with these files."""
    network = delivery.simulator.network
    sent = await text_from(network, NAOMI, GRACE_NUMBER, body, files=files)
    folder = f"{network.url}/2010-04-01/Accounts/{GRACE_SID}/Messages/{sent.sid}/Media"
    await receive(
        delivery.cast.grace_number,
        sid=sent.sid,
        from_=NAOMI,
        body=body,
        attachments=[(f"{folder}/{one.sid}", one.content_type) for one in sent.media],
    )


def shown(html: str, name: str) -> str:
    """The words of the element of this class."""
    [found] = BeautifulSoup(html, "html.parser").find_all(class_=name)
    return " ".join(found.text.split())
