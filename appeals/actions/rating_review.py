"""A unit asks to have a poor rating reviewed; two people outside it decide, until then it counts (policy §6)."""

from datetime import datetime

from appeals.actions import limits, notices, ratings, rectifying, requests
from appeals.actions.refusals import Refused
from appeals.models import calendar, settings
from appeals.models.appeal import Appeal
from appeals.models.rating import Rating
from appeals.models.request import Request
from appeals.rules import answers, text
from appeals.rules import ratings as rules
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.requests import Asked, RatingReviewReason
from appeals.rules.words import State


def reviewable(appeal: Appeal, at: datetime) -> tuple[Rating, datetime] | None:
    """The settled poor rating that may still be reviewed, the last of its round, and until when; None: there is none."""
    asked = {row.detail.get("round") for row in requests.of_kind(appeal, Asked.RATING_REVIEW)}
    days, numbers = calendar.current(), settings.limits(appeal.settings_version)
    for round_ in range(appeal.round, 0, -1):
        given = ratings.given(appeal, round_)
        if not given or round_ in asked or not given[-1].poor or not rules.settled(given[0].at, at):
            continue
        until = rules.review_until(given[0].at, days, numbers)
        if at <= until:
            return given[-1], until
    return None


def ask(
    appeal_id: int, *, reason_code: str, reason: str, evidence: str, by: Actor, at: datetime, seen: int | None = None
) -> Request:
    """The head asks, or a liaison officer prepares it for him. Nobody may ask the company for a change."""
    errors: dict[str, str] = {}
    if reason_code not in set(RatingReviewReason):
        errors["reason_code"] = "请选择申请复核的事由"
    if problem := answers.text_problem(reason):
        errors["reason"] = problem
    if text.is_visibly_empty(evidence):
        errors["evidence"] = "请写明证据；没有证据的不予复核"
    if errors:
        raise Refused(**errors)
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        found = reviewable(appeal, at)
        if found is None:
            raise NotAllowed("没有可以申请复核的差评：须在企业不能再修改之后的期限内提出，每次评价只复核一次")
        rating, _until = found
        wish = requests.Wish(reason_code=reason_code, reason=reason, basis=evidence,
                             detail={"round": rating.round, "rating": rating.id})  # fmt: skip
        return requests.put(appeal, Asked.RATING_REVIEW, Move.ASK_RATING_REVIEW, wish,
                            mine=requests.own_lead(appeal, by), by=by, at=at)  # fmt: skip


def endorse(appeal_id: int, *, answer: str = "", by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The first signature: the rating should not count. Both signatures fall within one limit."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.RATING_REVIEW, by=by)
        if row.signed_at is not None:
            raise NotAllowed("已经同意，等待第二人审签")
        requests.sign_first(appeal, row, by=by, at=at, together=True)
        row.answer = answer.strip()
        event = appeal.make(Move.ENDORSE_RATING_REVIEW, by=by, at=at, request=row.id)
        notices.tell_second(appeal, event)
        return appeal


def uphold(appeal_id: int, *, answer: str = "", by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """The second signature: from now on the rating does not count; it stays to be seen. What it forced ends."""
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.RATING_REVIEW, by=by)
        if row.signed_at is None:
            raise NotAllowed("须先由营商办（回避裁定岗）同意")
        round_ = int(row.detail["round"])
        requests.decide(appeal, row, granted=True, answer=answer or row.answer, by=by, at=at)
        for rating in ratings.given(appeal, round_):
            rating.counts, rating.discounted_at = False, at
        to = _back_to(appeal, round_, at)
        if to is not None:
            rectifying.break_off(appeal, why=rectifying.REVIEWED, at=at)
        if to is State.STRUCK_OFF:
            appeal.struck_off_at = at
        event = appeal.make(Move.UPHOLD_RATING_REVIEW, by=by, at=at, to=to, request=row.id, round=round_)
        notices.tell_company(appeal, event)
        if row.asking_unit_id is not None:
            notices.tell_unit(appeal, event, row.asking_unit_id)
        return appeal


def _back_to(appeal: Appeal, round_: int, at: datetime) -> State | None:
    """Unrated again: where an unrated appeal would be now. None: nothing was being put right because of it."""
    if appeal.state != State.RECTIFYING or appeal.round != round_:
        return None
    over = appeal.window_ends_at is None or at > appeal.window_ends_at
    return State.STRUCK_OFF if over and appeal.calls_done_at is not None else State.COMPLETED


def reject(appeal_id: int, *, reason: str, by: Actor, at: datetime, seen: int | None = None) -> Appeal:
    """Either of the two says no: the rating counts as before, and the unit is told why."""
    if text.is_visibly_empty(reason):
        raise Refused(reason="请写明不同意的理由")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        row = requests.waiting(appeal, Asked.RATING_REVIEW, by=by)
        requests.decide(appeal, row, granted=False, answer=reason, by=by, at=at)
        event = appeal.make(Move.REJECT_RATING_REVIEW, by=by, at=at, request=row.id)
        if row.asking_unit_id is not None:
            notices.tell_unit(appeal, event, row.asking_unit_id)
        return appeal
