"""What leaders and the director do about one appeal: instruct, find, refer (policy §8, §10)."""

from collections.abc import Iterator
from typing import Any

from flask import abort
from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import findings, instructions, referrals
from appeals.models import papers
from appeals.models.appeal import Appeal
from appeals.models.records import Record
from appeals.models.supervision import Finding
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.words import Role
from appeals.web import access, cases
from appeals.web.access import only, with_appeal
from appeals.web.coordination.appeal import show
from appeals.web.coordination.counter import back, counter
from appeals.web.deeds import carry_out, who
from appeals.web.forms import papers as forms
from appeals.web.forms.staff import CaseForm, number

Result = Response | tuple[str, int]


@cases.offered_at("coordination")
def _offer(appeal: Appeal, _record: Record, by: Actor) -> Iterator[CaseForm]:
    if by.role is Role.LEADER:
        yield from _to_a_leader(appeal, by)
    elif by.role is Role.DIRECTOR and appeal.assignments and not _undecided(appeal):
        yield _form(forms.FindingForm.blank(had_it=findings.units(appeal)))


def _to_a_leader(appeal: Appeal, by: Actor) -> Iterator[CaseForm]:
    yield from (_about(row, forms.FindingDecisionForm.blank()) for row in _undecided(appeal))
    if appeal.may(Move.INSTRUCT, by):
        yield _form(forms.InstructForm.blank(unit=str(appeal.lead.unit_id) if appeal.lead else ""))
    sent = {row.to_role for row in papers.referrals_of(appeal.id)}
    if appeal.may(Move.REFER, by) and not set(referrals.READERS) <= sent:
        yield _form(forms.ReferForm.blank())


def _about(row: Finding, form: Any) -> CaseForm:
    """The form for this very finding, with its words above it."""
    form.title, form.hint, form.values = f"认定：{row.unit.name}{row.label}", row.text, {"finding_id": row.id}
    return _form(form)


def _form(form: Any) -> CaseForm:
    found: CaseForm = form
    return found


def _undecided(appeal: Appeal) -> list[Finding]:
    return [row for row in papers.findings(appeal.id) if row.decided_at is None]


@counter.post("/<number>/instruct")
@only(Role.LEADER)
@with_appeal
def instruct(appeal: Appeal) -> Result:
    """A leader writes on this appeal."""
    form, id_, by = forms.InstructForm(), appeal.id, access.actor()
    return carry_out(
        appeal.number, form, lambda: instructions.give(**form.given, appeal_id=id_, by=by, at=clock.now()),
        done="已批示，并通知落实单位", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/finding")
@only(Role.DIRECTOR)
@with_appeal
def propose_finding(appeal: Appeal) -> Result:
    """The first signature under a finding."""
    form, id_ = forms.FindingForm(had_it=findings.units(appeal)), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: findings.propose(id_, kind=form.kind.data or "", unit_id=number(form.unit.data) or 0,
                                 text=form.text.data or "", **who()),
        done="已提请委领导认定", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/finding/<int:finding_id>")
@only(Role.LEADER)
@with_appeal
def decide_finding(appeal: Appeal, finding_id: int) -> Result:
    """The second."""
    row = next((row for row in papers.findings(appeal.id) if row.id == finding_id), None)
    if row is None:
        abort(404)
    form, by = forms.FindingDecisionForm(), access.actor()
    _about(row, form)
    return carry_out(
        appeal.number, form,
        lambda: findings.decide(finding_id, proven=form.decision.data == "yes", remark=form.remark.data or "", by=by,
                                at=clock.now()),
        done="已签署", page=show, back=back(appeal),
    )  # fmt: skip


@counter.post("/<number>/refer")
@only(Role.LEADER)
@with_appeal
def refer(appeal: Appeal) -> Result:
    """The file goes to those who read files."""
    form, id_ = forms.ReferForm(), appeal.id
    return carry_out(
        appeal.number, form,
        lambda: referrals.refer(id_, to=form.to.data or "", note=form.note.data, **who()),
        done="已移送卷宗", page=show, back=back(appeal),
    )  # fmt: skip
