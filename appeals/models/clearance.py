"""Frozen cycles and quarters: figures that are never written again."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from appeals.db import Base, Id, Instant


class ClearanceRun(Base):
    """One frozen period; `kind` is cycle or quarter. The unique row decides who froze it.

    A quarter's number is year × 10 + quarter. `medians`: line → median working seconds to completion.
    `lines`: line of a unit → its class and whether it is external, as they were when it was frozen.
    """

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
    historical: Mapped[bool] = mapped_column(default=False)
    frozen_at: Mapped[datetime] = mapped_column(Instant)
    medians: Mapped[dict[str, Any]] = mapped_column(JSON)
    lines: Mapped[dict[str, Any]] = mapped_column(JSON)


class ClearanceEntry(Base):
    """One appeal in one frozen cycle, in the line it is charged to (rules.clearance_entries.Entry).

    `booked`: [holder, working seconds] from acceptance to the cycle's end, for what should have been cleared
    and was not.
    """

    __tablename__ = "clearance_entry"
    __table_args__ = (Index("ix_clearance_entry_list", "run_id", "line", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("clearance_run.id"))
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    line: Mapped[str] = mapped_column(String(80))
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    due: Mapped[bool]
    cleared: Mapped[bool]
    kept: Mapped[bool]
    old_debt: Mapped[bool]
    shelved_at_due: Mapped[bool]
    shelved_now: Mapped[bool]
    excluded_by: Mapped[str | None] = mapped_column(String(20))
    booked: Mapped[list[tuple[str, int]]] = mapped_column(JSON)

    run: Mapped[ClearanceRun] = relationship()


class ClearanceRate(Base):
    """One rate of one line: a unit, 自提自办, a class, or the total.

    `of_number` is the cycle the rate speaks of: the run's own, but for 销号率, which an issue prints of the
    cycle before (policy §7).
    """

    __tablename__ = "clearance_rate"
    __table_args__ = (UniqueConstraint("run_id", "line", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("clearance_run.id"))
    of_number: Mapped[int]
    line: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(30))
    num: Mapped[int]
    den: Mapped[int]
    n: Mapped[int]


class ClearanceItem(Base):
    """One appeal behind one rate of one line: in the base, adding to the numerator, or excluded by a named rule."""

    __tablename__ = "clearance_item"
    __table_args__ = (Index("ix_clearance_item_list", "run_id", "key", "line", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("clearance_run.id"))
    line: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(30))
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"))
    num: Mapped[int]
    excluded_by: Mapped[str | None] = mapped_column(String(20))


class ClearanceFlow(Base):
    """One line's balance of one cycle: opening + in = out + closing (rules.stock.Balance, policy §7)."""

    __tablename__ = "clearance_flow"
    __table_args__ = (UniqueConstraint("run_id", "line"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("clearance_run.id"))
    line: Mapped[str] = mapped_column(String(80))
    opening: Mapped[int]
    accepted: Mapped[int]
    dispatched_in: Mapped[int]
    transferred_in: Mapped[int]
    reopened: Mapped[int]
    back_from_shelving: Mapped[int]
    completed: Mapped[int]
    transferred_out: Mapped[int]
    ended_merged: Mapped[int]
    shelved: Mapped[int]
    closing: Mapped[int]


class FrozenBlock(Base):
    """The canonical texts whose digests the run carries: facts and figures, byte for byte."""

    __tablename__ = "frozen_block"

    run_id: Mapped[int] = mapped_column(ForeignKey("clearance_run.id"), primary_key=True)
    facts: Mapped[str] = mapped_column(Text)
    figures: Mapped[str] = mapped_column(Text)
