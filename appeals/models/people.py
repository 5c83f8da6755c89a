"""Units, the people in them, and their sign-ins."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from appeals.db import Base, Id, Instant
from appeals.rules.words import Role, UnitClass

OFFICE, RECUSAL = "office", "recusal"


class Unit(Base):
    """A responsible unit; a tree. `duty` marks the coordination office and the recusal post's unit."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    english: Mapped[str] = mapped_column(String(120), default="")
    unit_class: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    territory: Mapped[str | None] = mapped_column(String(20))
    external: Mapped[bool] = mapped_column(default=False)
    duty: Mapped[str | None] = mapped_column(String(20))
    phone: Mapped[str | None] = mapped_column(String(30))
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)

    parent: Mapped["Unit | None"] = relationship(remote_side=[id])

    @property
    def class_label(self) -> str:
        """The Chinese name of the unit's class."""
        return UnitClass(self.unit_class).label


class User(Base):
    """A member of staff. Companies have no account: they hold number and code.

    `principal` tells the head of a unit (主要负责人) from one in charge of a part of it (分管负责人).
    """

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40), default="")
    phone: Mapped[str | None] = mapped_column(String(30))
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    password_hash: Mapped[str] = mapped_column(String(255))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    principal: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit | None] = relationship()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def role_label(self) -> str:
        """The Chinese name of the person's role."""
        return Role(self.role).label


class SignIn(Base):
    """One sign-in on one device; a cookie names it, and it is dead once `ended_at` is set.

    `address` is a keyed hash of where it came from.
    """

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None]
    address: Mapped[str] = mapped_column(String(64), default="")

    user: Mapped[User] = relationship()
