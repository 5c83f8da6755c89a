"""Random lives, the part in which units ask and others decide: returns, supports, extensions, shelving, cooperation."""

from datetime import date, timedelta

from appeals.actions import (
    conferences,
    cooperation,
    extensions,
    objections,
    requests,
    returns,
    shelved,
    shelving,
    supports,
)
from appeals.models import calendar
from appeals.models.appeal import Appeal
from appeals.models.request import Request
from appeals.rules import words, workdays
from appeals.rules.actors import Actor
from appeals.rules.requests import Asked, ShelvingReason
from tests import builders as b

REASON = "情况确需如此，附有说明"


class Requests:
    """Whoever is asked answers as the dice fall; `decider` is somebody of the role whose turn it is."""

    def decider(self, row: Request) -> Actor:
        mine = {"coordinator": self.dice.choice((self.office, self.other)), "director": self.director,
                "recusal": self.recusal, "leader": self.leader}  # fmt: skip
        return mine.get(row.waits_for, self.office)

    def _asked(self, appeal: Appeal, kind: Asked) -> Request | None:
        found = requests.undecided(appeal, kind)
        return found[-1] if found else None

    def _unit_head(self, appeal: Appeal) -> Actor:
        return self.people[appeal.lead.unit.name][1]

    def _someone(self, appeal: Appeal) -> Actor:
        return self.dice.choice(self.people[appeal.lead.unit.name])

    def _other_unit(self, appeal: Appeal) -> str:
        return self.dice.choice([u for u in self.people if u != appeal.lead.unit.name])

    def _later(self, days: int) -> date:
        return workdays.day_of(self.now) + timedelta(days=days)

    # -- returns and conferences

    def dispatched_ask_return(self, appeal: Appeal) -> None:
        unit = b.unit_id(self._other_unit(appeal))
        returns.ask(appeal.id, reason_code="function", basis="三定方案", reason=REASON, unit_id=unit,
                    by=self._someone(appeal), at=self.now)  # fmt: skip

    def dispatched_decide_return(self, appeal: Appeal) -> None:
        row = self._asked(appeal, Asked.RETURN)
        if row is None:
            return
        by = self.decider(row)
        if self.dice.randrange(2):
            returns.uphold(appeal.id, fault=self.dice.choice(("office", "unit")), answer=REASON, by=by, at=self.now)
        else:
            returns.reject(appeal.id, answer=REASON, by=by, at=self.now)

    def dispatched_recall(self, appeal: Appeal) -> None:
        if self.dice.randrange(5) == 0:
            returns.recall(appeal.id, reason=REASON, by=self.office, at=self.now)

    def in_hand_call_conference(self, appeal: Appeal) -> None:
        if self.dice.randrange(8) == 0:
            conferences.call(appeal.id, reason=REASON, by=self.office, at=self.now)

    def accepted_hold_conference(self, appeal: Appeal) -> None:
        row = self._asked(appeal, Asked.CONFERENCE)
        if row is None:
            return
        conferences.settle(appeal.id, lead_unit_id=b.unit_id(self.dice.choice(list(self.people))), answer=REASON,
                           fault=self.dice.choice((None, "office", "unit")), by=self.decider(row), at=self.now)  # fmt: skip

    dispatched_hold_conference = in_hand_hold_conference = accepted_hold_conference

    # -- supports

    def in_hand_ask_support(self, appeal: Appeal) -> None:
        supports.ask(appeal.id, unit_id=b.unit_id(self._other_unit(appeal)), reason=REASON, by=self._someone(appeal), at=self.now)

    def in_hand_decide_support(self, appeal: Appeal) -> None:
        row = self._asked(appeal, Asked.SUPPORT)
        if row is not None:
            deed = self.dice.choice((supports.grant, supports.refuse))
            deed(appeal.id, answer=REASON, by=self.decider(row), at=self.now)

    # -- extensions

    def in_hand_ask_extension(self, appeal: Appeal) -> None:
        wanted = calendar.current().add_working(workdays.day_of(appeal.due_at), self.dice.randrange(1, 11))
        extensions.ask(appeal.id, until_on=wanted, reason=REASON, done="已经查勘现场", by=self._someone(appeal), at=self.now)

    def in_hand_decide_extension(self, appeal: Appeal) -> None:
        row = self._asked(appeal, Asked.EXTENSION)
        if row is not None:
            deed = self.dice.choice((extensions.grant, extensions.grant, extensions.refuse))
            deed(appeal.id, answer=REASON, by=self.decider(row), at=self.now)

    # -- shelving

    def in_hand_ask_shelving(self, appeal: Appeal) -> None:
        reason = self.dice.choice([r.value for r in ShelvingReason])
        case = shelving.Case(reason_code=reason, reason=REASON, plan="逐项推进并定期报告", person="分管负责人",
                             until_on=self._later(self.dice.randrange(5, 40)), event="上级批复")  # fmt: skip
        shelving.ask(appeal.id, case=case, by=self._someone(appeal), at=self.now)

    def in_hand_sign_shelving(self, appeal: Appeal) -> None:
        row = self._asked(appeal, Asked.SHELVING)
        if row is None:
            return
        if row.waits_for == words.Role.COMPANY:
            shelving.consent(appeal.id, at=self.now)
        elif self.dice.randrange(4) == 0:
            shelving.refuse(appeal.id, answer=REASON, by=self.decider(row), at=self.now)
        else:
            deed = shelving.endorse if row.signed_at is None else shelving.shelve
            deed(appeal.id, by=self.decider(row), at=self.now)

    in_hand_sign_shelving_too = in_hand_sign_shelving

    def shelved_report(self, appeal: Appeal) -> None:
        shelved.report(appeal.id, progress=REASON, by=self._someone(appeal), at=self.now)

    def shelved_ask_renewal(self, appeal: Appeal) -> None:
        shelved.ask_renewal(appeal.id, until_on=self._later(60), reason=REASON, by=self._unit_head(appeal), at=self.now)

    def shelved_decide_renewal(self, appeal: Appeal) -> None:
        if self._asked(appeal, Asked.RENEWAL) is not None:
            deed = self.dice.choice((shelved.renew, shelved.refuse_renewal))
            deed(appeal.id, answer=REASON, by=self.leader, at=self.now)

    def shelved_resume(self, appeal: Appeal) -> None:
        by = self.dice.choice((self.leader, self.recusal if appeal.concerns_office else self.office))
        shelved.resume(appeal.id, reason=REASON, by=by, at=self.now)

    def shelved_disagree(self, appeal: Appeal) -> None:
        objections.disagree(appeal.id, reason="我们认为现在就能办", at=self.now)

    in_hand_disagree = shelved_disagree

    def shelved_decide_objection(self, appeal: Appeal) -> None:
        if self._asked(appeal, Asked.DISAGREEMENT) is not None:
            deed = self.dice.choice((objections.uphold, objections.reject))
            deed(appeal.id, answer=REASON, by=self.leader, at=self.now)

    in_hand_decide_objection = shelved_decide_objection

    # -- cooperation

    def in_hand_ask_cooperation(self, appeal: Appeal) -> None:
        days = self.dice.randrange(1, 6)
        cooperation.ask(appeal.id, items="请提供用电合同复印件", days=days, by=self._someone(appeal), at=self.now)

    def in_hand_decide_cooperation(self, appeal: Appeal) -> None:
        row = self._asked(appeal, Asked.COOPERATION)
        if row is not None:
            deed = self.dice.choice((cooperation.grant, cooperation.grant, cooperation.refuse))
            deed(appeal.id, answer=REASON, by=self.decider(row), at=self.now)

    def in_hand_cooperate(self, appeal: Appeal) -> None:
        if self.dice.randrange(2):
            cooperation.answer(appeal.id, addition="合同复印件已附上，请查收", at=self.now)

