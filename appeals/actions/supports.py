"""Supporting units: asked for, added, refused; and one that says it is not needed (policy §5 协办)."""

from datetime import datetime

from appeals.actions import assigning, limits, notices, requests
from appeals.actions.refusals import Refused
from appeals.models import tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.request import Request
from appeals.rules import text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked
from appeals.rules.words import Part


def ask(
    appeal_id: int, *, unit_id: int, reason: str, by: Actor, at: datetime, seen: int | None = None
) -> Request:
    """The lead asks for a supporting unit; the office decides within its limit."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明需要该单位做什么")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        mine = requests.own_lead(appeal, by)
        _check(appeal, unit_id)
        wish = requests.Wish(reason=reason, unit_id=unit_id)
        return requests.put(appeal, Asked.SUPPORT, Move.ASK_SUPPORT, wish, mine=mine, by=by, at=at)


def grant(appeal_id: int, *, answer: str = "", by: Actor, at: datetime, seen: int | None = None) -> Assignment:
    """The unit asked for supports from now on, with a limit of its own."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.SUPPORT, by=by)
        assert row.unit_id is not None
        added = _add(appeal, row.unit_id, row.reason, by, at)
        requests.decide(appeal, row, granted=True, answer=answer, by=by, at=at)
        return added


def refuse(appeal_id: int, *, answer: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The lead goes on without it."""
    _check_answer(answer)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.SUPPORT, by=by)
        event = appeal.make(Move.REFUSE_SUPPORT, by=by, at=at, request=row.id)
        requests.decide(appeal, row, granted=False, answer=answer, by=by, at=at)
        if row.asking_unit_id is not None:
            notices.tell_unit(appeal, event, row.asking_unit_id)
        return appeal


def add(
    appeal_id: int, *, unit_id: int, reason: str, by: Actor, at: datetime, seen: int | None = None
) -> Assignment:
    """The office adds a supporting unit without being asked."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明需要该单位做什么")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        return _add(appeal, unit_id, reason, by, at)


def ask_excuse(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Request:
    """A supporting unit says why it is not needed; until it is excused it owes its report."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明申请免除协办的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        mine = next((a for a in appeal.supports if a.unit_id in by.unit_ids and a.replied_at is None), None)
        if mine is None:
            raise NotAllowed("本单位没有待反馈的协办任务")
        wish = requests.Wish(reason=reason)
        return requests.put(appeal, Asked.EXCUSE, Move.ASK_EXCUSE, wish, mine=mine, by=by, at=at)


def refuse_excuse(
    appeal_id: int, *, assignment_id: int, answer: str, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """The supporting unit still owes its report; its limit stands."""
    _check_answer(answer)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.EXCUSE, by=by, assignment_id=assignment_id)
        event = appeal.make(Move.REFUSE_EXCUSE, by=by, at=at, request=row.id)
        requests.decide(appeal, row, granted=False, answer=answer, by=by, at=at)
        if row.asking_unit_id is not None:
            notices.tell_unit(appeal, event, row.asking_unit_id)
        return appeal


def _add(appeal: Appeal, unit_id: int, reason: str, by: Actor, at: datetime) -> Assignment:
    _check(appeal, unit_id)
    name = tree.current().nodes[unit_id].name
    event = appeal.make(Move.ADD_SUPPORT, by=by, at=at, unit=name, reason=reason.strip())
    added = assigning.assign(appeal, unit_id, Part.SUPPORT, by=by, at=at)
    lead = appeal.lead
    for told in {unit_id, *([lead.unit_id] if lead else ())}:
        notices.tell_unit(appeal, event, told)
    notices.tell_company(appeal, event)
    return added


def _check(appeal: Appeal, unit_id: int) -> None:
    """On the books, not there already, not the accused."""
    units, lead = tree.current(), appeal.lead
    if unit_id not in units.nodes or not units.nodes[unit_id].active:
        raise Refused(unit="请选择在册的协办单位")
    if any(a.unit_id == unit_id for a in (*appeal.supports, *([lead] if lead else ()))):
        raise Refused(unit="该单位已在主办或协办")
    if appeal.conduct and unit_id in units.under(appeal.about_unit_id):
        raise Refused(unit="作风类投诉不能交给被反映的单位协办")


def _check_answer(answer: str) -> None:
    if text.is_visibly_empty(answer):
        raise Refused(answer="请写明裁定的理由（单位可见）")
