"""Random lives, the part in which appeals end early, come back, are merged, rated again and reviewed."""

from uuid import UUID

from sqlalchemy import select

from appeals.actions import (
    closing_rounds,
    early_ending,
    lawful,
    merging,
    rating_review,
    rechecks,
    rectifying,
    reopening,
    resuming,
    reviews,
    unreasonable,
)  # fmt: skip
from appeals.db import session
from appeals.models.appeal import Appeal
from appeals.rules import workdays
from appeals.rules.requests import Asked
from appeals.rules.words import UNCOMPLETED_STATES
from tests.actions.lives_requests import REASON, Requests


class Endings(Requests):
    """What the office ends, what the company takes back, and what comes of an angry rating."""

    def _propose_ending(self, appeal: Appeal) -> None:
        by = self.recusal if appeal.concerns_office else self.office
        ground = self.dice.choice(("legal", "legal", "uncooperative"))
        early_ending.propose(appeal.id, ground=ground, reason=REASON, route="请依法申请仲裁", by=by, at=self.now)

    def _decide_ending(self, appeal: Appeal) -> None:
        row = self._asked(appeal, Asked.ENDING)
        if row is None:
            return
        if self.dice.randrange(3):
            early_ending.confirm(appeal.id, by=self.decider(row), at=self.now)
        else:
            early_ending.refuse(appeal.id, reason=REASON, by=self.decider(row), at=self.now)

    def _propose_merge(self, appeal: Appeal) -> None:
        states = sorted(state.value for state in UNCOMPLETED_STATES)
        query = select(Appeal.number).where(Appeal.id.in_(self.ids()), Appeal.id != appeal.id, Appeal.state.in_(states))
        others = session().scalars(query.order_by(Appeal.id)).all()
        if others:
            by = self.recusal if appeal.concerns_office else self.office
            merging.propose(appeal.id, into=self.dice.choice(others), reason=REASON, by=by, at=self.now)

    def _decide_merge(self, appeal: Appeal) -> None:
        row = self._asked(appeal, Asked.MERGE)
        if row is None:
            return
        if self.dice.randrange(3):
            merging.confirm(appeal.id, by=self.decider(row), at=self.now)
        else:
            merging.refuse(appeal.id, reason=REASON, by=self.decider(row), at=self.now)

    def leave(self, appeal: Appeal) -> None:
        """One of the roads out that stand open from every state before completion."""
        if self._asked(appeal, Asked.ENDING):
            self._decide_ending(appeal)
        elif self._asked(appeal, Asked.MERGE):
            self._decide_merge(appeal)
        elif self.dice.randrange(8) == 0:
            self.dice.choice((self._propose_ending, self._propose_merge))(appeal)

    submitted_leave = accepted_leave = dispatched_leave = in_hand_leave = replied_leave = shelved_leave = leave

    def merged_unmerge(self, appeal: Appeal) -> None:
        if self.dice.randrange(3) == 0:
            by = self.dice.choice((self.company, self.recusal if appeal.concerns_office else self.office))
            merging.unmerge(appeal.id, reason=REASON, by=by, at=self.now)

    def declined_review(self, appeal: Appeal) -> None:
        row = self._asked(appeal, Asked.REVIEW)
        if row is None:
            reviews.ask(appeal.id, reason="我们的事项属于本区，应当受理", at=self.now)
            return
        deed = self.dice.choice((reviews.uphold, reviews.reject))
        deed(appeal.id, reason=REASON, by=self.dice.choice((self.decider(row), self.director)), at=self.now)

    ended_review = declined_review

    def declined_resume(self, appeal: Appeal) -> None:
        resuming.resume(appeal.id, addition="补充说明如下，请重新受理", at=self.now)

    def completed_unreasonable(self, appeal: Appeal) -> None:
        row = self._asked(appeal, Asked.UNREASONABLE)
        if row is None:
            by = self.recusal if appeal.concerns_office else self.office
            unreasonable.propose(appeal.id, reason=REASON, basis="供电营业规则", by=by, at=self.now)
        elif self.dice.randrange(2):
            unreasonable.confirm(appeal.id, by=self.decider(row), at=self.now)
        else:
            unreasonable.refuse(appeal.id, reason=REASON, by=self.decider(row), at=self.now)

    def struck_off_reopen(self, appeal: Appeal) -> None:
        key = str(UUID(int=self.dice.getrandbits(128)))
        reopening.reopen(appeal.id, reason="recurrence", words="同样的停电上周又发生了两次", key=key, at=self.now)

    def completed_recheck(self, appeal: Appeal) -> None:
        rechecks.record(appeal.id, sound=bool(self.dice.randrange(2)), finding=REASON, by=self.director, at=self.now)

    def rectifying_review(self, appeal: Appeal) -> None:
        row = self._asked(appeal, Asked.RATING_REVIEW)
        if row is None:
            rating_review.ask(appeal.id, reason_code="mistaken", reason=REASON, evidence="通话记录",
                              by=self._someone(appeal), at=self.now)  # fmt: skip
        elif self.dice.randrange(4) == 0:
            rating_review.reject(appeal.id, reason=REASON, by=self.decider(row), at=self.now)
        else:
            deed = rating_review.endorse if row.signed_at is None else rating_review.uphold
            deed(appeal.id, by=self.decider(row), at=self.now)

    rectifying_review_too = struck_off_review = completed_review = rectifying_review

    def rectifying_plan(self, appeal: Appeal) -> None:
        rectifying.plan(appeal.id, plan="一周内完成线路改造并回访", by=self._someone(appeal), at=self.now)

    def rectifying_explain(self, appeal: Appeal) -> None:
        row = self._asked(appeal, Asked.EXPLAINED)
        if row is None:
            lawful.explain(appeal.id, on=workdays.day_of(self.now), explained="已当面逐条解释政策依据", basis="供电营业规则",
                           by=self._unit_head(appeal), at=self.now)  # fmt: skip
        elif self.dice.randrange(2):
            lawful.confirm(appeal.id, answer=REASON, by=self.decider(row), at=self.now)
        else:
            lawful.refuse(appeal.id, reason=REASON, by=self.decider(row), at=self.now)

    def rectifying_third(self, appeal: Appeal) -> None:
        """From the third round on a leader judges."""
        deed = self.dice.choice((rectifying.audit, rectifying.audit, rectifying.reject))
        more = {} if deed is rectifying.audit else {"reason": "整改不到位"}
        deed(appeal.id, by=self.leader, at=self.now, **more)

    def rectifying_close(self, appeal: Appeal) -> None:
        row = self._asked(appeal, Asked.CLOSING)
        if row is None:
            by = self.recusal if appeal.concerns_office else self.director
            closing_rounds.propose(appeal.id, reason="三轮整改均已落实，企业要求超出职责", by=by, at=self.now)
        elif self.dice.randrange(2):
            closing_rounds.close(appeal.id, by=self.leader, at=self.now)
        else:
            closing_rounds.refuse(appeal.id, order="再报一次分路改造情况", by=self.leader, at=self.now)

