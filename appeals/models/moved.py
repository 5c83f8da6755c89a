"""What moves an appeal's dates, or is about to: moves on record, undecided requests, shelvings (policy §4)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from appeals.db import session
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.movement import DueMove
from appeals.models.request import Request
from appeals.rules import facts, pieces
from appeals.rules.requests import Asked

KINDS = (Asked.EXTENSION, Asked.SHELVING, Asked.DISAGREEMENT, Asked.RENEWAL)


def undecided(appeal: Appeal) -> dict[Asked, Request]:
    """What has been asked and nobody has decided, by kind."""
    query = select(Request).where(
        Request.appeal_id == appeal.id, Request.kind.in_([kind.value for kind in KINDS]),
        Request.asked_at.is_not(None), Request.decided_at.is_(None),
    )  # fmt: skip
    return {Asked(row.kind): row for row in session().scalars(query.order_by(Request.id))}


def wanted(appeal: Appeal) -> str:
    """What the company was asked for, as it reads it; empty where nothing was."""
    query = select(Request.reason).where(
        Request.appeal_id == appeal.id, Request.kind == Asked.COOPERATION.value, Request.granted.is_(True)
    )
    return session().scalar(query.order_by(Request.id.desc())) or ""


def due_moves(appeal: Appeal) -> Sequence[DueMove]:
    """What moved the promise and the units' limits, oldest first; nothing before there is any."""
    if appeal.due_at is None:
        return ()
    return session().scalars(select(DueMove).where(DueMove.appeal_id == appeal.id).order_by(DueMove.at, DueMove.id)).all()


def promised(appeal: Appeal, at: datetime) -> datetime | None:
    """The promise as it stood right after this instant."""
    later = [move for move in due_moves(appeal) if move.assignment_id is None and move.at > at]
    return later[0].before_at if later else appeal.due_at


def promise(appeal: Appeal, since: datetime, moves: Sequence[DueMove]) -> list[pieces.Piece]:
    """The promise, piece by piece; it must have a date."""
    assert appeal.due_at is not None
    return pieces.of(since, appeal.due_at, _facts(moves, None))


def limits(appeal: Appeal, moves: Sequence[DueMove]) -> dict[int, list[pieces.Piece]]:
    """Assignment → its limit, piece by piece."""
    return {a.id: pieces.of(a.dispatched_at, a.due_at, _facts(moves, a)) for a in appeal.assignments}


def _facts(moves: Sequence[DueMove], assignment: Assignment | None) -> list[facts.DueMove]:
    wanted = assignment.id if assignment is not None else None
    return [move.facts for move in moves if move.assignment_id == wanted]
