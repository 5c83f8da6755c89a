"""What figures rest on, and the standing queries over frozen ones (policy §7, §9): never a count over history."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from appeals.db import session
from appeals.models import calendar, settings, tree
from appeals.models.clearance import ClearanceFlow, ClearanceRate, ClearanceRun
from appeals.models.settings import SettingsVersion
from appeals.models.versions import versions
from appeals.rules import rates, stock, words

CYCLE, QUARTER = "cycle", "quarter"
FROZEN, DRAFT, RUNNING = "frozen", "draft", "running"
TOTAL = "合计"


# -- what figures rest on --------------------------------------------------------------------------------


def basis(settings_version: int | None = None) -> rates.Basis:
    """What figures rest on beside the facts; without a version, on the settings in force."""
    units = tree.current()
    office = units.nodes[units.office_id].name if units.office_id else ""
    return rates.Basis(calendar.current(), office, settings.limits(settings_version))


def settings_at(at: datetime) -> int:
    """The version of the settings that was in force at an instant: the first one before there was any."""
    query = select(func.max(SettingsVersion.number)).where(SettingsVersion.since_at <= at)
    return session().scalar(query) or session().scalar(select(func.min(SettingsVersion.number))) or 0


def anchor() -> date:
    """The Monday on which cycle 1 began."""
    return date.fromisoformat(settings.settings()["anchor"])


def first_cycle() -> int:
    """The cycle of installation."""
    return versions(session()).get("first_cycle", 1)


def unit_lines() -> dict[str, dict[str, Any]]:
    """Line of each unit → its class and whether it is external (policy §10): what a frozen run keeps of the tree."""
    return {n.name: {"class": n.unit_class, "external": n.external} for n in tree.current().nodes.values()}


def class_labels(lines: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Line of a unit → the line of its class; 自提自办 has none and stands in the total only (policy §7)."""
    return {line: words.UnitClass(each["class"]).label for line, each in lines.items()}


# -- one period as it is printed -------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """The figures of one period. `state`: frozen, draft (ended and not frozen) or running; the last two are live.

    `lines`: line of a unit → its class and whether it is external. `by_line`: line → key → rate, keys without a
    base left out. `run_id` is None unless frozen.
    """

    kind: str
    number: int
    state: str
    from_at: datetime
    to_at: datetime
    known_at: datetime
    settings_version: int
    lines: Mapping[str, Mapping[str, Any]]
    by_line: Mapping[str, Mapping[str, rates.Rate]]
    formula: str = rates.FORMULA
    flows: Mapping[str, stock.Balance] = field(default_factory=dict)
    medians: Mapping[str, int] = field(default_factory=dict)
    run_id: int | None = None
    figures_sha256: str = ""

    def rate(self, line: str, key: str) -> rates.Rate:
        """0/0 where there is no base."""
        return self.by_line.get(line, {}).get(key, rates.Rate(0, 0))

    def members(self, line: str) -> list[str] | None:
        """The lines pooled in this one: itself, those of a class; None for the total, which pools all."""
        if line == TOTAL:
            return None
        labels = class_labels(self.lines)
        return [name for name, label in labels.items() if label == line] or [line]


# -- frozen rows -----------------------------------------------------------------------------------------


def run(kind: str, number: int) -> ClearanceRun | None:
    """A frozen period."""
    return session().scalars(select(ClearanceRun).where(ClearanceRun.kind == kind, ClearanceRun.number == number)).first()


def last(kind: str) -> int | None:
    """The number of the period frozen last."""
    return session().scalar(select(func.max(ClearanceRun.number)).where(ClearanceRun.kind == kind))


def runs(kind: str, before: int | None = None, limit: int = 26) -> Sequence[ClearanceRun]:
    """Frozen periods, the latest first."""
    query = select(ClearanceRun).where(ClearanceRun.kind == kind)
    if before is not None:
        query = query.where(ClearanceRun.number < before)
    return session().scalars(query.order_by(ClearanceRun.number.desc()).limit(limit)).all()


def frozen(
    found: ClearanceRun, *, lines: Collection[str] | None = None, keys: Collection[str] | None = None, flows: bool = True
) -> Sheet:
    """The sheet of a frozen period; `lines` and `keys` restrict it to those."""
    return Sheet(
        found.kind, found.number, FROZEN, found.from_at, found.to_at, found.known_at, found.settings_version,
        found.lines, _rates([found.id], lines, keys).get(found.id, {}), found.formula,
        _flows(found.id, lines) if flows else {}, found.medians, found.id, found.figures_sha256,
    )  # fmt: skip


def of_line(found: Iterable[ClearanceRun], line: str, keys: Collection[str]) -> dict[int, Mapping[str, rates.Rate]]:
    """Number of the run → key → rate, of one line over several periods."""
    numbers = {each.id: each.number for each in found}
    read = _rates(numbers, [line], keys)
    return {numbers[run_id]: by_line.get(line, {}) for run_id, by_line in read.items()}


def _rates(
    run_ids: Iterable[int], lines: Collection[str] | None, keys: Collection[str] | None = None
) -> dict[int, dict[str, dict[str, rates.Rate]]]:
    row = ClearanceRate
    query = select(row.run_id, row.line, row.key, row.num, row.den, row.n).where(row.run_id.in_(list(run_ids)))
    if lines is not None:
        query = query.where(row.line.in_(list(lines)))
    if keys is not None:
        query = query.where(row.key.in_(list(keys)))
    found: dict[int, dict[str, dict[str, rates.Rate]]] = {}
    for run_id, line, key, num, den, n in session().execute(query):
        found.setdefault(run_id, {}).setdefault(line, {})[key] = rates.Rate(num, den, n)
    return found


def _flows(run_id: int, lines: Collection[str] | None) -> dict[str, stock.Balance]:
    names = stock.Balance.__slots__
    query = select(ClearanceFlow.line, *(getattr(ClearanceFlow, name) for name in names))
    query = query.where(ClearanceFlow.run_id == run_id).order_by(ClearanceFlow.line)
    if lines is not None:
        query = query.where(ClearanceFlow.line.in_(list(lines)))
    return {line: stock.Balance(*values) for line, *values in session().execute(query)}
