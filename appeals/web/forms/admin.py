"""What the administrator types: accounts, units, directory rows; and the director's remark."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from wtforms import Field, IntegerField, SelectMultipleField
from wtforms.validators import NumberRange, Optional, StopValidation

from appeals.models import choices, registers
from appeals.rules.words import STAFF_ROLES, UnitClass
from appeals.web.forms import Chosen, Form, Length, Required, Several, Ticked, Typed, TypedLines

NAME, LOGIN, PHONE, REASON = 40, 40, 30, 500
Pairs = Callable[[], Iterable[tuple[str, str]]]


class Day(Typed):
    """A date as the browser's calendar writes it; `day` is None where there is none."""

    day: date | None = None

    def pre_validate(self, form: Any) -> None:
        """Read the date, or say how it is written."""
        super().pre_validate(form)
        self.day = None
        if self.data:
            try:
                self.day = date.fromisoformat(self.data.replace("/", "-"))
            except ValueError:
                raise StopValidation("日期应写作 2027-02-05") from None
            if not 2000 <= self.day.year <= 2100:
                raise StopValidation("年份应在2000–2100之间")


def reason() -> Field:
    """Why a change is proposed; the director reads it."""
    return TypedLines("更改理由和依据", [Required("请写明更改的理由和依据"), Length(REASON)])


def reason_for_two() -> Field:
    """The same where one person may be enough; the deed says when it is missing."""
    return TypedLines("更改理由和依据", [Length(REASON)])


def _with_none(pairs: Pairs, first: str = "（无）") -> Pairs:
    return lambda: [("", first), *pairs()]


def unit_ids() -> list[tuple[str, str]]:
    """The units on the books by id."""
    return [(option.value, option.chinese) for option in choices.units()]


def unit_names() -> list[tuple[str, str]]:
    """The units on the books by name, as the directory writes them."""
    return [(option.chinese, option.chinese) for option in choices.units()]


def territories() -> list[tuple[str, str]]:
    """The territories a unit can answer for."""
    return [(name, name) for name in registers.territories()]


def areas() -> list[tuple[str, str]]:
    """'s7' a section, 't63' a task, in the order of the policy."""
    return [
        (f"s{area.section}", f"第{area.section}部分 {area.name}") if area.task is None
        else (f"t{area.task}", f"任务{area.task} {area.name}")
        for area in registers.areas()
    ]  # fmt: skip


def sections() -> list[tuple[str, str]]:
    """The nineteen sections by number."""
    return [(str(a.section), f"{a.section} {a.name}") for a in registers.areas() if a.task is None]


class AccountForm(Form):
    """An account as the administrator changes it."""

    name = Typed("姓名", [Required("请填写姓名"), Length(NAME)])
    phone = Typed("办公电话", [Length(PHONE)])
    role = Chosen("角色", [Required("请选择角色")], options=_with_none(lambda: [(r, r.label) for r in STAFF_ROLES], "请选择"))
    unit = Chosen("所属单位", options=_with_none(unit_ids))
    assistant = Ticked("单位负责人中的分管负责人（不选为主要负责人）")
    active = Ticked("账号启用")
    reason = reason_for_two()

    @property
    def unit_id(self) -> int | None:
        """The unit chosen."""
        return int(self.unit.data) if self.unit.data else None


class NewAccountForm(Form):
    """A new account; its login is never changed afterwards."""

    login = Typed("登录名", [Required("请填写登录名"), Length(LOGIN)])
    name = Typed("姓名", [Required("请填写姓名"), Length(NAME)])
    role = Chosen("角色", [Required("请选择角色")], options=_with_none(lambda: [(r, r.label) for r in STAFF_ROLES], "请选择"))
    unit = Chosen("所属单位", options=_with_none(unit_names))
    reason = reason_for_two()


class ResetForm(Form):
    """Why the director is asked for a new password of an account that two people give."""

    reset_reason = reason()


class UnitForm(Form):
    """A unit, proposed as a whole; whether the tree still holds together is for the deed to say."""

    name = Typed("名称", [Required("请填写单位名称")])
    english = Typed("英文名称")
    unit_class = Chosen("类别", [Required("请选择类别")], options=lambda: [(c, c.label) for c in UnitClass])
    parent_id = Chosen("上级单位", options=_with_none(unit_ids, "（顶层）"))
    territory = Chosen("对应属地", options=_with_none(territories))
    phone = Typed("值班电话")
    external = Ticked("区外单位（列入类别和合计，不评分）")
    active = Ticked("在册")
    reason = reason()

    def values(self) -> dict[str, Any]:
        """The fields of a unit as a proposal writes them."""
        typed = {name: self[name].data for name in ("name", "english", "unit_class", "phone", "external", "active")}
        above = self.parent_id.data
        return typed | {"parent_id": int(above) if above else None, "territory": self.territory.data or None}


class DirectoryForm(Form):
    """A directory row: about what, where, who leads, and from when."""

    area = Chosen("职能领域", [Required("请选择职能领域")], options=_with_none(areas, "请选择"))
    territory = Chosen("属地", options=_with_none(territories, "不限属地"))
    lead = Chosen("主办单位", [Required("必须指定主办单位")], options=_with_none(unit_names, "请选择"))
    supports: SelectMultipleField = Several("协办单位", options=unit_names)
    territorial_support = Ticked("诉求所在属地的单位协办")
    alternatives: SelectMultipleField = Several("备选主办单位", options=unit_names)
    basis = Typed("依据", [Required("请写明依据")])
    power_level = Typed("事权层级")
    valid_from = Day("生效日期", [Required("请写明生效日期")])
    valid_to = Day("失效日期（当日仍有效）")
    reason = reason()

    def values(self) -> dict[str, Any]:
        """The row as a proposal writes it."""
        kind, number = self.area.data[:1], int(self.area.data[1:])
        plain = ("territory", "lead", "supports", "alternatives", "territorial_support", "basis", "power_level")
        return {name: self[name].data for name in plain} | {
            "task": number if kind == "t" else None, "section": number if kind == "s" else None,
            "valid_from": str(self.valid_from.day), "valid_to": str(self.valid_to.day) if self.valid_to.day else None,
        }  # fmt: skip


class CloseForm(Form):
    """The last day of a row that nothing replaces."""

    last_day = Day("最后有效日", [Required("请填写日期")])
    close_reason = reason()


class DecisionForm(Form):
    """Why a proposal is refused."""

    remark = TypedLines("不同意的理由", [Length(REASON)])


class DirectoryFilter(Form):
    """Which rows to show; everything optional, read from the address."""

    section = Chosen("部分", options=_with_none(sections, "全部"))
    task = IntegerField("任务号", [Optional(), NumberRange(1, 999, "任务号应为1–999")])
    territory = Chosen("属地", options=_with_none(territories, "全部"))
    closed = Ticked("含已失效的条目")

    def wanted(self) -> dict[str, Any]:
        """The filter as registers.directory takes it; what is wrong is left out."""
        self.validate()
        return {
            "section": int(self.section.data) if self.section.data else None,
            "task": None if self.task.errors else self.task.data,
            "territory": self.territory.data or "", "closed": bool(self.closed.data),
        }  # fmt: skip
