"""The stories of the demonstration stock: who does what on which working day. All names are made up and say so."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import uuid4

from sqlalchemy import select

from appeals import data
from appeals.actions import closing, handling, intake, ratings, rectifying, suggesting, triage
from appeals.db import session
from appeals.models import calendar, knowledge, tree
from appeals.models.appeal import Appeal
from appeals.rules import routing, uscc, workdays
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.words import Nature, Outcome, Part, RatingSource, Solved
from appeals.rules.workdays import SHANGHAI

UNITS = {
    "国网西咸新区供电公司": "sgcc", "沣东新城": "fengdong", "空港新城": "konggang", "市场监督管理局": "market",
    "税务局": "tax", "住房和城乡建设局": "housing", "财政金融局": "finance", "行政审批服务局（营商办）": "office",
}  # fmt: skip
Step = tuple[datetime, int, Callable[[datetime], object]]  # when, order of two at once, what
Plan = tuple[tuple[float, str, str], ...]  # working days after the first, time of day, deed

FILED: Plan = ((0, "09:20", "submit"),)
GIVEN: Plan = (*FILED, (0, "10:05", "propose"), (0, "10:40", "accept"), (0, "11:25", "dispatch"))
TAKEN: Plan = (*GIVEN, (0, "15:10", "acknowledge"), (1, "10:30", "contact"), (2, "16:00", "plan"))
HELPED: Plan = ((0, "16:20", "support_acknowledge"), (3, "11:00", "support_report"))
ANSWERED: Plan = (*TAKEN, *HELPED, (5, "10:00", "draft"), (5, "16:30", "sign"))
DONE: Plan = (*ANSWERED, (6, "10:50", "approve"))
POOR: Plan = (*DONE, (7, "20:15", "rate_poor"), (8, "09:40", "verify"))
LATE: Plan = (*TAKEN, *HELPED, (10, "16:00", "draft"), (10, "17:10", "sign"))
STORIES: dict[str, Plan] = {
    "good": (*DONE, (7, "19:40", "rate_good")),
    "call": (*DONE, (8, "10:15", "call")),
    "call_rated": (*DONE, (8, "10:00", "call_unanswered"), (8, "15:40", "call_rated")),
    "poor": (*POOR, (11, "15:30", "rectify"), (12, "09:30", "audit"), (13, "21:00", "rate_good")),
    "poor_open": POOR,
    "late": (*LATE, (11, "11:00", "approve"), (12, "20:30", "rate_fair")),
    "sent_back": (*ANSWERED, (6, "10:00", "send_back"), (7, "11:00", "draft"), (7, "15:00", "sign"),
                  (8, "09:45", "approve"), (9, "12:10", "rate_good")),
    "taken_late": (*GIVEN, (3, "09:30", "acknowledge"), (3, "10:30", "contact"), (3, "16:20", "plan"),
                   (3, "16:30", "support_acknowledge"), (5, "11:00", "support_report"),
                   (7, "10:00", "draft"), (7, "15:00", "sign"), (8, "10:00", "approve"), (9, "18:30", "rate_fair")),
    "declined": (*FILED, (0, "15:30", "decline")),
    "statutory": (*FILED, (0, "14:10", "pass_on")),
    "withdrawn": (*TAKEN, (4, "14:00", "ask_withdrawal"), (5, "10:00", "confirm_withdrawal")),
    "unack": (*GIVEN, (4, "11:30", "contact")),
    "overdue": (*TAKEN, (7, "09:10", "urge")),
    "overdue_replied": LATE,
    "completed": DONE,
    "replied": ANSWERED,
    "support": (*TAKEN, (0, "16:20", "support_acknowledge")),
    "in_hand": TAKEN,
    "dispatched": GIVEN,
    "consulted": (*GIVEN, (0, "14:30", "acknowledge"), *HELPED, (1, "11:00", "draft"), (1, "15:00", "sign")),
    "accepted": GIVEN[:3],
    "submitted": FILED,
    "supplement_waiting": (*FILED, (0, "14:40", "ask_supplement"), (2, "10:00", "call_supplement")),
}  # fmt: skip
ANSWERS = (
    "已到现场核实，为企业办妥并当面说明了办理依据和后续联系人。",
    "针对这一点，已与企业约定时间逐项核对材料，缺少的由窗口代为补齐。",
    "已指定专人跟进，每周主动联系企业一次，直到事项全部落实。",
    "有关费用和时限已书面列明，当面交给企业经办人并留存回执。",
    "同类问题已纳入本单位清单统一整改，结果将在下月公布。",
)
REPORT = "已再次上门，补齐了上次没有解决的事项，并约定了复查时间。"


@dataclass
class Case:
    """One appeal on its way through its story."""

    row: Mapping[str, str]
    number: int
    people: Mapping[str, Actor]
    secret: bytes
    id: int = field(default=0)

    def steps(self, today: date) -> Iterator[Step]:
        """The moments of this story, counted from so many working days before today."""
        days = calendar.current()
        first = days.add_working(today, -int(self.row["ago"]))
        for order, (after, clock_time, deed) in enumerate(STORIES[self.row["story"]]):
            day = days.add_working(first, int(after)) if after else first
            when = datetime.combine(day, time.fromisoformat(clock_time), SHANGHAI)
            yield when, self.number * 100 + order, getattr(self, deed)

    @property
    def appeal(self) -> Appeal:
        """As it stands now."""
        session().rollback()
        return session().get_one(Appeal, self.id)

    def coordinator(self) -> Actor:
        """The two share the work."""
        return self.people[f"coordinator-{self.number % 2 + 1}"]

    def judge(self) -> Actor:
        """Who approves: where the office itself answered, the recusal post."""
        return self.people["recusal"] if self.appeal.concerns_office else self.coordinator()

    def verifier(self) -> Actor:
        """Who verifies a poor rating: not the one who approved what was rated."""
        return self.people["leader"] if self.appeal.concerns_office else self.people[f"coordinator-{2 - self.number % 2}"]

    def of_unit(self, role: str, unit_id: int) -> Actor:
        """The liaison or head of a unit."""
        return self.people[f"{role}-{UNITS[tree.current().nodes[unit_id].name]}"]

    def lead(self, role: str = "liaison") -> Actor:
        """The liaison or head of the unit that leads."""
        lead = self.appeal.lead
        assert lead is not None
        return self.of_unit(role, lead.unit_id)

    # -- the deeds, each at the moment it is given --

    def submit(self, at: datetime) -> None:
        row = self.row
        said = intake.Submission(
            company_name=row["company"], uscc=uscc.make("91611102", f"MADEM0{self.number:02d}"),
            territory=row["territory"], contact_name="演示联系人", mobile=f"100000000{self.number:02d}",
            nature=Nature(row["nature"]).value, title=row["title"], text=row["text"], industry=row["industry"],
            urgent=row["urgent"] == "yes", urgent_reason="停产" if row["urgent"] == "yes" else "",
        )  # fmt: skip
        receipt = intake.submit(said, key=str(uuid4()), secret=self.secret, at=at)
        self.id = session().scalars(select(Appeal.id).where(Appeal.number == receipt.number)).one()

    def propose(self, at: datetime) -> None:
        suggesting.propose(self.id, at=at)

    def accept(self, at: datetime) -> None:
        triage.accept(self.id, identity="call", by=self.coordinator(), at=at)

    def decline(self, at: datetime) -> None:
        reason = "企业之间的合同款纠纷，请依据合同约定申请仲裁或向法院起诉。"
        triage.decline(self.id, code="R04", reason=reason, by=self.coordinator(), at=at)

    def pass_on(self, at: datetime) -> None:
        reason = "拖欠中小企业账款由专门机构按专门程序办理。"
        triage.pass_on(self.id, to="拖欠账款投诉受理机构", reason=reason, by=self.coordinator(), at=at)

    def ask_supplement(self, at: datetime) -> None:
        items = "1、请写明是哪一项手续；2、请写明办理的窗口和时间；3、请选择经营场所所在的新城。"
        triage.ask_supplement(self.id, items=items, by=self.coordinator(), at=at)

    def call_supplement(self, at: datetime) -> None:
        triage.log_supplement_call(self.id, note="未接通", reached=False, by=self.coordinator(), at=at)

    def dispatch(self, at: datetime) -> None:
        units, task = tree.current(), int(self.row["task"])
        section = knowledge.areas().tasks[task][0]
        route = routing.route(
            knowledge.index(), task, section, self.row["territory"], workdays.day_of(at), units.territorial()
        )
        lead = units.by_name(self.row["lead"] or str(route.lead))
        supports = [units.by_name(name) for name in route.supports]
        assert lead is not None
        points = self.appeal.points
        order = triage.Order(
            section=section, task=task, lead_unit_id=lead.id,
            support_unit_ids=[u.id for u in supports if u and u.id != lead.id and u.name in UNITS],
            standards={p["no"]: "企业确认该点已经办妥，或收到有依据的书面说明" for p in points},
            directory_row_id=route.row.id if route.row and not self.row["lead"] else None,
        )  # fmt: skip
        triage.dispatch(self.id, order=order, by=self.coordinator(), at=at)

    def acknowledge(self, at: datetime) -> None:
        handling.acknowledge(self.id, by=self.lead(), at=at)

    def contact(self, at: datetime) -> None:
        note = "电话联系企业，核对了诉求要点，约定到现场查看。"
        handling.log_contact(self.id, channel="phone", note=note, by=self.lead(), at=at)

    def plan(self, at: datetime) -> None:
        handling.make_plan(self.id, plan="三日内现场核实，五日内提出办理意见并书面答复。", by=self.lead(), at=at)

    def support_acknowledge(self, at: datetime) -> None:
        for unit_id in self._supports():
            handling.acknowledge(self.id, by=self.of_unit("liaison", unit_id), at=at)

    def support_report(self, at: datetime) -> None:
        for unit_id in self._supports():
            report = "已派人到企业现场配合核实，相关材料已经转交主办单位。"
            handling.report_support(self.id, report=report, by=self.of_unit("liaison", unit_id), at=at)

    def _supports(self) -> list[int]:
        return [a.unit_id for a in self.appeal.assignments if a.part == Part.SUPPORT and a.holds]

    def draft(self, at: datetime) -> None:
        contacted_on = workdays.day_of(self.appeal.submitted_at)
        outcome = Outcome.EXPLAINED if self.row["nature"] == Nature.CONSULTATION else Outcome.SOLVED
        words = handling.Draft(outcome.value, list(ANSWERS[: len(self.appeal.points)]), "本单位公开的办事指南", contacted_on)
        handling.draft(self.id, draft=words, offered=True, by=self.lead(), at=at)

    def sign(self, at: datetime) -> None:
        handling.sign(self.id, by=self.lead("head"), at=at)

    def send_back(self, at: datetime) -> None:
        reason = "没有说明今后怎样避免重复检查，请补充后再报。"
        closing.send_back(self.id, reason=reason, by=self.judge(), at=at)

    def approve(self, at: datetime) -> None:
        closing.approve(self.id, by=self.judge(), at=at)

    def urge(self, at: datetime) -> None:
        intake.urge(self.id, at=at)

    def ask_withdrawal(self, at: datetime) -> None:
        intake.ask_withdrawal(self.id, at=at)

    def confirm_withdrawal(self, at: datetime) -> None:
        closing.confirm_withdrawal(self.id, note="企业来电说明问题已自行解决。", by=self.coordinator(), at=at)

    def call_unanswered(self, at: datetime) -> None:
        closing.call_back(self.id, reached=False, note="无人接听", by=self.coordinator(), at=at)

    def call(self, at: datetime) -> None:
        closing.call_back(self.id, reached=True, note="企业表示稍后自行评价", by=self.coordinator(), at=at)

    def call_rated(self, at: datetime) -> None:
        answer = ratings.Answer(True, Solved.YES.value, 4)
        closing.call_back(self.id, reached=True, note="已接通", answer=answer, by=self.coordinator(), at=at)

    def rate_good(self, at: datetime) -> None:
        self._rate(ratings.Answer(True, Solved.YES.value, 5 - self.number % 2), at)

    def rate_fair(self, at: datetime) -> None:
        self._rate(ratings.Answer(True, Solved.PARTLY.value, 3), at)

    def rate_poor(self, at: datetime) -> None:
        comment = "电话里说已经解决，实际情况没有变化。"
        self._rate(ratings.Answer(False, Solved.NO.value, 2, comment=comment), at)

    def _rate(self, answer: ratings.Answer, at: datetime) -> None:
        ratings.rate(self.id, answer=answer, round_=self.appeal.round, source=RatingSource.SELF, by=COMPANY, at=at)

    def verify(self, at: datetime) -> None:
        finding = "回访企业，反映属实，需要继续办理。"
        rectifying.verify(self.id, finding=finding, complex_=False, by=self.verifier(), at=at)

    def rectify(self, at: datetime) -> None:
        rectifying.report(self.id, text=REPORT, by=self.lead("head"), at=at)

    def audit(self, at: datetime) -> None:
        rectifying.audit(self.id, by=self.judge(), at=at)


def steps(until: datetime, people: Mapping[str, Actor], secret: bytes) -> list[Step]:
    """All steps of all stories; those after `until` are for the reader to make."""
    with (data.HERE / "demo.csv").open(encoding="utf-8", newline="") as file:
        cases = [Case(row, number, people, secret) for number, row in enumerate(csv.DictReader(file), start=1)]
    today = workdays.day_of(until)
    return [step for case in cases for step in case.steps(today)]
