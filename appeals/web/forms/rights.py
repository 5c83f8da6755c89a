"""Whom a complaint is about, what another body says of one, and who stands in for a head: the forms."""

from typing import Any

from wtforms.validators import InputRequired

from appeals.models import choices
from appeals.web.forms import Chosen, Form, Length, Required, Ticked, Typed
from appeals.web.forms.staff import NOTE, CaseForm, lines, number
from appeals.web.forms.unit import Day


def units() -> list[tuple[str, str]]:
    """The units on the books, or none of them."""
    return [("", "不涉及"), *((o.value, o.chinese) for o in choices.units())]


class CorrectAccusedForm(CaseForm):
    """Whom the company complains of, put right at any time."""

    key, endpoint, title, button = "correct-accused", "correct_accused", "更正被反映的单位或人员", "更正"
    hint = "更正后，作风类投诉对被反映的单位及其下属不可见；被反映的人看不到此件，也不能经办、审签。"
    conduct = Ticked("作风类投诉")
    about_unit = Chosen("被反映的单位", options=units)
    about_person = Typed("被反映的工作人员（姓名或登录名）", [Length(40)])
    reason = lines("更正的依据", "请写明更正的依据", 300)

    @property
    def unit_id(self) -> int | None:
        """The unit chosen."""
        return number(self.about_unit.data)


class FollowForm(CaseForm):
    """How it stands with the body that has it."""

    key, endpoint, title, button, style = "follow", "follow", "登记跟踪情况", "登记", "primary"
    unfolded = True
    said = lines("专门机构告知的情况", "请写明专门机构告知的情况", NOTE)
    said_on = Day("告知日期", [InputRequired("请填写日期")])
    next_on = Day("下次跟踪日期", [InputRequired("请填写日期")])


class OutcomeForm(CaseForm):
    """What that body decided."""

    key, endpoint, title, button = "outcome", "record_outcome", "登记办理结果", "登记结果，告知企业"
    hint = "登记后不再跟踪；企业可以看到结果。"
    said = lines("办理结果（企业可见）", "请写明办理结果", NOTE)
    said_on = Day("结果日期", [InputRequired("请填写日期")])


class DeputyForm(Form):
    """Who stands in for whom, from when to when. The people are offered by the page."""

    head = Chosen("负责人", [Required("请选择负责人")], options=lambda: ())
    deputy = Chosen("代行人（本单位或下属单位的承办人）", [Required("请选择代行人")], options=lambda: ())
    from_on = Day("开始日期", [InputRequired("请填写日期")])
    to_on = Day("截止日期（当日仍有效）", [InputRequired("请填写日期")])

    def ids(self) -> dict[str, Any]:
        """The two accounts chosen."""
        return {"head_id": number(self.head.data) or 0, "deputy_id": number(self.deputy.data) or 0}
