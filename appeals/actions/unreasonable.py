"""诉求不合理: explained, and the demand itself is beyond law or policy; two signatures after completion (policy §9)."""

from datetime import datetime

from appeals.actions import limits, notices, requests
from appeals.actions.refusals import Refused
from appeals.models.appeal import Appeal
from appeals.rules import text
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked
from appeals.rules.words import Exclusion, Outcome, Role


def may_be(appeal: Appeal) -> bool:
    """Whether the approved answer was an explanation, and nothing has left the figures yet."""
    return appeal.completed_at is not None and appeal.outcome == Outcome.EXPLAINED and appeal.exclusion is None


def propose(
    appeal_id: int, *, reason: str, basis: str, by: Actor, at: datetime, seen: int | None = None
) -> Appeal:
    """The first signature; `reason` is what the company will be told, `basis` the law or policy it goes beyond."""
    errors: dict[str, str] = {}
    if text.is_visibly_empty(reason):
        errors["reason"] = "请写明理由（企业可见）"
    if text.is_visibly_empty(basis):
        errors["basis"] = "请写明所依据的法律或政策规定"
    if errors:
        raise Refused(**errors)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if not may_be(appeal):
            raise NotAllowed("只有结果为“解释说明”、已办结的诉求才能认定为不合理")
        row = requests.ask(appeal, Asked.UNREASONABLE, requests.Wish(reason=reason, basis=basis), by=by, at=at)
        event = appeal.make(Move.PROPOSE_UNREASONABLE, by=by, at=at, request=row.id)
        notices.tell(appeal, event, Role(row.waits_for))
        return appeal


def confirm(appeal_id: int, *, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The last signature: it stays in timeliness and leaves the ratings; the company may ask for a review."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.UNREASONABLE, by=by)
        if not may_be(appeal):
            raise NotAllowed("这件诉求已不能认定为不合理")
        appeal.exclusion = Exclusion.UNREASONABLE.value
        appeal.excluded_at = appeal.excluded_recorded_at = at
        event = appeal.make(Move.CONFIRM_UNREASONABLE, by=by, at=at, reason=row.reason, basis=row.basis)
        requests.decide(appeal, row, granted=True, answer="", by=by, at=at)
        notices.tell_company(appeal, event)
        return appeal


def refuse(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The second person does not sign."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明不同意的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.UNREASONABLE, by=by)
        event = appeal.make(Move.REFUSE_UNREASONABLE, by=by, at=at)
        requests.decide(appeal, row, granted=False, answer=reason, by=by, at=at)
        notices.tell_office(appeal, event)
        return appeal
