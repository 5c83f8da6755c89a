"""What the drafting of an evening's papers is judged from: candidates, and what is known of each (policy §8)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, union
from sqlalchemy.orm import joinedload, selectinload

from appeals.db import session
from appeals.models import papers, tree
from appeals.models.appeal import OPEN, Appeal
from appeals.models.assignment import Assignment, Reply
from appeals.models.audit import Event
from appeals.models.movement import DueMove
from appeals.models.rating import Rating
from appeals.models.supervision import Finding, Paper, PaperLine, PaperRun
from appeals.rules import clearance
from appeals.rules.moves import Move
from appeals.rules.papers import Ground, Kind, level
from appeals.rules.supervision import Beside, Sent
from appeals.rules.words import POOR_LEVELS, Part


def last_evening() -> date | None:
    """The last working day whose papers were drafted."""
    return session().scalar(select(func.max(PaperRun.on)))


def candidates(at: datetime) -> list[int]:
    """Ids, ascending, of every appeal on which a paper can be due at `at`: open then, and something amiss.

    Those that ended since are found by the indexes of their ends, so that a late run judges what a punctual one did.
    """
    ended_since = [
        select(Appeal.id).where(column > at, Appeal.submitted_at < at)
        for column in (Appeal.struck_off_at, Appeal.declined_at, Appeal.excluded_recorded_at)
    ]
    amiss = or_(
        Appeal.due_at < at,
        *(exists().where(each.appeal_id == Appeal.id) for each in (PaperLine, Finding)),
        exists().where(Rating.appeal_id == Appeal.id, Rating.level.in_(sorted(POOR_LEVELS)), Rating.at < at),
        exists().where(DueMove.appeal_id == Appeal.id, DueMove.at > at),
        exists().where(Assignment.appeal_id == Appeal.id, Assignment.part == Part.LEAD.value, _late(at)),
        exists().where(Reply.assignment_id == Assignment.id, Assignment.appeal_id == Appeal.id, Reply.judged_at < at,
                       ~Reply.approved),
    )  # fmt: skip
    query = union(select(Appeal.id).where(OPEN, Appeal.submitted_at < at, amiss), *ended_since)
    return sorted(session().scalars(query))


def _late(at: datetime) -> ColumnElement[bool]:
    """A lead that may have missed a limit of its own by `at`."""
    a = Assignment
    return or_(
        (a.ack_due_at < at) & or_(a.acknowledged_at.is_(None), func.coalesce(a.acknowledged_recorded_at, a.acknowledged_at) > at),
        (a.contact_due_at < at) & or_(a.contacted_at.is_(None), a.contacted_at > at),
        (a.due_at < at) & or_(a.replied_at.is_(None), a.replied_at > at),
        a.ended_at > at,
    )  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What is known of one appeal beside its facts; `head_id` is the lead's head in charge."""

    beside: Beside
    conduct: bool
    about_unit_id: int | None
    about_person_id: int | None
    concerns_office: bool
    settings_version: int | None
    head_id: int | None


@dataclass
class _Parts:
    papers: defaultdict[int, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    spent: defaultdict[int, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    proven: defaultdict[int, list[tuple[Ground, datetime]]] = field(default_factory=lambda: defaultdict(list))
    urged: set[int] = field(default_factory=set)


def known(ids: Sequence[int], at: datetime, reds_a_quarter: int) -> dict[int, Known]:
    """Appeal → what is known of it at `at`, as far as its facts do not say it."""
    parts, reds = _parts(ids, at), _reds(at, reds_a_quarter)
    query = select(Appeal).where(Appeal.id.in_(ids))
    query = query.options(selectinload(Appeal.assignments), joinedload(Appeal.about_person))
    return {appeal.id: _known(appeal, at, parts, reds) for appeal in session().scalars(query)}


def _known(appeal: Appeal, at: datetime, parts: _Parts, reds: tuple[tuple[str, datetime], ...]) -> Known:
    leads = [a for a in appeal.assignments if a.part == Part.LEAD and a.dispatched_at <= at]
    lead = next((a for a in reversed(leads) if a.ended_at is None or a.ended_at > at), None)
    beside = Beside(
        lead.contact_due_at if lead else None, lead.contacted_at if lead else None, appeal.id in parts.urged,
        appeal.imported_at, tuple(parts.papers[appeal.id]), frozenset(parts.spent[appeal.id]), reds,
        tuple(parts.proven[appeal.id]),
    )  # fmt: skip
    return Known(
        beside, appeal.conduct, appeal.about_unit_id, appeal.about_person_id, appeal.concerns_office,
        appeal.settings_version, lead.head_id if lead else None,
    )  # fmt: skip


def _parts(ids: Sequence[int], at: datetime) -> _Parts:
    parts, names = _Parts(), {n.id: n.name for n in tree.current().nodes.values()}
    rows = select(PaperLine.appeal_id, PaperLine.ground, PaperLine.left_out, Paper).join(Paper, Paper.id == PaperLine.paper_id)
    for appeal_id, ground, left_out, paper in session().execute(rows.where(PaperLine.appeal_id.in_(ids))):
        unit, dropped = names[paper.unit_id], paper.dropped_at is not None or left_out
        if dropped:
            parts.spent[appeal_id].add((unit, ground))
        else:
            parts.papers[appeal_id].append(
                Sent(unit, level(Kind(paper.kind)), paper.sent_at, paper.answer_due_at, paper.answered_at)
            )
    found = select(Finding.appeal_id, Finding.kind, Finding.decided_at).where(Finding.appeal_id.in_(ids))
    for appeal_id, kind, decided_at in session().execute(found.where(Finding.proven.is_(True))):
        assert decided_at is not None
        parts.proven[appeal_id].append((Ground(kind), decided_at))
    urges = select(Event.appeal_id).where(Event.appeal_id.in_(ids), Event.kind == Move.URGE.value, Event.at <= at)
    parts.urged = {appeal_id for appeal_id in session().scalars(urges) if appeal_id is not None}
    return parts


def _reds(at: datetime, enough: int) -> tuple[tuple[str, datetime], ...]:
    """Units with so many red papers in the quarter of `at`, and when the last needed one was sent.

    Once the talk about it has been drafted, a further red paper of the quarter makes no second one.
    """
    from_at, _ = clearance.quarter_bounds(clearance.quarter_of(at))
    sent, names = papers.sent_within((Kind.RED,), from_at, at), tree.current().nodes
    query = select(Paper.unit_id).join(PaperLine, PaperLine.paper_id == Paper.id)
    settled = set(session().scalars(query.where(PaperLine.ground == Ground.TWO_REDS.value, Paper.drafted_at >= from_at)))
    return tuple(
        (names[unit_id].name, times[enough - 1])
        for unit_id, times in sent.items() if len(times) >= enough and unit_id not in settled
    )
