"""The settings, changed by two people: a confirmed change is a full new version (policy, opening paragraph)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import settings as kept
from appeals.models.settings import SettingsVersion
from appeals.rules import settings as rules


def prepare(payload: Mapping[str, Any], _at: datetime) -> dict[str, Any]:
    """Put what is in force beside the proposed values. Payload: {"values": the full set}."""
    now = in_force()
    values = dict(payload["values"])
    if values == now:
        raise Refused(values="与现行参数完全相同，没有可提出的更改")
    return {"values": values, "was": now}


def check(payload: Mapping[str, Any], _at: datetime) -> None:
    """Raise Refused (fields `limit_…`, `weight_…`, …) where the numbers cannot stand."""
    if found := rules.problems(payload["values"], in_force()):
        raise Refused(**found)


def apply(payload: Mapping[str, Any], version: int, at: datetime) -> dict[str, int]:
    """Write the new version. Appeals accepted before keep theirs."""
    session().add(SettingsVersion(number=version, values=dict(payload["values"]), since_at=at))
    return {}


def content() -> list[Any]:
    """Every version, for the digest."""
    rows = session().execute(select(SettingsVersion.number, SettingsVersion.values).order_by(SettingsVersion.number))
    return [[number, values] for number, values in rows]


def in_force() -> dict[str, Any]:
    """The values in force, without their number."""
    return {name: value for name, value in kept.settings().items() if name != "version"}
