"""The timeliness rates: cohorts by due time in the period (policy §7 charging, §9)."""

from collections.abc import Iterator

from appeals.rules import asof, facts, stock, words
from appeals.rules.rates_frame import Frame, Item, Why, leaves, outside
from appeals.rules.words import Part

KEYS = (
    "acknowledged_on_time", "on_time", "on_time_original", "replied",
    "promise_kept", "cleared", "struck_off", "support_on_time",
)  # fmt: skip


def items(appeal: facts.AppealFacts, frame: Frame) -> Iterator[Item]:
    """What one appeal contributes to the timeliness rates."""
    lead = asof.final_lead(appeal, frame.cut)
    for assignment in appeal.assignments:
        if assignment.part == Part.SUB or not frame.cut.sees(assignment.dispatched_at):
            continue  # figures count once, at the first level (policy §5)
        yield from _acknowledged(appeal, assignment, frame)
        if assignment.part == Part.LEAD:
            yield from _lead(appeal, assignment, assignment is lead, frame)
        else:
            yield from _support(appeal, assignment, frame)
    yield from _promise(appeal, lead, frame)


def _acknowledged(
    appeal: facts.AppealFacts, assignment: facts.AssignmentFacts, frame: Frame
) -> Iterator[Item]:
    """Every non-void assignment, unless the appeal was excluded before that limit."""
    limit, cut = assignment.ack_due_at, frame.cut
    if limit is None or not frame.period.holds(limit):
        return
    done = cut.seen(assignment.acknowledged_at, assignment.acknowledged_recorded_at)
    why: words.Word | None = excluded_before(appeal, assignment, frame)
    line = frame.unit_line(appeal, assignment.unit)
    yield Item(line, "acknowledged_on_time", appeal, int(done is not None and done <= limit), why)


def excluded_before(
    appeal: facts.AppealFacts, assignment: facts.AssignmentFacts, frame: Frame
) -> words.Word | None:
    """Why an assignment is not in the base of `acknowledged_on_time`."""
    if asof.is_void(assignment, frame.cut):
        return Why.VOID
    excluded = asof.exclusion(appeal, frame.cut)
    if excluded is None or assignment.ack_due_at is None:
        return None
    kind, at = excluded
    return kind if kind in asof.OUTSIDE or at < assignment.ack_due_at else None


def lead_base(
    appeal: facts.AppealFacts, lead: facts.AssignmentFacts, is_final: bool, frame: Frame
) -> tuple[bool, words.Word | None]:
    """(whether the lead's limit lies in the period, why it is not in the base of `on_time`)."""
    limit = asof.unit_limit(lead, frame.cut)
    if limit is None or not frame.period.holds(limit):
        return False, None
    if asof.is_void(lead, frame.cut):
        return True, Why.VOID
    if not is_final:
        return True, outside(appeal, frame.cut) or Why.SUPERSEDED
    due_at = asof.due(appeal, frame.cut)
    left = leaves(appeal, due_at or limit, frame.cut)
    return True, left or (Why.SHELVED if asof.shelved_at(appeal, limit, frame.cut) else None)


def _lead(
    appeal: facts.AppealFacts, lead: facts.AssignmentFacts, is_final: bool, frame: Frame
) -> Iterator[Item]:
    in_period, why = lead_base(appeal, lead, is_final, frame)
    limit = asof.unit_limit(lead, frame.cut)
    if not in_period or limit is None:
        return
    original = asof.original_limit(lead, frame.cut) or limit
    reply = asof.reply(lead.replies, frame.cut)
    replied_at = reply.submitted_at if reply else asof.EVER
    line = frame.unit_line(appeal, lead.unit)
    yield Item(line, "on_time", appeal, int(replied_at <= limit), why)
    yield Item(line, "on_time_original", appeal, int(replied_at <= original), why)
    yield Item(line, "replied", appeal, int(reply is not None), why)


def _support(appeal: facts.AppealFacts, support: facts.AssignmentFacts, frame: Frame) -> Iterator[Item]:
    limit, cut = asof.unit_limit(support, frame.cut), frame.cut
    if limit is None or not frame.period.holds(limit):
        return
    why: words.Word | None = Why.VOID if asof.is_void(support, cut) else None
    why = why or leaves(appeal, asof.due(appeal, cut) or limit, cut)
    why = why or (Why.SHELVED if asof.shelved_at(appeal, limit, cut) else None)
    reply = asof.reply(support.replies, cut)
    on_time = reply is not None and reply.submitted_at <= limit
    yield Item(frame.unit_line(appeal, support.unit), "support_on_time", appeal, int(on_time), why)


def promise_base(appeal: facts.AppealFacts, frame: Frame) -> tuple[bool, words.Word | None]:
    """(whether the appeal is due in the period, why it is not in the base): the N of a cycle."""
    due_at = asof.due(appeal, frame.cut)
    in_stock = frame.cut.sees(stock.entered_at(appeal))  # before that there is no promise, though a date may stand
    if due_at is None or not in_stock or not frame.period.holds(due_at):
        return False, None
    left: words.Word | None = leaves(appeal, due_at, frame.cut)
    if left is None and asof.declined_at(appeal, frame.cut):
        left = Why.DECLINED
    return True, left or (Why.SHELVED if asof.shelved_at(appeal, due_at, frame.cut) else None)


def charged_line(
    appeal: facts.AppealFacts, lead: facts.AssignmentFacts | None, cut: asof.Cut, frame: Frame
) -> str:
    """Whose line the appeal stands in: the final lead's, or the coordination office's (policy §7).

    The office's if nobody else has it, if the unit's own limit was later than `due_at`, or if the unit was in
    time and only the approval was not.
    """
    due_at = asof.due(appeal, cut)
    if lead is None or due_at is None:
        return frame.lead_line(appeal, lead)
    limit = asof.unit_limit(lead, cut)
    if limit is not None and limit > due_at:
        return frame.basis.office
    reply = asof.reply(lead.replies, cut)
    unit_in_time = reply is not None and limit is not None and reply.submitted_at <= limit
    completed_at = asof.completed_at(appeal, cut)
    kept = completed_at is not None and completed_at <= due_at
    return frame.basis.office if unit_in_time and not kept else frame.lead_line(appeal, lead)


def _promise(appeal: facts.AppealFacts, lead: facts.AssignmentFacts | None, frame: Frame) -> Iterator[Item]:
    in_period, why = promise_base(appeal, frame)
    due_at = asof.due(appeal, frame.cut)
    if not in_period or due_at is None:
        return
    completed_at = asof.completed_at(appeal, frame.cut)
    line = charged_line(appeal, lead, frame.cut, frame)
    yield Item(line, "promise_kept", appeal, int(completed_at is not None and completed_at <= due_at), why)
    yield Item(line, "cleared", appeal, int(completed_at is not None), why)
    struck = asof.struck_off_at(appeal, frame.later) is not None
    yield Item(line, "struck_off", appeal, int(struck), why)
