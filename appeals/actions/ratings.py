"""Companies rate answers: kept, marked where it does not count, and the move it makes (policy §6)."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from appeals.actions import limits, notices, rectifying, reopening
from appeals.actions.refusals import Refused, say
from appeals.db import session
from appeals.models import settings
from appeals.models.appeal import Appeal
from appeals.models.people import Unit, User
from appeals.models.rating import Rating, RatingLink
from appeals.rules import facts, text
from appeals.rules import ratings as rules
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.lifecycle import Move, NotAllowed, NotYours
from appeals.rules.words import LEVELS, POOR_LEVELS, PoorReason, RatingMark, RatingSource, Role, Solved, State


@dataclass(frozen=True)
class Answer:
    """The three questions, and why a poor rating is poor."""

    contacted: bool | None
    solved: str
    level: int
    go_on: bool = False
    reasons: Sequence[str] = ()
    comment: str = ""

    @property
    def poor(self) -> bool:
        """Whether it asks for rectification (policy §6)."""
        return rules.poor(self.level, self.solved, self.go_on)


def token_hash(token: str, key: bytes) -> str:
    """What the file keeps of a rating link."""
    return hmac.digest(key, token.encode(), "sha256").hex()


def issue_link(appeal_id: int, *, key: bytes, at: datetime) -> str:
    """A fresh rating link for the present round; only its keyed hash is kept. Returns the token."""
    token = secrets.token_urlsafe(24)
    with limits.opened(appeal_id, at=at) as appeal:
        days = settings.limits(appeal.settings_version).rating_link_natural_days
        session().add(
            RatingLink(token_hash=token_hash(token, key), appeal_id=appeal.id, round=appeal.round,
                       expires_at=at + timedelta(days=days))
        )  # fmt: skip
        appeal.make(Move.RATING_LINK, by=COMPANY, at=at, round=appeal.round)
        return token


def rate(
    appeal_id: int, *, answer: Answer, round_: int, source: RatingSource, by: Actor, at: datetime,
    seen: int | None = None, staff_device: bool = False,
) -> Appeal:  # fmt: skip
    """Keep a rating and make the move it causes: strike-off, rectification, or none (policy §6).

    One rating per round, changeable by the company for 24 hours. `staff_device`: staff has signed in there; such a
    rating is kept, marked, and moves nothing. Raises Refused, NotAllowed, NotYours, Stale.
    """
    check(answer)
    if source is RatingSource.SELF and by.role is not Role.COMPANY:
        raise NotYours("工作人员不能替企业评价")
    with limits.opened(appeal_id, at=at, seen=seen) as appeal:
        if round_ != appeal.round:
            raise NotAllowed("这一轮评价已经结束")
        return book(appeal, answer, source, by, at, staff_device=staff_device)


def book(
    appeal: Appeal, answer: Answer, source: RatingSource, by: Actor, at: datetime, *, staff_device: bool = False
) -> Appeal:
    """The same inside a deed that has the appeal open already: a call-back that brought an answer."""
    first = first_rating(appeal)
    if first is not None and (rules.settled(first.at, at) or by.role is not Role.COMPANY):
        raise NotAllowed("评价提交满24小时后不能修改")
    mark = mark_of(appeal, at, staff_device=staff_device)
    counts = source is not RatingSource.PROXY and mark in (None, RatingMark.LATE)
    move = _move(appeal, answer, first, at) if counts else Move.RATE
    session().add(
        Rating(appeal_id=appeal.id, round=appeal.round, source=source.value, contacted=answer.contacted,
               solved=answer.solved, go_on=answer.go_on, level=answer.level, reasons=list(answer.reasons),
               comment=answer.comment.strip(), counts=counts, mark=mark.value if mark else None, by_id=by.user_id, at=at)
    )  # fmt: skip
    _apply(appeal, move, at)
    event = appeal.make(move, by=by, at=at, round=appeal.round, source=source.value, level=answer.level)
    notices.tell_office(appeal, event)
    if mark is RatingMark.LATE and counts and answer.poor and appeal.state == State.STRUCK_OFF:
        _go_on_elsewhere(appeal, answer, at)
    return appeal


def _go_on_elsewhere(appeal: Appeal, answer: Answer, at: datetime) -> None:
    """A poor rating after strike-off opens a linked appeal, unless one is being worked on; the old one stays."""
    if reopening.open_one(appeal) is None:
        reopening.open_linked(appeal, words=answer.comment, why="评价期满后仍不满意", at=at)


def check(answer: Answer) -> None:
    """Raise Refused for what keeps an answer from being one."""
    errors: dict[str, str] = {}
    if answer.level not in LEVELS:
        errors["level"] = say("请选择满意程度")
    if answer.solved not in {s.value for s in Solved}:
        errors["solved"] = say("请选择问题是否解决")
    named = any(reason in set(PoorReason) for reason in answer.reasons) or not text.is_visibly_empty(answer.comment)
    if answer.level in POOR_LEVELS and not named:
        errors["reasons"] = say("请至少选择或填写一个不满意的原因")
    if errors:
        raise Refused(**errors)


def given(appeal: Appeal, round_: int | None = None) -> Sequence[Rating]:
    """The ratings of a round (None: the present one) that count, a change being one more; oldest first."""
    of_round = Rating.round == (round_ or appeal.round)
    query = select(Rating).where(Rating.appeal_id == appeal.id, of_round, Rating.counts)
    return session().scalars(query.order_by(Rating.at, Rating.id)).all()


def first_rating(appeal: Appeal) -> Rating | None:
    """The company's first rating of the present round that counts: its 24 hours run from here."""
    return next(iter(given(appeal)), None)


def mark_of(appeal: Appeal, at: datetime, *, staff_device: bool = False) -> RatingMark | None:
    """What is noted beside a rating given now; a change of one given in the window is not late."""
    if staff_device:
        return RatingMark.STAFF
    if is_staff_number(appeal.mobile):
        return RatingMark.CONTACT
    first = first_rating(appeal)
    in_time = appeal.window_ends_at is None or at <= appeal.window_ends_at
    return None if in_time or (first is not None and first.mark is None) else RatingMark.LATE


def is_staff_number(mobile: str) -> bool:
    """Whether this is the telephone of somebody of staff, or of a unit, however it is written there."""
    if len(mobile) < 4:
        return False
    for phone in (User.phone, Unit.phone):
        alike = session().scalars(select(phone).where(phone.like(f"%{mobile[-2:]}")))
        if any(text.mobile(found) == mobile for found in alike if found):
            return True
    return False


def _move(appeal: Appeal, answer: Answer, first: Rating | None, at: datetime) -> Move:
    match appeal.state:
        case State.COMPLETED:
            return Move.RATE_POOR if answer.poor else Move.RATE_GOOD
        case State.RECTIFYING if first is not None and not answer.poor:
            return Move.RATE_GOOD
        case State.STRUCK_OFF if answer.poor and _undoes(appeal, first, at):
            return Move.UNDO_STRIKE_OFF
    return Move.RATE


def _undoes(appeal: Appeal, first: Rating | None, at: datetime) -> bool:
    """Whether a good rating struck it off, or the window that ends with this very second, in which it is in time."""
    if first is None:
        return appeal.window_ends_at is not None and at <= appeal.window_ends_at
    return any(each.at == appeal.struck_off_at and not each.poor for each in given(appeal))


def _apply(appeal: Appeal, move: Move, at: datetime) -> None:
    if move is Move.RATE_GOOD:
        appeal.struck_off_at = at
        rectifying.break_off(appeal, why=rectifying.RATED, at=at)
    elif move in (Move.RATE_POOR, Move.UNDO_STRIKE_OFF):
        if appeal.struck_off_at is not None:
            past = {"what": facts.STRUCK_OFF, "at": appeal.struck_off_at.isoformat(), "undone_at": at.isoformat()}
            appeal.undone = [*appeal.undone, past]
        appeal.struck_off_at = None
        rectifying.begin(appeal, at)
