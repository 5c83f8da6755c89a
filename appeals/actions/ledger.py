"""The ledger of an older system comes in whole or not at all; ours goes out so that every figure can be recounted."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select, update

from appeals.actions import clearance, ledger_checks, ledger_names, ledger_rows, limits
from appeals.db import session, transaction
from appeals.models import calendar, facts, search, settings, tree
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.clearance import ClearanceRun
from appeals.models.directory import FunctionalArea, Territory
from appeals.models.machinery import ImportedLine
from appeals.rules import ledger, workdays
from appeals.rules.actors import Actor
from appeals.rules.facts import AppealFacts
from appeals.rules.lifecycle import Move
from appeals.rules.words import OPEN_STATES

BATCH = 500
LINKS = ("merged_into", "split_from", "reopened_from")
WITHOUT = ("imported", "events")  # who imports a line knows that it did; events are kept beside the facts
Line = tuple[int, object]  # where it stands in the file, and what it says


@dataclass(frozen=True)
class Bad:
    """A row that cannot come in: where it stands, which one, which field, and why, in Chinese."""

    line: int
    external_no: str
    field: str
    reason: str

    def __str__(self) -> str:
        """As it is printed."""
        named = f"（{self.external_no}）" if self.external_no else ""
        return f"第{self.line}行{named} {self.field}：{self.reason}" if self.field else f"第{self.line}行{named} {self.reason}"


@dataclass
class Outcome:
    """What an import did; with a bad row it did nothing."""

    new: int = 0
    unchanged: int = 0
    bad: list[Bad] = field(default_factory=list)


class _Nothing(Exception):
    """Takes the whole import back."""


def bring_in(lines: Iterable[Line], *, by: Actor, at: datetime) -> Outcome:
    """Import lines in one transaction: all of them, or none when one is bad.

    A line known by source and external number is unchanged, or bad if it says something else. Nothing is sent.
    Whatever was to be frozen before is frozen first: a late timetable must not let history in.
    """
    outcome = Outcome()
    clearance.freeze_due(at)
    try:
        with transaction():
            _Import(by, at, outcome).run(iter(lines))
            if outcome.bad:
                raise _Nothing
    except _Nothing:
        outcome.new = outcome.unchanged = 0
    return outcome


@dataclass(frozen=True)
class Parsed:
    """A good line: where it stands, what it says, as it was written, and its digest."""

    place: int
    line: AppealFacts
    raw: Mapping[str, Any]
    digest: str

    @property
    def key(self) -> ledger_names.Key:
        """By what it is known."""
        return self.line.source.value, self.line.number


class _Import:
    """One import on its way."""

    def __init__(self, by: Actor, at: datetime, outcome: Outcome) -> None:
        self.by, self.at, self.outcome = by, at, outcome
        tasks = session().execute(
            select(FunctionalArea.task, FunctionalArea.section).where(FunctionalArea.task.is_not(None))
        )
        sections = {task: section for task, section in tasks if task}
        now = settings.settings()
        self.frame = ledger_rows.Frame(
            at, calendar.current(), settings.limits(), now["version"], tree.current(), sections
        )
        places = frozenset(session().scalars(select(Territory.name)))
        units = frozenset(node.name for node in tree.current().nodes.values())
        self.known = ledger.Known(units, frozenset(sections), places)
        self.prefix: str = now["prefix"]
        self.closed = session().execute(select(ClearanceRun.from_at, ClearanceRun.to_at)).all()
        self.seen: dict[ledger_names.Key, str] = {}
        self.links: list[tuple[int, int, AppealFacts]] = []

    def run(self, lines: Iterator[Line]) -> None:
        while batch := list(islice(lines, BATCH)):
            fresh = self._fresh([each for place, line in batch if (each := self._read(place, line))])
            if not self.outcome.bad:
                self._store(fresh)
            session().flush()
            session().expunge_all()
        if not self.outcome.bad:
            self._link()

    def _refuse(self, line: int, external_no: str, where: str, reason: str) -> None:
        self.outcome.bad.append(Bad(line, external_no, where, reason))

    def _read(self, place: int, line: object) -> "Parsed | None":
        """The facts of one line, or its problems are written down."""
        if isinstance(line, ledger.Problem):
            self._refuse(place, "", line.field, line.reason)
            return None
        name = str(line.get("external_no") or "")[:60] if isinstance(line, dict) else ""
        parsed = ledger.parse(line, self.known)
        if isinstance(parsed, AppealFacts):
            problems = list(ledger_checks.problems(parsed, self.known, self.at))
            if not problems and isinstance(line, dict):
                return Parsed(place, parsed, line, _digest(parsed))
        else:
            problems = parsed
        for each in problems:
            self._refuse(place, name, each.field, each.reason)
        return None

    def _fresh(self, found: "Sequence[Parsed]") -> "list[Parsed]":
        """What is not here yet; a different line of the same name is refused, here or twice in one file."""
        known = ledger_names.on_file(key for each in found if (key := each.key) not in self.seen)
        self.seen = known | self.seen
        fresh = []
        for each in found:
            earlier = self.seen.get(each.key)
            if earlier is None and ledger_checks.touches(each.line, self.closed, self.at):
                self._refuse(each.place, each.line.number, "", "涉及已冻结的周期，不能再导入")
            elif earlier is None:
                self.seen[each.key] = each.digest
                fresh.append(each)
            elif earlier == each.digest or _said(each.raw) == _own_line(each.key):
                self.outcome.unchanged += 1
            else:
                self._refuse(each.place, each.line.number, "external_no", "同一来源的这个编号已经导入，内容不同")
        return fresh

    def _store(self, fresh: "Sequence[Parsed]") -> None:
        writer = session()
        lines = [self.frame.filled(each.line) for each in fresh]
        numbers, companies = ledger_names.numbers(lines, self.prefix), ledger_names.companies(lines, self.at)
        rows = [
            ledger_rows.appeal(line, self.frame, number=number, company_id=company)
            for line, number, company in zip(lines, numbers, companies, strict=True)
        ]
        writer.add_all(rows)
        writer.flush()
        for each, line, row in zip(fresh, lines, rows, strict=True):
            writer.add_all(ledger_rows.others(line, self.frame, row))
            writer.add(
                ImportedLine(appeal_id=row.id, digest=each.digest, rest={"events": ledger_checks.events(each.raw)})
            )
            writer.add(Event(appeal_id=row.id, kind=Move.IMPORT.value, at=self.at, recorded_at=self.at,
                             role=self.by.role.value, user_id=self.by.user_id, after=row.state,
                             detail={"external_no": line.number}))  # fmt: skip
            search.add(writer.connection(), appeal_id=row.id, number=row.number, company_name=row.company_name,
                       title=row.title, words=row.text)  # fmt: skip
            if line.merged_into or line.split_from or line.reopened_from:
                self.links.append((each.place, row.id, line))
        writer.flush()
        for row in rows:
            if row.state in OPEN_STATES:
                limits.arm(row)
        self.outcome.new += len(rows)

    def _link(self) -> None:
        """Point to the appeals that lines name, wherever in the file they stood."""
        for place, appeal_id, line in self.links:
            for name in LINKS:
                other = getattr(line, name)
                if other is None:
                    continue
                found = ledger_names.find(line.source.value, other)
                if found is None:
                    self._refuse(place, line.number, name, f"没有这件诉求：{other}")
                    continue
                session().execute(update(Appeal).where(Appeal.id == appeal_id).values({f"{name}_id": found}))


def _own_line(key: ledger_names.Key) -> dict[str, Any] | None:
    found = ledger_names.own(key)
    return _said(next(iter(_lines([found])))) if found else None


def _said(line: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key not in WITHOUT}


def _digest(line: AppealFacts) -> str:
    text = json.dumps(ledger.format(line), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


# -- going out -------------------------------------------------------------------------------------------


def send_out() -> Iterator[dict[str, Any]]:
    """Every appeal as a line of the contract, in order of id, at flat memory.

    Imported elsewhere and sent out again, the lines are the same.
    """
    last = 0
    while ids := session().scalars(select(Appeal.id).where(Appeal.id > last).order_by(Appeal.id).limit(BATCH)).all():
        yield from _lines(ids)
        last = ids[-1]
        session().expunge_all()


def _lines(ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    found = list(facts.load(ids))
    names = _names(found)
    events = _events(ids)
    for appeal_id, each in zip(ids, found, strict=True):
        line = ledger.format(each) | {"external_no": names[each.number]}
        line |= {name: names.get(getattr(each, name)) for name in LINKS}
        line.pop("imported")
        line["events"] = events.get(appeal_id, [])
        yield line


def _names(found: Sequence[AppealFacts]) -> dict[str | None, str]:
    """Our number → the name an appeal goes by outside: that of the older system, if it came from one."""
    numbers = {n for each in found for n in (each.number, *(getattr(each, link) for link in LINKS)) if n}
    query = select(Appeal.number, Appeal.external_no).where(Appeal.number.in_(numbers))
    return {number: external or number for number, external in session().execute(query)}


def _events(ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What happened to each, without names of people: first what the older record said, then ours."""
    units = tree.current().nodes
    imported = select(ImportedLine.appeal_id, ImportedLine.rest).where(ImportedLine.appeal_id.in_(ids))
    found = {i: list(rest["events"]) for i, rest in session().execute(imported)}
    query = select(Event).where(Event.appeal_id.in_(ids), Event.kind != Move.IMPORT.value).order_by(Event.id)
    for each in session().scalars(query):
        assert each.appeal_id is not None
        found.setdefault(each.appeal_id, []).append({
            "kind": each.kind, "at": _moment(each.at), "recorded_at": _moment(each.recorded_at), "role": each.role,
            "unit": units[each.unit_id].name if each.unit_id else None, "before": each.before, "after": each.after,
        })  # fmt: skip
    return found


def _moment(at: datetime) -> str:
    return at.astimezone(workdays.SHANGHAI).isoformat()
