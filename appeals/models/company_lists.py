"""What a company that holds number and code, or a rating link, may read of its own appeal."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from appeals.db import MAX_ID, session
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.audit import Event
from appeals.models.files import Attachment
from appeals.models.people import Unit
from appeals.models.rating import Rating, RatingLink, Rectification
from appeals.models.request import Request
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.words import Role


def code_hash(number: str) -> str | None:
    """The keyed hash kept for this number; None where there is no such number, or no code."""
    return session().scalar(select(Appeal.code_hash).where(Appeal.number == number))


def is_filed(key: str) -> bool:
    """Whether this submission key has already made an appeal."""
    return session().scalar(select(Appeal.id).where(Appeal.submission_key == key)) is not None


def by_number(number: str) -> Appeal | None:
    """The appeal with its units and answers."""
    query = select(Appeal).where(Appeal.number == number)
    query = query.options(
        selectinload(Appeal.assignments).joinedload(Assignment.unit),
        selectinload(Appeal.assignments).selectinload(Assignment.replies),
    )
    return session().scalars(query).first()


def linked(token_hash: str, at: datetime) -> Appeal | None:
    """The appeal of a rating link: unexpired, and of the round that is being rated."""
    query = select(Appeal).join(RatingLink, RatingLink.appeal_id == Appeal.id)
    query = query.where(
        RatingLink.token_hash == token_hash, RatingLink.expires_at > at, RatingLink.round == Appeal.round
    )
    return session().scalars(query.options(selectinload(Appeal.assignments).joinedload(Assignment.unit))).first()


def rating(appeal: Appeal) -> Rating | None:
    """The company's present rating of this round."""
    query = select(Rating).where(Rating.appeal_id == appeal.id, Rating.round == appeal.round, Rating.counts)
    return session().scalars(query.order_by(Rating.at.desc(), Rating.id.desc())).first()


def ratings(appeal: Appeal) -> Sequence[Rating]:
    """Everything the company said of the answers, newest first."""
    query = select(Rating).where(Rating.appeal_id == appeal.id)
    return session().scalars(query.order_by(Rating.at.desc(), Rating.id.desc())).all()


def rectifications(appeal: Appeal) -> Sequence[Rectification]:
    """Everything that was to be put right, newest first."""
    query = select(Rectification).where(Rectification.appeal_id == appeal.id)
    return session().scalars(query.order_by(Rectification.id.desc())).all()


def rectification(appeal: Appeal) -> Rectification | None:
    """What is being put right in this round."""
    query = select(Rectification).where(Rectification.appeal_id == appeal.id, Rectification.round == appeal.round)
    return session().scalars(query.order_by(Rectification.id.desc())).first()


def deciding(appeal: Appeal) -> Request | None:
    """What is before its decider and keeps open which unit has the appeal."""
    query = select(Request).where(
        Request.appeal_id == appeal.id, Request.decided_at.is_(None), Request.due_at.is_not(None),
        Request.kind.in_((Asked.RETURN.value, Asked.CONFERENCE.value)), Request.asked_at.is_not(None),
    )  # fmt: skip
    return session().scalars(query.order_by(Request.id.desc())).first()


def files(appeal: Appeal) -> Sequence[Attachment]:
    """What the company attached, oldest first."""
    query = select(Attachment).where(Attachment.appeal_id == appeal.id, Attachment.added_by == Role.COMPANY.value)
    return session().scalars(query.order_by(Attachment.id)).all()


def file(appeal: Appeal, file_id: int) -> Attachment | None:
    """One of them."""
    if file_id > MAX_ID:
        return None
    return next((f for f in files(appeal) if f.id == file_id), None)


def events(appeal: Appeal) -> Sequence[Event]:
    """What happened to it, oldest first."""
    return session().scalars(select(Event).where(Event.appeal_id == appeal.id).order_by(Event.id)).all()


def looks(appeal: Appeal) -> Sequence[tuple[datetime, Unit | None]]:
    """When somebody looked at the contact, and of which unit; newest first."""
    query = select(Event.at, Unit).outerjoin(Unit, Event.unit_id == Unit.id)
    query = query.where(Event.appeal_id == appeal.id, Event.kind == Move.REVEAL.value)
    return [(at, unit) for at, unit in session().execute(query.order_by(Event.id.desc()))]


def undecided(appeal: Appeal) -> Sequence[Request]:
    """What was asked for on it and is not yet decided, oldest first."""
    query = select(Request).where(
        Request.appeal_id == appeal.id, Request.asked_at.is_not(None), Request.decided_at.is_(None)
    )
    return session().scalars(query.order_by(Request.id)).all()


def parent(appeal: Appeal) -> Appeal | None:
    """The appeal it was merged into; the company sees of it only who has it, until when, and the public answer."""
    if appeal.merged_into_id is None:
        return None
    query = select(Appeal).where(Appeal.id == appeal.merged_into_id)
    whole = selectinload(Appeal.assignments)
    return session().scalars(query.options(whole.joinedload(Assignment.unit), whole.selectinload(Assignment.replies))).first()


def reopened(appeal: Appeal) -> Sequence[str]:
    """The numbers of the appeals opened out of it."""
    return session().scalars(select(Appeal.number).where(Appeal.reopened_from_id == appeal.id).order_by(Appeal.id)).all()


def reprisals(appeal: Appeal) -> Sequence[str]:
    """The numbers of the complaints of reprisal that came after it."""
    return session().scalars(select(Appeal.number).where(Appeal.reprisal_of_id == appeal.id).order_by(Appeal.id)).all()
