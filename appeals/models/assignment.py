"""Who was given an appeal, what they did with it, and what they wrote."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from appeals.db import Base, Id, Instant
from appeals.models.appeal import Appeal
from appeals.models.people import Unit, User
from appeals.rules.returns import Ended
from appeals.rules.words import Part, State


class Stage(StrEnum):
    """Which tab of the unit's page a task lies in; follows from the facts and is written down for the index."""

    NEW = "new"
    OPEN = "open"
    TO_SIGN = "to_sign"
    RECTIFY = "rectify"
    SHELVED = "shelved"
    ANSWERED = "answered"
    DONE = "done"
    FORMER = "former"
    GONE = "gone"


HELPED = frozenset({State.ACCEPTED, State.DISPATCHED, State.IN_HAND, State.REPLIED})  # supports may act
REPORTS = {Part.LEAD: "办结答复", Part.SUPPORT: "协办反馈", Part.SUB: "二级反馈"}
WAITING = {State.REPLIED: "等待审核", State.COMPLETED: "等待评价", State.RECTIFYING: "等待营商办", State.DISPATCHED: "等待裁定"}


def _first_stage(context: Any) -> str:
    """The stage of a row that arrives from elsewhere; deeds write it anew (actions.limits.arm)."""
    row = context.get_current_parameters()
    if row.get("void") or row.get("ended_at"):
        return Stage.GONE
    if row.get("replied_at"):
        return Stage.ANSWERED if row.get("active", True) else Stage.DONE
    if not row.get("active", True):
        return Stage.DONE
    return Stage.OPEN if row.get("acknowledged_at") or row.get("limit_runs_from_at") else Stage.NEW


def _first_due(context: Any) -> datetime:
    row = context.get_current_parameters()
    due_at: datetime = row["due_at"]
    return due_at


class Assignment(Base):
    """One unit's tenure of one appeal (policy §1 交办).

    `active`: the unit still has something to do. `void`: recalled, office-fault return or support excused.
    `plan`: how it will be done; of a second level, what it was given to do.
    `limit_runs_from_at` is the moment contact and plan run from: acknowledgement, real or deemed.
    `next_due_at` is the nearest limit of the unit in its present `stage`; `head` the head in charge (定责任人).
    `parent_id`: of a second level, the lead it is inside of. `answers`: taken from this lead, the company still gets
    its answers here until the next one has acknowledged (policy §5 首接负责).
    `cooperation_*`: since when and until when the company is waited for; empty when it is not (policy §3 待企业配合).
    """

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_queue", "unit_id", "stage", "next_due_at", "id"),
        Index("ix_assignment_due", "due_at"),
        Index("ix_assignment_ack_due", "ack_due_at"),
        Index("ix_assignment_dispatched", "dispatched_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    part: Mapped[str] = mapped_column(String(10))
    active: Mapped[bool] = mapped_column(default=True)
    void: Mapped[bool] = mapped_column(default=False)
    dispatched_at: Mapped[datetime] = mapped_column(Instant)
    dispatched_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ack_due_at: Mapped[datetime] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_recorded_at: Mapped[datetime | None] = mapped_column(Instant)
    limit_runs_from_at: Mapped[datetime | None] = mapped_column(Instant)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    contact_due_at: Mapped[datetime | None] = mapped_column(Instant)
    contacted_at: Mapped[datetime | None] = mapped_column(Instant)
    plan_due_at: Mapped[datetime | None] = mapped_column(Instant)
    planned_at: Mapped[datetime | None] = mapped_column(Instant)
    plan: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime] = mapped_column(Instant)
    original_due_at: Mapped[datetime] = mapped_column(Instant)
    replied_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_why: Mapped[str | None] = mapped_column(String(20))
    answers: Mapped[bool] = mapped_column(default=False)
    cooperation_from_at: Mapped[datetime | None] = mapped_column(Instant)
    cooperation_due_at: Mapped[datetime | None] = mapped_column(Instant)
    excused_reason: Mapped[str | None] = mapped_column(String(300))
    head_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    stage: Mapped[str] = mapped_column(String(10), default=_first_stage)
    next_due_at: Mapped[datetime] = mapped_column(Instant, default=_first_due)

    appeal: Mapped[Appeal] = relationship(back_populates="assignments")
    unit: Mapped[Unit] = relationship()
    handler: Mapped[User | None] = relationship(foreign_keys=[handler_id])
    head: Mapped[User | None] = relationship(foreign_keys=[head_id])
    replies: Mapped[list["Reply"]] = relationship(back_populates="assignment", order_by="Reply.version")

    @property
    def holds(self) -> bool:
        """Whether the unit still sees the appeal as its own: until its tenure ended elsewhere."""
        return self.ended_at is None and not self.void

    @property
    def still_answers(self) -> bool:
        """Whether the company's questions still come here, though another will lead (policy §5 首接负责)."""
        return self.answers and self.appeal.state in (State.ACCEPTED, State.DISPATCHED)

    @property
    def ended_label(self) -> str:
        """How the tenure ended before completion; empty where it did not."""
        return Ended(self.ended_why).label if self.ended_why else ""

    @property
    def part_label(self) -> str:
        """主办, 协办 or 二级."""
        return Part(self.part).label

    @property
    def deemed(self) -> bool:
        """Taken as acknowledged because the limit ran out, and nobody has really done so yet."""
        return self.acknowledged_at is None and self.limit_runs_from_at is not None

    def stage_now(self, to_rectify: bool = False) -> Stage:
        """The stage that follows from the facts; `to_rectify`: a verified poor rating waits for the unit's report."""
        if not self.holds:
            return Stage.FORMER if self.still_answers else Stage.GONE
        if self.part != Part.LEAD:
            return self._helper_stage()
        match self.appeal.state:
            case State.DISPATCHED:
                return Stage.NEW
            case State.IN_HAND:
                draft = self.draft
                return Stage.TO_SIGN if draft is not None and draft.offered_at is not None else Stage.OPEN
            case State.RECTIFYING if to_rectify:
                return Stage.RECTIFY
            case State.SHELVED:
                return Stage.SHELVED
            case State.REPLIED | State.COMPLETED | State.RECTIFYING:
                return Stage.ANSWERED
        return Stage.DONE

    def _helper_stage(self) -> Stage:
        if self.replied_at is not None or self.appeal.state not in HELPED:
            return Stage.DONE
        return Stage.NEW if self.acknowledged_at is None else Stage.OPEN

    @property
    def next_step(self) -> str:
        """What comes next, in a word."""
        match self.stage:
            case Stage.TO_SIGN:
                return "审签"
            case Stage.RECTIFY:
                return "整改"
            case Stage.SHELVED:
                return "报送进展"
            case Stage.ANSWERED:
                if self.appeal.state == State.RECTIFYING and not self.active:
                    return WAITING[State.COMPLETED]  # not verified: what the company said is not the unit's to see yet
                return WAITING.get(self.appeal.state, "—")
            case Stage.FORMER:
                return "答复企业询问"
            case Stage.DONE | Stage.GONE:
                return "—"
        return self.step_due()[0]

    def step_due(self) -> tuple[str, datetime]:
        """What the unit owes next, in Chinese, and by when; the rectification's own limit is set elsewhere."""
        owed = [(REPORTS[Part(self.part)], self.due_at)]
        if self.acknowledged_at is None and self.limit_runs_from_at is None:
            owed.append(("签收", self.ack_due_at))
        if self.part == Part.LEAD:
            if self.contact_due_at is not None and self.contacted_at is None:
                owed.append(("首次联系", self.contact_due_at))
            if self.plan_due_at is not None and self.planned_at is None:
                owed.append(("办理方案", self.plan_due_at))
        return min(owed, key=lambda step: step[1])

    @property
    def draft(self) -> "Reply | None":
        """The version being written, not yet signed."""
        return next((r for r in reversed(self.replies) if r.submitted_at is None), None)

    @property
    def submitted(self) -> "Reply | None":
        """The last signed version."""
        return next((r for r in reversed(self.replies) if r.submitted_at is not None), None)


class Reply(Base):
    """One version of what a unit writes; `answers` holds one text per numbered point (policy §3).

    Drafted, offered to the head, submitted (signed), endorsed (first of two signatures, where two are
    needed), judged.
    """

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    version: Mapped[int]
    round: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[str] = mapped_column(String(20))
    answers: Mapped[list[str]] = mapped_column(JSON)
    basis: Mapped[str] = mapped_column(String(300), default="")
    contacted_on: Mapped[date | None]
    internal_note: Mapped[str] = mapped_column(Text, default="")
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    offered_at: Mapped[datetime | None] = mapped_column(Instant)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    endorsed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    endorsed_at: Mapped[datetime | None] = mapped_column(Instant)
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    judged_at: Mapped[datetime | None] = mapped_column(Instant)
    approved: Mapped[bool | None]
    judgement: Mapped[str] = mapped_column(Text, default="")

    assignment: Mapped[Assignment] = relationship(back_populates="replies")


class ContactNote(Base):
    """One conversation of a unit, or of the office, with the company."""

    __tablename__ = "contact_note"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    kind: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    reached: Mapped[bool] = mapped_column(default=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(Instant)
