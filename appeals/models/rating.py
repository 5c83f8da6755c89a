"""What companies say of the answers, and how they were asked."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from appeals.db import Base, Id, Instant
from appeals.models.appeal import Appeal


class Rating(Base):
    """One rating, or one change of it; rows are added, never altered (policy §6)."""

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
    discounted_at: Mapped[datetime | None] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(Instant, index=True)

    appeal: Mapped[Appeal] = relationship()


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
    """What a poor rating forces; one row per round (policy §6)."""

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
    earlier_reports: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    report: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[datetime | None] = mapped_column(Instant)
    judgement: Mapped[str] = mapped_column(Text, default="")
    audited_at: Mapped[datetime | None] = mapped_column(Instant)
    audited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
