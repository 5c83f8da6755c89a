"""The figures of everything on file, counted by the program and once more in plain SQL: both must agree."""

from datetime import timedelta

from appeals.db import session
from appeals.models import facts
from appeals.models.figures import TOTAL, basis
from appeals.rules import rates
from tests import builders as b
from tests.builders import at
from tests.figures import second_count

OFFICE_DUTIES = {"accepted_on_time", "dispatched_on_time", "approved_on_time", "decided_on_time"}


def counted(*keys: str, until: str, known: str | None = None, line: str | None = None) -> dict[str, tuple[int, int]]:
    """Key → (num, den) of [2026-11-16, until) as known then or at `until` and two days; empty bases are left out."""
    p0, p1 = at("2026-11-16 00:00"), at(f"{until} 00:00")
    f = at(known) if known else p1 + timedelta(days=2)
    program = _program(p0, p1, f)
    second = second_count.count(session().connection(), p0, p1, f, b.OFFICE)
    session().rollback()
    for name in program:
        told = {key: value for key, value in program[name].items() if key not in OFFICE_DUTIES}
        again = {key: tuple(value[:2]) for key, value in second.get(name, {}).items() if key not in OFFICE_DUTIES}
        assert told == again, name
    return {key: value for key, value in program.get(line or TOTAL, {}).items() if key in keys}


def _program(p0, p1, f) -> dict[str, dict[str, tuple[int, int]]]:
    period = rates.Period(p0, p1, f)
    found = rates.rates(list(facts.everything()), period, basis())
    session().rollback()
    lines = {**found.units, TOTAL: found.total}
    return {line: {key: (rate.num, rate.den) for key, rate in keys.items() if rate.den} for line, keys in lines.items()}
