"""A lawful refusal: the head explains it to the company once, the basis is checked outside the unit (policy §6)."""

from datetime import date, datetime

from appeals.actions import limits, notices, rectifying, requests
from appeals.actions.refusals import Refused
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.rating import Rectification
from appeals.rules import answers, text, workdays
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked
from appeals.rules.words import Outcome, Role


def explain(
    appeal_id: int, *, on: date | None, explained: str, basis: str, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """The head writes down the one conversation; it stands for his report, and the company reads it."""
    errors: dict[str, str] = {}
    if problem := answers.text_problem(explained):
        errors["explained"] = problem
    if problem := answers.basis_problem(basis):
        errors["basis"] = problem
    if on is None:
        errors["on"] = "请填写与企业谈话的日期"
    if errors or on is None:
        raise Refused(**errors)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _open(appeal)
        first, last = workdays.day_of(row.opened_at), workdays.day_of(at)
        if not first <= on <= last:
            raise Refused(on=f"谈话日期应在{first:%Y-%m-%d}至{last:%Y-%m-%d}之间")
        wish = requests.Wish(reason=explained, basis=basis, detail={"on": on.isoformat()})
        asked = requests.ask(appeal, Asked.EXPLAINED, wish, by=by, at=at, assignment=requests.own_lead(appeal, by))
        row.report, row.reported_at, row.explained_on = explained.strip(), at, on
        event = appeal.make(Move.EXPLAIN_LAWFUL, by=by, at=at, request=asked.id, text=explained.strip(), on=on.isoformat())
        notices.tell_company(appeal, event)
        notices.tell(appeal, event, Role(asked.waits_for))
        return appeal


def _open(appeal: Appeal) -> Rectification:
    row = rectifying.present(appeal)
    if appeal.outcome != Outcome.EXPLAINED:
        raise NotAllowed("只有办理结果为“解释说明”的诉求，才可以报送依法解释")
    if row.verified_at is None or row.reported_at is not None:
        raise NotAllowed("尚未核实，或整改情况已经报送")
    return row


def confirm(appeal_id: int, *, answer: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The basis holds: struck off as 已依法解释. The rating stands in the figures as it is."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        asked = requests.waiting(appeal, Asked.EXPLAINED, by=by)
        row = rectifying.present(appeal)
        requests.decide(appeal, asked, granted=True, answer=answer, by=by, at=at)
        row.audited_at, row.audited_by_id = at, by.user_id
        appeal.struck_off_at = at
        if appeal.lead is not None:
            appeal.lead.active = False
        event = appeal.make(Move.CONFIRM_EXPLAINED, by=by, at=at, request=asked.id, basis=asked.basis)
        _tell(appeal, event)
        return appeal


def refuse(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The basis does not hold: the unit puts it right after all, the limit stays."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明不予核定的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        asked = requests.waiting(appeal, Asked.EXPLAINED, by=by)
        row = rectifying.present(appeal)
        requests.decide(appeal, asked, granted=False, answer=reason, by=by, at=at)
        rectifying.turn_down(row, reason, at)
        row.explained_on = None
        event = appeal.make(Move.REFUSE_EXPLAINED, by=by, at=at, request=asked.id)
        _tell(appeal, event)
        return appeal


def _tell(appeal: Appeal, event: Event) -> None:
    notices.tell_company(appeal, event)
    if appeal.lead is not None:
        notices.tell_unit(appeal, event, appeal.lead.unit_id)
