"""One appeal on the coordination office's table: everything known, and the forms its state admits."""

from typing import Any

from flask import Response, abort, render_template
from werkzeug.wrappers import Response as Answer

from appeals import clock
from appeals.actions import closing, contacts, rectifying
from appeals.actions.refusals import Refused
from appeals.models import following, records, settings
from appeals.models.appeal import Appeal
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.requests import Asked
from appeals.rules.words import Role, State
from appeals.web import access, cases, chronicle, downloads
from appeals.web.access import only, with_appeal
from appeals.web.coordination import proposal
from appeals.web.coordination.counter import READERS, counter
from appeals.web.deeds import Shown, again
from appeals.web.forms import coordination as forms
from appeals.web.forms.staff import RevealForm, StaffForm

OFFERED: tuple[tuple[Move, type[StaffForm]], ...] = (
    (Move.ACCEPT, forms.AcceptForm), (Move.ASK_SUPPLEMENT, forms.SupplementForm),
    (Move.CALL_SUPPLEMENT, forms.SupplementCallForm), (Move.DECLINE, forms.DeclineForm),
    (Move.PASS_ON, forms.PassOnForm), (Move.SEND_BACK, forms.SendBackForm), (Move.ENDORSE, forms.EndorseForm),
    (Move.CALL_BACK, forms.CallBackForm), (Move.VERIFY, forms.VerifyForm),
    (Move.REJECT_RECTIFIED, forms.RejectForm), (Move.CONFIRM_WITHDRAWAL, forms.WithdrawalForm),
    (Move.REVEAL, RevealForm),
)  # fmt: skip


@counter.get("/<number>")
@only(*READERS)
def appeal(number: str) -> str:
    """The page of one appeal."""
    return show(number, Shown())


def show(number: str, shown: Shown) -> str:
    """The page, with whatever a deed left to be shown."""
    found, by = access.appeal_or_404(number), access.actor()
    record = records.of(found)
    given = {form.key: form for form in _forms(found, record, by)}
    more = {form.key: form for form in cases.forms("coordination", found, record, by)}
    if found.may(Move.DISPATCH, by) and record.asked(Asked.CONFERENCE) is None:
        given["dispatch"] = proposal.form(found, clock.now())
    kept = shown.place(given, more)
    if isinstance(verify := given.get("verify"), forms.VerifyForm):
        verify.name_terms(settings.limits(found.settings_version))
    return render_template(
        "coordination/appeal.html", appeal=found, record=record, forms=given, cases=more.values(),
        shown=shown, kept=kept,
        can=_buttons(found, record, by), timeline=chronicle.timeline(record.history),
        limits=chronicle.limits(found), proposal=proposal.read(found, clock.now()),
        terms=proposal.terms(found, given.get("dispatch"), clock.now()),
        hidden=contacts.hidden_from(found, by), ending=closing.ENDING,
        followed=following.of(found) if found.passed_to else (),
    )  # fmt: skip


def _forms(found: Appeal, record: records.Record, by: Actor) -> list[StaffForm]:
    fits = {
        Move.ASK_SUPPLEMENT: found.supplement_asked is None,
        Move.ENDORSE: _waits(found, ending=True) and not _endorsed(found),
        Move.SEND_BACK: _waits(found),
        Move.VERIFY: _to_verify(found, record, by),
        Move.REJECT_RECTIFIED: _reported(found, record),
        Move.CONFIRM_WITHDRAWAL: found.withdrawal_asked_at is not None,
        Move.CALL_BACK: _calling(found),
    }
    return [kind.blank() for move, kind in OFFERED if fits.get(move, True) and found.may(move, by)]


def _buttons(found: Appeal, record: records.Record, by: Actor) -> dict[str, bool]:
    """The deeds that need no words."""
    return {
        "approve": found.may(Move.APPROVE, by) and _waits(found) and not _waits(found, ending=True),
        "end": found.may(Move.END, by) and _waits(found, ending=True) and _endorsed(found),
        "audit": found.may(Move.AUDIT_RECTIFIED, by) and _reported(found, record),
        "files": by.role is not Role.LEADER,
    }


def _waits(found: Appeal, ending: bool = False) -> bool:
    reply = found.lead.submitted if found.lead else None
    waiting = found.state == State.REPLIED and reply is not None and reply.judged_at is None
    return waiting and (not ending or reply.outcome in closing.ENDING)


def _endorsed(found: Appeal) -> bool:
    return found.lead is not None and found.lead.submitted is not None and found.lead.submitted.endorsed_at is not None


def _to_verify(found: Appeal, record: records.Record, by: Actor) -> bool:
    """By somebody who neither approved what was rated nor wrote the rating down (policy §6)."""
    row = record.rectification
    return row is not None and row.runs and row.verified_at is None and by.user_id not in rectifying.concerned(found)


def _reported(found: Appeal, record: records.Record) -> bool:
    """Whether a report waits for the office; a third one waits for a leader, an explanation for its basis."""
    row = record.rectification
    office = rectifying.auditor(found) is not Role.LEADER
    return row is not None and row.runs and row.reported_at is not None and row.explained_on is None and office


def _calling(found: Appeal) -> bool:
    """From the second working day after the answer (policy §3)."""
    if found.window_ends_at is None:
        return False
    opened = closing.calls_from(found)
    return clock.today() >= opened


@counter.post("/<number>/reveal")
@only(Role.COORDINATOR, Role.DIRECTOR, Role.RECUSAL)
@with_appeal
def reveal(appeal: Appeal) -> str | tuple[str, int]:
    """Show the contact this once, for a reason that is written down."""
    return revealed(appeal, show)


def revealed(appeal: Appeal, page: Any) -> str | tuple[str, int]:
    """The same for every counter."""
    form, number = RevealForm(), appeal.number
    if not form.validate_on_submit():
        return page(number, Shown(form)), 422
    try:
        contact = contacts.reveal(appeal.id, reason=form.reason.data, by=access.actor(), at=clock.now())
    except Refused as refused:
        form.tell(refused.errors)
        return again(number, form, "", page), 422
    shown: str = page(number, Shown(contact=contact))
    return shown


@counter.get("/<number>/files/<int:file_id>")
@only(Role.COORDINATOR, Role.DIRECTOR, Role.RECUSAL)
@with_appeal
def file(appeal: Appeal, file_id: int) -> Response | Answer:
    """One attachment, saved and never shown."""
    return sent(appeal, file_id)


def sent(appeal: Appeal, file_id: int) -> Response:
    """The same for every counter."""
    found = records.file(appeal, file_id)
    if found is None:
        abort(404)
    return downloads.answer(found, access.folder())
