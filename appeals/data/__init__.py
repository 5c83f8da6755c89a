"""The reference data as readable CSV files, and one reader for each; only `seed` and tests use them.

Every list is in the order of its file. Empty cells are None or an empty tuple; ； divides a list in a cell.
"""

import csv
from datetime import date
from pathlib import Path
from typing import NamedTuple

from appeals.rules import words

HERE = Path(__file__).parent


class Unit(NamedTuple):
    """One unit; `duty` is office (coordination office), recusal (recusal post) or None."""

    name: str
    unit_class: words.UnitClass
    parent: str | None
    territory: str | None
    external: bool
    duty: str | None
    english: str


class Territory(NamedTuple):
    """One territory; a form-only one is a choice of the form and never owns a directory row."""

    name: str
    english: str
    form_only: bool


class Area(NamedTuple):
    """A section (kind section, number 1–19) or a task (kind task, number 1–229) of the policy."""

    kind: str
    number: int
    section: int
    name: str
    english: str


class DirectoryLine(NamedTuple):
    """One row of the directory: exactly one of task and section; territory None = any; policy §5."""

    task: int | None
    section: int | None
    territory: str | None
    lead: str
    supports: tuple[str, ...]
    alternatives: tuple[str, ...]
    territorial_support: bool
    basis: str
    power_level: str | None
    valid_from: date
    valid_to: date | None


class CalendarDay(NamedTuple):
    """A day unlike its weekday: kind holiday or makeup, status FINAL or PROVISIONAL; policy §4."""

    day: date
    is_working: bool
    kind: str
    name: str
    status: str
    source: str


class Industry(NamedTuple):
    """A section of GB/T 4754, A–T."""

    code: str
    name: str
    english: str


class Glossary(NamedTuple):
    """Words companies write about one section or task; `a+b` means both occur."""

    kind: str
    number: int
    words: tuple[str, ...]


class Place(NamedTuple):
    """A place name and the territory it lies in; territory None = outside the new area."""

    word: str
    territory: str | None
    kind: str


class Body(NamedTuple):
    """What companies call a unit."""

    word: str
    unit: str


class Cue(NamedTuple):
    """Words that speak for (or against) a ground for not accepting, or for a special channel; policy §3."""

    ground: str | None
    channel: str
    speaks_for: bool
    words: tuple[str, ...]


def units() -> list[Unit]:
    """The units in the order of the file, parents before or after their children."""
    return [
        Unit(r["name"], words.UnitClass(r["class"]), r["parent"] or None, r["territory"] or None,
             r["external"] == "yes", r["duty"] or None, r["english"])
        for r in _rows("units")
    ]  # fmt: skip


def territories() -> list[Territory]:
    """The seven territories, then the two choices that only the form offers."""
    return [Territory(r["name"], r["english"], r["form_only"] == "yes") for r in _rows("territories")]


def areas() -> list[Area]:
    """The 19 sections, then the 229 tasks."""
    return [
        Area(r["kind"], int(r["number"]), int(r["section"]), r["name"], r["english"]) for r in _rows("areas")
    ]


def directory() -> list[DirectoryLine]:
    """The directory as first published: version 1."""
    return [
        DirectoryLine(_number(r["task"]), _number(r["section"]), r["territory"] or None, r["lead"],
                      _split(r["supports"]), _split(r["alternatives"]), r["territorial_support"] == "yes",
                      r["basis"], r["power_level"] or None, date.fromisoformat(r["valid_from"]),
                      date.fromisoformat(r["valid_to"]) if r["valid_to"] else None)
        for r in _rows("directory")
    ]  # fmt: skip


def calendar_days() -> list[CalendarDay]:
    """The exceptions to Monday–Friday of all years on file, ascending."""
    return [
        CalendarDay(date.fromisoformat(r["day"]), r["kind"] == "makeup", r["kind"], r["name"], r["status"],
                    r["source"])
        for r in _rows("calendar")
    ]  # fmt: skip


def industries() -> list[Industry]:
    """The twenty sections of GB/T 4754."""
    return [Industry(r["code"], r["name"], r["english"]) for r in _rows("industries")]


def glossary() -> list[Glossary]:
    """The words per section and task."""
    return [Glossary(r["kind"], int(r["number"]), _split(r["words"])) for r in _rows("glossary")]


def places() -> list[Place]:
    """One row per place name."""
    return [
        Place(word, r["territory"] or None, r["kind"]) for r in _rows("places") for word in _split(r["words"])
    ]


def bodies() -> list[Body]:
    """One row per name by which a unit is called."""
    return [Body(word, r["unit"]) for r in _rows("bodies") for word in _split(r["words"])]


def cues() -> list[Cue]:
    """The cues for decline codes, `statutory` and the special channels."""
    return [
        Cue(r["ground"] or None, r["channel"], r["speaks"] == "for", _split(r["words"]))
        for r in _rows("cues")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("；") if part)


def _number(cell: str) -> int | None:
    return int(cell) if cell else None
