"""Territories, functional areas, and the directory that names who answers for what."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from appeals.db import Base, Id


class Territory(Base):
    """A place of business; `form_only` marks 不清楚 and 不在新区, which no unit answers for."""

    __tablename__ = "territory"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    english: Mapped[str] = mapped_column(String(60))
    form_only: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)


class FunctionalArea(Base):
    """A section (1–19) or a task (1–229) of the policy; a section has no task number."""

    __tablename__ = "functional_area"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    section: Mapped[int] = mapped_column(index=True)
    task: Mapped[int | None] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(120))
    english: Mapped[str] = mapped_column(String(120), default="")


class Industry(Base):
    """A letter of GB/T 4754."""

    __tablename__ = "industry"

    letter: Mapped[str] = mapped_column(String(1), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    english: Mapped[str] = mapped_column(String(80))


class DirectoryRow(Base):
    """(area, territory or any) → lead and support. Rows are closed by `valid_to`, never overwritten."""

    __tablename__ = "directory_row"
    __table_args__ = (Index("ix_directory_row_task", "task"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version: Mapped[int]
    section: Mapped[int | None]
    task: Mapped[int | None]
    territory: Mapped[str | None] = mapped_column(String(20))
    lead: Mapped[str] = mapped_column(String(60))
    supports: Mapped[list[str]] = mapped_column(JSON)
    alternatives: Mapped[list[str]] = mapped_column(JSON)
    territorial_support: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[str] = mapped_column(String(200), default="")
    power_level: Mapped[str] = mapped_column(String(40), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class GlossaryWord(Base):
    """What companies write, and what it points to: a section, task, place, body, or cue; ； divides several words."""

    __tablename__ = "glossary_word"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(60))
    word: Mapped[str] = mapped_column(Text)
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
