"""How appeals leave early, and what the figures say of it then and later: shared by the tests of the endings."""

from datetime import datetime

from appeals.actions import closing, intake, shelving
from appeals.db import session
from appeals.models import calendar, figures
from appeals.models import facts as rows
from appeals.models.appeal import Appeal
from appeals.rules import clearance, facts, known, ledger, rates, stock
from tests import builders as b
from tests.builders import at

# Accepted on Monday 11-23: promised until Monday 12-07, the unit has until Friday 12-04. Cycle 115 ends with 11-29,
# its F is Tuesday 12-01 at 18:00; cycle 116 ends with 12-13.
DUE, LIMIT = at("2026-12-07 18:00"), at("2026-12-04 18:00")
F_115 = at("2026-12-01 18:00")


def withdrawn(appeal: Appeal, by, asked: datetime, confirmed: datetime, **more) -> Appeal:
    """The company asked, and the office's call confirmed it."""
    intake.ask_withdrawal(appeal.id, at=asked)
    closing.confirm_withdrawal(appeal.id, note="企业电话确认", by=by, at=confirmed, **more)
    return b.the(appeal.number)


def shelved(appeal: Appeal, office, director, head, when: datetime) -> Appeal:
    """Put off for want of a superior's policy, all in one afternoon."""
    case = shelving.Case(reason_code="superior", reason="须省级部门明确政策", plan="每月向省厅汇报", person="王负责",
                         until_on=at("2027-01-29 09:00").date())  # fmt: skip
    shelving.ask(appeal.id, case=case, by=head, at=when)
    shelving.endorse(appeal.id, by=office, at=when)
    shelving.shelve(appeal.id, by=director, at=when)
    return b.the(appeal.number)


def of(appeal: Appeal) -> facts.AppealFacts:
    """Its facts, read anew."""
    session().rollback()
    session().expire_all()
    return next(iter(rows.load([appeal.id])))


def as_known(appeal: Appeal, when: datetime) -> dict[str, object]:
    """Everything frozen of it at that moment, whenever it is asked."""
    seen = known.known(of(appeal), when)
    assert seen is not None
    return {k: v for k, v in ledger.format(seen).items() if k != "merged_into"}


def period(number: int) -> rates.Period:
    """A cycle with its F."""
    return clearance.period(number, calendar.current())


def figure(key: str, number: int, *appeals: Appeal) -> dict[str, tuple[int, int]]:
    """Line → (num, den) of one key in a cycle, as known at its F."""
    span = period(number)
    seen = [one for a in appeals if (one := known.known(of(a), span.known_at)) is not None]
    counted = rates.rates(seen, span, figures.basis()).units
    return {line: (row[key].num, row[key].den) for line, row in counted.items() if row[key].den}


def balances(number: int, *appeals: Appeal) -> dict[str, stock.Balance]:
    """Line → flows of a cycle, as known at its F; each holds."""
    span = period(number)
    seen = [one for a in appeals if (one := known.known(of(a), span.known_at)) is not None]
    found = stock.balances(seen, span.from_at, span.to_at, figures.basis().office)
    assert all(line.holds for line in found.values()), found
    return found
