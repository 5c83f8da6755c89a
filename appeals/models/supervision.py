"""Papers of supervision with their lines, the evenings on which they were drafted, and proven findings (policy §8, §10)."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from appeals.db import Base, Id, Instant
from appeals.models.appeal import Appeal
from appeals.models.people import Unit, User
from appeals.rules import papers
from appeals.rules.papers import Ground, Kind

DRAFT = text("sent_at IS NULL AND dropped_at IS NULL")
UNANSWERED = text("answer_due_at IS NOT NULL AND answered_at IS NULL")


class PaperRun(Base):
    """One evening whose papers were drafted: the unique day decides which process did it."""

    __tablename__ = "paper_run"

    on: Mapped[date] = mapped_column("day", primary_key=True)
    drafted: Mapped[int] = mapped_column(default=0)


class Paper(Base):
    """One paper to one unit. A draft until a person sends it, who gives it its number; or drops it, with a reason.

    `sender` is the role that may send it; `principal`: to the unit's 主要负责人, else to its deputy in charge.
    `reports` are the weekly ones after a red paper, the next due at `report_due_at`; `minutes` what came of a talk.
    """

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("kind", "year", "sequence"),
        Index("ix_paper_draft", "id", postgresql_where=DRAFT, sqlite_where=DRAFT),
        Index("ix_paper_unanswered", "answer_due_at", "id", postgresql_where=UNANSWERED, sqlite_where=UNANSWERED),
        Index("ix_paper_unit", "unit_id", "kind", "sent_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    year: Mapped[int | None]
    sequence: Mapped[int | None]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    addressee_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    principal: Mapped[bool] = mapped_column(default=False)
    sender: Mapped[str] = mapped_column(String(20))
    copies: Mapped[list[str]] = mapped_column(JSON, default=list)
    body: Mapped[str] = mapped_column(Text)
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    edited_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    answer_due_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    reports: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    report_due_at: Mapped[datetime | None] = mapped_column(Instant)
    minutes: Mapped[str] = mapped_column(Text, default="")
    dropped_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    dropped_at: Mapped[datetime | None] = mapped_column(Instant)
    drop_reason: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship()
    addressee: Mapped[User | None] = relationship(foreign_keys=[addressee_id])
    edited_by: Mapped[User | None] = relationship(foreign_keys=[edited_by_id])
    sent_by: Mapped[User | None] = relationship(foreign_keys=[sent_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])
    dropped_by: Mapped[User | None] = relationship(foreign_keys=[dropped_by_id])
    lines: Mapped[list["PaperLine"]] = relationship(back_populates="paper", order_by="PaperLine.id")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def label(self) -> str:
        """What officials call it."""
        return Kind(self.kind).label

    @property
    def level(self) -> int:
        """How high it stands on its ladder, from 0."""
        return papers.level(Kind(self.kind))

    @property
    def number(self) -> str:
        """文号; empty for a draft."""
        if self.year is None or self.sequence is None:
            return ""
        return papers.number(Kind(self.kind), self.year, self.sequence)

    @property
    def addressee_label(self) -> str:
        """To whom it goes, by post and, where one is registered, by name."""
        post = "主要负责人" if self.principal else "分管负责人"
        return f"{post}（{self.addressee.name or self.addressee.login}）" if self.addressee else post

    @property
    def is_draft(self) -> bool:
        """Whether it still waits for a person."""
        return self.sent_at is None and self.dropped_at is None

    @property
    def standing(self) -> list["PaperLine"]:
        """The lines that were still so when it was sent."""
        return [line for line in self.lines if not line.left_out]

    @property
    def appeals(self) -> list[Appeal]:
        """The appeals it is about, each once."""
        return list({line.appeal_id: line.appeal for line in self.standing}.values())


class PaperLine(Base):
    """One appeal on one paper, and why. `left_out`: settled before the paper was sent, so it was sent without."""

    __tablename__ = "paper_line"
    __table_args__ = (UniqueConstraint("paper_id", "appeal_id", "ground"), Index("ix_paper_line_appeal", "appeal_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"))
    ground: Mapped[str] = mapped_column(String(20))
    since_at: Mapped[datetime] = mapped_column(Instant)
    left_out: Mapped[bool] = mapped_column(default=False)

    paper: Mapped[Paper] = relationship(back_populates="lines")
    appeal: Mapped[Appeal] = relationship()

    @property
    def label(self) -> str:
        """Why, in Chinese."""
        return Ground(self.ground).label


class Finding(Base):
    """Sham completion, pressed withdrawal or leak: proven when director and leader have signed (policy §10)."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_decided", "decided_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    proven: Mapped[bool | None]
    remark: Mapped[str] = mapped_column(Text, default="")

    appeal: Mapped[Appeal] = relationship()
    unit: Mapped[Unit] = relationship()

    @property
    def label(self) -> str:
        """What was found, in Chinese."""
        return Ground(self.kind).label.removeprefix("经查实")
