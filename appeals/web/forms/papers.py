"""Forms of supervision: papers, findings, instructions, referrals."""

from datetime import date
from typing import Any

from appeals.actions import findings
from appeals.rules.words import Role
from appeals.web.forms import Chosen, Length, Picked, Required, TypedLines
from appeals.web.forms.coordination import units
from appeals.web.forms.staff import NOTE, REPORT, CaseForm, StaffForm, lines, number, offer
from appeals.web.forms.unit import Day

BODY, REASON = 8000, 300


class EditForm(StaffForm):
    """The words of a draft."""

    key = "edit"
    body = lines("文书内容", "文书内容不能为空", BODY)


class DropForm(StaffForm):
    """Why it is not sent."""

    key = "drop"
    reason = lines("不发的理由", "请写明不发的理由", REASON)


class AnswerForm(StaffForm):
    """What the unit says to a paper or an instruction."""

    key = "answer"
    answer = lines("回复", "请写明回复内容", REPORT)


class ReportForm(StaffForm):
    """The weekly report."""

    key = "report"
    report = lines("本周进展", "请写明本周进展", REPORT)


class MinutesForm(StaffForm):
    """What came of a talk."""

    key = "minutes"
    minutes = lines("约谈情况", "请写明约谈情况", REPORT)


class InstructionForm(StaffForm):
    """What is to be done, by whom, and until when it is answered."""

    key = "instruction"
    text = lines("内容", "请写明批示内容")
    unit = Chosen("落实单位", [Required("请选择落实单位")], options=lambda: [("", "请选择"), *units()])
    due_on = Day("回复日期", [Required("请填写回复日期")])

    @property
    def given(self) -> dict[str, Any]:
        """What the deed asks for."""
        on: date | None = self.due_on.data
        return {"text": self.text.data or "", "unit_id": number(self.unit.data), "due_on": on}


class InstructForm(InstructionForm, CaseForm):
    """A leader's, on one appeal."""

    key = "instruct"
    endpoint = "instruct"
    title, button = "批示", "作出批示"
    hint = "收文单位的负责人须在回复日期前回复；逾期未回复的列入下次例会。"


class FindingForm(CaseForm):
    """What was found, of which unit; the first signature."""

    key = "finding"
    endpoint = "propose_finding"
    title, button = "提请认定：虚假办结、压企业撤回、泄露", "提请委领导认定"
    hint = "经委领导认定后，该单位当季扣10分，档次最高为D，并提请约谈。"
    kind = Picked("查实的情形", [Required("请选择查实的情形")], options=findings.kinds)
    unit = Chosen("单位", [Required("请选择单位")], options=lambda: ())
    text = lines("查实的情况和依据", "请写明查实的情况和依据")

    def __init__(self, *args: Any, had_it: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.unit, [("", "请选择"), *had_it])


class FindingDecisionForm(CaseForm):
    """The second signature."""

    key = "finding-decision"
    endpoint = "decide_finding"
    title, button = "认定", "签署"
    unfolded = True
    decision = Picked("决定", [Required("请选择是否认定")], options=lambda: [("yes", "认定"), ("no", "不予认定")])
    remark = TypedLines("理由（不予认定的必填）", [Length(NOTE)])


class ReferForm(CaseForm):
    """To whom the file goes, and why."""

    key = "refer"
    endpoint = "refer"
    title, button, style = "移送问题线索", "移送卷宗", "danger"
    hint = "移送后，对方可以查看本件的责任倒查卷，不能查看其他诉求。移送不能撤回。"
    to = Picked(
        "移送机关", [Required("请选择移送的机关")],
        options=lambda: [(Role.DISCIPLINE.value, Role.DISCIPLINE.label), (Role.AUDIT.value, Role.AUDIT.label)],
    )  # fmt: skip
    note = lines("移送理由", "请写明移送的理由")
