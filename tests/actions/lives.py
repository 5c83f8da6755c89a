"""Random lives of appeals, led by the real deeds: the same ones from the same seed, on any database."""

import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from appeals.actions import closing, ending, handling, intake, limits, ratings, rectifying, requests, triage
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import tree
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.people import User
from appeals.models.versions import Version
from appeals.rules import workdays
from appeals.rules.actors import COMPANY, Actor
from appeals.rules.lifecycle import NotAllowed, NotYours
from appeals.rules.words import RatingSource, Role
from tests import builders as b
from tests.actions.lives_endings import Endings

UNITS = ("住房和城乡建设局", "沣东新城", "行政审批服务局（营商办）")  # the last one's appeals go to the recusal post
SUPPORT = "沣西新城"
FIRST = 114  # 2026-11-02 … 11-15
MOST_AT_ONCE, TRIES = 8, 2
DECIDES = re.compile("decide|sign|hold|review|leave|unreasonable|explain|close")
START = b.at("2026-11-02 08:00")
NAMELESS = ("测试企业", "张三", "13800138000", "厂区频繁停电", "变压器", b.ANSWER)


def first_cycle(number: int = FIRST) -> None:
    """Say which cycle the program was installed in."""
    session().execute(update(Version).where(Version.name == "first_cycle").values(number=number))
    session().commit()


def person(role: str, unit: str | None = None, name: str = "") -> Actor:
    """Somebody with an account nobody can sign in to."""
    found = b.unit_id(unit) if unit else None
    user = User(login=f"{role}{session().query(User).count()}", name=name, role=role, password_hash="-",
                unit_id=found, created_at=START)  # fmt: skip
    session().add(user)
    session().commit()
    return Actor(Role(role), user.id, found, tree.current().under(found), name)


class Lives(Endings):
    """Everybody there is, and what they do; `pause(at)` is called before each deed."""

    def __init__(self, seed: int, pause: Callable[[datetime], None] = lambda _at: None) -> None:
        self.dice, self.pause, self.now, self.filed = random.Random(seed), pause, START, 0
        self.before = session().scalar(select(func.max(Appeal.id))) or 0
        self.office, self.other, self.director = person("coordinator"), person("coordinator"), person("director")
        self.recusal, self.leader = person("recusal"), person("leader")
        self.company = COMPANY
        self.people = {unit: (person("liaison", unit), person("head", unit)) for unit in (*UNITS, SUPPORT)}

    def live(self, until: datetime) -> int:
        """Go on until then; returns how many deeds were done."""
        done = 0
        while self.now < until:
            done += self.step(self.dice.randrange(60, 4 * 3600))
        return done

    def step(self, seconds: int) -> bool:
        """Let time pass, then try a few deeds until one is done; returns whether one was.

        Nothing here looks at what the timetable may or may not have done yet: the same dice lead the same lives.
        """
        self.now += timedelta(seconds=seconds)
        self.pause(self.now)
        for _ in range(TRIES):
            try:
                if self.dice.randrange(100) < 4 or not self.ids():
                    self._file()
                    return True
                if self._something():
                    return True
            except (NotAllowed, NotYours, Refused):
                session().rollback()
        return False

    def ids(self) -> list[int]:
        """The appeals of these lives, in order."""
        query = select(Appeal.id).where(Appeal.id > self.before).order_by(Appeal.id)
        return list(session().scalars(query))

    def _file(self) -> None:
        self.filed += 1
        changes = {"uscc": b.credit_code(self.dice.randrange(7)), "company_name": "测试企业甲有限公司"}
        if self.dice.randrange(6) == 0:
            changes["nature"] = "consultation"
        key = str(UUID(int=self.dice.getrandbits(128)))
        intake.submit(b.submission(**changes), key=key, secret=b.SECRET, at=self.now)

    def _something(self) -> bool:
        """One step of one appeal, whichever it is ready for; whether it did anything."""
        appeal_id = self._pick()
        with limits.opened(appeal_id, at=self.now) as appeal:
            state, asked = appeal.state, [row.kind for row in requests.undecided(appeal)]
        steps = [name for name in dir(self) if name.startswith(f"{state}_")]
        if asked and self.dice.randrange(2):  # whoever has the turn is more likely to use it
            steps = [name for name in steps if DECIDES.search(name)] or steps
        elif state in ("submitted", "accepted", "dispatched", "in_hand", "replied") and self.dice.randrange(100) < 3:
            steps = ["_withdrawal"]
        if not steps:
            return False
        before = self._last_event()
        getattr(self, self.dice.choice(steps))(session().get(Appeal, appeal_id))
        return self._last_event() != before

    def _last_event(self) -> int:
        return session().scalar(select(func.max(Event.id))) or 0

    def _pick(self) -> int:
        """Mostly one of the last few that were filed."""
        ids = self.ids()
        return self.dice.choice(ids[-MOST_AT_ONCE:] if self.dice.randrange(4) else ids)

    def _withdrawal(self, appeal: Appeal) -> None:
        if appeal.withdrawal_asked_at is None:
            intake.ask_withdrawal(appeal.id, at=self.now)
        elif self.dice.randrange(2):
            closing.confirm_withdrawal(appeal.id, note="已电话确认", by=self.office, at=self.now)
        else:
            closing.refuse_withdrawal(appeal.id, note="企业不撤回", by=self.office, at=self.now)

    def submitted_1(self, appeal: Appeal) -> None:
        triage.accept(appeal.id, identity="call", by=self.office, at=self.now)

    submitted_2 = submitted_3 = submitted_1

    def submitted_4(self, appeal: Appeal) -> None:
        triage.ask_supplement(appeal.id, items="请补充现场照片", by=self.office, at=self.now)

    def submitted_5(self, appeal: Appeal) -> None:
        if self.dice.randrange(2):
            triage.decline(appeal.id, code="R01", reason="不在本区范围内的事项", by=self.office, at=self.now)
        else:
            triage.pass_on(appeal.id, to="劳动保障监察大队", reason="属专门程序", by=self.office, at=self.now)

    def to_supplement_1(self, appeal: Appeal) -> None:
        intake.supplement(appeal.id, addition="补充说明如下，请查收", at=self.now)

    def to_supplement_2(self, appeal: Appeal) -> None:
        triage.log_supplement_call(appeal.id, note="已打电话", reached=True, by=self.office, at=self.now)

    def accepted_1(self, appeal: Appeal) -> None:
        lead = self.dice.choice(UNITS)
        supports = [b.unit_id(SUPPORT)] if self.dice.randrange(3) == 0 else []
        nature = self.dice.choice([None, "help", "complaint"])
        order = triage.Order(section=None, task=self.dice.choice((63, 101)), lead_unit_id=b.unit_id(lead),
                             support_unit_ids=supports, nature=nature)  # fmt: skip
        triage.dispatch(appeal.id, order=order, by=self.office, at=self.now)

    accepted_2 = accepted_3 = accepted_1

    def accepted_4(self, appeal: Appeal) -> None:
        if self.dice.randrange(4) == 0:
            triage.pass_on(appeal.id, to="劳动保障监察大队", reason="属专门程序", by=self.office, at=self.now)

    def _unit(self, appeal: Appeal) -> tuple[Actor, Actor]:
        return self.people[appeal.lead.unit.name]

    def dispatched_1(self, appeal: Appeal) -> None:
        handling.acknowledge(appeal.id, by=self._unit(appeal)[0], at=self.now)

    dispatched_2 = dispatched_1

    def in_hand_1(self, appeal: Appeal) -> None:
        outcome = self.dice.choice(("solved", "solved", "partly", "explained", "untrue", "legal"))
        points = len(appeal.points)
        worker, head = self._unit(appeal)
        draft = b.words(points, outcome=outcome, contacted_on=workdays.day_of(self.now))
        appeal_id = appeal.id
        handling.draft(appeal_id, draft=draft, offered=True, by=worker, at=self.now)
        handling.sign(appeal_id, by=head, at=self.now)

    in_hand_2 = in_hand_6 = in_hand_7 = in_hand_1

    def in_hand_3(self, appeal: Appeal) -> None:
        handling.acknowledge(appeal.id, by=self._unit(appeal)[0], at=self.now)

    def in_hand_4(self, appeal: Appeal) -> None:
        handling.report_support(appeal.id, report=b.ANSWER, by=self.people[SUPPORT][1], at=self.now)

    def in_hand_5(self, appeal: Appeal) -> None:
        support = next(iter(appeal.supports), None)
        if support is not None and self.dice.randrange(3) == 0:
            closing.excuse_support(appeal.id, assignment_id=support.id, reason="无须协办", by=self.office, at=self.now)

    replied_4 = in_hand_4

    def replied_1(self, appeal: Appeal) -> None:
        judge = self.recusal if appeal.concerns_office else self.office
        if appeal.outcome or appeal.lead.submitted.outcome in closing.ENDING:
            second = self.leader if appeal.concerns_office else self.director
            if appeal.lead.submitted.endorsed_at is None:
                ending.endorse(appeal.id, heard="企业表示已知晓并认可", by=judge, at=self.now)
            else:
                ending.end(appeal.id, by=second, at=self.now)
        else:
            closing.approve(appeal.id, by=judge, at=self.now)

    replied_2 = replied_1

    def replied_3(self, appeal: Appeal) -> None:
        judge = self.recusal if appeal.concerns_office else self.office
        closing.send_back(appeal.id, reason="第二点未答复", by=judge, at=self.now)

    def completed_1(self, appeal: Appeal) -> None:
        self._rate(appeal, self.dice.choice((1, 2, 3, 4, 5)), RatingSource.SELF, COMPANY)

    def completed_2(self, appeal: Appeal) -> None:
        closing.call_back(appeal.id, reached=bool(self.dice.randrange(2)), note="电话", by=self.office, at=self.now)

    completed_3 = completed_2
    completed_5 = completed_6 = completed_1

    def completed_4(self, appeal: Appeal) -> None:
        answer = ratings.Answer(None, "partly", 4)
        closing.call_back(appeal.id, reached=True, note="电话", answer=answer, by=self.office, at=self.now)

    def struck_off_1(self, appeal: Appeal) -> None:
        self._rate(appeal, self.dice.choice((1, 4)), RatingSource.SELF, COMPANY)

    def rectifying_1(self, appeal: Appeal) -> None:
        judge = self.leader if appeal.concerns_office else self.other
        rectifying.verify(appeal.id, finding="情况属实", complex_=bool(self.dice.randrange(2)), by=judge, at=self.now)

    def rectifying_2(self, appeal: Appeal) -> None:
        rectifying.report(appeal.id, text=b.ANSWER, by=self._unit(appeal)[1], at=self.now)

    def rectifying_3(self, appeal: Appeal) -> None:
        judge = self.recusal if appeal.concerns_office else self.other
        judge = self.leader if appeal.round >= 3 else judge
        deed = rectifying.audit if self.dice.randrange(3) else rectifying.reject
        more = {} if deed is rectifying.audit else {"reason": "整改不到位"}
        deed(appeal.id, by=judge, at=self.now, **more)

    def rectifying_4(self, appeal: Appeal) -> None:
        self._rate(appeal, self.dice.choice((1, 5)), RatingSource.SELF, COMPANY)

    def _rate(self, appeal: Appeal, level: int, source: RatingSource, by: Actor) -> None:
        solved = self.dice.choice(("yes", "partly", "no")) if level < 4 else "yes"
        answer = ratings.Answer(self.dice.choice((True, False, None)), solved, level, reasons=["slow"])
        ratings.rate(appeal.id, answer=answer, round_=appeal.round, source=source, by=by, at=self.now)
