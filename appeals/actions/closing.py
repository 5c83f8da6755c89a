"""The coordination office judges a reply, calls back; the company rates; the appeal leaves the ledger."""

from datetime import date, datetime
from typing import Any

from appeals.actions import (
    assigning,
    dues,
    duties,
    lapses,
    leaving,
    limits,
    notices,
    ratings,
    rechecks,
    requests,
)
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, Reply
from appeals.models.audit import Event
from appeals.models.rating import CallBack
from appeals.rules import deadlines, facts, workdays
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked
from appeals.rules.returns import Ended
from appeals.rules.words import Exclusion, Outcome, RatingSource

ENDING = frozenset({Outcome.LEGAL, Outcome.UNTRUE})  # not completed but ended, by two signatures (policy §3)


def approve(appeal_id: int, *, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """Approve the signed reply: the appeal is completed, the company is asked to rate (policy §3)."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        lead, reply = waiting_reply(appeal, by)
        if reply.outcome in ENDING:
            raise NotAllowed(f"结果为“{Outcome(reply.outcome).label}”的答复须两人先后审签，不能直接办结")
        check_supports(appeal)
        reply.judged_by_id, reply.judged_at, reply.approved = by.user_id, at, True
        lead.active = False
        appeal.completed_at = at
        appeal.outcome = reply.outcome
        window_ends_at = deadlines.rating_window(
            at, calendar.current(), settings.limits(appeal.settings_version)
        )
        appeal.window_ends_at = appeal.first_window_ends_at = window_ends_at
        appeal.calls_done_at = None
        duties.done(appeal, facts.Duty.APPROVE, due_at=appeal.approve_due_at, by=by, at=at)
        rechecks.choose(appeal, at)
        event = appeal.make(Move.APPROVE, by=by, at=at, version=reply.version)
        notices.tell_company(appeal, event)
        notices.tell_unit(appeal, event, lead.unit_id)
        return appeal


def send_back(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """Send the reply back for more work; days the office took too long are given to the unit (policy §4)."""
    if not reason.strip():
        raise Refused(reason="请写明退回的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        lead, reply = waiting_reply(appeal, by)
        reply.judged_by_id, reply.judged_at, reply.approved = by.user_id, at, False
        reply.judgement = reason.strip()
        lead.replied_at = None
        dues.give_back(lead, appeal.approve_due_at, at=at)
        owed_by = duties.owed_by(appeal, facts.Duty.APPROVE)
        duties.done(appeal, facts.Duty.APPROVE, due_at=appeal.approve_due_at, by=owed_by, at=at)
        event = appeal.make(Move.SEND_BACK, by=by, at=at, version=reply.version)
        notices.tell_unit(appeal, event, lead.unit_id)
        notices.tell_company(appeal, event)
        return appeal


def waiting_reply(appeal: Appeal, by: Actor) -> tuple[Assignment, Reply]:
    """The signed reply that waits, for somebody who neither drafted nor signed it. Raises NotAllowed."""
    lead = appeal.lead
    reply = lead.submitted if lead else None
    if lead is None or reply is None or reply.judged_at is not None:
        raise NotAllowed("没有待审核的答复，可能已被他人审核")
    if by.user_id is not None and by.user_id in (reply.signed_by_id, reply.drafted_by_id):
        raise NotAllowed("答复的拟稿人、审签人不能再审核同一份答复")
    return lead, reply


def check_supports(appeal: Appeal) -> None:
    """Completing is blocked until each support has reported or is excused (policy §5). Raises NotAllowed."""
    waiting = [a.unit.name for a in appeal.supports if a.replied_at is None]
    if waiting:
        raise NotAllowed("协办单位尚未反馈，也未免除，不能办结：" + "、".join(waiting))


def excuse_support(
    appeal_id: int, *, assignment_id: int, reason: str, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """Excuse a supporting unit, with a reason; its assignment is void and counts in no base (policy §5)."""
    if not reason.strip():
        raise Refused(reason="请写明免除协办的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        support = next((a for a in appeal.supports if a.id == assignment_id and a.replied_at is None), None)
        if support is None:
            raise NotAllowed("该协办任务已反馈或已免除")
        event = appeal.make(Move.EXCUSE_SUPPORT, by=by, at=at, unit=support.unit.name)
        for row in requests.undecided(appeal, Asked.EXCUSE):
            if row.assignment_id == support.id:
                requests.decide(appeal, row, granted=True, answer=reason, by=by, at=at)
        support.excused_reason = reason.strip()
        assigning.end(appeal, support, Ended.EXCUSED, void=True, by=by, at=at)
        notices.tell_unit(appeal, event, support.unit_id)
        return appeal


def call_back(
    appeal_id: int, *, reached: bool, note: str, answer: ratings.Answer | None = None, by: Actor, at: datetime,
    seen: int | None = None,
) -> Appeal:  # fmt: skip
    """Write down one attempt to reach the company about an unrated answer (policy §3).

    From the second working day on. `answer` is what the company said of it, kept as a rating by telephone;
    without one strike-off follows by itself once the window is over.
    """
    if answer is not None:
        ratings.check(answer)
        if not reached:
            raise Refused(reached="没有打通就没有评价")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        _check_call_day(appeal, at)
        session().add(
            CallBack(appeal_id=appeal.id, round=appeal.round, reached=reached, note=note.strip(),
                     by_id=by.user_id, at=at)
        )  # fmt: skip
        appeal.make(Move.CALL_BACK, by=by, at=at, reached=reached)
        session().flush()
        appeal.calls_done_at = lapses.callbacks_done_at(appeal)
        if answer is not None:
            ratings.book(appeal, answer, RatingSource.CALL, by, at)
        limits.apply_due(appeal, at, through=True)
        return appeal


def calls_from(appeal: Appeal) -> date:
    """The day from which the office calls back: until then the company rates by itself (policy §3)."""
    assert appeal.window_ends_at is not None
    days, numbers = calendar.current(), settings.limits(appeal.settings_version)
    opened = deadlines.before(appeal.window_ends_at, numbers.rating_window, days)
    return days.add_working(workdays.day_of(opened), numbers.callback_from)


def _check_call_day(appeal: Appeal, at: datetime) -> None:
    if appeal.window_ends_at is not None and workdays.day_of(at) < calls_from(appeal):
        raise NotAllowed(f"{calls_from(appeal):%Y-%m-%d}起才回访，先让企业自行评价")


def confirm_withdrawal(
    appeal_id: int, *, note: str, pressed: bool = False, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """The office's call confirmed the company's wish: the appeal ends as of the company's request (policy §3, §9).

    `pressed`: the company says that somebody urged it to withdraw; that is marked, for supervision (policy §8).
    """
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if appeal.withdrawal_asked_at is None:
            raise NotAllowed("企业没有申请撤回")
        appeal.exclusion = Exclusion.WITHDRAWN.value
        appeal.excluded_at, appeal.excluded_recorded_at = appeal.withdrawal_asked_at, at
        appeal.public_reason = note.strip()
        leaving.let_go(appeal, at=at)
        leaving.answer_withdrawal(appeal, at=at)
        event = appeal.make(Move.CONFIRM_WITHDRAWAL, by=by, at=at, **_pressed(appeal, pressed, at))
        notices.tell_company(appeal, event)
        _warn(appeal, event, pressed)
        return appeal


def refuse_withdrawal(
    appeal_id: int, *, note: str, pressed: bool = False, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """The company, asked by telephone, does not want to withdraw: the work goes on."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if appeal.withdrawal_asked_at is None:
            raise NotAllowed("企业没有申请撤回")
        leaving.answer_withdrawal(appeal, at=at)
        appeal.withdrawal_asked_at = appeal.withdrawal_due_at = None
        event = appeal.make(
            Move.REFUSE_WITHDRAWAL, by=by, at=at, note=bool(note.strip()), **_pressed(appeal, pressed, at)
        )
        notices.tell_company(appeal, event)
        _warn(appeal, event, pressed)
        return appeal


def _pressed(appeal: Appeal, pressed: bool, at: datetime) -> dict[str, Any]:
    """Marked on the appeal and with the event; pages of units do not show it."""
    if pressed:
        appeal.pressed_at = at
    return {"pressed": True} if pressed else {}


def _warn(appeal: Appeal, event: Event, pressed: bool) -> None:
    if pressed:
        notices.tell_second(appeal, event)
