"""A unit handles an appeal: acknowledge, contact, plan, draft, sign (policy §3)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from appeals.actions import limits, notices
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, ContactNote, Reply
from appeals.rules import answers, deadlines
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.words import Outcome, Part


def acknowledge(appeal_id: int, *, by: Actor, at: datetime, seen: int | None = None) -> Assignment:
    """The unit takes the appeal; whoever does it is the handler. Too late is still recorded, as late."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        mine = _mine(appeal, by, lambda a: a.acknowledged_at is None)
        mine.acknowledged_at = at
        mine.handler_id = by.user_id
        if mine.limit_runs_from_at is None:
            days, numbers = calendar.current(), settings.limits(appeal.settings_version)
            mine.limit_runs_from_at = at
            mine.contact_due_at = deadlines.contact(at, days, numbers)
            mine.plan_due_at = deadlines.plan(at, days, numbers)
        move = Move.ACKNOWLEDGE if mine.part == Part.LEAD else Move.SUPPORT_ACKNOWLEDGE
        event = appeal.make(move, by=by, at=at, unit=mine.unit.name)
        if mine.part == Part.LEAD:
            notices.tell_company(appeal, event)
        return mine


def log_contact(
    appeal_id: int, *, channel: str, note: str, by: Actor, at: datetime, seen: int | None = None
) -> Assignment:
    """Write down that the unit spoke to the company; the first time counts as first contact."""
    if not note.strip():
        raise Refused(note="请写明联系的情况")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        mine = _mine(appeal, by, lambda a: a.part == Part.LEAD)
        session().add(
            ContactNote(appeal_id=appeal.id, assignment_id=mine.id, kind="contact", channel=channel,
                        note=note.strip(), by_id=by.user_id, at=at)
        )  # fmt: skip
        first = mine.contacted_at is None
        mine.contacted_at = mine.contacted_at or at
        event = appeal.make(Move.CONTACT, by=by, at=at, first=first)
        if first:
            notices.tell_company(appeal, event)
        return mine


def make_plan(appeal_id: int, *, plan: str, by: Actor, at: datetime, seen: int | None = None) -> Assignment:
    """Write down how and by when the unit means to settle each point; the first version counts."""
    if not plan.strip():
        raise Refused(plan="请写明办理方案")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        mine = _mine(appeal, by, lambda a: a.part == Part.LEAD)
        mine.plan = plan.strip()
        mine.planned_at = mine.planned_at or at
        appeal.make(Move.PLAN, by=by, at=at)
        return mine


@dataclass(frozen=True)
class Draft:
    """What a reply says: one answer per numbered point, the outcome, its basis, the day of contact."""

    outcome: str
    answers: Sequence[str]
    basis: str
    contacted_on: date | None
    internal_note: str = ""


def draft(appeal_id: int, *, draft: Draft, by: Actor, at: datetime, seen: int | None = None) -> Reply:
    """Keep the reply as written so far; the lead unit's head signs it later."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        mine = _mine(appeal, by, lambda a: a.part == Part.LEAD)
        reply = mine.draft or _new_version(appeal, mine)
        _write(reply, draft, by, at)
        appeal.make(Move.DRAFT, by=by, at=at, version=reply.version)
        return reply


def sign(appeal_id: int, *, by: Actor, at: datetime, seen: int | None = None) -> Reply:
    """The head signs the draft; it goes to the coordination office (policy §1 答复).

    Refused when a point is unanswered, the text is empty or boiler-plate, basis or contact date is missing.
    """
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        mine = _mine(appeal, by, lambda a: a.part == Part.LEAD)
        reply = mine.draft
        if reply is None:
            raise Refused(answers="还没有可审签的答复稿")
        problems = answers.problems(
            [p["text"] for p in appeal.points], reply.answers, reply.outcome, reply.basis, reply.contacted_on
        )
        if problems:
            raise Refused(**problems)
        reply.signed_by_id, reply.submitted_at = by.user_id, at
        mine.replied_at = at
        appeal.approve_due_at = deadlines.approval(
            at, calendar.current(), settings.limits(appeal.settings_version)
        )
        event = appeal.make(Move.SIGN_REPLY, by=by, at=at, version=reply.version)
        notices.tell_company(appeal, event)
        notices.tell_office(appeal, event)
        return reply


def report_support(appeal_id: int, *, report: str, by: Actor, at: datetime, seen: int | None = None) -> Reply:
    """A supporting unit tells the lead what it did."""
    if problem := answers.text_problem(report):
        raise Refused(report=problem)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        mine = _mine(appeal, by, lambda a: a.part == Part.SUPPORT and a.replied_at is None)
        reply = _new_version(appeal, mine)
        _write(reply, Draft(Outcome.EXPLAINED.value, [report.strip()], "", None), by, at)
        reply.signed_by_id, reply.submitted_at = by.user_id, at
        mine.replied_at, mine.active = at, False
        event = appeal.make(Move.SUPPORT_REPORT, by=by, at=at, unit=mine.unit.name)
        lead = appeal.lead
        if lead is not None:
            notices.tell_unit(appeal, event, lead.unit_id)
        return reply


def _mine(appeal: Appeal, by: Actor, fits: Callable[[Assignment], bool]) -> Assignment:
    """The visitor's own assignment that fits. Raises NotAllowed when there is none."""
    for assignment in appeal.assignments:
        if assignment.unit_id in by.unit_ids and assignment.holds and fits(assignment):
            return assignment
    raise NotAllowed("本单位当前没有可以这样办理的任务，可能已被他人办理")


def _new_version(appeal: Appeal, assignment: Assignment) -> Reply:
    reply = Reply(version=len(assignment.replies) + 1, round=appeal.round)
    assignment.replies.append(reply)
    return reply


def _write(reply: Reply, draft: Draft, by: Actor, at: datetime) -> None:
    reply.outcome = draft.outcome
    reply.answers = [a.strip() for a in draft.answers]
    reply.basis = draft.basis.strip()
    reply.contacted_on = draft.contacted_on
    reply.internal_note = draft.internal_note.strip()
    reply.drafted_by_id, reply.drafted_at = by.user_id, at
