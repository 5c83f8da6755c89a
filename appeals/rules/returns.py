"""Returns: until when a unit may say an appeal is not its own, and what follows from how often (policy §5)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from appeals.rules import deadlines, workdays
from appeals.rules.deadlines import Limits
from appeals.rules.words import Word


class Ended(Word):
    """How a unit's tenure ended before completion; policy §5."""

    RETURNED = "returned", "已退单"
    RECALLED = "recalled", "已撤回交办"
    CONFERENCE = "conference", "会商改派"
    EXCUSED = "excused", "已免除协办"
    LEADS = "leads", "改为主办"
    TAKEN_BACK = "taken_back", "已收回"
    RESTORED = "restored", "恢复后重新交办"
    IMPORT = "import", "历史记录所载"


# The lead it was taken from still answers the company until the next one has acknowledged (policy §5 首接负责).
ANSWERING = frozenset({Ended.RETURNED, Ended.CONFERENCE})


def ask_until(dispatched_at: datetime, calendar: workdays.Calendar, limits: Limits) -> datetime:
    """The last moment for a return: working days from dispatch (policy §5)."""
    return deadlines.after(dispatched_at, limits.return_ask, calendar)


def needs_conference(asked: int, untaken: int, limits: Limits) -> bool:
    """Whether the third return was asked for, or the third dispatch ended without a lead (policy §5).

    `asked`: returns asked for on this appeal, where one of them is undecided, else 0; `untaken`: dispatches to a
    lead that nobody acknowledged, where none was ever acknowledged, else 0.
    """
    return max(asked, untaken) >= limits.conference_after


def flagged(booked: Iterable[tuple[int, datetime]], now: datetime, limits: Limits) -> dict[int, int]:
    """Directory row → how many returns were booked to the office in the last natural days, where they are many.

    `booked`: (row, when the return was decided), of returns booked to the office (policy §5).
    """
    since = now - timedelta(days=limits.flag_within_natural_days)
    counts = Counter(row for row, decided_at in booked if since < decided_at <= now)
    return {row: count for row, count in counts.items() if count >= limits.flag_returns}
