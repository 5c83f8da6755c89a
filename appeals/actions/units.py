"""The tree of units, changed by two people: added, renamed, moved, closed (policy §1, §2)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from appeals.actions import directory
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models.assignment import Assignment
from appeals.models.directory import GlossaryWord, Territory
from appeals.models.people import Unit, User
from appeals.models.versions import Version
from appeals.rules import text
from appeals.rules.words import UnitClass
from appeals.rules.workdays import day_of

FIELDS = ("name", "english", "unit_class", "parent_id", "territory", "external", "phone", "active")
LONGEST = {"name": 60, "english": 120, "phone": 30}


def prepare(payload: Mapping[str, Any], _at: datetime) -> dict[str, Any]:
    """Clean the proposal and put what is in force beside it.

    Payload: {"units": [{"id": of the unit or None for a new one, "values": every field of FIELDS}]}.
    """
    units = []
    for each in payload["units"]:
        values, was = _clean(each["values"]), None
        if each["id"] is not None:
            unit = session().get(Unit, each["id"])
            if unit is None:
                raise Refused(name="没有这个单位")
            was = plain(unit)
            if was == values:
                raise Refused(name="与现行内容完全相同，没有可提出的更改")
        units.append({"id": each["id"], "values": values, "was": was})
    return {"units": units}


def check(payload: Mapping[str, Any], at: datetime) -> None:
    """Raise Refused (the unit's own field names) where the tree would no longer hold together."""
    for each in payload["units"]:
        if errors := dict(_wrong(each["id"], each["values"], at)):
            raise Refused(**errors)


def apply(payload: Mapping[str, Any], _version: int, at: datetime) -> dict[str, int]:
    """Write the units; a new name goes with the directory and the words that point to the unit."""
    writer = session()
    for each in payload["units"]:
        values = each["values"]
        if each["id"] is None:
            last = writer.scalar(select(func.max(Unit.position))) or 0
            writer.add(Unit(position=last + 1, **values))
            continue
        unit = writer.get_one(Unit, each["id"])
        if unit.name != values["name"]:
            directory.rename(unit.name, values["name"], at)
            _rename_words(unit.name, values["name"])
        for name in FIELDS:
            setattr(unit, name, values[name])
    return {"units": len(payload["units"])}


def content() -> list[Any]:
    """Every unit, for the digest."""
    return [plain(unit) | {"id": unit.id} for unit in session().scalars(select(Unit).order_by(Unit.id))]


def plain(unit: Unit) -> dict[str, Any]:
    """A unit as a proposal writes it."""
    return {name: getattr(unit, name) for name in FIELDS}


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": text.clean_line(values["name"] or ""), "english": text.clean_line(values["english"] or ""),
        "unit_class": values["unit_class"], "parent_id": values["parent_id"],
        "territory": values["territory"] or None, "external": bool(values["external"]),
        "phone": text.clean_line(values["phone"] or "") or None, "active": bool(values["active"]),
    }  # fmt: skip


def _wrong(unit_id: int | None, values: Mapping[str, Any], at: datetime) -> Iterator[tuple[str, str]]:
    if text.is_visibly_empty(values["name"]):
        yield "name", "请填写单位名称"
    elif session().scalar(select(Unit.id).where(Unit.name == values["name"], Unit.id != (unit_id or 0))):
        yield "name", "已有同名的单位"
    for name, most in LONGEST.items():
        if len(values[name] or "") > most:
            yield name, f"最多{most}字"
    if values["unit_class"] not in list(UnitClass):
        yield "unit_class", "没有这个类别"
    if said := _parent_problem(unit_id, values["parent_id"]):
        yield "parent_id", said
    if values["territory"] and (said := _territory_problem(unit_id, values)):
        yield "territory", said
    if unit_id is not None and not values["active"] and (said := _still_needed(unit_id, at)):
        yield "active", said


def _parent_problem(unit_id: int | None, parent_id: int | None) -> str:
    """The tree must stay a tree, and a unit in use does not hang below a closed one."""
    seen, above = {unit_id}, parent_id
    while above is not None:
        parent = session().get(Unit, above)
        if parent is None or not parent.active:
            return "没有这个在册的上级单位"
        if above in seen:
            return "上级单位不能是本单位或者它的下级"
        seen.add(above)
        above = parent.parent_id
    return ""


def _territory_problem(unit_id: int | None, values: Mapping[str, Any]) -> str:
    found = session().get(Territory, values["territory"])
    if found is None or found.form_only:
        return "没有这个属地"
    if values["parent_id"] is not None:
        return "只有顶层单位才能对应属地"
    taken = select(Unit.name).where(
        Unit.territory == values["territory"], Unit.active, Unit.parent_id.is_(None), Unit.id != (unit_id or 0)
    )
    other = session().scalar(taken)
    return f"这个属地已由{other}负责" if other else ""


def _still_needed(unit_id: int, at: datetime) -> str:
    """Why this unit cannot be closed yet; '' when nothing depends on it."""
    unit, reader = session().get_one(Unit, unit_id), session()
    if not unit.active:
        return ""
    if unit.duty:
        return "这个单位承担系统职责，不能停用"
    if rows := directory.naming(unit.name, day_of(at)):
        return f"派单目录还有{len(rows)}条指向它，请先改派"
    if held := reader.scalar(select(func.count()).where(Assignment.unit_id == unit_id, Assignment.active)):
        return f"还有{held}件在办，请先移交"
    if people := reader.scalar(select(func.count()).where(User.unit_id == unit_id, User.active)):
        return f"还有{people}个在用账号，请先调整"
    if below := reader.scalar(select(func.count()).where(Unit.parent_id == unit_id, Unit.active)):
        return f"还有{below}个在册的下级单位"
    return ""


def _rename_words(old: str, new: str) -> None:
    """The names by which companies call the unit point to its new name."""
    words = update(GlossaryWord).where(GlossaryWord.kind == "body", GlossaryWord.target == old).values(target=new)
    session().execute(words)
    session().execute(update(Version).where(Version.name == "glossary").values(number=Version.number + 1))
