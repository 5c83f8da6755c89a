"""The appeal, and the one door through which its state changes."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship, validates

from appeals.db import Base, Id, Instant
from appeals.models import tree
from appeals.models.audit import Event
from appeals.models.company import Company
from appeals.models.people import Unit, User
from appeals.rules import lifecycle
from appeals.rules.actors import Actor, Relation
from appeals.rules.lifecycle import Move
from appeals.rules.words import Nature, Part, Role, State

if TYPE_CHECKING:
    from appeals.models.assignment import Assignment

# Conditions of partial indexes: a query that is to use one says them in the very same words.
OPEN = text("state NOT IN ('struck_off','statutory','declined','ended','merged')")
OPEN_DUE = text("completed_at IS NULL AND state NOT IN ('struck_off','statutory','declined','ended','merged')")
WITH_DUE = text(f"due_at IS NOT NULL AND {OPEN_DUE.text}")  # any comparison of due_at implies the rest
CONDUCT = text("conduct")
UNROUTED = text("unrouted AND state IN ('submitted','accepted')")
TO_CALL = text("state = 'completed' AND calls_done_at IS NULL")
ASKED = text(
    "withdrawal_asked_at IS NOT NULL"
    " AND state IN ('submitted','to_supplement','accepted','dispatched','in_hand','replied','shelved')"
)
UNCONFIRMED = text("state = 'submitted' AND filed_by_id IS NOT NULL AND confirmed_at IS NULL")
REPRISAL = text("outside_due_at IS NOT NULL AND state IN ('submitted','accepted')")
UNREAD = text("state IN ('submitted','accepted') AND proposed_at IS NULL")


def _where_set(name: str, *columns: str, unique: bool = False) -> Index:
    """An index of the rows in which the first column is set: a new appeal, where most are not, pays for none."""
    is_set = text(f"{columns[0]} IS NOT NULL")
    return Index(f"ix_appeal_{name}", *columns, unique=unique, postgresql_where=is_set, sqlite_where=is_set)


class Appeal(Base):
    """One matter that one company asks the new area to settle (policy §1, §3)."""

    __tablename__ = "appeal"
    __table_args__ = (
        _where_set("next_action", "next_action_at"),
        Index("ix_appeal_pile", "state", "urgent", "submitted_at", "id", postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_appeal_unrouted", "submitted_at", "id", postgresql_where=UNROUTED, sqlite_where=UNROUTED),
        Index("ix_appeal_to_call", "window_ends_at", "id", postgresql_where=TO_CALL, sqlite_where=TO_CALL),
        Index("ix_appeal_withdrawal_asked", "withdrawal_asked_at", "id", postgresql_where=ASKED, sqlite_where=ASKED),
        Index("ix_appeal_unread", "id", postgresql_where=UNREAD, sqlite_where=UNREAD),
        Index("ix_appeal_open_due", "due_at", "id", postgresql_where=WITH_DUE, sqlite_where=WITH_DUE),
        Index("ix_appeal_conduct", "about_unit_id", postgresql_where=CONDUCT, sqlite_where=CONDUCT),
        _where_set("due", "due_at", "id"),
        _where_set("completed", "completed_at"),
        _where_set("window", "first_window_ends_at"),
        _where_set("struck_off", "struck_off_at"),
        _where_set("declined", "declined_at"),
        _where_set("excluded", "excluded_recorded_at"),
        _where_set("accepted", "accepted_at", "task", "company_id"),
        _where_set("reopened_from", "reopened_from_id"),
        _where_set("merged_into", "merged_into_id"),
        _where_set("filed_by", "filed_by_id", "id"),
        _where_set("reprisal_of", "reprisal_of_id"),
        Index("ix_appeal_unconfirmed", "submitted_at", "id", postgresql_where=UNCONFIRMED, sqlite_where=UNCONFIRMED),
        Index("ix_appeal_reprisal", "outside_due_at", "id", postgresql_where=REPRISAL, sqlite_where=REPRISAL),
        Index("ix_appeal_company", "company_id", "id"),
        _where_set("about_person", "about_person_id"),
        _where_set("follow", "follow_on", "id"),
        _where_set("external", "external_no", "source", unique=True),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    code_hash: Mapped[str | None] = mapped_column(String(64))
    submission_key: Mapped[str | None] = mapped_column(String(36), unique=True)
    form_digest: Mapped[str | None] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(20))
    external_no: Mapped[str | None] = mapped_column(String(60))
    imported_at: Mapped[datetime | None] = mapped_column(Instant)
    is_test: Mapped[bool] = mapped_column(default=False)

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    company_name: Mapped[str] = mapped_column(String(120))
    industry: Mapped[str | None] = mapped_column(String(1))
    territory: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(200), default="")
    contact_name: Mapped[str] = mapped_column(String(40), default="")
    mobile: Mapped[str] = mapped_column(String(11), default="")
    hide_contact: Mapped[bool] = mapped_column(default=False)
    nature: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    wish: Mapped[str] = mapped_column(Text, default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    urgent_reason: Mapped[str] = mapped_column(String(300), default="")
    urgent_kind: Mapped[str | None] = mapped_column(String(20))
    other_channel: Mapped[str] = mapped_column(String(60), default="")
    other_number: Mapped[str] = mapped_column(String(60), default="")
    about_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    about_person_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    conduct: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(5), default="zh")
    points: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    state: Mapped[str] = mapped_column(String(20))
    state_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)
    next_action_at: Mapped[datetime | None] = mapped_column(Instant)
    round: Mapped[int] = mapped_column(default=1)

    section: Mapped[int | None]
    task: Mapped[int | None]
    directory_row_id: Mapped[int | None] = mapped_column(ForeignKey("directory_row.id"))
    proposal: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    proposed_at: Mapped[datetime | None] = mapped_column(Instant)
    unrouted: Mapped[bool] = mapped_column(default=False)
    settings_version: Mapped[int | None]

    submitted_at: Mapped[datetime] = mapped_column(Instant)
    accept_due_at: Mapped[datetime | None] = mapped_column(Instant)
    supplement_asked: Mapped[str | None] = mapped_column(Text)
    supplements: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    supplement_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    supplement_due_at: Mapped[datetime | None] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    dispatch_due_at: Mapped[datetime | None] = mapped_column(Instant)
    dispatched_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    approve_due_at: Mapped[datetime | None] = mapped_column(Instant)
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(20))
    window_ends_at: Mapped[datetime | None] = mapped_column(Instant)
    calls_done_at: Mapped[datetime | None] = mapped_column(Instant)
    first_window_ends_at: Mapped[datetime | None] = mapped_column(Instant)
    struck_off_at: Mapped[datetime | None] = mapped_column(Instant)
    declined_at: Mapped[datetime | None] = mapped_column(Instant)
    decline_code: Mapped[str | None] = mapped_column(String(3))
    public_reason: Mapped[str | None] = mapped_column(Text)
    passed_to: Mapped[str | None] = mapped_column(String(120))
    follow_on: Mapped[date | None]
    exclusion: Mapped[str | None] = mapped_column(String(20))
    excluded_at: Mapped[datetime | None] = mapped_column(Instant)
    excluded_recorded_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawal_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawal_due_at: Mapped[datetime | None] = mapped_column(Instant)
    pressed_at: Mapped[datetime | None] = mapped_column(Instant)
    urged_at: Mapped[datetime | None] = mapped_column(Instant)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    reopened_from_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    reprisal_of_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    outside_due_at: Mapped[datetime | None] = mapped_column(Instant)
    split_by_company: Mapped[bool] = mapped_column(default=False)
    filer_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    spells: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    undone: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)

    company: Mapped[Company] = relationship()
    about_unit: Mapped[Unit | None] = relationship(foreign_keys=[about_unit_id])
    about_person: Mapped[User | None] = relationship(foreign_keys=[about_person_id])
    filed_by: Mapped[User | None] = relationship(foreign_keys=[filed_by_id])
    assignments: Mapped[list["Assignment"]] = relationship(
        back_populates="appeal", order_by="Assignment.dispatched_at, Assignment.id"
    )
    __mapper_args__ = {  # noqa: RUF012
        "version_id_col": version, "version_id_generator": False,
    }

    @property
    def lead(self) -> "Assignment | None":
        """The lead that has it, or had it to the end; None while no unit has it: not yet dispatched, or sent back."""
        leads = [a for a in self.assignments if a.part == Part.LEAD and a.holds]
        return leads[-1] if leads else None

    @property
    def answering(self) -> "Assignment | None":
        """Who answers the company's questions: the lead; until a new one has acknowledged, the one before it (policy §5)."""
        return next((a for a in self.assignments if a.still_answers), None) or self.lead

    @property
    def supports(self) -> list["Assignment"]:
        """The supporting units that still count."""
        return [a for a in self.assignments if a.part == Part.SUPPORT and a.holds]

    @property
    def unconfirmed(self) -> bool:
        """Filed by staff, and not yet confirmed by the company: it counts nowhere, and nobody acts on it (policy §2)."""
        return self.filed_by_id is not None and self.confirmed_at is None

    @property
    def is_consultation(self) -> bool:
        """A question has shorter limits (policy §4)."""
        return self.nature == Nature.CONSULTATION

    @property
    def concerns_office(self) -> bool:
        """Whether the recusal post decides: lead or accused lies in the office's own bureau (policy §2)."""
        units, lead, person = tree.current(), self.lead, self.about_person
        accused = {self.about_unit_id, units.own_of(Role(person.role), person.unit_id) if person else None}
        return bool((accused | {lead.unit_id if lead else None}) & units.office_bureau)

    @property
    def accuses_office(self) -> bool:
        """Whether a conduct complaint is about the coordination office's own bureau: the recusal post acts for it."""
        return self.conduct and self.about_unit_id in tree.current().office_bureau

    def hidden_from(self, by: Actor) -> bool:
        """Whether it does not exist for `by`: his unit's conduct, or his own doings, are complained of (policy §2)."""
        if by.user_id is not None and by.user_id == self.about_person_id:
            return True
        return self.conduct and self.about_unit_id in tree.current().answers_for(by)

    def relation(self, by: Actor) -> Relation:
        """How `by` stands to this appeal; being accused beats everything else (policy §2)."""
        if self.hidden_from(by):
            return Relation.ACCUSED
        holds = any(a.unit_id in by.unit_ids and a.holds for a in self.assignments)
        if holds and by.role is not Role.RECUSAL:
            return Relation.OWN
        if by.role in lifecycle.UNIT_ROLES and any(a.unit_id in by.unit_ids and a.still_answers for a in self.assignments):
            return Relation.FORMER
        if self.accuses_office:
            return Relation.INSTEAD
        return Relation.OFFICE if self.concerns_office else Relation.OTHER

    @validates("assignments")
    def _never_to_the_accused(self, _key: str, assignment: "Assignment") -> "Assignment":
        """No road leads a conduct complaint to the unit it is about, nor below it (policy §2)."""
        if self.conduct and self.about_unit_id in tree.current().above(assignment.unit_id):
            raise lifecycle.NotAllowed("作风类投诉不能交给被反映的单位及其下属单位")
        return assignment

    def make(
        self, move: Move, *, by: Actor, at: datetime, recorded_at: datetime | None = None, to: State | None = None,
        **detail: Any,
    ) -> Event:  # fmt: skip
        """Make a move: check it, change the state, leave one event.

        `at` is the (nominal) instant, `to` where a move that leads back leads. Raises lifecycle.NotAllowed or lifecycle.NotYours.
        """
        self.check_confirmed(move)
        before = State(self.state)
        after = lifecycle.target(move, before, by, self._relation_for(move, by), to)
        if after is not None and after is not before:
            self.state = after.value
            self.state_at = at
        if move not in lifecycle.QUIET:
            self.version += 1  # even a move that stays makes an older page stale
        event = Event(
            appeal_id=self.id, kind=move.value, at=at, recorded_at=recorded_at or at, role=by.role.value,
            user_id=by.user_id, unit_id=by.unit_id, before=before.value, after=self.state,
            detail=detail | ({"for": by.for_id} if by.for_id is not None else {}),
        )  # fmt: skip
        owner = object_session(self)
        assert owner is not None
        owner.add(event)
        return event

    def check_confirmed(self, move: Move) -> None:
        """What staff filed is nobody's to act on before the company has confirmed it. Raises NotAllowed."""
        if self.unconfirmed and move not in lifecycle.UNCONFIRMED:
            raise lifecycle.NotAllowed("代提的诉求待企业确认，确认之前不能办理")

    def may(self, move: Move, by: Actor) -> bool:
        """Whether a page should offer this move to this visitor."""
        if self.unconfirmed and move not in lifecycle.UNCONFIRMED:
            return False
        return lifecycle.allowed(move, State(self.state), by, self._relation_for(move, by))

    def _relation_for(self, move: Move, by: Actor) -> Relation:
        """The office's deeds look first at whether its own bureau is concerned, a unit's at who holds the appeal."""
        relation, step = self.relation(by), lifecycle.STEPS[move]
        if relation is Relation.OWN and by.role not in lifecycle.UNIT_ROLES and step.roles & lifecycle.OFFICE_ROLES:
            if self.accuses_office:
                return Relation.INSTEAD
            if self.concerns_office and not step.own_only:
                return Relation.OFFICE
        return relation
