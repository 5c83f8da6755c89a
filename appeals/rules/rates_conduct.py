"""Rectification, and how units and office handled what they had: the rates of policy §9 below `weighted`."""

from collections.abc import Iterator
from datetime import datetime

from appeals.rules import asof, facts, words
from appeals.rules.facts import Duty
from appeals.rules.rates_frame import Frame, Item, Why, outside
from appeals.rules.rates_timeliness import lead_base
from appeals.rules.words import Exclusion, Part

KEYS = (
    "rectified", "rectified_on_time", "sent_back", "extended", "returns_rejected", "misdispatched",
    "withdrawn", "reopened", "shelved",
)  # fmt: skip
DUTIES = {
    Duty.ACCEPT: "accepted_on_time",
    Duty.DISPATCH: "dispatched_on_time",
    Duty.APPROVE: "approved_on_time",
    Duty.DECIDE: "decided_on_time",
}
OFFICE_KEYS = tuple(DUTIES.values())


def items(appeal: facts.AppealFacts, frame: Frame) -> Iterator[Item]:
    """What one appeal contributes to these rates; numerators are marks known by F (policy §9)."""
    lead = asof.final_lead(appeal, frame.cut)
    line, out = frame.lead_line(appeal, lead), outside(appeal, frame.cut)
    yield from _rectified(appeal, line, out, frame)
    for assignment in appeal.assignments:
        if assignment.part == Part.SUB or not frame.cut.sees(assignment.dispatched_at):
            continue  # a second level is inside the unit (policy §5)
        if assignment.part == Part.LEAD:
            yield from _lead_marks(appeal, assignment, assignment is lead, frame)
        # Received and dispatched are one instant.
        if frame.period.holds(assignment.dispatched_at):
            yield from _dispatch(appeal, assignment, out, frame)
    if frame.period.holds(frame.cut.seen(appeal.accepted_at)):
        marked = asof.exclusion(appeal, frame.marks)
        withdrawn = marked is not None and marked[0] == Exclusion.WITHDRAWN
        yield Item(line, "withdrawn", appeal, int(withdrawn), out)
    if frame.period.holds(asof.struck_off_at(appeal, frame.cut)):
        reopened_at = frame.reopenings.get(appeal.number)
        yield Item(line, "reopened", appeal, int(frame.marks.sees(reopened_at)), out)
    yield from _shelved(appeal, out, frame)
    yield from _duties(appeal, frame)


def _rectified(appeal: facts.AppealFacts, line: str, out: words.Word | None, frame: Frame) -> Iterator[Item]:
    for each in appeal.rectifications:
        if each.due_at is None or not frame.period.holds(each.due_at):
            continue
        # Only a reply's judgement may look past p1 (policy §9): an audit must have happened before it.
        report = asof.reply(each.reports, frame.cut, judged_before=frame.period.to_at)
        audited = report is not None and asof.verdict_of(report, frame.cut) is True
        in_time = report is not None and report.submitted_at <= each.due_at
        yield Item(line, "rectified", appeal, int(audited), out)
        yield Item(line, "rectified_on_time", appeal, int(in_time), out)


def _lead_marks(
    appeal: facts.AppealFacts, lead: facts.AssignmentFacts, is_final: bool, frame: Frame
) -> Iterator[Item]:
    in_period, why = lead_base(appeal, lead, is_final, frame)
    if not in_period:
        return
    line = frame.unit_line(appeal, lead.unit)
    sent_back = any(asof.verdict_of(version, frame.marks) is False for version in lead.replies)
    yield Item(line, "sent_back", appeal, int(sent_back), why)
    yield Item(line, "extended", appeal, int(_was_extended(lead, frame.marks)), why)


def _was_extended(lead: facts.AssignmentFacts, marks: asof.Cut) -> bool:
    """A granted extension; a line of an older system shows it only as two limits."""
    if lead.due_moves:
        return any(
            move.reason == facts.DueReason.EXTENSION and marks.sees(move.at, move.recorded_at)
            for move in lead.due_moves
        )
    return bool(lead.due_at and lead.original_due_at and lead.due_at > lead.original_due_at)


def _dispatch(
    appeal: facts.AppealFacts, assignment: facts.AssignmentFacts, out: words.Word | None, frame: Frame
) -> Iterator[Item]:
    decided = [
        each
        for each in _returns_of(appeal, assignment)
        if frame.marks.sees(each.decided_at) and each.upheld is not None
    ]
    rejected = any(not each.upheld for each in decided)
    misdispatched = any(each.upheld and each.office_fault for each in decided)
    void = Why.VOID if asof.is_void(assignment, frame.cut) else None
    line = frame.unit_line(appeal, assignment.unit)
    yield Item(line, "returns_rejected", appeal, int(rejected), out or void)
    # A dispatch returned for the office's fault is void and yet just what this rate counts.
    why = out or (None if misdispatched else void)
    yield Item(frame.basis.office, "misdispatched", appeal, int(misdispatched), why)


def _returns_of(appeal: facts.AppealFacts, assignment: facts.AssignmentFacts) -> Iterator[facts.ReturnFacts]:
    """The requests made on this assignment: at or after its dispatch, before the unit's next one."""
    same_unit = [each.dispatched_at for each in appeal.assignments if each.unit == assignment.unit]
    following = min((at for at in same_unit if at > assignment.dispatched_at), default=asof.EVER)
    for each in appeal.returns:
        if each.unit == assignment.unit and assignment.dispatched_at <= each.at < following:
            yield each


def _shelved(appeal: facts.AppealFacts, out: words.Word | None, frame: Frame) -> Iterator[Item]:
    """Uncompleted at p1: what is shelved of what is open or shelved."""
    place = frame.place(appeal)
    if place and frame.cut.sees(appeal.submitted_at):
        yield Item(place.line, "shelved", appeal, int(place.shelved), out)


def _duties(appeal: facts.AppealFacts, frame: Frame) -> Iterator[Item]:
    excluded = asof.exclusion(appeal, frame.cut)
    for duty in appeal.duties:
        if not frame.period.holds(duty.due_at):
            continue
        done_at = frame.cut.seen(duty.done_at)
        in_time = done_at is not None and done_at <= duty.due_at
        why: words.Word | None = None
        if excluded and (excluded[0] in asof.OUTSIDE or (done_at is None and excluded[1] < duty.due_at)):
            why = excluded[0]
        yield Item(duty.holder, DUTIES[duty.kind], appeal, int(in_time), why)


def first_reopenings(appeals: list[facts.AppealFacts], known_at: datetime) -> dict[str, datetime]:
    """Number of an appeal → when its first linked reopening was submitted (policy §3, struck_off).

    Of what is known at `known_at`; a `test` or `statutory` one is outside here too (policy §9).
    """
    found: dict[str, datetime] = {}
    marks = asof.Cut(asof.EVER, known_at)
    for appeal in appeals:
        origin = appeal.reopened_from
        if origin is not None and outside(appeal, marks) is None:
            found[origin] = min(found.get(origin, appeal.submitted_at), appeal.submitted_at)
    return found
