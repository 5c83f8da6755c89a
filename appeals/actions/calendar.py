"""The working days, changed by two people; what a published year moves follows in the same transaction (policy §4)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from appeals.actions import due_moves
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import calendar as kept
from appeals.models.calendar import CalendarDay
from appeals.rules import calendar_file, published
from appeals.rules.calendar_file import Entry
from appeals.rules.workdays import Calendar, day_of

Plain = dict[str, str]


def prepare(payload: Mapping[str, Any], _at: datetime) -> dict[str, Any]:
    """Reduce the proposal to the days it changes, each with what it replaces.

    Payload: {"days": [{"day", "kind", "name", "status", "source"}], "year": the year they stand for as a whole,
    or None}. Every other day of such a year follows its weekday.
    """
    entries = _entries(payload["days"])
    year = payload.get("year")
    if year:
        if problem := calendar_file.judge_year(entries, year):
            raise Refused(days=problem)
        entries = calendar_file.whole_year(year, entries)
    old = _on_file([entry.day for entry in entries])
    days = [
        {**entry.as_dict(), "was": old.get(entry.day)} for entry in entries if entry.as_dict() != old.get(entry.day)
    ]
    if not days:
        raise Refused(days="与现行日历完全相同，没有可提出的更改")
    return {"year": year, "days": days}


def check(payload: Mapping[str, Any], at: datetime) -> None:
    """Raise Refused (field `days`) where a day is wrong, is over, or would be taken back from final."""
    today, in_force = day_of(at), kept.current()
    for entry in _entries(payload["days"]):
        named = f"{entry.day:%Y-%m-%d}"
        if not in_force.is_final(entry.day):
            continue  # nobody could rely on it
        if not entry.final:
            raise Refused(days=f"{named}已正式公布，不能改回暂定")
        if entry.day < today and entry.is_working != in_force.is_working(entry.day):
            raise Refused(days=f"{named}已经过去，是否上班不能再改")


def apply(payload: Mapping[str, Any], version: int, at: datetime) -> dict[str, int]:
    """Write the days; a published provisional year moves running limits, later only."""
    entries = _entries(payload["days"])
    before = kept.current()
    after = Calendar({**before.days, **{e.day: (e.is_working, e.kind, e.final) for e in entries}}, version)
    moving = published.moves_anything(before, after)
    if moving:
        due_moves.settle(at)  # under the calendar that was in force until now
    writer = session()
    known = {row.day: row for row in writer.scalars(select(CalendarDay).where(_among(e.day for e in entries)))}
    for entry in entries:
        row = known.get(entry.day) or CalendarDay(day=entry.day)
        row.is_working, row.kind, row.name = entry.is_working, entry.kind, entry.name
        row.source, row.final = entry.source, entry.final
        writer.add(row)
    return {"days": len(entries), "moved": due_moves.move(before, after, at=at) if moving else 0}


def content() -> list[Any]:
    """Every day, for the digest."""
    query = select(
        CalendarDay.day, CalendarDay.kind, CalendarDay.name, CalendarDay.final, CalendarDay.source
    ).order_by(CalendarDay.day)
    return [[day.isoformat(), *rest] for day, *rest in session().execute(query)]


def _entries(days: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """The days as entries; Refused names the first that is wrong."""
    entries = []
    for number, cells in enumerate(days, 1):
        line = calendar_file.line_of(number, {name: str(cells.get(name, "")) for name in calendar_file.COLUMNS})
        if line.entry is None:
            column, said = next(iter(line.problems.items()))
            raise Refused(days=f"第{number}行 {column}：{said}")
        entries.append(line.entry)
    if len({entry.day for entry in entries}) != len(entries):
        raise Refused(days="同一天写了不止一次")
    return sorted(entries, key=lambda entry: entry.day)


def _on_file(days: list[date]) -> dict[date, Plain]:
    rows = session().scalars(select(CalendarDay).where(_among(days)))
    return {row.day: Entry(row.day, row.kind, row.name, row.final, row.source).as_dict() for row in rows}


def _among(days: Iterable[date]) -> Any:
    """The rows from the first to the last of these days: fewer parameters than naming each."""
    listed = list(days)
    return CalendarDay.day.between(min(listed), max(listed)) if listed else CalendarDay.day.is_(None)
