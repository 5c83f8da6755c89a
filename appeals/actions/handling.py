"""A unit handles an appeal: acknowledge, contact, plan, draft, sign (policy §3)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from appeals.actions import assigning, lapses, limits, notices, requests
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import calendar, settings, tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, ContactNote, Reply
from appeals.models.people import User
from appeals.rules import answers, deadlines, lifecycle, text, workdays
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked
from appeals.rules.words import Outcome, Part, Role

CHANNELS = {"phone": "电话", "visit": "上门", "office": "当面", "platform": "站内转达"}
TAKING_UP = {
    Part.LEAD: Move.ACKNOWLEDGE, Part.SUPPORT: Move.SUPPORT_ACKNOWLEDGE, Part.SUB: Move.SUB_ACKNOWLEDGE,
}  # fmt: skip
HEARD = "platform"  # what is written under it the company reads; it hides nobody's number from anybody


def acknowledge(
    appeal_id: int, *, handler_id: int | None = None, by: Actor, at: datetime, seen: int | None = None
) -> Assignment:
    """The unit takes the appeal and names the handler (None: whoever does it). Too late is recorded, as late.

    Where its head has asked for a return only the head does so: taking it up takes the request back.
    """
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        mine = _mine(appeal, by, lambda a: a.acknowledged_at is None)
        if mine.part == Part.LEAD and by.role is Role.LIAISON and requests.undecided(appeal, Asked.RETURN):
            raise NotAllowed("退单申请等待裁定；要签收的，由负责人签收，申请随即收回")
        mine.acknowledged_at = at
        mine.handler_id = _handler(mine, handler_id) if handler_id else by.user_id
        if mine.limit_runs_from_at is None:
            lapses.start(appeal, mine, at)
        event = appeal.make(TAKING_UP[Part(mine.part)], by=by, at=at, unit=mine.unit.name)
        if mine.part == Part.LEAD:
            notices.tell_company(appeal, event)
        return mine


def name_handler(
    appeal_id: int, *, handler_id: int, by: Actor, at: datetime, seen: int | None = None
) -> Assignment:
    """The head hands the work to somebody of the unit; until then a deemed acknowledgement leaves it to him."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        mine = _mine(appeal, by, lambda a: a.active)
        mine.handler_id = _handler(mine, handler_id)
        appeal.make(Move.NAME_HANDLER, by=by, at=at, unit=mine.unit.name)
        return mine


def _handler(mine: Assignment, user_id: int) -> int:
    user = session().get(User, user_id)
    if user_id == mine.appeal.about_person_id:
        user = None  # nobody handles what is complained of about himself
    inside = tree.current().under(mine.unit_id) | tree.current().above(mine.unit_id)
    if user is None or not user.active or user.role not in lifecycle.UNIT_ROLES or user.unit_id not in inside:
        raise Refused(handler="请选择本单位在册的承办人")
    return user.id


def log_contact(
    appeal_id: int, *, channel: str, note: str, by: Actor, at: datetime, seen: int | None = None
) -> Assignment:
    """Write down that the unit spoke to the company; the first time counts as first contact.

    Where the company hides its contact, word goes through the platform, which counts as well (policy §11).
    """
    errors: dict[str, str] = {}
    if channel not in CHANNELS:
        errors["channel"] = "请选择联系方式"
    if text.is_visibly_empty(note):
        errors["note"] = "请写明联系的情况"
    if errors:
        raise Refused(**errors)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if appeal.hide_contact and channel != HEARD:
            raise Refused(channel="企业不公开联系方式，请通过站内转达联系")
        mine = _mine(appeal, by, lambda a: a.part == Part.LEAD)
        session().add(
            ContactNote(appeal_id=appeal.id, assignment_id=mine.id, kind="contact", channel=channel,
                        note=note.strip(), by_id=by.user_id, at=at)
        )  # fmt: skip
        first = mine.contacted_at is None
        mine.contacted_at = mine.contacted_at or at
        event = appeal.make(Move.CONTACT, by=by, at=at, first=first)
        if first or channel == HEARD:
            notices.tell_company(appeal, event)
        return mine


def make_plan(appeal_id: int, *, plan: str, by: Actor, at: datetime, seen: int | None = None) -> Assignment:
    """Write down how and by when the unit means to settle each point; the first version counts."""
    if text.is_visibly_empty(plan):
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


def draft(
    appeal_id: int, *, draft: Draft, offered: bool = False, by: Actor, at: datetime, seen: int | None = None
) -> Reply:
    """Keep the reply as written so far; `offered` hands it to the head, and then it must be complete.

    Raises Refused naming each point that is not answered; what was typed is then not kept here.
    """
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        mine = _mine(appeal, by, lambda a: a.part == Part.LEAD)
        if offered:
            _check(appeal, draft, at)
        reply = mine.draft or _new_version(appeal, mine)
        _write(reply, draft, by, at)
        reply.offered_at = at if offered else None
        event = appeal.make(Move.DRAFT, by=by, at=at, version=reply.version, offered=offered)
        if offered:
            notices.tell_head(appeal, event, mine.unit_id)
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
        _check(appeal, Draft(reply.outcome, reply.answers, reply.basis, reply.contacted_on), at)
        reply.signed_by_id, reply.submitted_at = by.user_id, at
        mine.replied_at = at
        if appeal.is_consultation:
            mine.contacted_at = mine.contacted_at or at
        appeal.approve_due_at = deadlines.approval(
            at, calendar.current(), settings.limits(appeal.settings_version)
        )
        event = appeal.make(Move.SIGN_REPLY, by=by, at=at, version=reply.version)
        notices.tell_company(appeal, event)
        notices.tell_office(appeal, event)
        return reply


def _check(appeal: Appeal, draft: Draft, at: datetime) -> None:
    """Every numbered point answered, outcome, basis and day of contact said (policy §3)."""
    points = [p["text"] for p in appeal.points]
    problems = answers.problems(points, draft.answers, draft.outcome, draft.basis, draft.contacted_on)
    first, last = workdays.day_of(appeal.submitted_at), workdays.day_of(at)
    if draft.contacted_on is not None and not first <= draft.contacted_on <= last:
        problems["contacted_on"] = f"联系日期应在{first:%Y-%m-%d}至{last:%Y-%m-%d}之间"
    if problems:
        raise Refused(**problems)


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
        assigning.drop_requests(appeal, mine, at=at)
        event = appeal.make(Move.SUPPORT_REPORT, by=by, at=at, unit=mine.unit.name)
        lead = appeal.lead
        if lead is not None:
            notices.tell_unit(appeal, event, lead.unit_id)
        return reply


def _mine(appeal: Appeal, by: Actor, fits: Callable[[Assignment], bool]) -> Assignment:
    """The visitor's own assignment that fits, his very unit's before those below. Raises NotAllowed.

    What a lead has handed on inside its tree is done by the very unit it was handed to.
    """
    held = [
        a for a in appeal.assignments
        if a.unit_id in by.unit_ids and a.holds and (a.part != Part.SUB or a.unit_id == by.unit_id)
    ]  # fmt: skip
    for assignment in sorted(held, key=lambda a: a.unit_id != by.unit_id):
        if fits(assignment):
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
