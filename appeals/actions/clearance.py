"""Freeze what has ended: every cycle and quarter once, oldest first, the same bytes whenever it runs (policy §7)."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from appeals.actions import frozen, limits
from appeals.db import session, snapshot, transaction
from appeals.models import calendar, counting, figures, lists, versions
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.clearance import (
    ClearanceEntry,
    ClearanceFlow,
    ClearanceItem,
    ClearanceRate,
    ClearanceRun,
    FrozenBlock,
)
from appeals.models.figures import CYCLE, QUARTER, anchor, first_cycle
from appeals.rules import clearance, rates
from appeals.rules.words import Role

log = logging.getLogger("appeals.clearance")
# A deed begun in time may still be waiting for the database: freezing starts when none can be any more.
GRACE = timedelta(seconds=30)
LINES_AT_ONCE = 500


def freeze_due(at: datetime) -> list[tuple[str, int]]:
    """Freeze every cycle and quarter whose F has passed; returns what this call froze."""
    done = [(CYCLE, n) for n in _cycles_due(at - GRACE) if freeze_cycle(n, at=at)]
    done += [(QUARTER, n) for n in _quarters_due(at - GRACE) if freeze_quarter(n, at=at)]
    return done


def _cycles_due(now: datetime) -> list[int]:
    return clearance.cycles_to_freeze(figures.last(CYCLE), now, first_cycle(), calendar.current(), anchor())


def _quarters_due(now: datetime) -> list[int]:
    last = figures.last(QUARTER)
    first = clearance.quarter_of(clearance.bounds(first_cycle(), anchor())[0])
    due = clearance.quarters_to_freeze(divmod(last, 10) if last else None, now, first, calendar.current())
    return [year * 10 + quarter for year, quarter in due]


def freeze_cycle(number: int, *, at: datetime) -> bool:
    """Freeze one cycle; False when another process was first."""
    return _freeze(CYCLE, number, clearance.period(number, calendar.current(), anchor()), _before(number), at)


def _before(number: int) -> rates.Period | None:
    """The cycle before, whose 销号率 is frozen with this one; none before the first."""
    if number <= first_cycle():
        return None
    return clearance.period(number - 1, calendar.current(), anchor())


def freeze_quarter(number: int, *, at: datetime) -> bool:
    """Freeze one calendar quarter, year × 10 + quarter; False when another process was first."""
    return _freeze(QUARTER, number, clearance.quarter_period(divmod(number, 10), calendar.current()), None, at)


def _freeze(kind: str, number: int, period: rates.Period, before: rates.Period | None, at: datetime) -> bool:
    if _is_frozen(kind, number):
        return False
    _apply_due(period.known_at)
    with snapshot():
        rules = figures.settings_at(period.known_at)
        basis = figures.basis(rules)
        counted = counting.count(period, number, basis, before=before)
    try:
        _write(kind, number, period, counted, basis, rules, at)
    except IntegrityError:
        if not _is_frozen(kind, number):
            raise
        return False
    return True


def _is_frozen(kind: str, number: int) -> bool:
    query = select(ClearanceRun.id).where(ClearanceRun.kind == kind, ClearanceRun.number == number)
    return session().scalar(query) is not None


def _apply_due(known_at: datetime) -> None:
    """What ran out by itself by F is a fact of the period, however late the timetable is."""
    last = 0
    while ids := lists.due_for_action(known_at, last):
        for appeal_id in ids:
            try:
                with limits.opened(appeal_id, at=known_at, through=True):  # F itself is over
                    pass  # opening it is what applies the limits
            except OperationalError:
                raise
            except Exception:  # one appeal must not keep a cycle from its figures
                log.exception("limits of appeal %s before freezing", appeal_id)
        last = ids[-1]


def _write(
    kind: str, number: int, period: rates.Period, counted: counting.Counted, basis: rates.Basis, rules: int, at: datetime
) -> None:
    """One transaction: the run, whose unique number decides who froze it, and everything that hangs on it."""
    facts_text, figures_text = frozen.texts(counted, period, basis)
    with transaction() as writer:
        run = ClearanceRun(
            kind=kind, number=number, from_at=period.from_at, to_at=period.to_at, known_at=period.known_at,
            formula=rates.FORMULA, settings_version=rules,
            calendar_version=versions.versions(writer).get("calendar", 0), facts_sha256=_sha256(facts_text),
            figures_sha256=_sha256(figures_text), frozen_at=at, medians=counted.medians, lines=counted.lines,
        )  # fmt: skip
        writer.add(run)
        writer.flush()
        _write_rows(run.id, counted)
        writer.add(FrozenBlock(run_id=run.id, facts=facts_text, figures=figures_text))
        writer.add(Event(kind=f"audit.freeze_{kind}", at=period.known_at, recorded_at=at,
                         role=Role.SYSTEM.value, detail={"number": number, "figures": run.figures_sha256}))  # fmt: skip


def _write_rows(run_id: int, counted: counting.Counted) -> None:
    ids = _ids({e.number for e in counted.entries} | {i.appeal.number for i in counted.items})
    entries = [
        {k: v for k, v in asdict(e).items() if k not in ("number", "excluded_by")}
        | {"run_id": run_id, "appeal_id": ids[e.number], "excluded_by": _code(e.excluded_by)}
        for e in counted.entries
    ]
    items = [
        {"run_id": run_id, "line": i.line, "key": i.key, "appeal_id": ids[i.appeal.number], "num": i.num,
         "excluded_by": _code(i.excluded_by)}
        for i in counted.items
    ]  # fmt: skip
    flows = [{"run_id": run_id, "line": line} | asdict(flow) for line, flow in counted.flows.items()]
    rows = [r | {"run_id": run_id} for r in counted.rows]
    for model, values in ((ClearanceEntry, entries), (ClearanceItem, items), (ClearanceFlow, flows), (ClearanceRate, rows)):
        if values:
            session().execute(insert(model), values)


def _code(word: Any) -> str | None:
    return None if word is None else str(word.value)


def _ids(numbers: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), LINES_AT_ONCE):
        query = select(Appeal.number, Appeal.id).where(Appeal.number.in_(wanted[start : start + LINES_AT_ONCE]))
        found |= dict(session().execute(query).all())
    return found


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
