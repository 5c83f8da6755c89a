"""What the program says to hostile bodies, and what it then has on file: the same on every database, or a finding."""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from stdnum.cn import uscc

import config
from appeals import create_app
from appeals.db import db
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.company import Company
from appeals.models.files import Attachment
from appeals.models.outbox import Notice
from tests.program import hostile
from tests.program.visitor import Page

OWN = frozenset(  # what differs between two databases for good reason: moments, and what is random or counted
    {"id", "number", "code_hash", "company_id", "state_at", "next_action_at", "submitted_at", "accept_due_at"}
)
TABLES = (Appeal, Attachment, Event, Notice, Company)
LONGEST = {"company_name": 120, "address": 200, "contact_name": 40, "title": 30, "text": 5000, "wish": 1000,
           "urgent_reason": 300, "other_channel": 60, "other_number": 60}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """The answer to one body: status, what of it was stored (JSON, sorted), and what is wrong with that."""

    seed: int
    broken: tuple[str, ...]
    status: int
    stored: str | None
    finding: str = ""


def judge(url: str, folder: Path, seeds: Iterable[int]) -> list[Verdict]:
    """Send the bodies of `seeds` to an application on the database at `url`; one verdict each."""
    app = create_app(config.Settings(data_dir=folder, database_url=url))
    with app.app_context():
        try:
            return list(_judge(app, folder, seeds))
        finally:
            db.session.remove()
            db.engine.dispose()


def _judge(app: Flask, folder: Path, seeds: Iterable[int]) -> Iterator[Verdict]:
    client = app.test_client()
    page = client.get("/submit")
    token = Page(200, "/submit", None, page.data).form("/submit").controls["csrf_token"][0]  # type: ignore[arg-type]
    cookie = page.headers["Set-Cookie"].split(";")[0]
    before = _counts()
    for seed in seeds:
        body = hostile.body(seed, token)
        status = _send(app, body, cookie, seed)
        after = _counts()
        yield _verdict(seed, body.broken, status, before, after)
        before = after
    if lost := _files_without_rows(folder):
        yield Verdict(-1, (), 0, None, f"files of refused forms were kept: {lost[:3]}")


def _send(app: Flask, body: hostile.Body, cookie: str, seed: int) -> int:
    """One request of a fresh browser that has the session's cookie; each from an address of its own."""
    client = FlaskClient(app, app.response_class, use_cookies=False)
    address = f"10.{seed >> 16 & 255}.{seed >> 8 & 255}.{seed & 255}"
    answer = client.post(
        "/submit", data=body.content, headers={"Cookie": cookie, "Content-Type": body.kind},
        environ_overrides={"REMOTE_ADDR": address},
    )  # fmt: skip
    answer.close()
    return answer.status_code


def _counts() -> dict[str, int]:
    """How much there is of everything; ids only grow."""
    db.session.rollback()
    return {table.__tablename__: db.session.scalar(select(func.max(table.id))) or 0 for table in TABLES}


def _verdict(
    seed: int, broken: tuple[str, ...], status: int, before: dict[str, int], after: dict[str, int]
) -> Verdict:
    accepted = status in (302, 303)
    if status >= 500:
        return Verdict(seed, broken, status, None, "the program fell over")
    if not accepted:
        grown = [name for name in after if after[name] != before[name]]
        return Verdict(seed, broken, status, None, f"refused and yet stored: {grown}" if grown else "")
    row = db.session.get(Appeal, after["appeal"]) if after["appeal"] > before["appeal"] else None
    if row is None:
        return Verdict(seed, broken, status, None, "accepted and not stored")
    files = db.session.scalars(select(Attachment).where(Attachment.appeal_id == row.id).order_by(Attachment.id)).all()
    values = {c.name: getattr(row, c.name) for c in Appeal.__table__.columns if c.name not in OWN}
    values |= {"uscc": row.company.uscc, "files": [[f.original_name, f.media_type, f.size, f.sha256] for f in files]}
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return Verdict(seed, broken, status, text, _unsound(values))


def _unsound(row: dict[str, Any]) -> str:
    """Why this should never have been stored; reckoned without the program's own rules."""
    texts = {name: row[name] for name in LONGEST} | {"file": "".join(f[0] for f in row["files"])}
    if not uscc.is_valid(row["uscc"]) or len(row["uscc"]) != 18:
        return f"the credit code {row['uscc']!r}"
    if not (row["mobile"].isascii() and row["mobile"].isdigit() and len(row["mobile"]) == 11):
        return f"the mobile {row['mobile']!r}"
    for name, text in texts.items():
        if any(unicodedata.category(c) in ("Cs", "Cf") or c in "\x00\x1b\u202e" for c in text):
            return f"{name} holds what cannot be seen: {text[:80]!r}"
        if name in LONGEST and len(text) > LONGEST[name]:
            return f"{name} is too long: {len(text)}"
    for name in ("company_name", "contact_name", "title", "text"):
        if not any(unicodedata.category(c)[0] in "LNPS" or unicodedata.category(c) in ("Co", "Cn") for c in texts[name]):
            return f"{name} looks empty: {texts[name][:80]!r}"
    if row["state"] != "submitted" or row["is_test"] or row["source"] != "web" or row["due_at"] is not None:
        return "a column was set from outside"
    return ""


def _files_without_rows(folder: Path) -> list[str]:
    """Stored files that belong to no appeal."""
    known = set(db.session.scalars(select(Attachment.stored_name)))
    found = [path.name for path in folder.rglob("*") if path.is_file() and len(path.name) == 48]
    return [name for name in found if name not in known]
