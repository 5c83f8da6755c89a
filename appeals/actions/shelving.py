"""A unit asks to shelve what cannot be settled now; two people sign, a promise needs the company's consent (policy §4)."""

from dataclasses import dataclass
from datetime import date, datetime

from appeals.actions import dues, limits, notices, requests
from appeals.actions.refusals import Refused
from appeals.actions.requests import Wish
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.movement import Shelving
from appeals.models.request import Request
from appeals.rules import deadlines, shelving, text, workdays
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.facts import DueReason
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked, ShelvingReason
from appeals.rules.words import Role

PERSON = 40
WORDS = {"reason": "请写明为什么现在不具备条件", "plan": "请写明跟踪推进的计划", "person": "请写明责任人"}


@dataclass(frozen=True)
class Case:
    """What is asked for: why, until when or until what happens, how it is followed and by whom.

    The company reads `reason`, `event` and `person`; `until_on` may be empty where only an event is awaited.
    """

    reason_code: str
    reason: str
    plan: str
    person: str
    until_on: date | None = None
    event: str = ""


def ask(appeal_id: int, *, case: Case, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """Ask for it, two working days before the promise at the latest. The company is told at once and may disagree.

    A promise by a date waits for the company's consent before anybody decides. Raises Refused, NotAllowed.
    """
    _check(case)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        lead = requests.own_lead(appeal, by)
        if trouble := unaskable(appeal, at):
            raise NotAllowed(trouble)
        _check_once(appeal, case)
        until_at = _until(appeal, case, at)
        wish = Wish(
            reason_code=case.reason_code, reason=case.reason, until_at=until_at,
            detail={"plan": case.plan.strip(), "person": case.person.strip(), "event": case.event.strip()},
        )  # fmt: skip
        promise = case.reason_code == ShelvingReason.PROMISE
        row = requests.put(
            appeal, Asked.SHELVING, Move.ASK_SHELVING, wish, mine=lead, by=by, at=at, to=Role.COMPANY if promise else None,
            reason_code=case.reason_code, reason=case.reason.strip(), until=_said(until_at), event=case.event.strip(),
            person=case.person.strip(),
        )  # fmt: skip
        if promise and row.asked_at is not None:
            requests.park(appeal, row, at=at)
        return appeal


def consent(appeal_id: int, *, at: datetime, seen: int | None = None) -> Appeal:
    """The company agrees to the promised date; only now does the coordinator's turn begin."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = next(iter(requests.undecided(appeal, Asked.SHELVING)), None)
        if row is None or row.waits_for != Role.COMPANY:
            raise NotAllowed("没有等待您同意的限期承诺，可能已有新的办理")
        row.detail = {**row.detail, "consented_at": at.isoformat()}
        requests.unpark(appeal, row, at=at)
        event = appeal.make(Move.CONSENT, by=COMPANY, at=at, request=row.id)
        notices.tell(appeal, event, Role(row.waits_for))
        requests.tell_asker(appeal, row, event)
        return appeal


def endorse(appeal_id: int, *, answer: str = "", by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The first signature: the coordinator's, or the recusal post's. Never once the promise has run out."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _signable(appeal, by, at)
        if row.signed_at is not None:
            raise NotAllowed("已有第一人签字，等待第二人审签")
        row.detail = {**row.detail, "opinion": answer.strip()}
        requests.sign_first(appeal, row, by=by, at=at)
        event = appeal.make(Move.ENDORSE_SHELVING, by=by, at=at, request=row.id)
        notices.tell_second(appeal, event)
        return appeal


def shelve(appeal_id: int, *, answer: str = "", by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The second signature, the director's or a leader's: from now on promise and limits stand still."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _signable(appeal, by, at)
        if row.signed_at is None:
            raise NotAllowed("须先由营商办（回避裁定岗）审核同意")
        requests.decide(appeal, row, granted=True, answer=answer, by=by, at=at)
        kept = _begin(appeal, row, at)
        event = appeal.make(
            Move.SHELVE, by=by, at=at, request=row.id, reason_code=row.reason_code, person=kept.person,
            until=_said(kept.until_at), next=_said(kept.next_report_due_at),
        )  # fmt: skip
        notices.tell_company(appeal, event)
        requests.tell_asker(appeal, row, event)
        return appeal


def refuse(appeal_id: int, *, answer: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """Either signer refuses, with the reason; an objection of the company is settled with it."""
    if text.is_visibly_empty(answer):
        raise Refused(answer="请写明不同意的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.SHELVING, by=by)
        requests.decide(appeal, row, granted=False, answer=answer, by=by, at=at)
        for objection in requests.undecided(appeal, Asked.DISAGREEMENT):
            requests.decide(appeal, objection, granted=None, answer="", by=Actor(Role.LEADER), at=at)
        event = appeal.make(Move.REFUSE_SHELVING, by=by, at=at, request=row.id, reason=answer.strip())
        notices.tell_company(appeal, event)
        requests.tell_asker(appeal, row, event)
        return appeal


def unaskable(appeal: Appeal, at: datetime) -> str:
    """Why shelving cannot be asked for now, in Chinese; empty when it can."""
    if appeal.due_at is None or at > appeal.due_at:
        return "对企业的答复时限已过，不能再申请挂账"
    if at > (last := latest_ask(appeal)):
        return f"挂账须在{last.astimezone(workdays.SHANGHAI):%Y-%m-%d %H:%M}前申请，已过申请时间"
    return ""


def latest_ask(appeal: Appeal) -> datetime:
    """Until when it can be asked for."""
    assert appeal.due_at is not None
    return shelving.latest_ask(appeal.due_at, calendar.current(), settings.limits(appeal.settings_version))


def unsignable(appeal: Appeal, at: datetime) -> str:
    """Why what was asked for can only be refused or must wait, in Chinese; empty when it can be signed."""
    if appeal.due_at is None or at > appeal.due_at:
        return "对企业的答复时限已过，不能再同意挂账"
    if requests.undecided(appeal, Asked.DISAGREEMENT):
        return "企业提出了异议，等待委领导裁定"
    return ""


def _signable(appeal: Appeal, by: Actor, at: datetime) -> Request:
    row = requests.waiting(appeal, Asked.SHELVING, by=by)
    if trouble := unsignable(appeal, at):
        raise NotAllowed(trouble)
    if row.until_at is not None and at >= row.until_at:
        raise NotAllowed("申请挂账到的日期已到，不能再同意")
    return row


def _begin(appeal: Appeal, row: Request, at: datetime) -> Shelving:
    days, numbers = calendar.current(), settings.limits(appeal.settings_version)
    longest = shelving.longest(at, numbers)
    lead = appeal.lead
    if lead is not None:
        _carry(lead, row, at)
    kept = Shelving(
        appeal_id=appeal.id, from_at=at, reason=row.reason_code or "", request_id=row.id,
        until_at=min(row.until_at or longest, longest), next_report_due_at=deadlines.after(at, numbers.shelve_report, days),
        plan=row.detail["plan"], person=row.detail["person"],
    )  # fmt: skip
    session().add(kept)
    return kept


def _carry(lead: Assignment, row: Request, at: datetime) -> None:
    """A unit's limit that ran out while the signatures were waited for is carried to the day of the last one.

    It was asked in time: the wait must not count the unit as late (docs/decisions/0012).
    """
    assert row.asked_at is not None
    if row.asked_at <= lead.due_at < at:
        today = deadlines.same_day(at, calendar.current())
        original = today if row.asked_at <= lead.original_due_at < at else None
        dues.move_limit(lead, today, original=original, reason=DueReason.SHELVING, at=at)


def _check(case: Case) -> None:
    errors: dict[str, str] = {}
    if case.reason_code not in set(ShelvingReason):
        errors["reason_code"] = "请选择挂账事由"
    for name, sentence in WORDS.items():
        if text.is_visibly_empty(getattr(case, name)):
            errors[name] = sentence
    if len(case.person) > PERSON:
        errors["person"] = f"责任人最多{PERSON}个字"
    if case.until_on is None and (case.reason_code == ShelvingReason.PROMISE or text.is_visibly_empty(case.event)):
        errors["until"] = "请选择预计日期；只等待某一事件的，请写明事件"
    if errors:
        raise Refused(**errors)


def _check_once(appeal: Appeal, case: Case) -> None:
    """Once for each reason: more time for the same one is a leader's to give, by renewing it."""
    had = [row for row in requests.of_kind(appeal, Asked.SHELVING) if row.granted]
    if case.reason_code in {row.reason_code for row in had}:
        raise Refused(reason_code="同一事由只能挂账一次")


def _until(appeal: Appeal, case: Case, at: datetime) -> datetime | None:
    if case.until_on is None:
        return None
    days, numbers = calendar.current(), settings.limits(appeal.settings_version)
    until_at = deadlines.closing(case.until_on)
    promise = case.reason_code == ShelvingReason.PROMISE
    last = shelving.longest_promise(at, days, numbers) if promise else shelving.longest(at, numbers)
    if until_at <= at or not days.is_working(case.until_on):
        raise Refused(until="请选择今后的一个工作日")
    if until_at > last:
        raise Refused(until=f"最迟到{workdays.day_of(last):%Y-%m-%d}")
    return until_at


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
