"""The directory, changed by two people: rows are closed by their last day and new ones added (policy §5)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import tree
from appeals.models.directory import DirectoryRow, FunctionalArea, Territory
from appeals.models.versions import Version, versions
from appeals.rules import text
from appeals.rules.workdays import day_of

BASIS_MOST, POWER_MOST = 200, 40
PLAIN = ("section", "task", "territory", "lead", "supports", "alternatives", "territorial_support", "basis",
         "power_level")  # fmt: skip


def prepare(payload: Mapping[str, Any], _at: datetime) -> dict[str, Any]:
    """Clean the proposal and put the rows to be closed beside their ids.

    Payload: {"close": [{"id", "valid_to"}], "add": [{"section" or "task", "territory", "lead", "supports",
    "alternatives", "territorial_support", "basis", "power_level", "valid_from", "valid_to"}]}; days as ISO dates.
    """
    closing = [
        {"id": each["id"], "valid_to": each["valid_to"], "was": plain(row) if (row := _row(each["id"])) else None}
        for each in payload.get("close", ())
    ]
    adding = [_clean(each) for each in payload.get("add", ())]
    if not closing and not adding:
        raise Refused(lead="没有可提出的更改")
    if [_same(each) for each in adding] == [_same(each["was"] or {}) for each in closing]:
        raise Refused(lead="与现行条目完全相同，没有可提出的更改")
    return {"close": closing, "add": adding}


def check(payload: Mapping[str, Any], at: datetime) -> None:
    """Raise Refused (the row's own field names) where a row cannot be closed or added."""
    today = day_of(at)
    closed = {each["id"]: date.fromisoformat(each["valid_to"]) for each in payload["close"]}
    for row_id in closed:
        row = _row(row_id)
        if row is None or (row.valid_to is not None and row.valid_to < today):
            raise Refused(lead=f"条目{row_id}不存在或已经失效")
    for each in payload["add"]:
        if errors := dict(_wrong(each)):
            raise Refused(**errors)
        if other := _overlapping(each, closed):
            raise Refused(valid_from=f"与现行条目{other.id}（{other.lead}）的有效期重叠，请改为更改该条目")


def apply(payload: Mapping[str, Any], version: int, at: datetime) -> dict[str, int]:
    """Close and add. What should have begun before the confirmation begins on its day: nothing is backdated."""
    today = day_of(at)
    for each in payload["close"]:
        last = max(date.fromisoformat(each["valid_to"]), today - timedelta(days=1))
        session().execute(update(DirectoryRow).where(DirectoryRow.id == each["id"]).values(valid_to=last))
    for each in payload["add"]:
        begins = max(date.fromisoformat(each["valid_from"]), today)
        values = {name: each[name] for name in PLAIN}
        session().add(DirectoryRow(version=version, **values, valid_from=begins, valid_to=_day(each["valid_to"])))
    return {"closed": len(payload["close"]), "added": len(payload["add"])}


def content() -> list[Any]:
    """Every row, for the digest."""
    rows = session().scalars(select(DirectoryRow).order_by(DirectoryRow.id).execution_options(populate_existing=True))
    return [plain(row) | {"id": row.id, "version": row.version} for row in rows]


def rename(old: str, new: str, at: datetime) -> None:
    """A unit has another name: its open rows end yesterday, the same rows begin today under the new one."""
    today, number = day_of(at), versions(session()).get("directory", 0) + 1
    still = select(DirectoryRow).where(DirectoryRow.valid_to.is_(None) | (DirectoryRow.valid_to >= today))
    named = [row for row in session().scalars(still) if old in (row.lead, *row.supports, *row.alternatives)]
    for row in named:
        values = {name: _renamed(getattr(row, name), old, new) for name in PLAIN}
        session().add(
            DirectoryRow(version=number, **values, valid_from=max(row.valid_from, today), valid_to=row.valid_to)
        )
        row.valid_to = today - timedelta(days=1)
    if named:
        session().execute(update(Version).where(Version.name == "directory").values(number=number))


def naming(unit: str, today: date) -> Sequence[DirectoryRow]:
    """The rows, in force or to come, that name this unit."""
    still = select(DirectoryRow).where(DirectoryRow.valid_to.is_(None) | (DirectoryRow.valid_to >= today))
    rows = session().scalars(still.order_by(DirectoryRow.id))
    return [row for row in rows if unit in (row.lead, *row.supports, *row.alternatives)]


def plain(row: DirectoryRow) -> dict[str, Any]:
    """A row as a proposal writes it."""
    values = {name: getattr(row, name) for name in PLAIN}
    return values | {"valid_from": row.valid_from.isoformat(),
                     "valid_to": row.valid_to.isoformat() if row.valid_to else None}  # fmt: skip


def _clean(each: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "section": each.get("section"), "task": each.get("task"), "territory": each.get("territory") or None,
        "lead": each.get("lead") or "", "supports": list(each.get("supports") or ()),
        "alternatives": list(each.get("alternatives") or ()),
        "territorial_support": bool(each.get("territorial_support")),
        "basis": text.clean_line(each.get("basis") or ""), "power_level": text.clean_line(each.get("power_level") or ""),
        "valid_from": each.get("valid_from"), "valid_to": each.get("valid_to") or None,
    }  # fmt: skip


def _wrong(each: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with one row to be added, by field."""
    known = {node.name for node in tree.current().nodes.values() if node.active}
    if (each["task"] is None) == (each["section"] is None) or not _area_exists(each["task"], each["section"]):
        yield "area", "请选择一个在册的部分或任务"
    if each["territory"] is not None and not _territory_exists(each["territory"]):
        yield "territory", "没有这个属地"
    if each["lead"] not in known:
        yield "lead", f"没有在册的单位：{each['lead']}" if each["lead"] else "必须指定主办单位"
    for name, label in (("supports", "协办"), ("alternatives", "备选")):
        if strange := [unit for unit in each[name] if unit not in known]:
            yield name, f"没有在册的单位：{'、'.join(strange)}"
        elif len(set(each[name])) != len(each[name]) or each["lead"] in each[name]:
            yield name, f"{label}单位不能重复，也不能同时是主办"
    if not each["basis"] or len(each["basis"]) > BASIS_MOST:
        yield "basis", f"请写明依据，最多{BASIS_MOST}字"
    if len(each["power_level"]) > POWER_MOST:
        yield "power_level", f"最多{POWER_MOST}字"
    if _day(each["valid_from"]) is None:
        yield "valid_from", "请写明生效日期"
    elif each["valid_to"] and each["valid_to"] < each["valid_from"]:
        yield "valid_to", "失效日期不能早于生效日期"


def _overlapping(each: Mapping[str, Any], closed: Mapping[int, date]) -> DirectoryRow | None:
    """Another row about the same thing that would be in force on a day of this one's."""
    begins, ends = date.fromisoformat(each["valid_from"]), _day(each["valid_to"])
    same = select(DirectoryRow).where(
        DirectoryRow.task.is_not_distinct_from(each["task"]),
        DirectoryRow.section == each["section"] if each["task"] is None else DirectoryRow.task == each["task"],
        DirectoryRow.territory.is_not_distinct_from(each["territory"]),
    )
    for row in session().scalars(same.order_by(DirectoryRow.id)):
        last = closed.get(row.id, row.valid_to)
        if row.valid_from <= (last or date.max) and begins <= (last or date.max) and row.valid_from <= (ends or date.max):
            return row
    return None


def _area_exists(task: int | None, section: int | None) -> bool:
    wanted = FunctionalArea.task == task if task is not None else (
        (FunctionalArea.section == section) & FunctionalArea.task.is_(None)
    )  # fmt: skip
    return session().scalar(select(FunctionalArea.id).where(wanted)) is not None


def _territory_exists(name: str) -> bool:
    found = session().get(Territory, name)
    return found is not None and not found.form_only


def _row(row_id: int) -> DirectoryRow | None:
    return session().get(DirectoryRow, row_id)


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _same(each: Mapping[str, Any]) -> list[Any]:
    """What two rows must share to be the same, validity apart."""
    return [each.get(name) for name in PLAIN] + [each.get("valid_to")]


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, list):
        return [new if unit == old else unit for unit in value]
    return new if value == old else value
