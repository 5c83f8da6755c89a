"""Supporting units: the forms of both counters."""

from typing import Any

from appeals.web.forms import Chosen, Length, Picked, Required, TypedLines
from appeals.web.forms.returns import unit_choices
from appeals.web.forms.staff import NOTE, CaseForm, lines, number

REASON = 300
ADDITIONS = (("grant", "同意增加"), ("refuse", "不同意"))
EXCUSES = (("grant", "同意免除"), ("refuse", "不同意，仍须反馈"))


class WithUnitForm(CaseForm):
    """A unit, and what it should do."""

    unit = Chosen("协办单位", [Required("请选择协办单位")], options=unit_choices)
    reason = lines("需要该单位做什么", "请写明需要该单位做什么")

    @property
    def unit_id(self) -> int:
        """The unit chosen."""
        return number(self.unit.data) or 0


class AskSupportForm(WithUnitForm):
    """The lead asks."""

    key, endpoint, title = "ask-support", "ask_support", "申请增加协办单位"


class AddSupportForm(WithUnitForm):
    """The office adds."""

    key, endpoint, title, button = "add-support", "add_support", "增加协办单位", "增加协办"
    hint = "协办时限为主办剩余工作日的一半，并早于主办时限；协办单位反馈或免除之前，不能办结。"


class AskExcuseForm(CaseForm):
    """A supporting unit says it is not needed."""

    key, endpoint, title = "ask-excuse", "ask_excuse", "申请免除协办"
    hint = "未获同意之前，协办时限照常计算。"
    reason = lines("申请免除协办的理由", "请写明申请免除协办的理由", REASON)


class SupportDecisionForm(CaseForm):
    """Whether the unit asked for supports."""

    key, endpoint, title, button, style = "support-decision", "decide_support", "裁定增加协办申请", "裁定", "primary"
    unfolded = True
    decision = Picked("裁定", [Required("请选择裁定结果")], options=lambda: ADDITIONS)
    answer = TypedLines("理由（不同意的须写明，单位可见）", [Length(NOTE)])


class ExcuseForm(CaseForm):
    """Why one supporting unit need not report."""

    endpoint, button = "excuse", "免除协办"
    reason = lines("免除协办的理由", "请写明免除协办的理由", REASON)


class ExcuseDecisionForm(CaseForm):
    """Whether a supporting unit that asks for it is excused."""

    endpoint, button, style = "decide_excuse", "裁定", "primary"
    unfolded = True
    decision = Picked("裁定", [Required("请选择裁定结果")], options=lambda: EXCUSES)
    answer = lines("理由（单位可见）", "请写明裁定的理由", REASON)


def of_unit(kind: type[CaseForm], key: str, assignment_id: int, title: str = "") -> Any:
    """The form for one of several units: its fields, its address and its heading are its own."""
    own = {"key": f"{key}-{assignment_id}", "values": {"assignment_id": assignment_id}, "title": title}
    return type(kind.__name__, (kind,), own)
