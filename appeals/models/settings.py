"""Versioned settings, and what two people change together."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from appeals.db import Base, Id, Instant, session
from appeals.rules import deadlines


class Version(Base):
    """The number of the version in force of: calendar, directory, settings, units, glossary."""

    __tablename__ = "version"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int]


class SettingsVersion(Base):
    """One full set of settings; the version at acceptance governs an appeal for good."""

    __tablename__ = "settings_version"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    values: Mapped[dict[str, Any]] = mapped_column("settings", JSON)
    since_at: Mapped[datetime] = mapped_column(Instant)


class Change(Base):
    """A change of directory, calendar, settings or units: proposed by one person, confirmed by another.

    `base_version` is the version it was written against, `version` the one it made; undecided while
    `decided_at` is empty, taken back where the proposer decided it himself.
    """

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_decided_at", "decided_at", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(500), default="")
    base_version: Mapped[int]
    version: Mapped[int | None]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed: Mapped[bool | None]
    remark: Mapped[str] = mapped_column(String(500), default="")

    @property
    def is_withdrawn(self) -> bool:
        """Whether the proposer took it back before anybody decided."""
        return self.confirmed is False and self.decided_by == self.proposed_by


def versions(reader: Session) -> dict[str, int]:
    """The versions in force by name; read once per request or transaction."""
    known = reader.info.get("versions")
    if known is None:
        known = dict(reader.execute(select(Version.name, Version.number)).all())
        reader.info["versions"] = known
    return known


_loaded: dict[tuple[str, int], dict[str, Any]] = {}


def settings(number: int | None = None) -> dict[str, Any]:
    """The settings of a version; without a number, those in force. A version never changes, so it is kept."""
    reader = session()
    number = versions(reader).get("settings", 0) if number is None else number
    key = (str(reader.get_bind()), number)
    found = _loaded.get(key)
    if found is None:
        row = reader.get(SettingsVersion, number)
        found = {"version": number} | (dict(row.values) if row else {})
        if row is not None:  # a version that is not there yet may still come
            _loaded[key] = found
    return found


def limits(number: int | None = None) -> deadlines.Limits:
    """The numbers of policy §4 in the settings of a version."""
    return deadlines.Limits.from_settings(settings(number).get("limits", {}))
