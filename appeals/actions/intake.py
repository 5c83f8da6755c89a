"""A company files an appeal, supplements, urges, asks to withdraw (policy §3, §11)."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from appeals.actions import filing, limits, notices
from appeals.actions.attachments import Stored
from appeals.actions.refusals import Refused, say
from appeals.db import session, writing
from appeals.models import calendar, search, settings
from appeals.models.appeal import Appeal
from appeals.models.files import Attachment
from appeals.rules import deadlines, holding, numbering, text
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.lifecycle import Move
from appeals.rules.words import Role, Source, State


class KeyReused(Exception):
    """This submission key already made an appeal with other words."""


@dataclass(frozen=True)
class Submission:
    """A valid form, normalised: policy §11. Lengths were checked by whoever made it."""

    company_name: str
    uscc: str
    territory: str
    contact_name: str
    mobile: str
    nature: str
    title: str
    text: str
    industry: str | None = None
    address: str = ""
    wish: str = ""
    urgent: bool = False
    urgent_reason: str = ""
    other_channel: str = ""
    other_number: str = ""
    about_unit_id: int | None = None
    conduct: bool = False
    hide_contact: bool = False
    language: str = "zh"
    source: Source = Source.WEB


@dataclass(frozen=True)
class Receipt:
    """What the company keeps: the number, and the code that is shown this once."""

    number: str
    code: str
    again: bool = False


def submit(
    submission: Submission, *, key: str, secret: bytes, at: datetime, files: Sequence[Stored] = (),
    by: Actor = COMPANY, prefix: str = "QS",
) -> Receipt:  # fmt: skip
    """File an appeal: one durable commit, one number. The same key again gives the same receipt.

    `secret` keys the code; the file keeps only its hash. Raises KeyReused.
    """
    digest = _digest(submission, files)
    row = values(submission, key, digest, by, at)  # before the writer's turn: others wait for it
    said = search.tokens(" ".join((submission.company_name, submission.title, submission.text)))
    try:
        with writing() as writer:
            row["company_id"] = filing.company(
                submission.uscc, submission.company_name, submission.industry, at, writer
            )
            place = filing.place(prefix, at, writer)
            code = _code(secret, key, place.number)
            row["code_hash"] = code_hash(code, secret)
            filing.store(row, said, place, files, by, at, writer)
    except IntegrityError:
        earlier = _earlier(key, digest, secret)
        if earlier is None:
            raise
        return earlier
    return Receipt(place.number, code)


def code_hash(code: str, secret: bytes) -> str:
    """What the file keeps of a code; `code` in its normal form."""
    return hmac.digest(secret, b"hash:" + code.encode(), "sha256").hex()


def _code(secret: bytes, key: str, number: str) -> str:
    """80 bits that nobody without the secret can guess, and that a repeated request finds again."""
    return numbering.code_of(hmac.digest(secret, f"code:{key}:{number}".encode(), "sha256")[:10])


def _digest(submission: Submission, files: Sequence[Stored]) -> str:
    said = vars(submission) | {"language": "", "files": [f.sha256 for f in files]}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _earlier(key: str, digest: str, secret: bytes) -> Receipt | None:
    row = session().execute(
        select(Appeal.number, Appeal.form_digest).where(Appeal.submission_key == key)
    ).first()
    if row is None:
        return None
    if row.form_digest != digest:
        raise KeyReused
    return Receipt(row.number, _code(secret, key, row.number), again=True)


def values(
    submission: Submission, key: str | None, digest: str | None, by: Actor, at: datetime
) -> dict[str, Any]:
    """The row of a new appeal, but for its ids, its company and its code.

    What staff file for a company runs from the company's confirmation (policy §2).
    """
    own = by.user_id is None
    accept_due_at = deadlines.acceptance(at, calendar.current(), settings.limits()) if own else None
    row: dict[str, Any] = dict(vars(submission))
    del row["uscc"]
    return row | {
        "submission_key": key, "form_digest": digest, "source": submission.source.value,
        "points": [{"no": i, "text": p} for i, p in enumerate(text.points(submission.text), start=1)],
        "supplements": [], "spells": [], "undone": [], "state": State.SUBMITTED.value, "state_at": at,
        "submitted_at": at, "version": 1, "accept_due_at": accept_due_at, "next_action_at": accept_due_at,
        "round": 1, "is_test": False, "split_by_company": False, "filed_by_id": by.user_id,
        "filer_unit_id": by.unit_id,
    }  # fmt: skip


def supplement(
    appeal_id: int, *, addition: str, files: Sequence[Stored] = (), at: datetime, seen: int | None = None
) -> Appeal:
    """The company adds what was asked for; acceptance is due anew (policy §4)."""
    if text.is_visibly_empty(addition) and not files:
        raise Refused(addition=say("请写明补充的内容，或上传材料"))
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        appeal.accept_due_at = deadlines.acceptance(at, calendar.current(), settings.limits())
        appeal.supplements = [*appeal.supplements, {"at": at.isoformat(), "text": addition}]
        if appeal.supplement_asked_at is not None:
            spell = {"holder": holding.COMPANY, "from": appeal.supplement_asked_at.isoformat(), "to": at.isoformat()}
            appeal.spells = [*appeal.spells, spell]
        for stored in files:
            session().add(Attachment(**stored.row(appeal.id, Role.COMPANY, at)))
        event = appeal.make(Move.SUPPLEMENT, by=COMPANY, at=at, files=len(files))
        notices.tell_office(appeal, event)
        return appeal


def urge(appeal_id: int, *, at: datetime, seen: int | None = None) -> Appeal:
    """The company urges; once in three working days (policy §2)."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        days, every = calendar.current(), settings.limits(appeal.settings_version).urge_every
        if appeal.urged_at is not None and at <= deadlines.after(appeal.urged_at, every, days):
            raise Refused(urge=say("每 %(every)s 个工作日可以催办一次，请稍后再催", every=every))
        appeal.urged_at = at
        event = appeal.make(Move.URGE, by=COMPANY, at=at)
        for unit_id in {a.unit_id for a in (appeal.answering, appeal.lead) if a is not None}:
            notices.tell_unit(appeal, event, unit_id)
        notices.tell_office(appeal, event)
        return appeal


def ask_withdrawal(appeal_id: int, *, at: datetime, seen: int | None = None) -> Appeal:
    """The company asks to withdraw; the office confirms by telephone, never the unit (policy §3)."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if appeal.withdrawal_asked_at is not None:
            raise Refused(withdraw=say("您已申请撤回，我们会尽快电话确认"))
        appeal.withdrawal_asked_at = at
        appeal.withdrawal_due_at = deadlines.after(
            at, settings.limits(appeal.settings_version).withdrawal_confirm, calendar.current()
        )
        event = appeal.make(Move.ASK_WITHDRAWAL, by=COMPANY, at=at)
        notices.tell_office(appeal, event)
        return appeal
