"""Second level: the forms of the unit."""

from typing import Any

from appeals.web.forms import Chosen, Required
from appeals.web.forms.staff import REPORT, CaseForm, lines, number, offer


class HandOnForm(CaseForm):
    """To whom inside the tree, and what is to be done; `below` are (id, name)."""

    key, endpoint, title, button = "hand-on", "hand_on", "二级分办", "分办"
    unit = Chosen("下属单位", [Required("请选择下属单位")], options=lambda: ())
    task = lines("交办的事项", "请写明交给下级单位办理的事项")

    def __init__(self, *args: Any, below: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.unit, [("", "请选择"), *below])

    @property
    def unit_id(self) -> int:
        """The unit chosen."""
        return number(self.unit.data) or 0


class TakeBackForm(CaseForm):
    """Why it is taken back."""

    endpoint, button = "take_back", "收回"
    reason = lines("收回的理由", "请写明收回的理由", 500)


class SubReportForm(CaseForm):
    """What the second level did."""

    key, endpoint, title, button, style = "sub-report", "sub_report", "二级反馈", "反馈主办单位", "primary"
    hint = "反馈给本系统的主办单位，由其答复企业。"
    unfolded = True
    report = lines("办理情况", "请写明办理情况", REPORT)
