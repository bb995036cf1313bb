"""Settings, Staff: two owners at once, passwords, and owners who lost their role."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
from bs4 import BeautifulSoup

from inbox import paths
from inbox.models import ApiToken, Church, PhoneNumber, Staff
from inbox.models.permissions import NotAllowed
from inbox.twilio_setup import connect_twilio
from tests.cast import GRACE_NUMBER, GRACE_SID, GRACE_TOKEN, PASSWORD
from tests.house import House

NEW = "four unrelated words of hers"


@pytest.mark.parametrize("path", [paths.staff_role, paths.staff_leave])
async def test_two_owners_who_change_each_other_at_once_leave_one(
    house: House, path: Callable[[int], str]
) -> None:
    cast = house.cast
    both = Staff.filter(id__in=[cast.ruth.id, cast.daniel.id])
    for _ in range(4):
        await both.update(role="owner", left_at=None)
        ruth, daniel = await house.browser(cast.ruth), await house.browser(cast.daniel)
        answers = await asyncio.gather(
            *(
                browser.post(path(other.id), data={"role": "volunteer"}, allow_redirects=False)
                for browser, other in ((ruth, cast.daniel), (daniel, cast.ruth))
            )
        )
        # The second one is refused: as no longer an owner, or as already signed out.
        first, second = sorted(answer.status for answer in answers)
        assert first == 303 and second in (401, 403)
        assert await Staff.filter(church=cast.grace, role="owner", left_at=None).count() == 1


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Ruth Adeyemi is the only owner. Make someone else an owner first."),
        ("es", "No hay otro propietario que Ruth Adeyemi."),
    ],
)
async def test_the_last_owner_reads_what_to_do_first(
    house: House, language: str, sentence: str
) -> None:
    cast = house.cast
    await Church.filter(id=cast.grace.id).update(language=language)
    ruth = await house.browser(cast.ruth)
    for path in (paths.staff_role(cast.ruth.id), paths.staff_leave(cast.ruth.id)):
        answer = await ruth.post(path, data={"role": "editor"})
        assert answer.status == 422 and sentence in await answer.text()
    assert (await Staff.get(id=cast.ruth.id)).role == "owner"


async def change_own(house: House, browser: aiohttp.ClientSession, **form: str) -> tuple[int, str]:
    answer = await browser.post(
        paths.staff_password(house.cast.ruth.id), data=form, allow_redirects=False
    )
    return answer.status, await answer.text()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "That is not your current password. Your password has not been changed."),
        ("es", "Esa no es su contraseña actual. La contraseña no se ha cambiado."),
    ],
)
async def test_your_own_password_changes_only_with_the_current_one(
    house: House, language: str, sentence: str
) -> None:
    cast = house.cast
    await Church.filter(id=cast.grace.id).update(language=language)
    ruth, elsewhere = await house.browser(cast.ruth), await house.browser(cast.ruth)
    wrong: tuple[dict[str, str], ...] = ({}, {"current": ""}, {"current": PASSWORD + " "})
    for given in wrong:
        status, text = await change_own(house, ruth, password=NEW, **given)
        assert status == 422 and sentence in text and NEW not in text
        opened = BeautifulSoup(text, "html.parser").select("details[open] [name=current]")
        assert len(opened) == 1, "the form is open again"
    assert await Staff.sign_in(cast.ruth.email, PASSWORD)
    assert (await elsewhere.get("/inbox", allow_redirects=False)).status == 200

    status, _ = await change_own(house, ruth, current=PASSWORD, password=NEW)
    assert status == 303 and await Staff.sign_in(cast.ruth.email, NEW)
    assert (await ruth.get("/inbox", allow_redirects=False)).status == 200
    assert (await elsewhere.get("/inbox", allow_redirects=False)).status == 302


async def test_only_your_own_form_asks_for_the_current_password(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    page = BeautifulSoup(await (await ruth.get(paths.staff_settings())).text(), "html.parser")
    asking = {
        form["action"]: bool(form.select("[name=current][required]"))
        for form in page.select("form[action$='/password']")
    }
    own = paths.staff_password(house.cast.ruth.id)
    assert len(asking) == 3 and [path for path, asks in asking.items() if asks] == [own]


async def test_guessing_the_current_password_is_slowed_down_as_at_sign_in(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    found = [await change_own(house, ruth, current=f"guess {n}", password=NEW) for n in range(6)]
    assert [status for status, _ in found] == [422] * 5 + [429]
    assert "Too many attempts. Please wait a minute, then try again." in found[-1][1]
    assert (await change_own(house, ruth, current=PASSWORD, password=NEW))[0] == 429
    assert await Staff.sign_in(house.cast.ruth.email, PASSWORD), "not even with the right one"
    # They count as attempts to sign in, and from another network she is not locked out.
    nobody = await house.browser()
    form = {"email": house.cast.ruth.email, "password": PASSWORD}
    assert (await nobody.post("/sign-in", data=form)).status == 429
    elsewhere = {"X-Forwarded-For": "198.51.100.7"}
    assert (await nobody.post("/sign-in", data=form, headers=elsewhere)).status == 200


@pytest.mark.parametrize("actor", ["owner", "program"])
async def test_twilio_stays_unchanged_if_the_actor_loses_permission_before_it_answers(
    house: House, actor: str
) -> None:
    cast = house.cast
    by: Staff | ApiToken = cast.ruth
    if actor == "program":
        by, _ = await ApiToken.issue(cast.grace, "A program", by=cast.ruth)
        await ApiToken.filter(id=by.id).update(revoked_at=cast.grace.created_at)
    else:
        await Staff.filter(id=cast.ruth.id).update(role="volunteer")
    given = (house.app.context, cast.grace, GRACE_SID, GRACE_TOKEN, GRACE_NUMBER)
    before = await Church.all().values(), await PhoneNumber.all().values()
    with pytest.raises(NotAllowed):
        await connect_twilio(*given, by=by)
    assert (await Church.all().values(), await PhoneNumber.all().values()) == before
    assert await connect_twilio(*given, by=None), "the premise"
