"""The office ends an appeal before completion: legal route or no cooperation, by two signatures (policy §2, §3)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from appeals.actions import leaving, limits, notices, requests
from appeals.actions.refusals import Refused, say
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.assignment import ContactNote
from appeals.models.audit import Event
from appeals.models.request import Request
from appeals.rules import deadlines, text, workdays
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked, EndingReason
from appeals.rules.words import Exclusion, Role

WARNING = "warning"  # the kind of a call in which the company is told what is needed, and what follows
COOPERATION = (Move.LAPSE_COOPERATION, Move.COOPERATE, Move.ANSWER_ENDING)
EXCLUSIONS = {EndingReason.LEGAL: Exclusion.LEGAL, EndingReason.UNCOOPERATIVE: Exclusion.UNCOOPERATIVE}


def warn(
    appeal_id: int, *, note: str, reached: bool, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """Write down a call about what the company still has to provide; two precede an ending for want of it."""
    if text.is_visibly_empty(note):
        raise Refused(note="请写明通话情况")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if lapsed_at(appeal) is None:
            raise NotAllowed("企业配合期满未配合的，才需要电话告知")
        session().add(
            ContactNote(appeal_id=appeal.id, kind=WARNING, channel="phone", note=note.strip(), reached=reached,
                        by_id=by.user_id, at=at)
        )  # fmt: skip
        event = appeal.make(Move.CALL_WARN, by=by, at=at, reached=reached)
        notices.tell_company(appeal, event)
        return appeal


def lapsed_at(appeal: Appeal) -> datetime | None:
    """When the days for the company's cooperation ran out unanswered; None where they did not, or it has answered."""
    query = select(Event).where(Event.appeal_id == appeal.id, Event.kind.in_(move.value for move in COOPERATION))
    return lapse_among(session().scalars(query.order_by(Event.id)).all())


def lapse_among(history: Iterable[Event]) -> datetime | None:
    """The same of a history that was read already, oldest first."""
    last = None
    for event in history:
        last = event if event.kind in COOPERATION else last
    return last.at if last is not None and last.kind == Move.LAPSE_COOPERATION else None


def calls(appeal: Appeal) -> int:
    """How many calls are on record since then."""
    since = lapsed_at(appeal)
    if since is None:
        return 0
    query = select(ContactNote.id).where(
        ContactNote.appeal_id == appeal.id, ContactNote.kind == WARNING, ContactNote.at >= since
    )
    return len(session().scalars(query).all())


def missing(appeal: Appeal) -> str:
    """What still keeps the office from proposing to end it for want of cooperation; empty: nothing does."""
    if lapsed_at(appeal) is None:
        return "须先提请企业配合，且配合期满企业仍未配合"
    needed = settings.limits(appeal.settings_version).supplement_calls
    return "" if calls(appeal) >= needed else f"须先有{needed}次电话告知记录，现有{calls(appeal)}次"


def propose(
    appeal_id: int, *, ground: str, reason: str, route: str, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """The first signature. `reason` is public, `route` says where the company can go; both are told now, before it bites."""
    errors: dict[str, str] = {}
    if ground not in {each.value for each in EndingReason}:
        errors["ground"] = "请选择终止的事由"
    if text.is_visibly_empty(reason):
        errors["reason"] = "请写明理由（企业可见）"
    if ground == EndingReason.LEGAL and text.is_visibly_empty(route):
        errors["route"] = "请写明企业可以走的法定途径"
    if errors:
        raise Refused(**errors)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if ground == EndingReason.UNCOOPERATIVE and (why_not := missing(appeal)):
            raise Refused(ground=why_not)
        wish = requests.Wish(reason_code=ground, reason=reason, basis=route)
        row = requests.ask(appeal, Asked.ENDING, wish, by=by, at=at)
        event = appeal.make(
            Move.PROPOSE_ENDING, by=by, at=at, ground=ground, reason=reason.strip(), route=route.strip()
        )
        notices.tell_company(appeal, event)
        notices.tell(appeal, event, Role(row.waits_for))
        return appeal


def confirm(appeal_id: int, *, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The last signature, by somebody else: the appeal ends, and leaves the figures if it was not yet overdue."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.ENDING, by=by)
        if at < (earliest := bites_from(row)):
            raise NotAllowed(f"提出当日企业仍可回应，{earliest.astimezone(workdays.SHANGHAI):%Y-%m-%d}起才能审签")
        ground = EndingReason(row.reason_code or EndingReason.LEGAL)
        leaving.leave(appeal, EXCLUSIONS[ground], at=at)
        appeal.public_reason = "\n".join(filter(None, (row.reason, row.basis)))
        event = appeal.make(
            Move.CONFIRM_ENDING, by=by, at=at, ground=ground.value, reason=row.reason, route=row.basis
        )
        requests.decide(appeal, row, granted=True, answer="", by=by, at=at)
        _tell(appeal, event)
        return appeal


def bites_from(row: Request) -> datetime:
    """From when the second may sign: at once for a legal route; else the day of the proposal is the company's to answer."""
    assert row.asked_at is not None
    if row.reason_code != EndingReason.UNCOOPERATIVE:
        return row.asked_at
    return workdays.end_of(deadlines.counting_day(row.asked_at, calendar.current()))


def refuse(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The second person does not sign: the work goes on."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明不同意的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.ENDING, by=by)
        event = appeal.make(Move.REFUSE_ENDING, by=by, at=at)
        requests.decide(appeal, row, granted=False, answer=reason, by=by, at=at)
        _tell(appeal, event)
        return appeal


def answer(appeal_id: int, *, words: str, at: datetime, seen: int | None = None) -> Appeal:
    """The company answers after all, before the second signature: the proposal falls, the work goes on."""
    if text.is_visibly_empty(words):
        raise Refused(words=say("请写明您的说明"))
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = answerable(requests.undecided(appeal, Asked.ENDING))
        if row is None:
            raise NotAllowed("现在没有等待您回应的事项")
        appeal.supplements = [*appeal.supplements, {"at": at.isoformat(), "text": words.strip()}]
        event = appeal.make(Move.ANSWER_ENDING, by=COMPANY, at=at)
        requests.decide(appeal, row, granted=False, answer="企业已作回应", by=COMPANY, at=at)
        notices.tell_office(appeal, event)
        _tell(appeal, event)
        return appeal


def answerable(rows: Iterable[Request]) -> Request | None:
    """Of the undecided proposals the one that an answer of the company would bring down."""
    return next((row for row in rows if row.reason_code == EndingReason.UNCOOPERATIVE), None)


def _tell(appeal: Appeal, event: Event) -> None:
    notices.tell_company(appeal, event)
    if appeal.lead is not None and appeal.lead.holds:
        notices.tell_unit(appeal, event, appeal.lead.unit_id)
