"""What companies say of the answers, and how they were asked."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from appeals.db import Base, Id, Instant
from appeals.models.appeal import Appeal
from appeals.rules import ratings
from appeals.rules.words import RatingMark

OPEN = text("done_at IS NULL")


class Rating(Base):
    """One rating, or one change of it; rows are added, never altered but for what a review upheld (policy §6).

    `mark` is what was noted as it was given (words.RatingMark); `discounted_at` the review's second signature.
    """

    __tablename__ = "rating"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    round: Mapped[int]
    source: Mapped[str] = mapped_column(String(10))
    contacted: Mapped[bool | None]
    solved: Mapped[str] = mapped_column(String(10))
    go_on: Mapped[bool] = mapped_column(default=False)
    level: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    comment: Mapped[str] = mapped_column(Text, default="")
    counts: Mapped[bool] = mapped_column(default=True)
    mark: Mapped[str | None] = mapped_column(String(10))
    discounted_at: Mapped[datetime | None] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(Instant, index=True)

    appeal: Mapped[Appeal] = relationship()

    @property
    def poor(self) -> bool:
        """Whether it asks for rectification."""
        return ratings.poor(self.level, self.solved, self.go_on)

    @property
    def mark_label(self) -> str:
        """Why it is not in the statistics, for officials; empty where it is."""
        if self.discounted_at is not None:
            return "经复核不计入统计"
        return RatingMark(self.mark).label if self.mark else ""


class RatingLink(Base):
    """The link of one round: only a keyed hash of its token is kept; valid 30 days (policy §6)."""

    __tablename__ = "rating_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    round: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(Instant)


class CallBack(Base):
    """One attempt of the office to reach the company about an unrated answer."""

    __tablename__ = "call_back"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    round: Mapped[int]
    reached: Mapped[bool]
    note: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class Rectification(Base):
    """What a poor rating forces; one row per round (policy §6).

    `ended_at`: it was broken off before an audit, by a better rating, a review upheld or a closing (`ended_why`).
    `explained_on`: the day of the conversation that stands for a report where the refusal was lawful.
    """

    __tablename__ = "rectification"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    round: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    verify_due_at: Mapped[datetime] = mapped_column(Instant)
    verified_at: Mapped[datetime | None] = mapped_column(Instant)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    finding: Mapped[str] = mapped_column(Text, default="")
    complex: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    plan: Mapped[str] = mapped_column(Text, default="")
    planned_at: Mapped[datetime | None] = mapped_column(Instant)
    earlier_reports: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    report: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[datetime | None] = mapped_column(Instant)
    explained_on: Mapped[date | None]
    audit_due_at: Mapped[datetime | None] = mapped_column(Instant)
    judgement: Mapped[str] = mapped_column(Text, default="")
    audited_at: Mapped[datetime | None] = mapped_column(Instant)
    audited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_why: Mapped[str | None] = mapped_column(String(10))

    appeal: Mapped[Appeal] = relationship()

    @property
    def came_due_at(self) -> datetime | None:
        """Its limit, unless it was broken off before that."""
        return None if self.due_at and self.ended_at and self.ended_at < self.due_at else self.due_at

    @property
    def turn(self) -> tuple[str, datetime, datetime | None]:
        """(what comes next in a word, since when, by when) while it runs."""
        if self.verified_at is None:
            return "待核实", self.opened_at, self.verify_due_at
        if self.explained_on is not None:
            return "待核定依据", self.reported_at or self.verified_at, None
        if self.reported_at is not None:
            return "待审核", self.reported_at, self.audit_due_at
        return "单位整改中", self.verified_at, self.due_at

    @property
    def runs(self) -> bool:
        """Whether it is still to be put right."""
        return self.ended_at is None and self.audited_at is None


class Recheck(Base):
    """An approval chosen for a second look when it was given, and what the director found (policy §3)."""

    __tablename__ = "recheck"
    __table_args__ = (Index("ix_recheck_open", "chosen_at", "id", postgresql_where=OPEN, sqlite_where=OPEN),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    chosen_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    sound: Mapped[bool | None]
    finding: Mapped[str] = mapped_column(Text, default="")

    appeal: Mapped[Appeal] = relationship()
