"""A change in words: what it is about, and each thing it replaces beside what replaces it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from appeals.models import tree
from appeals.models.settings import Change
from appeals.rules import calendar_file, settings
from appeals.rules.words import Role, UnitClass

ACCOUNT_LABELS = {
    "name": "姓名", "phone": "办公电话", "role": "角色", "unit_id": "所属单位", "active": "账号启用",
}  # fmt: skip
DAYS_SHOWN, SHOWN = 80, 3
NOTHING = "—"
UNIT_LABELS = {
    "name": "名称", "english": "英文名称", "unit_class": "类别", "parent_id": "上级单位", "territory": "对应属地",
    "external": "区外单位", "phone": "值班电话", "active": "在册",
}  # fmt: skip
ROW_LABELS = {
    "lead": "主办", "supports": "协办", "territorial_support": "属地单位协办", "alternatives": "备选", "basis": "依据",
    "power_level": "事权层级", "valid_from": "生效日期", "valid_to": "失效日期",
}  # fmt: skip


class Line(NamedTuple):
    """One thing that changes."""

    what: str
    before: str
    after: str


class Described(NamedTuple):
    """The lines of a change, and a sentence on those not listed."""

    lines: list[Line]
    note: str = ""


def of(change: Change) -> Described:
    """The change in full, plain days of a year counted instead of listed."""
    if change.kind == "calendar":
        return _calendar(change.payload)
    described = {"settings": _settings, "units": _units, "directory": _directory, "accounts": _accounts}
    lines = described[change.kind](change.payload)
    return Described(list(lines))


def summary(change: Change) -> str:
    """The change in one line."""
    payload = change.payload
    if change.kind == "calendar":
        scope = f"{payload['year']}年全年，" if payload.get("year") else ""
        return f"{scope}{len(payload['days'])}天，{payload['days'][0]['day']}起"
    if change.kind == "directory":
        rows = [*payload["add"], *(each["was"] or {} for each in payload["close"])]
        about = list(dict.fromkeys(_about(row) for row in rows))
        return "、".join(about[:SHOWN]) + (f"等{len(about)}项" if len(about) > SHOWN else "")
    if change.kind == "units":
        return "、".join(each["values"]["name"] for each in payload["units"])
    if change.kind == "accounts":
        values, was = payload["values"], payload["was"]
        deed = "新增账号" if was is None else "重置密码" if values == was else "授予角色"
        return f"{deed} {values['login']}（{Role(values['role']).label}）"
    names = [line.what for line in _settings(payload)]
    return "、".join(names[:SHOWN]) + (f"等{len(names)}项" if len(names) > SHOWN else "")


def _calendar(payload: Mapping[str, Any]) -> Described:
    plain, lines = 0, []
    for row in payload["days"]:
        was = row["was"]
        ordinary = ("workday", "weekend")
        if row["kind"] in ordinary and (was is None or was["kind"] in ordinary):
            plain += 1
        elif len(lines) < DAYS_SHOWN:
            lines.append(Line(row["day"], _day(was), _day(row)))
    rest = len(payload["days"]) - plain - len(lines)
    notes = [f"另有{plain}个普通工作日、周末改变状态或依据"] if plain else []
    notes += [f"另有{rest}天未列出"] if rest else []
    return Described(lines, "；".join(notes))


def _day(row: Mapping[str, str] | None) -> str:
    if row is None:
        return NOTHING
    parts = (calendar_file.KINDS[row["kind"]], row["name"], calendar_file.STATUSES[row["status"]], row["source"])
    return " · ".join(part for part in parts if part)


def _settings(payload: Mapping[str, Any]) -> Iterator[Line]:
    now, was = payload["values"], payload["was"]
    for name, meaning in settings.LIMITS.items():
        before, after = (values.get("limits", {}).get(name) for values in (was, now))
        if before != after:
            yield Line(f"{meaning.label}（{meaning.unit}，规则{meaning.source}）", _said(before), _said(after))
    for name, label in settings.WEIGHTS.items():
        before, after = (values.get("weights", {}).get(name) for values in (was, now))
        if before != after:
            yield Line(f"{label}的权重", _said(before), _said(after))
    for name, meaning in {**settings.SWITCHES, "prefix": settings.PREFIX}.items():
        if was.get(name) != now.get(name):
            yield Line(meaning.label, _said(was.get(name)), _said(now.get(name)))


def _units(payload: Mapping[str, Any]) -> Iterator[Line]:
    for each in payload["units"]:
        was, values = each["was"], each["values"]
        for name, label in UNIT_LABELS.items():
            before = _unit_value(name, was[name]) if was else NOTHING
            if was is None or was[name] != values[name]:
                yield Line(f"{(was or values)['name']}：{label}", before, _unit_value(name, values[name]))


def _accounts(payload: Mapping[str, Any]) -> Iterator[Line]:
    """The login tells whose account it is; the password always becomes another one."""
    was, values = payload["was"], payload["values"]
    for name, label in ACCOUNT_LABELS.items():
        if was is None or was[name] != values[name]:
            before = _account_value(name, was[name]) if was else NOTHING
            yield Line(f"{values['login']}：{label}", before, _account_value(name, values[name]))
    yield Line(f"{values['login']}：密码", "原密码和已有登录失效" if was else NOTHING, "新的一次性密码，两人各持一半")


def _account_value(name: str, value: Any) -> str:
    if name == "role":
        return Role(value).label
    return _unit_value("parent_id" if name == "unit_id" else name, value)


def _unit_value(name: str, value: Any) -> str:
    if name == "unit_class":
        return UnitClass(value).label
    if name == "parent_id" and value is not None:
        found = tree.current().nodes.get(value)
        return found.name if found else _said(value)
    return _said(value)


def _directory(payload: Mapping[str, Any]) -> Iterator[Line]:
    """A row that takes another's place is compared with it; the rest is closed or new as a whole."""
    closing, adding = list(payload["close"]), list(payload["add"])
    for row in adding:
        same = next((c for c in closing if c["was"] and _about(c["was"]) == _about(row)), None)
        if same:
            closing.remove(same)
        for name, label in ROW_LABELS.items():
            before = _said(same["was"][name]) if same else NOTHING
            if same is None or same["was"][name] != row[name]:
                yield Line(f"{_about(row)}：{label}", before, _said(row[name]))
    for each in closing:
        row = each["was"] or {}
        yield Line(f"{_about(row)}：主办{row.get('lead', '')}", "有效", f"{each['valid_to']}后失效")


def _about(row: Mapping[str, Any]) -> str:
    area = f"任务{row['task']}" if row.get("task") else f"第{row.get('section')}部分"
    return f"{area}（{row.get('territory') or '不限属地'}）"


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(value) or NOTHING
    return NOTHING if value in (None, "") else str(value)
