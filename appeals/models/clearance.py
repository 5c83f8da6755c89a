"""Frozen cycles and quarters: figures that are never written again."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from appeals.db import Base, Id, Instant


class ClearanceRun(Base):
    """One frozen period; `kind` is cycle or quarter. The unique row decides who froze it."""

    __tablename__ = "clearance_run"
    __table_args__ = (UniqueConstraint("kind", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    from_at: Mapped[datetime] = mapped_column(Instant)
    to_at: Mapped[datetime] = mapped_column(Instant)
    known_at: Mapped[datetime] = mapped_column(Instant)
    formula: Mapped[str] = mapped_column(String(20))
    settings_version: Mapped[int]
    calendar_version: Mapped[int]
    facts_sha256: Mapped[str] = mapped_column(String(64))
    figures_sha256: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime] = mapped_column(Instant)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)


class ClearanceEntry(Base):
    """One appeal in one frozen period, in the line of the unit charged with it."""

    __tablename__ = "clearance_entry"
    __table_args__ = (Index("ix_clearance_entry_run_unit", "run_id", "unit_id", "kind"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("clearance_run.id"))
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(20))
    held: Mapped[dict[str, int]] = mapped_column(JSON)

    run: Mapped[ClearanceRun] = relationship()


class ClearanceRate(Base):
    """One rate of one line (a unit, a class, the total, or self-handled) with the lists behind it."""

    __tablename__ = "clearance_rate"
    __table_args__ = (UniqueConstraint("run_id", "line", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("clearance_run.id"))
    line: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    key: Mapped[str] = mapped_column(String(30))
    num: Mapped[int]
    den: Mapped[int]


class ClearanceItem(Base):
    """One appeal behind one rate: in the base, in the numerator, or excluded by a named rule."""

    __tablename__ = "clearance_item"
    __table_args__ = (Index("ix_clearance_item_list", "run_id", "unit_id", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("clearance_run.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    line: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(30))
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"))
    in_den: Mapped[bool]
    in_num: Mapped[bool]
    excluded_by: Mapped[str | None] = mapped_column(String(60))


class ClearanceFlow(Base):
    """One line's balance of one cycle: opening + in = out + closing (policy §7)."""

    __tablename__ = "clearance_flow"
    __table_args__ = (UniqueConstraint("run_id", "line", "flow"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("clearance_run.id"))
    line: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    flow: Mapped[str] = mapped_column(String(20))
    count: Mapped[int]


class FrozenBlock(Base):
    """The canonical text whose digest the run carries: facts and figures, byte for byte."""

    __tablename__ = "frozen_block"

    run_id: Mapped[int] = mapped_column(ForeignKey("clearance_run.id"), primary_key=True)
    facts: Mapped[str] = mapped_column(Text)
    figures: Mapped[str] = mapped_column(Text)
