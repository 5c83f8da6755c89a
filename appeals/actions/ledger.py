"""The ledger of an older system comes in whole or not at all; ours goes out so that every figure can be recounted."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select, update

from appeals.actions import clearance, ledger_checks, ledger_rows, limits
from appeals.db import session, table, transaction, upsert
from appeals.models import calendar, facts, search, settings, tree
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.clearance import ClearanceRun
from appeals.models.company import Company
from appeals.models.directory import FunctionalArea, Territory
from appeals.models.machinery import DayCounter, ImportedLine
from appeals.rules import ledger, numbering, workdays
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


class _Import:
    """One import on its way."""

    def __init__(self, by: Actor, at: datetime, outcome: Outcome) -> None:
        self.by, self.at, self.outcome = by, at, outcome
        tasks = session().execute(
            select(FunctionalArea.task, FunctionalArea.section).where(FunctionalArea.task.is_not(None))
        ).tuples()
        sections = {task: section for task, section in tasks if task}
        now = settings.settings()
        self.frame = ledger_rows.Frame(
            at, calendar.current(), settings.limits(), now["version"], tree.current(), sections
        )
        places = frozenset(session().scalars(select(Territory.name)))
        units = frozenset(node.name for node in tree.current().nodes.values())
        self.known = ledger.Known(units, frozenset(sections), places)
        self.prefix: str = now["prefix"]
        self.closed = session().execute(select(ClearanceRun.from_at, ClearanceRun.to_at)).tuples().all()
        self.seen: dict[tuple[str, str], str] = {}
        self.links: list[tuple[int, int, AppealFacts]] = []

    def run(self, lines: Iterator[Line]) -> None:
        while batch := list(islice(lines, BATCH)):
            found = [each for number, line in batch if (each := self._read(number, line))]
            fresh = [each for each in found if not self._is_known(*each)]
            if not self.outcome.bad:
                self._store(fresh)
            session().flush()
            session().expunge_all()
        if not self.outcome.bad:
            self._link()

    def _refuse(self, line: int, external_no: str, where: str, reason: str) -> None:
        self.outcome.bad.append(Bad(line, external_no, where, reason))

    def _read(self, number: int, line: object) -> "tuple[int, AppealFacts, dict[str, Any]] | None":
        """The facts of one line, or its problems are written down."""
        if isinstance(line, ledger.Problem):
            self._refuse(number, "", line.field, line.reason)
            return None
        name = str(line.get("external_no") or "")[:60] if isinstance(line, dict) else ""
        parsed = ledger.parse(line, self.known)
        if isinstance(parsed, AppealFacts):
            problems = list(ledger_checks.problems(parsed, self.known, self.closed, self.at))
            if not problems and isinstance(line, dict):
                return number, parsed, line
        else:
            problems = parsed
        for each in problems:
            self._refuse(number, name, each.field, each.reason)
        return None

    def _is_known(self, number: int, line: AppealFacts, raw: Mapping[str, Any]) -> bool:
        """Whether this appeal is here already; a different one of the same name is refused."""
        key, digest = (line.source.value, line.number), _digest(line)
        earlier = self.seen.get(key) or _on_file(key)
        self.seen[key] = digest
        if earlier is None:
            return False
        if earlier == digest or _said(raw) == _own_line(key):
            self.outcome.unchanged += 1
        else:
            self._refuse(number, line.number, "external_no", "同一来源的这个编号已经导入，内容不同")
        return True

    def _store(self, fresh: "Sequence[tuple[int, AppealFacts, dict[str, Any]]]") -> None:
        writer = session()
        lines = [self.frame.filled(line) for _, line, _ in fresh]
        companies, numbers = self._companies(lines), self._numbers(lines)
        rows = [
            ledger_rows.appeal(line, self.frame, number=number, company_id=company)
            for line, number, company in zip(lines, numbers, companies, strict=True)
        ]
        writer.add_all(rows)
        writer.flush()
        for (number, said, raw), line, row in zip(fresh, lines, rows, strict=True):
            writer.add_all(ledger_rows.others(line, self.frame, row))
            rest = {"events": ledger_checks.events(raw)}
            writer.add(ImportedLine(appeal_id=row.id, digest=_digest(said), rest=rest))
            writer.add(Event(appeal_id=row.id, kind=Move.IMPORT.value, at=self.at, recorded_at=self.at,
                             role=self.by.role.value, user_id=self.by.user_id, after=row.state,
                             detail={"external_no": said.number}))  # fmt: skip
            if said.merged_into or said.split_from or said.reopened_from:
                self.links.append((number, row.id, said))
            search.add(writer.connection(), appeal_id=row.id, number=row.number, company_name=row.company_name,
                       title=row.title, words=row.text)  # fmt: skip
        writer.flush()
        for row in rows:
            if row.state in OPEN_STATES:
                limits.arm(row)
        self.outcome.new += len(rows)

    def _companies(self, lines: Sequence[AppealFacts]) -> list[int]:
        """The company of each line: by its code, or by its name where no code is known."""
        ids: dict[tuple[str | None, str], int] = {}
        for line in lines:
            code, name = line.content.uscc, line.content.company_name
            key = (code, "" if code else name)
            if key not in ids:
                ids[key] = self._company(code, name)
        return [ids[c.uscc, "" if c.uscc else c.company_name] for c in (line.content for line in lines)]

    def _company(self, code: str | None, name: str) -> int:
        writer, row = session(), {"uscc": code, "name": name, "created_at": self.at}
        if code is None:
            same = select(Company.id).where(Company.name == name, Company.uscc.is_(None)).order_by(Company.id)
            if known := writer.scalars(same).first():
                return known
        new = upsert(table(Company)).values(row)
        new = new.on_conflict_do_update(index_elements=["uscc"], set_={"uscc": new.excluded.uscc})
        found: int = writer.execute(new.returning(table(Company).c.id)).scalar_one()
        return found

    def _numbers(self, lines: Sequence[AppealFacts]) -> list[str]:
        """A number of our own for each, of the day it was filed."""
        days = [workdays.day_of(line.submitted_at) for line in lines]
        next_: dict[Any, int] = {}
        for day in dict.fromkeys(days):
            counter = upsert(table(DayCounter)).values(day=day, last=days.count(day))
            kept = table(DayCounter).c.last
            counter = counter.on_conflict_do_update(
                index_elements=["day"], set_={"last": kept + counter.excluded.last}
            ).returning(kept)
            next_[day] = session().execute(counter).scalar_one() - days.count(day)
        numbers = []
        for day in days:
            next_[day] += 1
            numbers.append(numbering.number(self.prefix, day, next_[day]))
        return numbers

    def _link(self) -> None:
        """Point to the appeals that lines name, wherever in the file they stood."""
        for number, appeal_id, line in self.links:
            for name in LINKS:
                other = getattr(line, name)
                if other is None:
                    continue
                found = _find(line.source.value, other)
                if found is None:
                    self._refuse(number, line.number, name, f"没有这件诉求：{other}")
                    continue
                session().execute(update(Appeal).where(Appeal.id == appeal_id).values({f"{name}_id": found}))


def _find(source: str, name: str) -> int | None:
    """The appeal of this name: of the same source, else of the only one that has it, else our own number."""
    rows = session().execute(select(Appeal.id, Appeal.source).where(Appeal.external_no == name)).tuples().all()
    same = [each for each, of in rows if of == source]
    if same or len(rows) == 1:
        return (same or [rows[0][0]])[0]
    return session().scalar(select(Appeal.id).where(Appeal.number == name))


def _on_file(key: tuple[str, str]) -> str | None:
    """The digest of what was imported under this name; "" for an appeal of our own."""
    source, name = key
    query = select(ImportedLine.digest).join(Appeal, Appeal.id == ImportedLine.appeal_id)
    found = session().scalar(query.where(Appeal.source == source, Appeal.external_no == name))
    if found is None and session().scalar(select(Appeal.id).where(Appeal.number == name, Appeal.source == source)):
        return ""
    return found


def _own_line(key: tuple[str, str]) -> dict[str, Any] | None:
    source, name = key
    own = (Appeal.external_no == name) | (Appeal.number == name)
    query = select(Appeal.id).where(Appeal.source == source, own).order_by(Appeal.external_no.is_(None))
    found = session().scalars(query).first()
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
    return {number: external or number for number, external in session().execute(query).tuples()}


def _events(ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What happened to each, without names of people: first what the older record said, then ours."""
    units = tree.current().nodes
    imported = select(ImportedLine.appeal_id, ImportedLine.rest).where(ImportedLine.appeal_id.in_(ids))
    found = {i: list(rest["events"]) for i, rest in session().execute(imported).tuples()}
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
