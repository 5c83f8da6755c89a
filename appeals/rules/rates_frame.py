"""What every rate shares: the period, the line an item stands in, and the item itself (policy §7, §9)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from appeals.rules import asof, deadlines, facts, stock, words, workdays

LOOK_FURTHER = timedelta(days=14)  # `struck_off` uses facts before p1 + 14 days


class Why(words.Word):
    """Why an item of the period is not in a base, beside the codes of `words.Exclusion`; policy §9."""

    VOID = "void", "交办作废（收回、营商办错派退回、免除协办）"
    SUPERSEDED = "superseded", "已改由其他单位主办"
    SHELVED = "shelved", "到期时挂账"
    DECLINED = "declined", "不予受理"
    UNRATED = "unrated", "窗口期内无有效评价"
    NO_ANSWER = "no_answer", "未回答是否联系"
    EXPLAINED = "explained", "办理结果为解释说明"


@dataclass(frozen=True, slots=True)
class Period:
    """[from_at, to_at) and F, by when its facts must be recorded.

    `struck_known_at`: the F of the next cycle, by when the facts of `struck_off` must be (None: `known_at`).
    """

    from_at: datetime
    to_at: datetime
    known_at: datetime
    struck_known_at: datetime | None = None

    def holds(self, at: datetime | None) -> bool:
        """Whether an instant lies in the period."""
        return at is not None and self.from_at <= at < self.to_at


@dataclass(frozen=True)
class Basis:
    """What figures rest on beside the facts: the calendar, the office's line, limits and working hours."""

    calendar: workdays.Calendar
    office: str
    limits: deadlines.Limits = field(default_factory=deadlines.Limits)
    hours: workdays.Hours = field(default_factory=workdays.Hours)


class Item(NamedTuple):
    """One appeal, assignment, rectification or duty under one key: in the base unless `excluded_by`.

    `num` is what it adds to the numerator: 0 or 1, in `weighted` tenths (0, 9 or 10).
    """

    line: str
    key: str
    appeal: facts.AppealFacts
    num: int
    excluded_by: words.Word | None = None


@dataclass(frozen=True)
class Frame:
    """One computation: the period, its cuts, and what is known across appeals.

    `reopenings`: number of an appeal → instant of its first linked reopening.
    """

    period: Period
    basis: Basis
    reopenings: Mapping[str, datetime]

    @cached_property
    def cut(self) -> asof.Cut:
        """Facts before p1, recorded by F."""
        return asof.Cut(self.period.to_at, self.period.known_at)

    @cached_property
    def marks(self) -> asof.Cut:
        """Everything recorded by F: "those of them so marked by F"."""
        return asof.Cut(asof.EVER, self.period.known_at)

    @cached_property
    def later(self) -> asof.Cut:
        """Facts before p1 + 14 days, for `struck_off`."""
        known_at = self.period.struck_known_at or self.period.known_at
        return asof.Cut(self.period.to_at + LOOK_FURTHER, known_at)

    def unit_line(self, appeal: facts.AppealFacts, unit: str) -> str:
        """The unit's own line, or 自提自办 where it filed the appeal and also leads it (policy §2)."""
        if unit != appeal.filer_unit:
            return unit
        lead = asof.final_lead(appeal, self.cut)
        return facts.SELF_HANDLED if lead and lead.unit == unit else unit

    def lead_line(self, appeal: facts.AppealFacts, lead: facts.AssignmentFacts | None) -> str:
        """The final lead's line; undispatched, the coordination office's."""
        if lead is None:
            return self.basis.office
        return facts.SELF_HANDLED if lead.unit == appeal.filer_unit else lead.unit

    def place(self, appeal: facts.AppealFacts) -> stock.Place | None:
        """Where an uncompleted appeal was at the end of the period, as booked by F."""
        known = self.period.known_at + timedelta(seconds=1)  # whole seconds: what is recorded at F counts
        return stock.place(stock.stock_moves(appeal, self.basis.office), min(self.period.to_at, known))


def outside(appeal: facts.AppealFacts, cut: asof.Cut) -> words.Exclusion | None:
    """`test` or `statutory`, which are outside everything."""
    excluded = asof.exclusion(appeal, cut)
    return excluded[0] if excluded and excluded[0] in asof.OUTSIDE else None


def leaves(appeal: facts.AppealFacts, due_at: datetime, cut: asof.Cut) -> words.Exclusion | None:
    """The exclusion that takes an appeal out of timeliness and clearance: only if before its due."""
    excluded = asof.exclusion(appeal, cut)
    if excluded is None:
        return None
    kind, at = excluded
    gone = kind in asof.OUTSIDE or (kind in asof.LEAVING and at < due_at)
    return kind if gone else None
