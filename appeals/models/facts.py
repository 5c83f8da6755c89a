"""Rows → plain facts: what every figure is counted from (rules.facts)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union

from appeals.db import session
from appeals.models import tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, Reply
from appeals.models.company import Company
from appeals.models.duty import Duty
from appeals.models.movement import DueMove, Return, Shelving
from appeals.models.rating import Rating, Rectification
from appeals.rules import facts, holding, words
from appeals.rules.words import Part, State

CHUNK = 1000
Rows = dict[int, list[Any]]


def touching(from_at: datetime, to_at: datetime) -> list[int]:
    """Ids, ascending, of every appeal that can have a part in the figures of [from_at, to_at).

    By indexed bounds only: what lies wholly before the period costs nothing.
    """

    def inside(column: Any) -> ColumnElement[bool]:
        return (column >= from_at) & (column < to_at)

    open_codes = [s.value for s in words.OPEN_STATES]
    chosen: list[Select[tuple[int]]] = [
        select(Appeal.id).where(inside(column))
        for column in (Appeal.due_at, Appeal.completed_at, Appeal.struck_off_at, Appeal.first_window_ends_at,
                       Appeal.accepted_at, Appeal.declined_at)
    ]  # fmt: skip
    chosen += [
        select(Appeal.id).where(Appeal.submitted_at < to_at, Appeal.state.in_(open_codes)),
        select(Appeal.id).where(Appeal.submitted_at < to_at, Appeal.completed_at >= from_at),
        select(Appeal.id).where(Appeal.submitted_at < to_at, Appeal.excluded_recorded_at >= from_at),
        select(Appeal.id).where(Appeal.submitted_at < to_at, Appeal.declined_at >= from_at),
    ]
    chosen += [
        select(table.appeal_id).where(inside(column))
        for table, column in (
            (Assignment, Assignment.ack_due_at), (Assignment, Assignment.due_at), (Rating, Rating.at),
            (Duty, Duty.due_at), (Rectification, Rectification.due_at), (DueMove, DueMove.before_at),
            (DueMove, DueMove.after_at), (Assignment, Assignment.dispatched_at),
        )
    ]  # fmt: skip
    found = set(session().scalars(union(*chosen)))
    found |= _reopenings(found)
    return sorted(found)


def _reopenings(ids: Iterable[int]) -> set[int]:
    linked: set[int] = set()
    for chunk in _chunks(sorted(ids)):
        linked |= set(session().scalars(select(Appeal.id).where(Appeal.reopened_from_id.in_(chunk))))
    return linked


def load(ids: Sequence[int]) -> Iterator[facts.AppealFacts]:
    """The facts of these appeals in the order of `ids`, a thousand appeals at a time."""
    for chunk in _chunks(ids):
        yield from _load(chunk)


def everything() -> Iterator[facts.AppealFacts]:
    """The facts of all appeals in order of id, at flat memory."""
    last = 0
    while ids := session().scalars(select(Appeal.id).where(Appeal.id > last).order_by(Appeal.id).limit(CHUNK)).all():
        yield from _load(ids)
        last = ids[-1]
        session().expire_all()


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _load(ids: Sequence[int]) -> list[facts.AppealFacts]:
    reader = session()
    rows = {a.id: (a, uscc) for a, uscc in reader.execute(
        select(Appeal, Company.uscc).join(Company, Appeal.company_id == Company.id).where(Appeal.id.in_(ids))
    ).tuples()}  # fmt: skip
    parts = {
        table: _by_appeal(select(table).where(table.appeal_id.in_(ids)).order_by(*order))
        for table, order in (
            (Assignment, (Assignment.dispatched_at, Assignment.id)), (Rating, (Rating.at, Rating.id)),
            (Shelving, (Shelving.from_at, Shelving.id)), (Duty, (Duty.due_at, Duty.id)),
            (Rectification, (Rectification.round, Rectification.id)), (Return, (Return.at, Return.id)),
            (DueMove, (DueMove.at, DueMove.id)),
        )
    }  # fmt: skip
    replies: Rows = defaultdict(list)
    query = select(Reply).join(Assignment).where(Assignment.appeal_id.in_(ids), Reply.submitted_at.is_not(None))
    for reply in reader.scalars(query.order_by(Reply.version)):
        replies[reply.assignment_id].append(reply)
    numbers = _numbers(a for a, _ in rows.values())
    return [_facts(*rows[i], parts, replies, numbers) for i in ids if i in rows]


def _by_appeal(query: Any) -> Rows:
    found: Rows = defaultdict(list)
    for row in session().scalars(query):
        found[row.appeal_id].append(row)
    return found


def _numbers(appeals: Iterable[Appeal]) -> dict[int, str]:
    """The numbers of appeals that others refer to."""
    wanted = {i for a in appeals for i in (a.merged_into_id, a.split_from_id, a.reopened_from_id) if i}
    if not wanted:
        return {}
    return dict(session().execute(select(Appeal.id, Appeal.number).where(Appeal.id.in_(wanted))).tuples().all())


def _facts(
    a: Appeal, uscc: str | None, parts: dict[Any, Rows], replies: Rows, numbers: dict[int, str]
) -> facts.AppealFacts:
    units = tree.current().nodes
    exclusion = words.Exclusion.TEST if a.is_test else words.Exclusion(a.exclusion) if a.exclusion else None
    return facts.AppealFacts(
        number=a.number, submitted_at=a.submitted_at, source=words.Source(a.source), nature=words.Nature(a.nature),
        territory=a.territory, task=a.task,
        content=facts.Content(a.company_name, uscc, a.title, a.text),
        accepted_at=a.accepted_at, due_at=a.due_at,
        due_moves=_moves(m for m in parts[DueMove][a.id] if m.assignment_id is None),
        completed_at=a.completed_at, outcome=words.Outcome(a.outcome) if a.outcome else None,
        exclusion=exclusion, excluded_at=a.submitted_at if a.is_test else a.excluded_at,
        excluded_recorded_at=a.excluded_recorded_at if a.excluded_recorded_at != a.excluded_at else None,
        declined_at=a.declined_at, struck_off_at=a.struck_off_at,
        undone=tuple(facts.Undone(u["what"], _at(u["at"]), _at(u["undone_at"])) for u in a.undone),
        shelved=tuple(facts.Shelved(s.from_at, s.to_at) for s in parts[Shelving][a.id]),
        assignments=tuple(_assignment(x, a, parts[DueMove][a.id], replies[x.id]) for x in parts[Assignment][a.id]),
        ratings=tuple(_rating(r) for r in parts[Rating][a.id]),
        window_ends_at=a.first_window_ends_at,
        rectifications=tuple(_rectification(r) for r in parts[Rectification][a.id]),
        returns=tuple(facts.ReturnFacts(units[r.unit_id].name, r.at, r.decided_at, r.upheld, r.office_fault)
                      for r in parts[Return][a.id]),
        duties=tuple(_duties(a, parts[Duty][a.id])), spells=tuple(_spells(a)),
        merged_into=numbers.get(a.merged_into_id or 0), split_from=numbers.get(a.split_from_id or 0),
        split_by_company=a.split_by_company, reopened_from=numbers.get(a.reopened_from_id or 0),
        filer_unit=units[a.filer_unit_id].name if a.filer_unit_id else None, imported=a.imported_at is not None,
    )  # fmt: skip


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _moves(moves: Iterable[DueMove]) -> tuple[facts.DueMove, ...]:
    return tuple(
        facts.DueMove(m.at, m.before_at, m.after_at, facts.DueReason(m.reason), _later(m.recorded_at, m.at))
        for m in moves
    )


def _later(recorded_at: datetime | None, at: datetime) -> datetime | None:
    return recorded_at if recorded_at != at else None


def _assignment(x: Assignment, a: Appeal, moves: list[DueMove], replies: list[Reply]) -> facts.AssignmentFacts:
    mine = [m for m in moves if m.assignment_id == x.id]
    lead = a.lead if x.part == Part.LEAD else None
    return facts.AssignmentFacts(
        unit=tree.current().nodes[x.unit_id].name, part=Part(x.part), dispatched_at=x.dispatched_at,
        ack_due_at=x.ack_due_at, acknowledged_at=x.acknowledged_at,
        acknowledged_recorded_at=x.acknowledged_recorded_at, due_at=x.due_at, original_due_at=x.original_due_at,
        due_moves=_moves(mine),
        original_due_moves=tuple(
            facts.DueMove(m.at, m.original_before_at, m.original_after_at, facts.DueReason(m.reason),
                          _later(m.recorded_at, m.at))
            for m in mine if m.original_before_at and m.original_after_at
        ),
        replies=tuple(_version(r, x.part) for r in replies if r.round == 1),
        ended_at=x.ended_at, void=x.void, final=lead is not None and lead.id == x.id,
    )  # fmt: skip


def _version(reply: Reply, part: str) -> facts.ReplyVersion:
    assert reply.submitted_at is not None
    approved = True if part == Part.SUPPORT else reply.approved
    return facts.ReplyVersion(reply.submitted_at, reply.judged_at, approved)


def _rating(r: Rating) -> facts.RatingFacts:
    return facts.RatingFacts(
        r.round, words.RatingSource(r.source), r.contacted, words.Solved(r.solved) if r.solved else None, r.level,
        r.at, r.counts, r.discounted_at,
    )  # fmt: skip


def _rectification(r: Rectification) -> facts.RectificationFacts:
    reports = [facts.ReplyVersion(_at(e["submitted_at"]), _at(e["judged_at"]), False) for e in r.earlier_reports]
    if r.reported_at is not None:
        reports.append(facts.ReplyVersion(r.reported_at, r.audited_at, True if r.audited_at else None))
    return facts.RectificationFacts(r.round, r.due_at, tuple(reports))


def _duties(a: Appeal, done: list[Duty]) -> Iterator[facts.DutyFacts]:
    units = tree.current()
    for duty in done:
        yield facts.DutyFacts(facts.Duty(duty.kind), units.nodes[duty.holder_id].name, duty.due_at, duty.done_at)
    office = units.nodes[units.office_id].name if units.office_id else ""
    recusal = units.nodes[units.recusal_id].name if units.recusal_id else office
    match a.state:
        case State.SUBMITTED if a.accept_due_at:
            yield facts.DutyFacts(facts.Duty.ACCEPT, office, a.accept_due_at)
        case State.ACCEPTED if a.dispatch_due_at:
            yield facts.DutyFacts(facts.Duty.DISPATCH, office, a.dispatch_due_at)
        case State.REPLIED if a.approve_due_at:
            yield facts.DutyFacts(facts.Duty.APPROVE, recusal if a.concerns_office else office, a.approve_due_at)
    if a.withdrawal_asked_at and a.withdrawal_due_at and a.exclusion is None:
        yield facts.DutyFacts(facts.Duty.DECIDE, office, a.withdrawal_due_at)


def _spells(a: Appeal) -> Iterator[facts.Spell]:
    for spell in a.spells:
        yield facts.Spell(spell["holder"], _at(spell["from"]), _at(spell["to"]))
    if a.supplement_asked_at and not a.supplements:
        yield facts.Spell(holding.COMPANY, a.supplement_asked_at, a.declined_at)
    if a.withdrawal_asked_at and a.exclusion is None:
        units = tree.current()
        yield facts.Spell(units.nodes[units.office_id or 0].name, a.withdrawal_asked_at)

