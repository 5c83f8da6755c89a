"""Made-up stock by plain statements: history that grows, a present that does not.

    stock.fill(app, 100_000, now)                    # history over past cycles, all settled, cycles frozen
    stock.fill(app, 100_000, now, all_open=True)     # everything waits for a unit
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Connection, insert, select, update

from appeals.actions import clearance as freezing
from appeals.db import db, table, transaction
from appeals.models import calendar, search, tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, Reply
from appeals.models.audit import Event
from appeals.models.company import Company
from appeals.models.duty import Duty
from appeals.models.people import User
from appeals.models.rating import Rating
from appeals.models.versions import Version
from appeals.rules import clearance, deadlines, numbering
from appeals.rules.uscc import make
from appeals.rules.words import Role
from appeals.rules.workdays import SHANGHAI, Calendar

PRESENT = 300  # appeals that are open now, whatever the history
NEAR_CYCLES, NEAR = 13, 40  # the cycles a page may show, and how many appeals each of them has
A_CYCLE, CYCLES = 1000, 100  # of the history before them, which goes back no further than so many cycles
BATCH = 500
TEXT = "1. 厂区一周停电三次，影响正常生产。2. 变压器容量不足，希望尽快增容。" * 3
RARE = "光伏并网"  # in ten of the present and none of the history: as many hits at every size
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Day:
    """The life of an appeal filed on this day: every limit reckoned once."""

    on: date
    filed: datetime
    accepted: datetime
    dispatched: datetime
    acknowledged: datetime
    ack_due: datetime
    due: datetime
    unit_due: datetime
    replied: datetime
    approve_due: datetime
    completed: datetime
    window_ends: datetime
    rated: datetime


def fill(app: Flask, size: int, now: datetime, *, all_open: bool = False) -> None:
    """Fill a seeded database; with history, freeze every cycle that has ended."""
    with app.app_context():
        days = calendar.current()
        maker = _Maker(random.Random(size), days, now)
        with db.engine.connect().execution_options(writing=True) as writer, writer.begin():
            maker.begin(writer)
            for on, open_ in _days(size, now, days, all_open):
                maker.add(writer, on, open_)
            maker.flush(writer)
        _installed(maker.first or now)
        if not all_open:
            freezing.freeze_due(now)
        db.session.remove()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as quiet:
            quiet.exec_driver_sql("ANALYZE")


def _days(size: int, now: datetime, days: Calendar, all_open: bool) -> Iterator[tuple[date, bool]]:
    """The day each appeal was filed on, oldest first, and whether it is still open."""
    today = now.astimezone(SHANGHAI).date()
    lately = [days.add_working(today, -n) for n in range(1, 6)]
    if all_open:
        yield from ((lately[n % 2], True) for n in range(size))
        return
    present = min(PRESENT, size // 2)
    near = min(NEAR_CYCLES * NEAR, size - present)
    older = size - present - near
    this = clearance.cycle_of(now)
    far = min(-(-older // A_CYCLE), CYCLES)
    for number in range(far):
        count = older // far + (number < older % far)
        yield from _spread(this - NEAR_CYCLES - 1 - far + number, count, days)
    for number in range(NEAR_CYCLES):
        count = near // NEAR_CYCLES + (number < near % NEAR_CYCLES)
        yield from _spread(this - NEAR_CYCLES - 1 + number, count, days)
    yield from ((lately[n * 5 // present], True) for n in reversed(range(present)))


def _spread(cycle: int, count: int, days: Calendar) -> Iterator[tuple[date, bool]]:
    """`count` appeals over the working days of a cycle."""
    first, last = clearance.days_of(cycle)
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    worked = [day for day in every if days.is_working(day)] or every[:1]
    yield from ((worked[n * len(worked) // count], False) for n in range(count))


class _Maker:
    """Makes rows and writes them in batches."""

    def __init__(self, dice: random.Random, days: Calendar, now: datetime) -> None:
        self.dice, self.days, self.now = dice, days, now
        self.first: datetime | None = None
        self.known: dict[date, Day] = {}
        self.serial: dict[date, int] = {}
        self.rows: dict[Any, list[dict[str, Any]]] = {}
        self.appeal = self.assignment = self.event = 0
        nodes = tree.current()
        self.units = [n.id for n in nodes.nodes.values() if n.id not in nodes.office_bureau]
        self.office = nodes.office_id
        self.companies: list[int] = []

    def begin(self, writer: Connection) -> None:
        """People of one unit, a leader, a coordinator; companies to complain."""
        mine = self.units[0]
        for role, unit in ((Role.LIAISON, mine), (Role.HEAD, mine), (Role.LEADER, None), (Role.COORDINATOR, None)):
            writer.execute(insert(table(User)), {
                "login": role.value, "name": role.label, "role": role.value, "unit_id": unit, "password_hash": "-",
                "must_change_password": False, "active": True, "version": 1, "created_at": self.now,
            })  # fmt: skip
        names = [
            {"uscc": make("91611102", "MA" + self._six(n)), "name": f"西咸新区第{n}测量有限公司", "created_at": self.now}
            for n in range(500)
        ]
        writer.execute(insert(table(Company)), names)
        self.companies = list(writer.scalars(select(table(Company).c.id)))

    def _six(self, number: int) -> str:
        return "".join(LETTERS[number // 31**place % 31] for place in range(5, -1, -1))

    def day(self, on: date) -> Day:
        """The limits of an appeal filed on this day."""
        if on not in self.known:
            limits = deadlines.Limits()
            filed = self._at(on, 9, 30)
            accepted = filed + timedelta(hours=1)
            due = deadlines.promise("help", accepted, accepted, self.days, limits)
            dispatched = filed + timedelta(hours=2)
            unit_due = deadlines.unit_limit("help", due, dispatched, False, self.days, limits)
            replied = self._at(self.days.add_working(on, 6), 15, 0)
            completed = self._at(self.days.add_working(on, 7), 10, 0)
            self.known[on] = Day(
                on, filed, accepted, dispatched, filed + timedelta(hours=5),
                deadlines.acknowledgement(dispatched, self.days, limits), due, unit_due, replied,
                deadlines.approval(replied, self.days, limits), completed,
                deadlines.rating_window(completed, self.days, limits),
                self._at(self.days.add_working(on, 8), 11, 0),
            )  # fmt: skip
        return self.known[on]

    def _at(self, on: date, hour: int, minute: int) -> datetime:
        return datetime.combine(on, time(hour, minute), SHANGHAI).astimezone(UTC)

    def add(self, writer: Connection, on: date, open_: bool) -> None:
        """One appeal with everything that hangs on it."""
        day = self.day(on)
        self.first = min(self.first or day.filed, day.filed)
        self.appeal += 1
        self.serial[on] = self.serial.get(on, 0) + 1
        unit = self.units[self.dice.randrange(len(self.units))]
        if open_:
            state, late = "in_hand" if day.ack_due < self.now else "dispatched", False
        else:
            state, late = "struck_off", self.dice.randrange(20) == 0
        self._appeal_row(day, state, late)
        self._assignment_row(day, unit, state, late)
        self._past(day, state, late)
        if len(self.rows[Appeal]) >= BATCH:
            self.flush(writer)

    def _appeal_row(self, day: Day, state: str, late: bool) -> None:
        number = numbering.number("QS", day.on, self.serial[day.on])
        rare = state != "struck_off" and self.appeal % 30 == 0
        title = f"{RARE}办理进度" if rare else "变压器增容办理进度"
        done = state == "struck_off"
        completed = day.due + timedelta(days=1) if late else day.completed
        company = self.companies[self.dice.randrange(len(self.companies))]
        self._row(
            Appeal, id=self.appeal, number=number, source="web", company_id=company, company_name="西咸新区测量有限公司",
            territory="沣东新城", contact_name="测量", mobile="13800000000", nature="help", title=title, text=TEXT,
            points=[{"no": 1, "text": TEXT}], state=state, state_at=day.rated if done else day.dispatched, version=5, round=1,
            task=1 + self.dice.randrange(229), settings_version=1, submitted_at=day.filed, accept_due_at=day.ack_due,
            accepted_at=day.accepted, dispatch_due_at=day.due, dispatched_at=day.dispatched, due_at=day.due, supplements=[],
            spells=[], undone=[], is_test=False, split_by_company=False, conduct=False, urgent=False, hide_contact=False,
            unrouted=False, proposed_at=day.filed, next_action_at=day.ack_due if state == "dispatched" else None,
            completed_at=completed if done else None, outcome="solved" if done else None,
            first_window_ends_at=day.window_ends if done else None, window_ends_at=day.window_ends if done else None,
            calls_done_at=None, struck_off_at=max(day.rated, completed + timedelta(hours=3)) if done else None,
        )  # fmt: skip
        self.rows.setdefault("search", []).append({"number": number, "title": title})

    def _assignment_row(self, day: Day, unit: int, state: str, late: bool) -> None:
        self.assignment += 1
        done = state == "struck_off"
        replied = (day.due + timedelta(hours=20) if late else day.replied) if done else None
        taken = day.acknowledged if state != "dispatched" else None
        self._row(
            Assignment, id=self.assignment, appeal_id=self.appeal, unit_id=unit, part="lead", active=not done, void=False,
            dispatched_at=day.dispatched, ack_due_at=day.ack_due, acknowledged_at=taken, limit_runs_from_at=taken,
            due_at=day.unit_due, original_due_at=day.unit_due, replied_at=replied,
            stage="done" if done else "open" if taken else "new", next_due_at=day.unit_due if taken else day.ack_due,
        )  # fmt: skip
        if replied:
            judged = replied + timedelta(hours=4) if late else day.completed
            self._row(Reply, assignment_id=self.assignment, version=1, round=1, outcome="solved", answers=[TEXT],
                      drafted_at=replied, submitted_at=replied, judged_at=judged, approved=True)  # fmt: skip

    def _past(self, day: Day, state: str, late: bool) -> None:
        steps = [("submit", day.filed), ("accept", day.accepted), ("dispatch", day.dispatched)]
        duties = [("accept", day.ack_due, day.accepted), ("dispatch", day.ack_due, day.dispatched)]
        if state != "dispatched":
            steps.append(("acknowledge", day.acknowledged))
        if state == "struck_off":
            completed = day.due + timedelta(days=1) if late else day.completed
            rated = max(day.rated, completed + timedelta(hours=3))
            steps += [("sign_reply", day.replied), ("approve", completed), ("rate_good", rated)]
            duties.append(("approve", day.approve_due, completed))
            level = 1 + self.dice.randrange(5)
            self._row(Rating, appeal_id=self.appeal, round=1, source="SELF", contacted=True, solved="yes",
                      level=max(level, 3), at=rated, counts=True, go_on=False, reasons=[], comment="")  # fmt: skip
        for kind, at in steps:
            self._row(Event, appeal_id=self.appeal, kind=kind, at=at, recorded_at=at, role="system", detail={})
        for kind, due_at, done_at in duties:
            self._row(Duty, appeal_id=self.appeal, kind=kind, holder_id=self.office, due_at=due_at, done_at=done_at)

    def _row(self, model: Any, **values: Any) -> None:
        self.rows.setdefault(model, []).append(values)

    def flush(self, writer: Connection) -> None:
        """Write what was made."""
        words = self.rows.pop("search", [])
        made = self.rows.get(Appeal, [])
        for model in (Appeal, Assignment, Reply, Rating, Event, Duty):
            if found := self.rows.pop(model, []):
                writer.execute(insert(table(model)), [_complete(model, row) for row in found])
        for row, said in zip(made, words, strict=True):
            search.add(writer, appeal_id=row["id"], number=said["number"], company_name="西咸新区测量有限公司",
                       title=said["title"], words=TEXT)  # fmt: skip


_DEFAULTS: dict[Any, dict[str, Any]] = {}


def _complete(model: Any, row: dict[str, Any]) -> dict[str, Any]:
    """The row with every column named, as many rows at once want it."""
    if model not in _DEFAULTS:
        _DEFAULTS[model] = {
            c.name: (c.default.arg if c.default is not None and c.default.is_scalar else None)
            for c in table(model).columns if not (c.primary_key and "id" not in row)
        }  # fmt: skip
    values = _DEFAULTS[model] | row
    return {name: "" if value is None and _is_text(model, name) else value for name, value in values.items()}


def _is_text(model: Any, name: str) -> bool:
    column = table(model).columns[name]
    return not column.nullable and column.type.python_type is str


def _installed(first: datetime) -> None:
    """As if the program had been there from the first appeal on."""
    cycle = clearance.cycle_of(first)
    with transaction() as writer:
        writer.execute(update(Version).where(Version.name == "first_cycle").values(number=cycle))
