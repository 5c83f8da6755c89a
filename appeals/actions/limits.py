"""An appeal is opened for a deed: locked, brought up to the moment, and armed again afterwards (policy §3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select

from appeals.actions import lapses, leaving, parents, pauses, requests
from appeals.db import session, transaction
from appeals.models.appeal import Appeal
from appeals.models.assignment import Stage
from appeals.models.rating import Rectification
from appeals.rules.requests import Asked
from appeals.rules.words import State

SETTLED = frozenset({Stage.TO_SIGN, Stage.ANSWERED, Stage.DONE, Stage.GONE})  # nothing is owed before the limit itself


class Stale(Exception):
    """Somebody else acted on this appeal since the page was shown."""


class Gone(Exception):
    """There is no such appeal."""


@contextmanager
def opened(
    appeal_id: int, *, at: datetime, seen: int | None = None, through: bool = False
) -> Iterator[Appeal]:
    """One appeal, locked and brought up to `at`; everything inside happens, or nothing.

    `seen` is the version the visitor looked at; `through` as for apply_due. Raises Stale, Gone.
    """
    with transaction(), beside(appeal_id, at=at, seen=seen, through=through) as appeal:
        yield appeal


@contextmanager
def beside(
    appeal_id: int, *, at: datetime, seen: int | None = None, through: bool = False
) -> Iterator[Appeal]:
    """A second appeal inside a deed that has one open; where two are merged, the one merged into comes first."""
    current = session()
    appeal = current.get(Appeal, appeal_id, with_for_update=True, populate_existing=True)
    if appeal is None:
        raise Gone
    if seen is not None and seen != appeal.version:
        raise Stale
    before = appeal.state
    apply_due(appeal, at, through=through)
    yield appeal
    current.flush()
    _settle(appeal, at)
    arm(appeal)
    for child in parents.follow(appeal, before):
        arm(child)


def apply_due(appeal: Appeal, at: datetime, *, through: bool = False) -> None:
    """Make every automatic move whose moment is over, in order, each at its nominal instant.

    The very second of a limit still belongs to people: a deed at 18:00:00 is in time. `through`: that second is
    over too, or the deed that asks is itself what the move waited for.
    """
    while (due := lapses.next_due(appeal)) is not None and (due.at < at or (through and due.at == at)):
        before = appeal.state
        due.move(appeal, due.at)
        session().flush()
        _settle(appeal, due.at)
        for child in parents.follow(appeal, before):  # at that moment, though the deed that looks may lead it on
            arm(child)


def _settle(appeal: Appeal, at: datetime) -> None:
    """What the appeal has moved on from needs nobody any more."""
    requests.settle(appeal, at=at)
    pauses.settle(appeal, at=at)
    leaving.settle(appeal, at=at)


def arm(appeal: Appeal) -> None:
    """Write down when the timetable must look at this appeal again, and in which queue each unit finds it."""
    due = lapses.next_due(appeal)
    appeal.next_action_at = due.at if due else None
    rectification = _rectification(appeal)
    to_rectify = rectification is not None and rectification.due_at is not None and rectification.reported_at is None
    returning = {row.assignment_id for row in requests.undecided(appeal, Asked.RETURN)}
    for assignment in appeal.assignments:
        assignment.stage = assignment.stage_now(to_rectify)
        if assignment.stage == Stage.NEW and assignment.id in returning:
            assignment.stage = Stage.ANSWERED  # the turn is the decider's
        if assignment.stage == Stage.RECTIFY and rectification is not None and rectification.due_at is not None:
            assignment.next_due_at = rectification.due_at
        elif assignment.stage == Stage.FORMER:  # until the next lead must have been found, or have acknowledged
            assignment.next_due_at = (appeal.lead.ack_due_at if appeal.lead else appeal.dispatch_due_at) or assignment.due_at
        elif assignment.stage == Stage.SHELVED:
            shelved = pauses.running(appeal)
            assignment.next_due_at = (shelved.next_report_due_at if shelved else None) or assignment.due_at
        else:
            assignment.next_due_at = assignment.due_at if assignment.stage in SETTLED else assignment.step_due()[1]


def _rectification(appeal: Appeal) -> Rectification | None:
    """The one of the present round, while there is one going on."""
    if appeal.state != State.RECTIFYING:
        return None
    query = select(Rectification).where(
        Rectification.appeal_id == appeal.id, Rectification.round == appeal.round
    )
    return session().scalars(query.order_by(Rectification.id.desc())).first()
