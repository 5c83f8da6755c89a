"""Returns, conferences, and who answers meanwhile: the forms of both counters."""

from typing import Any

from appeals.actions.handling import CHANNELS
from appeals.models import choices
from appeals.rules.requests import OFFICE, UNIT, ReturnReason
from appeals.web.forms import Chosen, Length, Picked, Required, Several, Typed, TypedLines
from appeals.web.forms.staff import NOTE, CaseForm, lines, number

BASIS = 300
DECISIONS = (
    (OFFICE, "同意退单，责任在营商办（错派）"), (UNIT, "同意退单，责任在承办单位"), ("reject", "不同意退单（申请时刻视为签收）"),
)  # fmt: skip
FAULTS = ((OFFICE, "营商办（错派）"), (UNIT, "承办单位"))


def units() -> list[tuple[str, str]]:
    """The units on the books."""
    return [(o.value, o.chinese) for o in choices.units()]


def unit_choices() -> list[tuple[str, str]]:
    """The same, or none of them."""
    return [("", "请选择"), *units()]


class ReturnForm(CaseForm):
    """Why it is not the unit's own, on what ground, and whose it is."""

    key, endpoint, title, style = "return", "ask_return", "申请退单", "danger"
    reason_code = Picked(
        "退单事由", [Required("请选择退单事由")], options=lambda: [(r.value, r.label) for r in ReturnReason]
    )
    basis = Typed("依据（职责规定、属地界线或编号）", [Required("请写明依据"), Length(BASIS)])
    unit = Chosen("建议承办单位（权属不清、重复的可不填）", options=unit_choices)
    reason = TypedLines("说明", [Length(NOTE)])

    @property
    def unit_id(self) -> int | None:
        """The unit proposed."""
        return number(self.unit.data)


class AnswerForm(CaseForm):
    """What the former lead told the company."""

    key, endpoint, title, button, style = "answer-question", "answer_question", "答复企业询问", "记录答复", "primary"
    hint = "此件已另行确定承办单位；在新的承办单位签收之前，企业的询问仍由贵单位答复（首接负责）。"
    unfolded = True
    channel = Picked("联系方式", [Required("请选择联系方式")], options=CHANNELS.items)
    note = lines("答复的内容（站内转达的内容企业可见）", "请写明答复的内容")


class ReturnDecisionForm(CaseForm):
    """Upheld, and booked to whom, or rejected."""

    key, endpoint, title, button, style = "return-decision", "decide_return", "裁定退单申请", "裁定", "primary"
    unfolded = True
    decision = Picked("裁定", [Required("请选择裁定结果")], options=lambda: DECISIONS)
    answer = lines("裁定的理由（单位可见）", "请写明裁定的理由")


class RecallForm(CaseForm):
    """Why a dispatch is taken back."""

    key, endpoint, title, button, style = "recall", "recall", "撤回交办", "撤回交办", "danger"
    hint = "只能在单位签收之前、签收时限之内撤回；撤回的交办作废，须于当日重新交办。"
    reason = lines("撤回的理由", "请写明撤回交办的理由", 500)


class CallConferenceForm(CaseForm):
    """Why the office wants a conference."""

    key, endpoint, title, button = "call-conference", "call_conference", "提请会商", "提请会商"
    hint = "由营商办主任（涉及本局的，由回避裁定岗）在一个工作日内确定主办和协办；会商以后不能再申请退单。"
    reason = lines("提请会商的理由", "请写明提请会商的理由")


class ConferenceForm(CaseForm):
    """Who leads and who supports; where a return waits and another is to lead, whose fault it was."""

    key, endpoint, title, button, style = "conference", "settle_conference", "会商确定承办单位", "确定承办单位", "primary"
    unfolded = True
    lead = Chosen("主办单位", [Required("请选择主办单位")], options=unit_choices)
    supports = Several("协办单位", options=units)
    fault = Picked("改派的，退单责任在", options=lambda: FAULTS)
    answer = lines("会商意见（单位可见）", "请写明会商的意见")

    @property
    def lead_id(self) -> int:
        """The unit chosen."""
        return number(self.lead.data) or 0

    @property
    def support_ids(self) -> list[int]:
        """The units chosen to support."""
        return [i for i in map(number, self.supports.data or ()) if i is not None]

    def without_fault(self) -> "ConferenceForm":
        """No return waits: there is no fault to book."""
        if "fault" in self:
            del self.fault
        return self

    @property
    def fault_code(self) -> Any:
        """On whom the return is booked, or None."""
        return self.fault.data or None if "fault" in self else None
