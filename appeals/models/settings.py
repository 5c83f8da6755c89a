"""Versioned settings, and what two people change together."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from appeals.db import Base, Id, Instant, session
from appeals.models.versions import kept_at, versions
from appeals.rules import deadlines


class SettingsVersion(Base):
    """One full set of settings; the version at acceptance governs an appeal for good."""

    __tablename__ = "settings_version"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    values: Mapped[dict[str, Any]] = mapped_column("settings", JSON)
    since_at: Mapped[datetime] = mapped_column(Instant)


class Change(Base):
    """A change of directory, calendar, settings, units or accounts of trust: proposed by one person, confirmed by another.

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


def settings(number: int | None = None) -> dict[str, Any]:
    """The settings of a version; without a number, those in force. A version never changes, so it is kept."""
    number = versions(session()).get("settings", 0) if number is None else number
    return kept_at(f"settings {number}", number, lambda: _load(number))


def _load(number: int) -> dict[str, Any]:
    row = session().get(SettingsVersion, number)
    return {"version": number} | (dict(row.values) if row else {})


def limits(number: int | None = None) -> deadlines.Limits:
    """The numbers of policy §4 in the settings of a version."""
    chosen = settings(number)
    return kept_at(
        f"limits {chosen['version']}", chosen["version"],
        lambda: deadlines.Limits.from_settings(chosen.get("limits", {})),
    )  # fmt: skip
