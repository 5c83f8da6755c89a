"""What the published calendar of a provisional year does to limits that are running (policy §4)."""

from datetime import datetime

from appeals.rules.deadlines import closing, counting_day
from appeals.rules.workdays import Calendar, day_of

Row = tuple[bool, str, bool]


def published(before: Calendar, after: Calendar) -> Calendar:
    """`before` with the days that were provisional and that `after` makes final.

    A day that was final stays as it was, a day that is still provisional too: neither moves a limit.
    """
    news = {
        day: row for day, row in after.days.items() if row[2] and not before.is_final(day)
    }  # fmt: skip
    return Calendar({**before.days, **news}, after.version)


def moves_anything(before: Calendar, after: Calendar) -> bool:
    """Whether `after` publishes at least one day differently from what was provisionally assumed."""
    return any(
        row[2] and not before.is_final(day) and row[0] != before.is_working(day)
        for day, row in after.days.items()
    )


def moved(limit: datetime, trigger: datetime, before: Calendar, news: Calendar) -> datetime | None:
    """The limit as many working days after `trigger` as it was, counted on `news`; None where it stays.

    Later only. A limit that is not 18:00:00 of a day was set by hand (a superior's) and stays. UTC.
    """
    last = day_of(limit)
    if limit != closing(last):
        return None
    days = before.working_days_between(counting_day(trigger, before), last)
    found = closing(news.add_working(counting_day(trigger, news), days))
    return found if found > limit else None
