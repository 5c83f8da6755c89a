"""A site on each database, browsers that look at every page they get, and a clock that stands still."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event

from appeals import create_app
from appeals.db import db
from config import Settings
from tests import builders as b
from tests import page
from tests.program.visitor import Page, Visitor


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is Monday 2026-11-23, 09:00 in Shanghai, until `clock.move_to(…)`."""
    with time_machine.travel(b.FILED, tick=False) as moment:
        yield moment


@pytest.fixture
def site(database_url: str, tmp_path: Path, clock: Any) -> Iterator[Flask]:
    """The program on a fresh, seeded database of each kind. Deeds: `with site.app_context(): …`, never around a page."""
    app = create_app(Settings(data_dir=tmp_path / "data", database_url=database_url))
    yield app
    with app.app_context():
        db.engine.dispose()


class Seen(Page):
    """A page, and what it says is wrong with the form on it."""

    def errors(self) -> str:
        """The sentences of the summary and beside the fields."""
        return " | ".join(tag.get_text(" ", strip=True) for tag in self.soup.select(".error, [role=alert]"))


class Browser(Visitor):
    """One browser. A page with anything wrong in it, or any answer of 500 and above, is an error."""

    def __init__(self, site: Flask, address: str = "192.0.2.1") -> None:
        """A browser that has never been here, at this address."""
        self.site, self.client = site, site.test_client()
        self.client.environ_base["REMOTE_ADDR"] = address

    def request(self, method: str, path: str, body: bytes = b"", headers: Any = None) -> Page:
        """One request and its answer, as they are."""
        answer = self.client.open(path, method=method, data=body, headers=headers)
        got = Seen(answer.status_code, path, answer.headers, answer.data)
        if got.status >= 500:
            raise AssertionError(f"{method} {path}: {got.status}")
        if answer.mimetype == "text/html" and got.status not in (301, 302, 303, 307, 308):
            wrong = page.problems(got.body)
            assert not wrong, f"{method} {path}: {wrong}"
        return got

    def sign_in(self, login: str) -> None:
        """Somebody of staff sits at this browser."""
        from appeals import clock as now
        from appeals.actions import accounts

        with self.site.app_context():
            token = accounts.sign_in(login=login, password=self.password(login), at=now.now())
        with self.client.session_transaction() as session:
            session["_user_id"] = token

    def password(self, login: str) -> str:
        """A password that works for this account."""
        from sqlalchemy import update
        from werkzeug.security import generate_password_hash

        from appeals.models.people import User

        word = "correct horse battery staple"
        with db.session.begin():
            changes = {"password_hash": generate_password_hash(word, "pbkdf2:sha256:1"), "must_change_password": False}
            db.session.execute(update(User).where(User.login == login).values(**changes))
        return word


@pytest.fixture
def browser(site: Flask) -> Callable[..., Browser]:
    """New browsers: browser() or browser("203.0.113.7")."""
    return lambda *address: Browser(site, *address)


@pytest.fixture
def company(browser: Callable[..., Browser]) -> Browser:
    """A company's browser."""
    return browser()


@pytest.fixture
def statements(site: Flask) -> Callable[[], Any]:
    """`with statements() as said: …` collects every statement the site sends to its database."""

    @contextmanager
    def listen() -> Iterator[list[str]]:
        said: list[str] = []

        def hear(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if "FROM version" not in statement:  # read anew now and then, whatever the page
                said.append(statement)

        with site.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", hear)
        try:
            yield said
        finally:
            event.remove(engine, "before_cursor_execute", hear)

    return listen


@pytest.fixture
def office(site: Flask, browser: Callable[..., Browser]) -> Browser:
    """A coordinator at the table."""
    with site.app_context():
        b.staff("coordinator", login="office")
    visitor = browser("192.0.2.2")
    visitor.sign_in("office")
    return visitor
