"""The administrator's and the director's browsers: pages as a browser reads them, forms as it sends them."""

import re
from collections.abc import Iterator
from pathlib import Path

import time_machine
from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

import config
from appeals import create_app
from appeals.db import db, session
from appeals.models.people import User
from appeals.rules.words import STAFF_ROLES
from tests import builders
from tests import page as page_rules

PASSWORD = "eine-lange-losung"
NOW = builders.at("2026-12-28 10:00")


class Visitor:
    """Somebody with a browser: sees pages, and sends the forms they hold."""

    def __init__(self, app: Flask, login: str, password: str = PASSWORD) -> None:
        self.client = app.test_client()
        page = self.see("/login")
        self.answer = self.send(page, {"login": login, "password": password})

    def see(self, path: str, status: int = 200) -> BeautifulSoup:
        return read(self.get(path, status))

    def get(self, path: str, status: int = 200) -> TestResponse:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.location)
        return answer

    def send(self, page: BeautifulSoup, typed: dict, action: str = "", files: dict | None = None) -> TestResponse:
        """Send the page's form (the one whose action ends so) as a browser would, with this typed into it."""
        forms = [f for f in page.select("main form[method=post]") if str(f.get("action") or "").endswith(action)]
        assert forms, f"no form for {action!r}"
        data = {**controls(forms[0]), **typed, **(files or {})}
        return self.client.post(str(forms[0].get("action") or self.path), data=data)

    def at(self, path: str) -> "Visitor":
        self.path, self.page = path, self.see(path)
        return self

    def fill(self, typed: dict, action: str = "", files: dict | None = None) -> TestResponse:
        """Fill in the form of the page looked at."""
        return self.send(self.page, typed, action, files)

    path = "/login"


def controls(form: Tag) -> dict[str, object]:
    """What the browser sends of a form that nobody touched, buttons apart."""
    data: dict[str, object] = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(control["name"]), control.get("type", "")
        if kind in ("checkbox", "radio"):
            if control.has_attr("checked"):
                data.setdefault(name, [])
                data[name].append(control.get("value", "on"))  # type: ignore[attr-defined]
        elif control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            data[name] = chosen["value"] if chosen else ""
        elif control.name == "textarea":
            data[name] = control.get_text().removeprefix("\n").removeprefix("\r\n")
        elif kind != "file":
            data[name] = control.get("value", "")
    return data


def read(answer: TestResponse) -> BeautifulSoup:
    """The page of an answer."""
    return BeautifulSoup(answer.data, "html.parser")


def lint(answer: TestResponse) -> BeautifulSoup:
    """The page of an answer, which is as every page must be."""
    assert page_rules.problems(answer.data) == []
    return read(answer)


def house(url: str, folder: Path) -> Iterator[Flask]:
    """The house on the Monday between the years, with one account for each role; its login is the role."""
    with time_machine.travel(NOW, tick=False):
        app = create_app(config.Settings(data_dir=folder / "var", database_url=url))
        with app.app_context():
            hashed = generate_password_hash(PASSWORD, "pbkdf2:sha256:1")
            for role in STAFF_ROLES:
                unit_id = builders.unit_id(builders.UNIT) if role in ("liaison", "head") else None
                session().add(User(login=role.value, role=role.value, unit_id=unit_id, name=role.label, created_at=NOW,
                                   password_hash=hashed, must_change_password=False))  # fmt: skip
            session().commit()
            db.session.remove()
        yield app
        with app.app_context():
            db.engine.dispose()


def stored(app: Flask, query):
    """What the file holds now."""
    with app.app_context():
        return session().scalars(query).all()


def errors(answer: TestResponse) -> list[str]:
    """What stands beside the fields."""
    assert answer.status_code == 422
    return [each.get_text(strip=True) for each in lint(answer).select("form .error")]


def proposed(answer: TestResponse) -> str:
    """The address of the proposal a form led to."""
    assert answer.status_code == 303, errors(answer)
    assert re.fullmatch(r"/admin/changes/\d+", answer.location)
    return answer.location


def confirm(director: Visitor, change: str, decision: str = "confirm", remark: str = "") -> TestResponse:
    """The director decides."""
    return director.at(change).fill({"decision": decision, "remark": remark}, "/decide")
