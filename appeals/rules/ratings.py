"""What a rating is: when it is poor, when it is settled, what may be asked of it, what is looked at twice (policy §3, §6)."""

import hashlib
from datetime import datetime

from appeals.rules import asof, deadlines, workdays
from appeals.rules.words import POOR_LEVELS, Role, Solved, State

ROUNDS = 3  # of rectification; after the third the appeal may be closed by two signatures
ONE_IN = 10  # approvals are looked at a second time


def poor(level: int, solved: str | None, go_on: bool) -> bool:
    """Poor, not solved, or partly with the wish that work goes on: rectification."""
    return level in POOR_LEVELS or solved == Solved.NO or (solved == Solved.PARTLY and go_on)


def auditor(round_: int, *, office: bool) -> Role:
    """Who audits the report of this round: from the third on a leader; `office`: its own bureau is concerned."""
    if round_ >= ROUNDS:
        return Role.LEADER
    return Role.RECUSAL if office else Role.COORDINATOR


def settled(first_at: datetime, now: datetime) -> bool:
    """Whether the company can no longer change it; until then no unit sees it."""
    return now - first_at > asof.EDITABLE


def as_units_see(state: str, since: datetime, now: datetime) -> str:
    """The state a unit's lists show: for 24 hours what a rating may have caused looks like an answer not rated yet."""
    if state in (State.RECTIFYING, State.STRUCK_OFF) and not settled(since, now):
        return State.COMPLETED.value
    return state


def review_until(first_at: datetime, calendar: workdays.Calendar, limits: deadlines.Limits) -> datetime:
    """Until when the unit may ask for a review: working days from the moment it can see the rating."""
    return deadlines.after(first_at + asof.EDITABLE, limits.rating_review_ask, calendar)


def looked_at_again(number: str) -> bool:
    """Whether the approval of this appeal is among those looked at a second time: one in ten, the same ones for ever."""
    return int.from_bytes(hashlib.sha256(number.encode()).digest()[:8]) % ONE_IN == 0
