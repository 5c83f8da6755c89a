"""Two units of one class with the same work: the honest one shows what it could do, the sly one tries a trick.

What is compared is what is published: every rate of the quarter in which more is better, and the score.
"""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from appeals.actions import closing, handling, intake, ratings, triage
from appeals.db import session
from appeals.models import facts, figures, lists
from appeals.models.appeal import Appeal
from appeals.rules import clearance, rates, scoring
from appeals.rules.actors import COMPANY
from appeals.rules.rates import Rate
from appeals.rules.words import RatingSource
from tests import builders as b

HONEST, SLY = "住房和城乡建设局", "城市管理和交通运输局"
QUARTER = (2026, 4)
# Rates in which more is better; `weighted` is in tenths of its base.
BETTER_IF_MORE = (
    "acknowledged_on_time", "on_time", "on_time_original", "replied", "promise_kept", "cleared", "struck_off",
    "support_on_time", "good_of_all", "responded", "solved", "solved_reasonable", "good", "weighted", "rectified",
    "rectified_on_time",
)  # fmt: skip
BETTER_IF_LESS = ("sent_back", "extended", "returns_rejected", "reopened")


class Town:
    """Everybody there is. Monday 2026-11-23; an appeal dispatched at 11:00 has its unit's limit on 2026-12-04 18:00."""

    def __init__(self) -> None:
        self.office, self.other, self.director = b.staff("coordinator"), b.staff("coordinator"), b.staff("director")
        self.recusal, self.leader = b.staff("recusal"), b.staff("leader")
        self.worker = {unit: b.staff("liaison", unit) for unit in (HONEST, SLY)}
        self.head = {unit: b.staff("head", unit) for unit in (HONEST, SLY)}

    def given(self, unit: str, **changes) -> Appeal:
        """An appeal handed to this unit, not yet taken up."""
        return b.dispatched(self.office, lead=unit, **changes)

    def in_hand(self, unit: str, when: datetime = b.TAKEN, **changes) -> Appeal:
        """… and taken up."""
        appeal = self.given(unit, **changes)
        handling.acknowledge(appeal.id, by=self.worker[unit], at=when)
        return b.the(appeal.number)

    def answer(self, appeal: Appeal, when: str, draft: handling.Draft | None = None) -> None:
        """The unit drafts and its head signs at this moment."""
        unit, id_ = appeal.lead.unit.name, appeal.id
        draft = draft or b.words(len(appeal.points))
        handling.draft(id_, draft=draft, offered=True, by=self.worker[unit], at=b.at(when))
        handling.sign(id_, by=self.head[unit], at=b.at(when))

    def approve(self, appeal: Appeal, when: str) -> None:
        """The office approves at this moment."""
        closing.approve(appeal.id, by=self.office, at=b.at(when))

    def send_back(self, appeal: Appeal, when: str, reason: str = "没有实际办理") -> None:
        """The office does not accept the answer."""
        closing.send_back(appeal.id, reason=reason, by=self.office, at=b.at(when))

    def answered(self, appeal: Appeal, when: str, approved: str) -> None:
        """Signed and approved."""
        self.answer(appeal, when)
        self.approve(appeal, approved)

    def rated(self, appeal: Appeal, when: str, level: int = 5, solved: str = "yes") -> None:
        """The company rates."""
        said = ratings.Answer(True, solved, level, reasons=() if level > 2 else ("slow",))
        ratings.rate(appeal.id, answer=said, round_=appeal.round, source=RatingSource.SELF, by=COMPANY, at=b.at(when))

    def withdrawn(self, appeal: Appeal, asked: str, confirmed: str) -> None:
        """The company asks to withdraw, the office calls and confirms."""
        intake.ask_withdrawal(appeal.id, at=b.at(asked))
        closing.confirm_withdrawal(appeal.id, note="电话确认", by=self.office, at=b.at(confirmed))

    def order(self, unit: str, **changes) -> triage.Order:
        """The 交办单 for this unit."""
        return triage.Order(**({"section": None, "task": 63, "lead_unit_id": b.unit_id(unit)} | changes))


def published(unit: str) -> Mapping[str, Rate]:
    """The unit's rates of the quarter as they would be frozen."""
    session().rollback()
    session().expire_all()
    period = clearance.quarter_period(QUARTER, figures.basis().calendar)
    counted = rates.rates(list(facts.everything()), period, figures.basis())
    return counted.units.get(unit, {})


def shown(unit: str, key: str) -> tuple[int, int]:
    """One published rate as (num, den)."""
    rate = published(unit).get(key, Rate(0, 0))
    return rate.num, rate.den


def nothing_gained() -> None:
    """The sly unit stands no better than the honest one, in any rate and in the score; an empty base shows no rate."""
    sly, honest = published(SLY), published(HONEST)
    better = [key for key in BETTER_IF_MORE + BETTER_IF_LESS if _gains(key, sly, honest)]
    assert not better, {key: (sly[key], honest[key]) for key in better}
    one, other = scoring.score(sly, scoring.Deeds()), scoring.score(honest, scoring.Deeds())
    assert one.value is None or other.value is None or one.value <= other.value


def _gains(key: str, sly: Mapping[str, Rate], honest: Mapping[str, Rate]) -> bool:
    one, other = sly.get(key, Rate(0, 0)), honest.get(key, Rate(0, 0))
    if not one.den or not other.den:
        return False
    here, there = Fraction(one.num, one.den), Fraction(other.num, other.den)
    return here < there if key in BETTER_IF_LESS else here > there


def traces(appeal: Appeal) -> list[str]:
    """What the appeal's history shows, oldest first."""
    return [past.event.kind for past in lists.history(b.the(appeal.number))]
