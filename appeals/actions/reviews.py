"""复核: the company asks for a second look at a refusal or an ending, by somebody who signed nothing of it (policy §3)."""

from datetime import datetime

from sqlalchemy import select

from appeals.actions import dues, limits, notices, requests, restoring
from appeals.actions.refusals import Refused, say
from appeals.db import session
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.request import Request
from appeals.rules import deadlines, facts, text
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked
from appeals.rules.words import Exclusion, Role, State

# The steps in which somebody signs what a review looks at again.
SIGNED = frozenset(
    {
        Move.DECLINE, Move.ENDORSE, Move.END, Move.PROPOSE_ENDING, Move.CONFIRM_ENDING, Move.CONFIRM_WITHDRAWAL,
        Move.PROPOSE_UNREASONABLE, Move.CONFIRM_UNREASONABLE, Move.ASK_SUPPLEMENT, Move.CALL_SUPPLEMENT,
    }
)  # fmt: skip


def decided_at(appeal: Appeal) -> datetime | None:
    """When the decision was made that a review could look at again; None where there is none."""
    if appeal.state == State.DECLINED:
        return appeal.declined_at
    if appeal.state == State.ENDED and not appeal.unconfirmed:
        return appeal.excluded_recorded_at or appeal.state_at
    if appeal.exclusion == Exclusion.UNREASONABLE:
        return appeal.excluded_at
    return None


def ask_until(appeal: Appeal) -> datetime | None:
    """Until when the company may ask; None where there is nothing to review, or it was reviewed already."""
    since = decided_at(appeal)
    if since is None or any(row.asked_at is not None and row.asked_at >= since for row in _asked(appeal)):
        return None
    numbers = settings.limits(appeal.settings_version)
    return deadlines.after(since, numbers.decline_review_ask, calendar.current())


def _asked(appeal: Appeal) -> list[Request]:
    return list(requests.of_kind(appeal, Asked.REVIEW))


def ask(appeal_id: int, *, reason: str, at: datetime, seen: int | None = None) -> Appeal:
    """The company asks for a review, once, within the days given. Raises Refused, NotAllowed."""
    if text.is_visibly_empty(reason):
        raise Refused(reason=say("请写明申请复核的理由"))
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        until = ask_until(appeal)
        if until is None or at > until:
            raise NotAllowed("没有可以复核的决定，或者申请复核的期限已过")
        row = requests.ask(appeal, Asked.REVIEW, requests.Wish(reason=reason), by=COMPANY, at=at)
        event = appeal.make(Move.ASK_REVIEW, by=COMPANY, at=at, request=row.id)
        notices.tell(appeal, event, Role(row.waits_for))
        notices.tell_company(appeal, event)
        return appeal


def signers(appeal: Appeal) -> frozenset[int]:
    """Who signed something of what is reviewed."""
    query = select(Event.user_id).where(Event.appeal_id == appeal.id, Event.kind.in_(move.value for move in SIGNED))
    return frozenset(i for i in session().scalars(query) if i is not None)


def _waiting(appeal: Appeal, by: Actor) -> Request:
    row = requests.waiting(appeal, Asked.REVIEW, by=by)
    if by.user_id in signers(appeal):
        raise NotAllowed("作出原决定的人不能复核自己的决定，请由其他人员复核")
    return row


def uphold(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The company was right. A decline counts as accepted today; an ended appeal goes back to where it was."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明复核成立的理由（企业可见）")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _waiting(appeal, by)
        to = _restore(appeal, by=by, at=at)
        event = appeal.make(Move.UPHOLD_REVIEW, by=by, at=at, to=to, reason=reason.strip())
        requests.decide(appeal, row, granted=True, answer=reason, by=by, at=at)
        notices.tell_company(appeal, event)
        if appeal.lead is not None and appeal.lead.holds:
            notices.tell_unit(appeal, event, appeal.lead.unit_id)
        return appeal


def _restore(appeal: Appeal, *, by: Actor, at: datetime) -> State | None:
    if appeal.state == State.DECLINED:
        _accept(appeal, at)
        return State.ACCEPTED
    if appeal.state != State.ENDED:
        restoring.take_back_exclusion(appeal, at=at)
        return None
    before = restoring.where_it_was(appeal)
    to = State.IN_HAND if before is State.REPLIED else before
    return restoring.bring_back(appeal, to, reason=facts.DueReason.REVIEW, by=by, at=at)


def _accept(appeal: Appeal, at: datetime) -> None:
    """The upheld review counts as acceptance on that day (policy §4); a promise already broken stays broken."""
    days, numbers, declined_at = calendar.current(), settings.limits(), appeal.declined_at
    assert declined_at is not None
    restoring.take_back_decline(appeal, at=at)
    appeal.settings_version = settings.settings()["version"]
    appeal.accepted_at, appeal.dispatch_due_at = at, deadlines.dispatch(at, days)
    reopened = appeal.reopened_from_id is not None
    due_at = deadlines.promise(appeal.nature, at, at, days, numbers, reopened=reopened)
    if appeal.due_at is None:
        appeal.due_at, appeal.accept_due_at = due_at, at  # from here the promise runs, and its ceiling (actions.dues)
    elif declined_at <= appeal.due_at:
        dues.move_promise(appeal, due_at, reason=facts.DueReason.REVIEW, at=at)


def reject(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The decision stands, and the company is told why."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明维持原决定的理由（企业可见）")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = _waiting(appeal, by)
        event = appeal.make(Move.REJECT_REVIEW, by=by, at=at, reason=reason.strip())
        requests.decide(appeal, row, granted=False, answer=reason, by=by, at=at)
        notices.tell_company(appeal, event)
        return appeal
