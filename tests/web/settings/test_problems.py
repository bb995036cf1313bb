"""Settings: an error appears at its own form, however far down the page that is."""

import pytest
from bs4 import BeautifulSoup, Tag

from inbox import paths
from tests.house import House

FORMS = {
    paths.church_settings(): {"name": ""},
    paths.people_settings(): {"name": "Ada Stone", "phone": "12"},
    paths.group_settings(): {"name": ""},
    paths.twilio_settings(): {"account_sid": "hello"},
    paths.staff_settings(): {"name": "Ada Stone", "email": "ada", "role": "editor"},
    paths.saved_reply_settings(): {"title": "", "body": "Sundays at 9."},
    paths.staff_password(2): {"password": "short"},
}


@pytest.mark.parametrize("path", FORMS)
async def test_an_error_appears_right_above_its_form(house: House, path: str) -> None:
    browser = await house.browser(house.cast.ruth)
    answer = await browser.post(path, data=FORMS[path])
    assert answer.status == 422
    page = BeautifulSoup(await answer.text(), "html.parser")
    (problem,) = page.select("[role=alert].note")
    form = problem.find_next_sibling()
    assert isinstance(form, Tag) and form.name == "form" and form["action"] == path
