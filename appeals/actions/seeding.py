"""Load the reference data, once: units, territories, areas, directory, working days, first settings."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from appeals import data
from appeals.db import transaction
from appeals.models.audit import Event
from appeals.models.calendar import CalendarDay
from appeals.models.directory import DirectoryRow, FunctionalArea, GlossaryWord, Industry, Territory
from appeals.models.people import Unit
from appeals.models.settings import SettingsVersion
from appeals.models.versions import Version
from appeals.rules import clearance, deadlines
from appeals.rules.words import Role

SEPARATOR = "；"


def seed(*, at: datetime) -> bool:
    """Fill an empty database; False when it was seeded before: what people changed since stays."""
    with transaction() as writer:
        if writer.get(Version, "units") is not None:
            return False
        writer.execute(insert(Territory), _territories())
        writer.execute(insert(Industry), [{"letter": i.code, "name": i.name, "english": i.english}
                                          for i in data.industries()])  # fmt: skip
        writer.execute(insert(FunctionalArea), _areas())
        writer.execute(insert(DirectoryRow), _directory())
        writer.execute(insert(CalendarDay), list(_days()))
        writer.execute(insert(GlossaryWord), list(_glossary()))
        for position, unit in enumerate(data.units()):
            parent = writer.scalar(select(Unit.id).where(Unit.name == unit.parent)) if unit.parent else None
            writer.add(
                Unit(name=unit.name, english=unit.english, unit_class=unit.unit_class.value, parent_id=parent,
                     territory=unit.territory, external=unit.external, duty=unit.duty, position=position)
            )  # fmt: skip
            writer.flush()
        writer.add(SettingsVersion(number=1, values=first_settings(), since_at=at))
        anchor = date.fromisoformat(first_settings()["anchor"])
        writer.add(Version(name="first_cycle", number=clearance.cycle_of(at, anchor)))
        for name in ("units", "directory", "calendar", "settings", "glossary", "accounts"):
            writer.add(Version(name=name, number=1))
        writer.add(Event(kind="audit.seed", at=at, recorded_at=at, role=Role.SYSTEM.value, detail={}))
        return True


def first_settings() -> dict[str, Any]:
    """The first version of the settings: every default of the policy that two people may later change."""
    return {
        "limits": deadlines.Limits().as_dict(), "anchor": "2022-07-04", "prefix": "QS", "ranking": False,
        "weights": {"on_time": 40, "solved_reasonable": 20, "good": 20, "responded": 10, "rectified_on_time": 10},
        "reference_lines": False,
    }  # fmt: skip


def _territories() -> list[dict[str, Any]]:
    return [
        {"name": t.name, "english": t.english, "form_only": t.form_only, "position": i}
        for i, t in enumerate(data.territories())
    ]


def _areas() -> list[dict[str, Any]]:
    return [
        {"section": a.section, "task": a.number if a.kind == "task" else None, "name": a.name, "english": a.english}
        for a in data.areas()
    ]


def _directory() -> list[dict[str, Any]]:
    return [
        {"version": 1, "section": r.section, "task": r.task, "territory": r.territory, "lead": r.lead,
         "supports": list(r.supports), "alternatives": list(r.alternatives),
         "territorial_support": r.territorial_support, "basis": r.basis, "power_level": r.power_level or "",
         "valid_from": r.valid_from, "valid_to": r.valid_to}
        for r in data.directory()
    ]  # fmt: skip


def _days() -> Iterator[dict[str, Any]]:
    """Every day of the years the file covers; what it does not name is as its weekday says."""
    odd = {d.day: d for d in data.calendar_days()}
    final_years = {d.day.year for d in odd.values() if d.status == "FINAL"}
    day = date(min(odd).year, 1, 1)
    while day <= date(max(odd).year, 12, 31):
        named, working = odd.get(day), day.weekday() < 5
        yield {
            "day": day, "is_working": named.is_working if named else working,
            "kind": named.kind if named else "workday" if working else "weekend",
            "name": named.name if named else "", "source": named.source if named else "",
            "final": day.year in final_years,
        }  # fmt: skip
        day += timedelta(days=1)


def _glossary() -> Iterator[dict[str, Any]]:
    """What companies write, as rows a coordinator can edit; a cell may hold several words."""
    for area in data.glossary():
        yield _word(area.kind, str(area.number), SEPARATOR.join(area.words))
    for place in data.places():
        yield _word("place", place.territory or "", place.word, sort=place.kind)
    for body in data.bodies():
        yield _word("body", body.unit, body.word)
    for cue in data.cues():
        yield _word("cue", cue.ground or "", SEPARATOR.join(cue.words), channel=cue.channel, speaks_for=cue.speaks_for)


def _word(kind: str, target: str, word: str, **extra: Any) -> dict[str, Any]:
    return {"kind": kind, "target": target, "word": word, "extra": extra}
