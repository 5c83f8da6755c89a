"""The rows of one imported appeal, from its facts (contract, ledger line).

What the line says is kept as it says it. What it leaves open and the program must know is reckoned by policy §4;
what the office owes on an open appeal runs from the import: for what lay before it nobody here is late.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from appeals.db import Base
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, Reply
from appeals.models.duty import Duty
from appeals.models.movement import DueMove, Shelving
from appeals.models.rating import Rating, Rectification
from appeals.models.request import Request
from appeals.models.tree import UnitTree
from appeals.rules import asof, deadlines, facts, holding, standing, text, workdays
from appeals.rules.requests import OFFICE, UNIT, Asked
from appeals.rules.words import Exclusion, Nature, Outcome, Part, Role, State

UNKNOWN_PLACE = "不清楚"
NO_TEXT = "（历史导入，原系统未提供正文）"
AT_UNIT = (State.DISPATCHED, State.IN_HAND, State.REPLIED)


@dataclass(frozen=True)
class Frame:
    """What rows are made from beside the line: the moment of the import, calendar, limits, units, task → section."""

    at: datetime
    calendar: workdays.Calendar
    limits: deadlines.Limits
    settings_version: int
    units: UnitTree
    sections: dict[int, int]

    def unit_id(self, name: str | None) -> int | None:
        """The unit of this name; `rules.ledger` has made sure that there is one."""
        node = self.units.by_name(name) if name else None
        return node.id if node else None

    def filled(self, line: facts.AppealFacts) -> facts.AppealFacts:
        """The line with every limit it leaves open and the tables need."""
        window = asof.window_end(line, self.calendar, self.limits)
        return replace(
            line, territory=line.territory or UNKNOWN_PLACE, window_ends_at=window,
            assignments=tuple(sorted((self._limited(each, line) for each in line.assignments),
                                     key=lambda each: each.dispatched_at)),
        )  # fmt: skip

    def _limited(self, each: facts.AssignmentFacts, line: facts.AppealFacts) -> facts.AssignmentFacts:
        due_at = each.due_at
        if due_at is None and each.part == Part.LEAD and line.due_at:
            due_at = deadlines.unit_limit(
                line.nature, line.due_at, each.dispatched_at, False, self.calendar, self.limits
            )
        due_at = due_at or deadlines.after(each.dispatched_at, self.limits.unit_minimum, self.calendar)
        return replace(
            each, due_at=due_at, original_due_at=each.original_due_at or due_at,
            ack_due_at=each.ack_due_at or deadlines.acknowledgement(each.dispatched_at, self.calendar, self.limits),
        )  # fmt: skip


def appeal(line: facts.AppealFacts, frame: Frame, *, number: str, company_id: int) -> Appeal:
    """The appeal with its assignments and replies; `line` is already filled."""
    state, since = standing.state(line, frame.at)
    lead = standing.lead_of(line)
    limits, days = frame.limits, frame.calendar
    row = Appeal(
        number=number, source=line.source.value, external_no=line.number, imported_at=frame.at,
        is_test=line.exclusion is Exclusion.TEST, company_id=company_id, company_name=line.content.company_name,
        territory=line.territory, nature=line.nature.value, title=line.content.title, text=line.content.text,
        points=[{"no": i, "text": p} for i, p in enumerate(text.points(line.content.text), start=1)],
        state=state.value, state_at=since, round=standing.round_of(line), task=line.task,
        section=frame.sections.get(line.task or 0), settings_version=frame.settings_version,
        submitted_at=line.submitted_at, accepted_at=line.accepted_at, due_at=line.due_at,
        dispatched_at=lead.dispatched_at if lead else None, completed_at=line.completed_at,
        outcome=line.outcome.value if line.outcome else None, first_window_ends_at=line.window_ends_at,
        window_ends_at=line.window_ends_at, struck_off_at=line.struck_off_at, declined_at=line.declined_at,
        exclusion=line.exclusion.value if line.exclusion not in (None, Exclusion.TEST) else None,
        excluded_at=line.excluded_at, excluded_recorded_at=line.excluded_recorded_at or line.excluded_at,
        split_by_company=line.split_by_company, filer_unit_id=frame.unit_id(line.filer_unit),
        spells=_closed_spells(line), undone=[_undone(each) for each in line.undone],
        assignments=[_assignment(each, line, state, frame) for each in line.assignments],
    )  # fmt: skip
    if row.round > 1 and line.completed_at:
        row.window_ends_at = deadlines.rating_window(since, days, limits)
    _office_owes(row, line, state, frame)
    return row


def _office_owes(row: Appeal, line: facts.AppealFacts, state: State, frame: Frame) -> None:
    """The office's own limits: those the line names, else reckoned from the import."""
    open_ = {each.kind: each.due_at for each in line.duties if each.done_at is None}
    days, limits = frame.calendar, frame.limits
    match state:
        case State.SUBMITTED:
            named = open_.get(facts.Duty.ACCEPT)
            # One that entered stock keeps the limit it missed; for any other it must not run out before the import.
            start = row.submitted_at if row.due_at else frame.at
            still = named and (row.due_at or named > frame.at)
            row.accept_due_at = named if still else deadlines.acceptance(start, days, limits)
        case State.TO_SUPPLEMENT:
            waiting = standing.open_spell(line, holding.COMPANY)
            assert waiting is not None
            row.supplement_asked, row.supplement_asked_at = NO_TEXT, waiting.from_at
            row.supplement_due_at = deadlines.after(waiting.from_at, limits.supplement, days)
            row.accept_due_at = deadlines.acceptance(row.submitted_at, days, limits)
        case State.ACCEPTED:
            row.dispatch_due_at = open_.get(facts.Duty.DISPATCH) or deadlines.dispatch(frame.at, days)
        case State.REPLIED:
            row.approve_due_at = open_.get(facts.Duty.APPROVE) or deadlines.approval(frame.at, days, limits)
    office = frame.units.nodes[frame.units.office_id or 0].name if frame.units.office_id else ""
    asked = standing.open_spell(line, office)
    if asked and facts.Duty.DECIDE in open_ and line.exclusion is None:
        row.withdrawal_asked_at, row.withdrawal_due_at = asked.from_at, open_[facts.Duty.DECIDE]


def _closed_spells(line: facts.AppealFacts) -> list[dict[str, str]]:
    return [
        {"holder": each.holder} | _texts(**{"from": each.from_at, "to": each.to_at})
        for each in line.spells if each.to_at
    ]  # fmt: skip


def _undone(each: facts.Undone) -> dict[str, str]:
    known = {"recorded_at": each.recorded_at} if each.recorded_at else {}
    return _texts(what=each.what, at=each.at, undone_at=each.undone_at, **known)


def _texts(**values: str | datetime) -> dict[str, str]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _assignment(each: facts.AssignmentFacts, line: facts.AppealFacts, state: State, frame: Frame) -> Assignment:
    holds = each.ended_at is None and not each.void
    reply = asof.reply(each.replies, standing.EVERYTHING)
    row = Assignment(
        unit_id=frame.unit_id(each.unit), part=each.part.value, void=each.void, dispatched_at=each.dispatched_at,
        ack_due_at=each.ack_due_at, acknowledged_at=each.acknowledged_at,
        acknowledged_recorded_at=each.acknowledged_recorded_at, due_at=each.due_at,
        original_due_at=each.original_due_at, replied_at=reply.submitted_at if reply else None,
        ended_at=each.ended_at, ended_why=None if holds else "import",
        active=holds and state in AT_UNIT and (each.part == Part.LEAD or reply is None),
        replies=[_reply(each, i, line, state) for i in range(len(each.replies))],
    )  # fmt: skip
    assert each.ack_due_at is not None
    row.limit_runs_from_at = each.acknowledged_at or (each.ack_due_at if each.ack_due_at <= frame.at else None)
    runs = row.limit_runs_from_at
    if runs and state is State.IN_HAND and each.part == Part.LEAD and line.nature != Nature.CONSULTATION:
        row.contact_due_at = deadlines.contact(runs, frame.calendar, frame.limits)
        row.plan_due_at = deadlines.plan(runs, frame.calendar, frame.limits)
    return row


def _reply(each: facts.AssignmentFacts, index: int, line: facts.AppealFacts, state: State) -> Reply:
    version = each.replies[index]
    lead = each.part == Part.LEAD
    waits = lead and state is State.REPLIED and version.judged_at is None
    return Reply(
        version=index + 1, round=1, outcome=(line.outcome or Outcome.EXPLAINED).value, answers=[NO_TEXT],
        drafted_at=version.submitted_at, submitted_at=version.submitted_at, judged_at=version.judged_at,
        approved=None if waits or not lead else version.approved,
    )  # fmt: skip


def others(line: facts.AppealFacts, frame: Frame, row: Appeal) -> Iterator[Base]:
    """Everything that hangs on the appeal by its id, once it and its assignments have theirs."""
    yield from _moves(line.due_moves, (), row.id, None)
    for each, assignment in zip(line.assignments, row.assignments, strict=True):
        yield from _moves(each.due_moves, each.original_due_moves, row.id, assignment.id)
    for shelved in line.shelved:
        yield Shelving(appeal_id=row.id, from_at=shelved.from_at, to_at=shelved.to_at)
    for rating in line.ratings:
        yield Rating(
            appeal_id=row.id, round=rating.round, source=rating.source.value, contacted=rating.contacted,
            solved=rating.solved.value if rating.solved else "", level=rating.level, at=rating.at,
            counts=rating.counts, discounted_at=rating.discounted_at,
        )  # fmt: skip
    yield from _rectifications(line, row, frame)
    for asked in line.returns:
        yield _return(asked, frame, row)
    for duty in line.duties:
        if duty.done_at:
            holder_id = None if duty.holder == facts.LEADERS else frame.unit_id(duty.holder)
            yield Duty(appeal_id=row.id, kind=duty.kind.value, holder_id=holder_id,
                       due_at=duty.due_at, done_at=duty.done_at)  # fmt: skip


def _return(asked: facts.ReturnFacts, frame: Frame, row: Appeal) -> Request:
    unit_id = frame.unit_id(asked.unit)
    held = [a.id for a in row.assignments if a.unit_id == unit_id and a.dispatched_at <= asked.at]
    return Request(
        appeal_id=row.id, assignment_id=held[-1] if held else None, asking_unit_id=unit_id, kind=Asked.RETURN.value,
        asked_at=asked.at, turn_at=asked.at, decided_at=asked.decided_at, granted=asked.upheld,
        waits_for=Role.COORDINATOR.value, fault=OFFICE if asked.office_fault else UNIT if asked.upheld else None,
    )  # fmt: skip


def _moves(
    moves: tuple[facts.DueMove, ...], originals: tuple[facts.DueMove, ...], appeal_id: int, assignment_id: int | None
) -> Iterator[DueMove]:
    """One row per move, with what it did to the limit without extensions where that moved too."""
    left = list(originals)
    for move in moves:
        same = next((each for each in left if (each.at, each.reason) == (move.at, move.reason)), None)
        if same:
            left.remove(same)
        yield DueMove(
            appeal_id=appeal_id, assignment_id=assignment_id, at=move.at, recorded_at=move.recorded_at or move.at,
            before_at=move.before, after_at=move.after, reason=move.reason.value,
            original_before_at=same.before if same else None, original_after_at=same.after if same else None,
        )  # fmt: skip


def _rectifications(line: facts.AppealFacts, row: Appeal, frame: Frame) -> Iterator[Rectification]:
    poor = standing.poor_rating(line)
    begun = {each.round for each in line.rectifications}
    for each in line.rectifications:
        yield _rectification(each, _opened_at(line, each.round), row.id, frame)
    if row.state == State.RECTIFYING and poor and poor.round not in begun:
        yield _rectification(facts.RectificationFacts(poor.round), poor.at, row.id, frame)


def _opened_at(line: facts.AppealFacts, round_: int) -> datetime:
    rated = [each.at for each in line.ratings if each.round == round_]
    return rated[-1] if rated else line.completed_at or line.submitted_at


def _rectification(
    each: facts.RectificationFacts, opened_at: datetime, appeal_id: int, frame: Frame
) -> Rectification:
    rejected = [report for report in each.reports if report.approved is False]
    last = next((report for report in reversed(each.reports) if report.approved is not False), None)
    audited_at = (last.judged_at or last.submitted_at) if last and last.approved else None
    return Rectification(
        appeal_id=appeal_id, round=each.round, opened_at=opened_at,
        verify_due_at=deadlines.after(frame.at, frame.limits.rectify_verify, frame.calendar),
        verified_at=opened_at if each.due_at else None, due_at=each.due_at,
        earlier_reports=[
            _texts(submitted_at=report.submitted_at, judged_at=report.judged_at or report.submitted_at)
            for report in rejected
        ],
        report=NO_TEXT if last else "", reported_at=last.submitted_at if last else None, audited_at=audited_at,
    )  # fmt: skip
