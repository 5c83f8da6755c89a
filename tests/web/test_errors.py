"""When something cannot be done, a page says so in plain words, with a number to ask by and a way on."""

import pytest
from flask import abort
from sqlalchemy.exc import OperationalError

from appeals.web.access import everyone
from tests import page

TECHNICAL = ("Traceback", "sqlalchemy", "werkzeug", "Flask", "Python", "SELECT", "/appeals/")


@pytest.fixture
def failing(site):
    """A site with a page that fails as asked."""

    @site.get("/fail/<int:code>")
    @everyone
    def fail(code):
        if code == 599:
            raise ZeroDivisionError("secret detail")
        if code == 598:
            raise OperationalError("SELECT secret", {}, Exception("secret"))
        abort(code)

    return site.test_client()


def test_every_failure_is_a_page_in_both_languages(failing):
    for code in (400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 418, 422, 429, 500, 503, 598, 599):
        pages = [failing.get(f"/fail/{code}?lang={language}") for language in ("zh", "en")]
        for answer in pages:
            assert answer.status_code == {418: 400, 598: 503, 599: 500}.get(code, code)
            assert page.problems(answer.data) == [], code
            assert not any(word in answer.text for word in (*TECHNICAL, "secret")), code
            assert 'href="/"' in answer.text
        assert pages[0].text != pages[1].text


def test_the_number_on_the_page_is_the_number_in_the_log(failing, caplog):
    answer = failing.get("/fail/599")
    number = answer.text.split('<span class="figures">')[1].split("<")[0]
    assert f"request={number}" in caplog.text


def test_whoever_must_wait_is_told_how_long(failing):
    assert failing.get("/fail/503").headers["Retry-After"]
    assert failing.get("/fail/429").headers["Retry-After"]


def test_a_page_that_is_not_there_and_a_way_that_is_not_open(company):
    company.open("/wp-admin", 404)
    assert company.request("DELETE", "/submit").status == 405
    assert company.request("GET", "/track/QS-20261123-0001-G/urge").status == 405
