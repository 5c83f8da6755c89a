"""Histories for the tests of figures, as plain builders. Cycle 114 is 2026-11-02 … 11-15."""

from datetime import UTC, datetime

from appeals import data
from appeals.rules import clearance, deadlines, rates
from appeals.rules.facts import AppealFacts, AssignmentFacts, RatingFacts, ReplyVersion
from appeals.rules.words import Outcome, Part, RatingSource, Solved
from appeals.rules.workdays import SHANGHAI, Calendar

OFFICE = "行政审批服务局（营商办）"
U1, U2, U3 = "国网西咸新区供电公司", "住房和城乡建设局", "沣东新城"
CALENDAR = Calendar.of(
    [(day.day, day.is_working, day.kind, day.status == "FINAL") for day in data.calendar_days()], 1
)
BASIS = rates.Basis(CALENDAR, OFFICE)
LIMITS = deadlines.Limits()


def at(text: str) -> datetime:
    """'11-06 18:00:01' of 2026 in Shanghai, or with a year before it, as the UTC instant that is stored."""
    full = text if text[:2] == "20" else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI).astimezone(UTC)


def maybe(text: str | None) -> datetime | None:
    """`at`, or None."""
    return at(text) if text else None


LATE = at("12-31 18:00")  # an F by which everything of these tests is known
CYCLE = rates.Period(at("11-02 00:00"), at("11-16 00:00"), LATE)
FROZEN = clearance.period(114, CALENDAR)  # F is 11-17 18:00


def version(submitted: str, judged: str | None = None, approved: bool | None = None) -> ReplyVersion:
    """One version of a reply."""
    return ReplyVersion(at(submitted), maybe(judged), approved)


def lead(unit: str = U1, **given: object) -> AssignmentFacts:
    """A final lead dispatched 10-27, acknowledged in time, limit 11-09, unanswered."""
    facts_: dict[str, object] = {
        "part": Part.LEAD, "dispatched_at": at("10-27 18:00"), "ack_due_at": at("10-28 18:00"),
        "acknowledged_at": at("10-28 18:00"), "due_at": at("11-09 18:00"), "original_due_at": at("11-09 18:00"),
        "final": True,
    }  # fmt: skip
    return AssignmentFacts(unit=unit, **(facts_ | given))


def appeal(**given: object) -> AppealFacts:
    """Accepted 10-27, due 11-10, led by U1, untouched since."""
    facts_: dict[str, object] = {
        "number": "Q1", "submitted_at": at("10-27 18:00"), "accepted_at": at("10-27 18:00"),
        "due_at": at("11-10 18:00"), "assignments": (lead(),),
    }  # fmt: skip
    return AppealFacts(**(facts_ | given))


def answered(replied: str = "11-06 18:00", completed: str = "11-09 18:00", **given: object) -> AppealFacts:
    """Replied and completed in time unless said otherwise; `lead_` overrides the lead's fields."""
    of_lead = given.pop("lead_", {})
    one = lead(replies=(ReplyVersion(at(replied), at(completed), True),), **of_lead)
    facts_ = {"assignments": (one,), "completed_at": at(completed), "outcome": Outcome.SOLVED}
    return appeal(**(facts_ | given))


def rating(when: str, level: int = 5, solved: Solved | None = Solved.YES, **given: object) -> RatingFacts:
    """A company's own rating of round 1."""
    facts_ = {"round": 1, "source": RatingSource.SELF, "contacted": True, "level": level, "solved": solved}
    return RatingFacts(at=at(when), **(facts_ | given))


def figures(*appeals: AppealFacts, period: rates.Period = CYCLE) -> dict[str, dict[str, tuple[int, int]]]:
    """Line → key → (num, den) of every key with a base."""
    counted = rates.rates(appeals, period, BASIS)
    return {
        line: {key: (rate.num, rate.den) for key, rate in row.items() if rate.den}
        for line, row in counted.units.items()
        if any(rate.den for rate in row.values())
    }


def figure(key: str, *appeals: AppealFacts, unit: str = U1, period: rates.Period = CYCLE) -> tuple[int, int]:
    """(num, den) of one key in one line; (0, 0) without a base."""
    return figures(*appeals, period=period).get(unit, {}).get(key, (0, 0))
