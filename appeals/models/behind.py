"""The lists behind a figure: who is in the numerator, who in the rest of the base, who was left out and why."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select, tuple_

from appeals.db import session
from appeals.models import attention, lists
from appeals.models.appeal import Appeal
from appeals.models.clearance import ClearanceEntry, ClearanceItem
from appeals.models.figures import Sheet
from appeals.models.live import Live
from appeals.rules import rates, words
from appeals.rules.actors import Actor
from appeals.rules.clearance_entries import Entry

PAGE = lists.PAGE
NUM, REST, EXCLUDED = "num", "rest", "excluded"
CLEARED, OLD_DEBT = "cleared", "old_debt"
OF_ENTRIES = (CLEARED, OLD_DEBT)  # these lists know due date and booked days too


class Key(NamedTuple):
    """Where a row stands in its list: the page after it begins there."""

    line: str
    id: int


@dataclass(frozen=True)
class Row:
    """One appeal in a list. `title` is empty where the visitor may not open it; `booked`: (holder, seconds)."""

    key: Key
    number: str
    line: str
    why: str = ""
    title: str = ""
    state: str = ""
    appeal_id: int = 0
    due_at: datetime | None = None
    booked: Sequence[tuple[str, int]] = ()
    handler: str = ""
    phone: str = ""


class Page(NamedTuple):
    """One page of a list, and where the next one begins (None: there is none)."""

    rows: list[Row]
    after: Key | None


def reason(code: str | None) -> str:
    """The rule that left an item out, in Chinese."""
    if not code:
        return ""
    kinds: tuple[type[words.Word], ...] = (rates.Why, words.Exclusion)
    return next((each.label for kind in kinds for each in kind if each.value == code), code)


def page(
    sheet: Sheet, live: Live | None, line: str, key: str, part: str, by: Actor, after: Key | None = None,
    limit: int = PAGE,
) -> Page:  # fmt: skip
    """One page of a list, in order of line; conduct complaints about the visitor's own unit are not in it."""
    members = sheet.members(line)
    if live is None:
        assert sheet.run_id is not None
        found = _frozen(sheet.run_id, members, key, part, by, after, limit + 1)
    else:
        found = _live(live, members, key, part, by, after, limit + 1)
    more = len(found) > limit
    found = found[:limit]
    return Page(_with_people(found, by) if key in OF_ENTRIES else found, found[-1].key if more else None)


# -- frozen ----------------------------------------------------------------------------------------------


def _frozen(
    run_id: int, members: Collection[str] | None, key: str, part: str, by: Actor, after: Key | None, limit: int
) -> list[Row]:
    table: Any = ClearanceEntry if key in OF_ENTRIES else ClearanceItem
    query = _select(table, by).where(table.run_id == run_id, *_part(table, key, part))
    if members is not None:
        query = query.where(table.line.in_(members))
    if after is not None:
        query = query.where(tuple_(table.line, table.id) > tuple_(after.line, after.id))
    rows = session().execute(query.order_by(table.line, table.id).limit(limit)).mappings()
    return [_row(dict(row)) for row in rows]


def _select(table: Any, by: Actor) -> Select[Any]:
    entries = (table.due_at, table.booked) if table is ClearanceEntry else ()
    return (
        select(table.id, table.line, table.excluded_by, *entries, *_appeal_columns(by))
        .join(Appeal, Appeal.id == table.appeal_id)
        .where(lists.not_accused(by))
    )


def _appeal_columns(by: Actor) -> tuple[ColumnElement[Any], ...]:
    return (
        Appeal.id.label("appeal_id"), Appeal.number.label("number"), Appeal.title.label("title"),
        Appeal.state.label("state"), lists.visible_to(by).label("may_see"),
    )  # fmt: skip


def _part(table: Any, key: str, part: str) -> list[ColumnElement[bool]]:
    if table is ClearanceItem:
        base = {NUM: [table.num > 0], REST: [table.num == 0], EXCLUDED: []}[part]
        left_out = table.excluded_by.is_not(None) if part == EXCLUDED else table.excluded_by.is_(None)
        return [table.key == key, left_out, *base]
    if key == OLD_DEBT:
        return [table.old_debt]
    return {NUM: [table.due, table.cleared], REST: [table.due, ~table.cleared],
            EXCLUDED: [table.excluded_by.is_not(None)]}[part]  # fmt: skip


def _row(values: dict[str, Any]) -> Row:
    shown = bool(values["may_see"])
    return Row(
        Key(values["line"], values["id"]), values["number"], values["line"], reason(values.get("excluded_by")),
        values["title"] if shown else "", values["state"] if shown else "", values["appeal_id"],
        values.get("due_at"), [(holder, seconds) for holder, seconds in values.get("booked") or ()],
    )  # fmt: skip


# -- live ------------------------------------------------------------------------------------------------


def _live(
    live: Live, members: Collection[str] | None, key: str, part: str, by: Actor, after: Key | None, limit: int
) -> list[Row]:
    counted = live.counted
    rows = _entries(counted.entries, key, part) if key in OF_ENTRIES else _items(counted.items, key, part)
    chosen = sorted(
        (row for row in rows if (members is None or row.line in members) and (after is None or row.key > after)),
        key=lambda row: row.key,
    )
    page = list(islice(chosen, limit))
    known = _appeals([row.number for row in page], by)
    return [replace(row, **known[row.number]) for row in page if row.number in known]


def _items(items: Iterable[rates.Item], key: str, part: str) -> Iterable[Row]:
    inside: Callable[[rates.Item], bool] = {
        NUM: lambda i: i.excluded_by is None and i.num > 0, REST: lambda i: i.excluded_by is None and i.num == 0,
        EXCLUDED: lambda i: i.excluded_by is not None,
    }[part]  # fmt: skip
    for place, item in enumerate(items):
        if item.key == key and inside(item):
            yield Row(Key(item.line, place), item.appeal.number, item.line, reason(item.excluded_by))


def _entries(entries: Iterable[Entry], key: str, part: str) -> Iterable[Row]:
    for place, each in enumerate(entries):
        if in_part(each, key, part):
            why = reason(each.excluded_by)
            yield Row(Key(each.line, place), each.number, each.line, why, due_at=each.due_at, booked=each.booked)


def in_part(entry: Entry, key: str, part: str) -> bool:
    """Whether an entry belongs to this list."""
    if key == OLD_DEBT:
        return entry.old_debt
    if part == EXCLUDED:
        return entry.excluded_by is not None
    return entry.due and entry.cleared == (part == NUM)


def _appeals(numbers: Sequence[str], by: Actor) -> dict[str, dict[str, Any]]:
    if not numbers:
        return {}
    query = select(*_appeal_columns(by)).where(Appeal.number.in_(numbers), lists.not_accused(by))
    return {
        number: {"appeal_id": id_, "title": title if may_see else "", "state": state if may_see else ""}
        for id_, number, title, state, may_see in session().execute(query)
    }


# -- who has it ------------------------------------------------------------------------------------------


def _with_people(rows: list[Row], by: Actor) -> list[Row]:
    """With the present lead's handler and telephone, for whoever has to be rung up."""
    tasks = attention.tasks_of([row.appeal_id for row in rows], by)
    return [replace(row, handler=tasks[row.appeal_id].handler, phone=tasks[row.appeal_id].phone)
            if row.appeal_id in tasks else row for row in rows]  # fmt: skip
