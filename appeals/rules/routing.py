"""(directory rows, functional area, territory, day) → lead, supports, alternatives, and why; policy §5."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

Key = tuple[int | None, int | None, str | None]


@dataclass(frozen=True)
class Row:
    """One directory row: exactly one of task and section; territory None = any.

    Units are named, `valid_from` and `valid_to` are both inside the validity (valid_to None: until further
    notice). `territorial_support`: the unit of the appeal's own territory supports.
    """

    id: int
    version: int
    task: int | None
    section: int | None
    territory: str | None
    lead: str
    supports: tuple[str, ...]
    alternatives: tuple[str, ...]
    territorial_support: bool
    basis: str
    valid_from: date
    valid_to: date | None

    def holds(self, on: date) -> bool:
        """Tell whether the row is in force on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class Route:
    """Where an appeal goes. No row: `lead` is None, the appeal waits in the visible pile 待研判.

    `supports` are unique and never hold the lead; `version` is that of the directory asked.
    """

    row: Row | None
    version: int
    lead: str | None
    supports: tuple[str, ...]
    alternatives: tuple[str, ...]
    why: str


class Index:
    """A directory prepared for look-up; build it once per directory version."""

    def __init__(self, rows: Iterable[Row], version: int | None = None) -> None:
        """Sort the rows by what they are about; version None: the highest among the rows."""
        kept = sorted(rows, key=lambda row: (row.valid_from, row.version, row.id), reverse=True)
        self.version = max((row.version for row in kept), default=0) if version is None else version
        self._rows: dict[Key, list[Row]] = {}
        for row in kept:
            self._rows.setdefault((row.task, None if row.task else row.section, row.territory), []).append(
                row
            )

    def find(self, task: int | None, section: int | None, territory: str | None, on: date) -> Row | None:
        """Return the most specific row in force; of several, the one that began last. Policy §5."""
        asked: tuple[Key, ...] = (
            (task, None, territory),
            (None, section, territory),
            (task, None, None),
            (None, section, None),
        )
        for key in asked:
            if key[0] is None and key[1] is None:
                continue
            for row in self._rows.get(key, ()):
                if row.holds(on):
                    return row
        return None


def route(
    index: Index,
    task: int | None,
    section: int | None,
    territory: str | None,
    on: date,
    territorial_units: Mapping[str, str],
) -> Route:
    """Find lead and supports for an area and a territory; policy §5.

    `task` 1–229 and `section` 1–19 may each be unknown (None), as may the territory; `territorial_units` names
    the unit of each territory that has one (新区本级 has none).
    """
    row = index.find(task, section, territory, on)
    if row is None:
        return Route(None, index.version, None, (), (), "派单目录没有对应条目，待研判")
    local = territorial_units.get(territory) if territory and row.territorial_support else None
    supports = _others(row.lead, (*row.supports, *((local,) if local else ())))
    why = f"依据{row.basis}（{row.territory or '不限属地'}）：主办{row.lead}"
    if supports:
        why += f"，协办{'、'.join(supports)}"
    return Route(row, index.version, row.lead, supports, _others(row.lead, row.alternatives), why)


def _others(lead: str, units: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unit for unit in units if unit != lead))
