"""What figures rest on, and the standing queries over frozen ones (policy §7, §9): never a count over history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from appeals.db import session
from appeals.models import calendar, settings, tree
from appeals.models.settings import SettingsVersion
from appeals.rules import rates, words

CYCLE, QUARTER = "cycle", "quarter"
TOTAL = "合计"


def basis(settings_version: int | None = None) -> rates.Basis:
    """What figures rest on beside the facts; without a version, on the settings in force."""
    units = tree.current()
    office = units.nodes[units.office_id].name if units.office_id else ""
    return rates.Basis(calendar.current(), office, settings.limits(settings_version))


def settings_at(at: datetime) -> int:
    """The version of the settings that was in force at an instant: the first one before there was any."""
    query = select(func.max(SettingsVersion.number)).where(SettingsVersion.since_at <= at)
    return session().scalar(query) or session().scalar(select(func.min(SettingsVersion.number))) or 0


def unit_lines() -> dict[str, dict[str, Any]]:
    """Line of each unit → its class and whether it is external (policy §10): what a frozen run keeps of the tree."""
    return {n.name: {"class": n.unit_class, "external": n.external} for n in tree.current().nodes.values()}


def class_labels(lines: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Line of a unit → the line of its class; 自提自办 has none and stands in the total only (policy §7)."""
    return {line: words.UnitClass(each["class"]).label for line, each in lines.items()}
