"""A unit says an appeal is not its own; the office decides, or takes back what it sent wrongly (policy §5 退单)."""

from datetime import datetime

from appeals.actions import assigning, dues, lapses, limits, notices, requests
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import calendar, settings, tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.directory import DirectoryRow
from appeals.models.request import Request
from appeals.rules import deadlines, returns, text, workdays
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import OFFICE, UNIT, Asked, ReturnReason
from appeals.rules.returns import Ended
from appeals.rules.words import State

ELSEWHERE = frozenset({ReturnReason.TERRITORY, ReturnReason.FUNCTION})  # whose it is instead must be said


def ask(
    appeal_id: int, *, reason_code: str, basis: str, reason: str = "", unit_id: int | None = None, by: Actor,
    at: datetime, seen: int | None = None,
) -> Request:  # fmt: skip
    """Ask to send it back: before acknowledging, within 1 WD of dispatch, with reason, basis, proposed unit.

    A liaison officer prepares it, the head's signature makes it the request. The third one on an appeal goes to a
    conference. Raises Refused, NotAllowed (acknowledged, too late, a conference has settled it).
    """
    _check_words(reason_code, basis, unit_id)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        mine = requests.own_lead(appeal, by)
        if problem := closed(appeal, mine, at):
            raise NotAllowed(problem)
        if unit_id == mine.unit_id or (appeal.conduct and unit_id in tree.current().under(appeal.about_unit_id)):
            raise Refused(unit="请选择本单位以外的建议承办单位")
        detail = {"row": _row(appeal, mine)}
        wish = requests.Wish(reason_code, reason, basis, unit_id, detail=detail)
        row = requests.put(appeal, Asked.RETURN, Move.ASK_RETURN, wish, mine=mine, by=by, at=at)
        assigning.open_conference_if_due(appeal, at=at)
        return row


def _row(appeal: Appeal, mine: Assignment) -> int | None:
    """The directory row that sent it here; None where the office chose another unit than the row names."""
    row = session().get(DirectoryRow, appeal.directory_row_id) if appeal.directory_row_id else None
    return row.id if row is not None and row.lead == mine.unit.name else None


def _check_words(reason_code: str, basis: str, unit_id: int | None) -> None:
    errors: dict[str, str] = {}
    if reason_code not in {r.value for r in ReturnReason}:
        errors["reason_code"] = "请选择退单事由"
    if text.is_visibly_empty(basis):
        errors["basis"] = "请写明依据（职责规定、属地界线或编号）"
    if unit_id is not None and unit_id not in tree.current().nodes:
        errors["unit"] = "请从列表中选择单位"
    elif unit_id is None and reason_code in ELSEWHERE:
        errors["unit"] = "请写明建议由哪个单位承办"
    if errors:
        raise Refused(**errors)


def closed(appeal: Appeal, mine: Assignment, at: datetime) -> str:
    """Why this lead can no longer ask; empty while it can."""
    if appeal.state != State.DISPATCHED:
        return "签收（或视同签收）以后不能再申请退单；确需改派的，由营商办提请会商"
    if any(row.granted for row in requests.of_kind(appeal, Asked.CONFERENCE)):
        return "承办单位已经会商确定，不能再申请退单"
    if at > until(appeal, mine):
        return "已超过申请退单的时限"
    return ""


def until(appeal: Appeal, mine: Assignment) -> datetime:
    """The last moment for this lead to ask."""
    return returns.ask_until(mine.dispatched_at, calendar.current(), settings.limits(appeal.settings_version))


def uphold(
    appeal_id: int, *, fault: str, answer: str, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """Upheld: the unit is rid of it now, the office dispatches anew on the same WD. Binding (policy §5).

    `fault`: booked to the office (the dispatch is void) or to the unit (its lost days stay its own).
    """
    if fault not in (OFFICE, UNIT):
        raise Refused(fault="请确定责任在营商办还是承办单位")
    _check_answer(answer)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row, lead = _waiting(appeal, by)
        event = appeal.make(Move.UPHOLD_RETURN, by=by, at=at, unit=lead.unit.name, request=row.id, fault=fault)
        release(appeal, lead, row, fault=fault, answer=answer, by=by, at=at)
        assigning.await_dispatch(appeal, at=at)
        notices.tell_company(appeal, event)
        notices.tell_unit(appeal, event, lead.unit_id)
        notices.tell_office(appeal, event)
        return appeal


def reject(appeal_id: int, *, answer: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """Rejected: the unit has had it since it asked, its limit does not move (policy §5)."""
    _check_answer(answer)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row, lead = _waiting(appeal, by)
        event = appeal.make(Move.REJECT_RETURN, by=by, at=at, unit=lead.unit.name, request=row.id)
        bind(appeal, lead, row, answer=answer, by=by, at=at)
        notices.tell_company(appeal, event)
        notices.tell_unit(appeal, event, lead.unit_id)
        return appeal


def recall(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The office takes back what it dispatched, before the unit has acknowledged and before it had to.

    Not while a return is undecided: that one decides whose fault it was. Raises Refused, NotAllowed.
    """
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明撤回交办的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        lead = appeal.lead
        if requests.undecided(appeal, Asked.RETURN):
            raise NotAllowed("有一项退单申请等待裁定，请先裁定")
        event = appeal.make(Move.RECALL, by=by, at=at, unit=lead.unit.name if lead else "", reason=reason.strip())
        assert lead is not None
        assigning.end(appeal, lead, Ended.RECALLED, void=True, by=by, at=at)
        assigning.await_dispatch(appeal, at=at)
        notices.tell_company(appeal, event)
        notices.tell_unit(appeal, event, lead.unit_id)
        return appeal


# -- parts shared with the conference --------------------------------------------------------------------


def release(
    appeal: Appeal, lead: Assignment, row: Request, *, fault: str, answer: str, by: Actor, at: datetime
) -> None:
    """The lead's tenure ends by the return; what the decider took too long is nobody's who no longer has it."""
    assigning.end(appeal, lead, Ended.RETURNED, void=fault == OFFICE, by=by, at=at, besides=[row])
    requests.decide(appeal, row, granted=True, answer=answer, by=by, at=at, fault=fault)


def bind(
    appeal: Appeal, lead: Assignment, row: Request, *, answer: str, by: Actor, at: datetime, due_at: datetime | None = None
) -> None:
    """The request's instant counts as acknowledgement; the head is handler until he names one (policy §5).

    `due_at`: by when the conference that decides it had to; the request's own limit then rests.
    """
    assert row.asked_at is not None
    lead.acknowledged_at, lead.acknowledged_recorded_at = row.asked_at, at
    lead.handler_id = lead.head_id or row.asked_by_id
    lapses.start(appeal, lead, row.asked_at)
    lost = 0 if appeal.urgent_kind is not None else dues.lost_days(row.due_at or due_at, at)
    if lost:  # what the decider took too long is not the unit's; natural hours run on
        lead.contact_due_at, lead.plan_due_at = _later(lead.contact_due_at, lost), _later(lead.plan_due_at, lost)
    requests.decide(appeal, row, granted=False, answer=answer, by=by, at=at)


def _later(limit: datetime | None, days: int) -> datetime | None:
    moved = calendar.current().add_working(workdays.day_of(limit), days) if limit is not None else None
    return deadlines.closing(moved) if moved is not None else None


def _waiting(appeal: Appeal, by: Actor) -> tuple[Request, Assignment]:
    row, lead = requests.waiting(appeal, Asked.RETURN, by=by), appeal.lead
    if lead is None or lead.id != row.assignment_id:
        raise NotAllowed("这项申请已无须裁定")
    return row, lead


def _check_answer(answer: str) -> None:
    if text.is_visibly_empty(answer):
        raise Refused(answer="请写明裁定的理由（单位可见）")
