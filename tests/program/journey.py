"""The deeds of a story, each done on the pages that the program offers: one function = one form filled and sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bs4 import Tag

from appeals.rules.workdays import SHANGHAI
from tests.program import companies
from tests.program.staff import Staff
from tests.program.stories import Step
from tests.program.visitor import Form, Page, Unexpected, Visitor

OFFICE_BUREAU = ("行政审批服务局", "行政审批服务局（营商办）")
OWN = ("现场已恢复。", "材料已补齐。", "费用已退还。", "专人已到位。", "设备已更换。", "道路已修复。", "手续已办妥。")
ANSWER = "经现场核实并与企业沟通，已按有关规定办理完毕，并向企业逐项说明。"


@dataclass
class Case:
    """One appeal on its way: its label, number and code, and who has it."""

    n: int
    label: dict[str, Any] = field(repr=False)
    number: str = ""
    code: str = field(default="", repr=False)
    lead: str = ""
    supports: list[str] = field(default_factory=list)

    @property
    def judge(self) -> str:
        """Who decides: the recusal post where the office's own bureau leads."""
        return "recusal" if self.lead in OFFICE_BUREAU else "coordinator"


class Journey:
    """Everybody's deeds at one site."""

    def __init__(self, port: int, staff: Staff, catch_up: Callable[[], object]) -> None:
        """`staff` signs people in; `catch_up` returns when the timetable has done what is due by now."""
        self.port, self.staff, self._catch_up = port, staff, catch_up

    def do(self, case: Case, step: Step) -> None:
        """Do it; if the timetable was faster, or is only about to, look at the page again and do it then."""
        deed: Callable[..., None] = getattr(self, f"do_{step.deed}")
        try:
            deed(case, step)
        except Unexpected as first:
            if first.page.status not in (200, 409):
                raise
            self._catch_up()
            deed(case, step)

    # -- the company ---------------------------------------------------------------------------------------

    def do_file(self, case: Case, step: Step) -> None:
        """Through the real form; 不清楚 where the label names no territory."""
        label, visitor = case.label, Visitor(self.port)
        form = visitor.open("/submit").form("/submit")
        form.fill(**companies.values(
            case.n, title=label["title"], text=label["text"], territory=label["territory"] or "不清楚",
            nature="consultation" if case.n % 12 == 7 else "help",
        ))  # fmt: skip
        page = visitor.send(form)
        number, code = page.soup.select_one("[data-appeal-no]"), page.soup.select_one("[data-appeal-code]")
        assert number is not None, page.said()
        assert code is not None, page.said()
        case.number, case.code = str(number["data-appeal-no"]), str(code["data-appeal-code"])

    def do_supplement(self, case: Case, step: Step) -> None:
        """What was asked for."""
        visitor, page = self._tracked(case)
        visitor.send(page.form("/supplement"), addition="补充：营业执照和现场照片的说明。")

    def do_ask_withdrawal(self, case: Case, step: Step) -> None:
        """The company thinks better of it."""
        visitor, _ = self._tracked(case)
        visitor.send(visitor.open(f"/track/{case.number}/withdraw").form("/withdraw"))

    def do_rate(self, case: Case, step: Step) -> None:
        """By the link that the page gives."""
        visitor, page = self._tracked(case)
        visitor.send(visitor.send(page.form("/rate")).form("rate"), **step.how)

    def _tracked(self, case: Case) -> tuple[Visitor, Page]:
        visitor = Visitor(self.port)
        return visitor, visitor.send(visitor.open("/track").form("/track"), number=case.number, code=case.code)

    # -- the coordination office ---------------------------------------------------------------------------

    def do_accept(self, case: Case, step: Step) -> None:
        """Identity by telephone."""
        self._office(case, "coordinator", "/accept", identity="call")

    def do_ask_supplement(self, case: Case, step: Step) -> None:
        """Once, everything."""
        self._office(case, "coordinator", "/supplement", items="请补充营业执照和现场照片。")

    def do_decline(self, case: Case, step: Step) -> None:
        """With the code of the label."""
        self._office(case, "coordinator", "/decline", reason="不属于受理范围。", code=step.how["code"])

    def do_pass_on(self, case: Case, step: Step) -> None:
        """To the first of the bodies offered."""
        visitor, form = self._form(case, "coordinator", "/pass-on")
        body = next(value for value, _ in _options(form, "to") if value)
        visitor.send(form, to=body, reason="属于专门渠道办理的事项。")

    def do_dispatch(self, case: Case, step: Step) -> None:
        """To the label's lead where there is a unit of that name, else as proposed."""
        visitor, form = self._form(case, "coordinator", "/dispatch")
        units = {name: value for value, name in _options(form, "other_lead")}
        wanted = next(iter(case.label["gold_leads"]), None)
        if wanted in units:
            form.fill(lead="other", other_lead=units[wanted])
        task = next(iter(case.label["gold_tasks"]), None)
        areas = [value for value, _ in _options(form, "area")]
        if area := next((value for value in areas if task and value.endswith(f":{task}")), None):
            form.fill(area=area)
        names = {value: name for name, value in units.items()}
        lead = _chosen(form, "other_lead") if _chosen(form, "lead") == "other" else _chosen(form, "lead")
        supports = [value for value in form.controls.get("supports", []) if value != lead]
        if not supports and step.how["supports"]:
            supports = [next(value for value in names if value and value != lead)]
        form.fill(supports=supports if step.how["supports"] else None)
        visitor.send(form)
        case.lead = names[lead]
        case.supports = [names[value] for value in supports] if step.how["supports"] else []

    def do_excuse(self, case: Case, step: Step) -> None:
        """Each supporting unit, one after the other."""
        for _ in case.supports:
            self._office(case, case.judge, "/excuse", reason="主办单位可独立办结。")

    def do_approve(self, case: Case, step: Step) -> None:
        """Completed."""
        self._office(case, case.judge, "/approve")

    def do_send_back(self, case: Case, step: Step) -> None:
        """Not good enough."""
        self._office(case, case.judge, "/send-back", reason="请写明具体措施和时间。")

    def do_endorse(self, case: Case, step: Step) -> None:
        """The first of two signatures."""
        self._office(case, case.judge, "/endorse", heard="已电话听取企业意见，企业表示理解。")

    def do_end(self, case: Case, step: Step) -> None:
        """The second, by somebody else."""
        self._office(case, "leader" if case.judge == "recusal" else "director", "/end")

    def do_call_back(self, case: Case, step: Step) -> None:
        """One attempt."""
        self._office(case, "coordinator", "/call-back", note="回访情况已记录。", **step.how)

    def do_verify(self, case: Case, step: Step) -> None:
        """Simple: five working days; by somebody who did not approve."""
        who = "leader" if case.judge == "recusal" else "director"
        self._office(case, who, "/verify", finding="经核实，企业反映属实。", complex_="no")

    def do_audit(self, case: Case, step: Step) -> None:
        """Put right."""
        self._office(case, case.judge, "/audit")

    def do_confirm_withdrawal(self, case: Case, step: Step) -> None:
        """The company, called, says yes."""
        self._office(case, "coordinator", "/withdrawal", note="电话确认，企业自愿撤回。", step="confirm")

    def _office(self, case: Case, role: str, action: str, **values: Any) -> None:
        visitor, form = self._form(case, role, action)
        visitor.send(form, **values)

    def _form(self, case: Case, role: str, action: str) -> tuple[Visitor, Form]:
        visitor = self.staff.visitor(role)
        return visitor, visitor.open(f"/coordination/{case.number}").form(action)

    # -- the unit ------------------------------------------------------------------------------------------

    def do_acknowledge(self, case: Case, step: Step) -> None:
        """The one who does it is the handler."""
        self._unit(case, "liaison", case.lead, "/acknowledge")

    def do_contact(self, case: Case, step: Step) -> None:
        """By telephone."""
        self._unit(case, "liaison", case.lead, "/contact", channel="phone", note="已电话联系企业，了解情况。")

    def do_plan(self, case: Case, step: Step) -> None:
        """What is going to be done."""
        self._unit(case, "liaison", case.lead, "/plan", plan="三个工作日内现场核实，五个工作日内答复。")

    def do_draft(self, case: Case, step: Step) -> None:
        """An answer to each point, handed to the head."""
        visitor, form = self._unit_form(case, "liaison", case.lead, "/draft")
        for name in sorted(form.names):
            if name.startswith("answer_"):
                form.fill(**{name: f"{ANSWER}{OWN[int(name.removeprefix('answer_')) % len(OWN)]}"})
        on = step.at.astimezone(SHANGHAI).date().isoformat()
        visitor.send(form, outcome=step.how["outcome"], basis="有关规定第十条", contacted_on=on, step="offer")

    def do_sign(self, case: Case, step: Step) -> None:
        """The head."""
        self._unit(case, "head", case.lead, "/sign")

    def do_rectify(self, case: Case, step: Step) -> None:
        """The head reports what was put right."""
        self._unit(case, "head", case.lead, "/rectify", report=ANSWER)

    def do_support_acknowledge(self, case: Case, step: Step) -> None:
        """Every supporting unit."""
        for unit in case.supports:
            self._unit(case, "liaison", unit, "/acknowledge")

    def do_support(self, case: Case, step: Step) -> None:
        """Every supporting unit reports."""
        for unit in case.supports:
            self._unit(case, "liaison", unit, "/support", report=ANSWER)

    def _unit(self, case: Case, role: str, unit: str, action: str, **values: Any) -> None:
        visitor, form = self._unit_form(case, role, unit, action)
        visitor.send(form, **values)

    def _unit_form(self, case: Case, role: str, unit: str, action: str) -> tuple[Visitor, Form]:
        visitor = self.staff.visitor(role, unit)
        return visitor, visitor.open(f"/unit/{case.number}").form(action)


def _options(form: Form, name: str) -> list[tuple[str, str]]:
    """(value, text) of a list of choices."""
    found = form.tag.select(f"select[name='{name}'] option")
    return [(str(option.get("value")), option.get_text(strip=True)) for option in found if isinstance(option, Tag)]


def _chosen(form: Form, name: str) -> str:
    return form.controls[name][0]


# In which order the people of one half-day come to their desks: what one does the next one finds.
ORDER = (
    "file", "supplement", "ask_supplement", "accept", "decline", "pass_on", "dispatch", "confirm_withdrawal",
    "excuse", "acknowledge", "support_acknowledge", "contact", "plan", "support", "send_back", "draft", "sign",
    "rectify", "endorse", "end", "approve", "audit", "verify", "call_back", "ask_withdrawal", "rate",
)  # fmt: skip
