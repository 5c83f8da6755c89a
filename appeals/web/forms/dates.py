"""What moves a date: the forms of the units and of those who decide (policy §3, §4)."""

from typing import Any, TypeVar, cast

from appeals.actions.shelving import PERSON
from appeals.rules.requests import ShelvingReason
from appeals.web.forms import Chosen, Length, Picked, Required, Typed, TypedLines
from appeals.web.forms.staff import NOTE, CaseForm, lines, number, offer
from appeals.web.forms.unit import Day

EVENT = 300
GRANT, REFUSE = "grant", "refuse"
Kind = TypeVar("Kind", bound=CaseForm)


def blank(kind: type[Kind], **values: Any) -> Kind:
    """The form as a page first shows it."""
    return cast(Kind, kind.blank(**values))


# -- what units ask for ----------------------------------------------------------------------------------


class ExtensionForm(CaseForm):
    """Until when, why, and what was done so far."""

    key, endpoint, title, button = "extension", "ask_extension", "申请延期", "提交"
    until = Day("希望延长到（对企业的答复时限）", [Required("请选择希望延长到的日期")])
    reason = lines("延期的理由（企业可见）", "请写明延期的理由")
    done = lines("已经做了哪些工作", "请写明已经做了哪些工作")


class ShelvingForm(CaseForm):
    """Why it cannot be settled now, how it is followed, by whom, until when."""

    key, endpoint, title, button = "shelving", "ask_shelving", "申请挂账", "提交"
    reason_code = Picked(
        "挂账事由", [Required("请选择挂账事由")], options=lambda: [(r.value, r.label) for r in ShelvingReason]
    )
    reason = lines("为什么现在不具备条件（企业可见）", "请写明为什么现在不具备条件")
    until = Day("预计到哪一天（承诺限期解决必填）")
    event = Typed("等待什么事件（企业可见；没有确定日期的必填）", [Length(EVENT)])
    plan = lines("跟踪推进的计划", "请写明跟踪推进的计划")
    person = Typed("责任人（企业可见）", [Required("请写明责任人"), Length(PERSON)])


class CooperationForm(CaseForm):
    """What is needed of the company, and within how many working days."""

    key, endpoint, title, button = "cooperation", "ask_cooperation", "提请企业配合", "提交"
    items = lines("需要企业提供什么，逐项写明（企业可见）", "请逐项写明需要企业提供什么")
    days = Chosen("给企业几个工作日", [Required("请选择给企业几个工作日")], options=lambda: ())

    def at_most(self, most: int) -> "CooperationForm":
        """So many working days can be chosen."""
        offer(self.days, [(str(n), f"{n}个工作日") for n in range(most, 0, -1)])
        return self

    @property
    def chosen_days(self) -> int | None:
        """The number chosen."""
        return number(self.days.data)


class ProgressForm(CaseForm):
    """How it stands with what is shelved."""

    key, endpoint, title, button, style = "progress", "report_shelved", "报送挂账进展", "报送进展", "primary"
    unfolded = True
    progress = lines("进展情况（企业可见）", "请写明进展情况")


class RenewalForm(CaseForm):
    """Until when it should last, and why."""

    key, endpoint, title, button = "renewal", "ask_renewal", "申请续期挂账", "提交"
    until = Day("希望延续到", [Required("请选择希望延续到的日期")])
    reason = lines("为什么仍不具备条件（企业可见）", "请写明仍不具备条件的理由")


# -- what others decide ----------------------------------------------------------------------------------


class DecisionForm(CaseForm):
    """Yes or no; a no has its reason."""

    button, style, unfolded = "裁定", "primary", True
    yes, no = "同意", "不同意"
    decision = Picked("裁定", [Required("请选择裁定结果")], options=lambda: ((GRANT, "同意"), (REFUSE, "不同意")))
    answer = TypedLines("理由（不同意时必填）", [Length(NOTE)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.decision, [(GRANT, self.yes), (REFUSE, self.no)])

    def only_no(self, why: str) -> "DecisionForm":
        """It can only be refused, and why."""
        offer(self.decision, [(REFUSE, self.no)])
        self.hint = why
        return self

    @property
    def granted(self) -> bool:
        """Whether it was yes."""
        return bool(self.decision.data == GRANT)


class ExtensionDecisionForm(DecisionForm):
    """Granted, or less of it."""

    key, endpoint, title = "extension-decision", "decide_extension", "裁定延期申请"
    answer = TypedLines("理由（不同意时必填，企业可见）", [Length(NOTE)])
    until = Day("同意延长到（可以早于申请的日期）")


class EndorseShelvingForm(DecisionForm):
    """The first of two signatures."""

    key, endpoint, title, button = "shelving-first", "endorse_shelving", "审核挂账申请（第一人签）", "签字"
    yes = "同意，报第二人审签"
    answer = TypedLines("意见（不同意时必填，企业可见）", [Length(NOTE)])


class ShelveForm(DecisionForm):
    """The second."""

    key, endpoint, title, button = "shelving-second", "shelve", "审签挂账（第二人签）", "签字"
    yes = "同意挂账"
    answer = TypedLines("意见（不同意时必填，企业可见）", [Length(NOTE)])


class ObjectionForm(DecisionForm):
    """Whether the company is right."""

    key, endpoint, title = "objection", "decide_objection", "裁定企业异议"
    yes, no = "异议成立，继续办理", "异议不成立"
    answer = lines("裁定的理由（企业可见）", "请写明裁定的理由")


class RenewalDecisionForm(DecisionForm):
    """Whether it may last longer."""

    key, endpoint, title = "renewal-decision", "decide_renewal", "裁定续期挂账"
    answer = TypedLines("理由（不同意时必填，企业可见）", [Length(NOTE)])


class CooperationDecisionForm(DecisionForm):
    """Whether the company is asked."""

    key, endpoint, title = "cooperation-decision", "decide_cooperation", "裁定提请企业配合"
    yes = "同意，请企业配合"


class ResumeForm(CaseForm):
    """Why it is taken up again."""

    key, endpoint, title, button = "resume", "resume", "恢复办理", "恢复办理"
    reason = lines("恢复的理由：等待的条件如何具备（企业可见）", "请写明恢复办理的理由")
