"""One appeal as the unit that holds it sees it, with the forms its state admits."""

from datetime import datetime
from typing import Any

from flask import Response, render_template
from werkzeug.wrappers import Response as Answer

from appeals import clock
from appeals.actions import contacts, rectifying
from appeals.models import records, tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, Reply, Stage
from appeals.models.rating import Rating
from appeals.models.request import Request
from appeals.rules import asof
from appeals.rules import ratings as rules
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.words import Part, Role, State
from appeals.web import access, cases, chronicle
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import revealed, sent
from appeals.web.deeds import Shown
from appeals.web.forms import unit as forms
from appeals.web.forms.staff import RevealForm, StaffForm
from appeals.web.unit.counter import WORKERS, counter

FINISHED = (Stage.DONE, Stage.ANSWERED, Stage.SHELVED)


@counter.get("/<number>")
@only(*WORKERS)
def appeal(number: str) -> str:
    """The page of one appeal."""
    return show(number, Shown())


def show(number: str, shown: Shown) -> str:
    """The page, with whatever a deed left to be shown."""
    found, by = access.appeal_or_404(number), access.actor()
    record, mine = records.of(found), own(found, by)
    given = {form.key: form for form in _forms(found, record, mine, by)}
    more = {form.key: form for form in cases.forms("unit", found, record, by)}
    kept, state = shown.place(given, more), _state(found, record)
    unsettled = state != found.state
    return render_template(
        "unit/appeal.html", appeal=found, record=record, mine=mine, forms=given, cases=more.values(),
        shown=shown, kept=kept, state=state,
        rectifications=[r for r in record.rectifications if not unsettled or r.verified_at],
        lead=_lead(mine), draft=_draft(mine), can_sign=_can_sign(found, mine, by),
        ratings=_settled(record), timeline=chronicle.timeline(record.history, clock.now() - asof.EDITABLE),
        limits=chronicle.limits(found, unsettled=unsettled), hidden=contacts.hidden_from(found, by),
    )  # fmt: skip


def own(found: Appeal, by: Actor) -> list[Assignment]:
    """The visitor's tasks on this appeal, his very unit's before those below; of a second level, his own only."""
    held = [
        a for a in found.assignments
        if a.unit_id in by.unit_ids and a.holds and (a.part != Part.SUB or a.unit_id == by.unit_id)
    ]  # fmt: skip
    return sorted(held, key=lambda a: a.unit_id != by.unit_id)


def _lead(mine: list[Assignment]) -> Assignment | None:
    return next((a for a in mine if a.part == Part.LEAD), None)


def _draft(mine: list[Assignment]) -> Reply | None:
    lead = _lead(mine)
    return lead.draft if lead else None


def _can_sign(found: Appeal, mine: list[Assignment], by: Actor) -> bool:
    return _draft(mine) is not None and found.may(Move.SIGN_REPLY, by)


def _settled(record: records.Record) -> list[Rating]:
    """Ratings the company can no longer change: before that a unit does not see them (policy §6)."""
    first: dict[int, datetime] = {}
    for rating in record.ratings:
        if rating.counts or rating.discounted_at is not None:
            first.setdefault(rating.round, rating.at)
    return [r for r in record.ratings if rules.settled(first.get(r.round, r.at), clock.now())]


def _state(found: Appeal, record: records.Record) -> str:
    """What a unit is shown while the company may still change its mind: an answer that waits to be rated."""
    row = record.rectification
    if found.state not in (State.RECTIFYING, State.STRUCK_OFF) or (row is not None and row.runs and row.verified_at):
        return found.state
    first = next((r for r in record.ratings if r.counts and r.round == found.round), None)
    hidden = first is not None and not rules.settled(first.at, clock.now())
    return State.COMPLETED.value if hidden else found.state


def _forms(
    found: Appeal, record: records.Record, mine: list[Assignment], by: Actor
) -> list[StaffForm]:
    lead, given = _lead(mine), list[StaffForm]()
    returning = record.asked(Asked.RETURN)
    waiting = next((a for a in mine if a.acknowledged_at is None and _to_take_up(a, returning, by)), None)
    if waiting is not None:
        given.append(forms.AcknowledgeForm.blank(people=people(waiting), handler=str(by.user_id)))
    elif lead is not None and lead.active and found.may(Move.NAME_HANDLER, by):
        given.append(forms.HandlerForm.blank(people=people(lead), handler=str(lead.handler_id or "")))
    if lead is not None:
        given += _lead_forms(found, lead, by)
    if any(a.part == Part.SUPPORT and a.replied_at is None for a in mine) and found.may(Move.SUPPORT_REPORT, by):
        given.append(forms.SupportForm.blank())
    if _may_report(found, record, by):
        row = record.rectification
        given.append(forms.RectifyForm.blank(report=row.report))
    if found.may(Move.REVEAL, by) and not contacts.hidden_from(found, by):
        given.append(RevealForm.blank())
    return given


def _may_report(found: Appeal, record: records.Record, by: Actor) -> bool:
    """From the second round on only the principal head (policy §6)."""
    row = record.rectification
    if row is None or not row.runs or row.verified_at is None or row.reported_at is not None:
        return False
    return found.may(Move.REPORT_RECTIFIED, by) and (row.round == 1 or rectifying.is_principal(by))


def _to_take_up(task: Assignment, returning: Request | None, by: Actor) -> bool:
    """Whether it may be acknowledged; while its return is undecided only by the head, who takes the request back."""
    if returning is not None and returning.assignment_id == task.id:
        return by.role is Role.HEAD
    return task.stage not in FINISHED


def _lead_forms(found: Appeal, lead: Assignment, by: Actor) -> list[StaffForm]:
    if not found.may(Move.DRAFT, by):
        return []
    contact = forms.ContactForm.blank(channel="platform" if found.hide_contact else None)
    if found.hide_contact:
        contact.hide()
    return [contact, forms.PlanForm.blank(plan=lead.plan), written(found, lead)]


def written(found: Appeal, lead: Assignment) -> StaffForm:
    """The reply as it stands: the draft, or what was sent back."""
    reply: Any = lead.draft or lead.submitted
    kind = forms.draft_form(len(found.points))
    if reply is None:
        return kind.blank()
    answers = {f"answer_{n}": text for n, text in enumerate(reply.answers, start=1)}
    return kind.blank(
        outcome=reply.outcome, basis=reply.basis, contacted_on=reply.contacted_on,
        internal_note=reply.internal_note, **answers,
    )  # fmt: skip


def people(task: Assignment) -> list[tuple[str, str]]:
    """Who may be named handler: the unit, those below it and those above it."""
    units = tree.current()
    inside = units.under(task.unit_id) | units.above(task.unit_id)
    named = task.appeal.about_person_id  # nobody handles what is complained of about himself (policy §2)
    return [(str(u.id), f"{u.name or u.login}（{u.role_label}）") for u in records.workers(inside) if u.id != named]


@counter.post("/<number>/reveal")
@only(*WORKERS)
@with_appeal
def reveal(appeal: Appeal) -> str | tuple[str, int]:
    """Show the contact this once, for a reason that is written down."""
    return revealed(appeal, show)


@counter.get("/<number>/files/<int:file_id>")
@only(*WORKERS)
@with_appeal
def file(appeal: Appeal, file_id: int) -> Response | Answer:
    """One attachment, saved and never shown."""
    return sent(appeal, file_id)
