"""Instructions and meeting decisions: given by leaders, followed until they are answered (policy §8)."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import instructions as deeds
from appeals.actions.refusals import Refused
from appeals.db import MAX_ID, session
from appeals.models import lists, papers, tree
from appeals.models.instruction import Instruction
from appeals.rules.instructions import Given
from appeals.rules.words import Role
from appeals.web import access, keys
from appeals.web.access import only
from appeals.web.coordination.counter import READERS, counter
from appeals.web.deeds import Shown, carry_out
from appeals.web.forms import papers as forms
from appeals.web.forms.staff import StaffForm
from appeals.web.scorecards import sheets

Result = Response | tuple[str, int]
GIVERS = (Role.LEADER, Role.DIRECTOR)


@counter.get("/instructions")
@only(*READERS)
def instructions() -> str:
    """Everything given, the latest first."""
    return _list(None)


def _list(bound: StaffForm | None) -> str:
    by = access.actor()
    found = papers.given(by, keys.number(request.args.get("before")))
    shown, more = found[: lists.PAGE], None
    if len(found) > lists.PAGE:
        more = url_for("coordination.instructions", before=shown[-1].id)
    form = (bound or forms.InstructionForm.blank()) if by.role in GIVERS else None
    return render_template(
        "coordination/instructions.html", rows=shown, more=more, form=form, meeting=by.role is Role.DIRECTOR, today=clock.today()
    )


@counter.post("/instructions")
@only(*GIVERS)
def give_instruction() -> Result:
    """A leader's on a unit's work or in general; what the meeting decided."""
    form, by = forms.InstructionForm(), access.actor()
    meeting = by.role is Role.DIRECTOR or request.form.get("kind") == Given.MEETING
    kind = Given.MEETING if meeting else Given.INSTRUCTION
    if not form.validate_on_submit():
        return _list(form), 422
    try:
        cycle = sheets.current_cycle() if meeting else None
        deeds.give(**form.given, by=by, at=clock.now(), kind=kind, cycle=cycle)
    except Refused as refused:
        form.tell(refused.errors)
        return _list(form), 422
    flash("已记录，并请落实单位按期回复", "ok")
    return redirect(url_for("coordination.instructions"))


@counter.get("/instructions/<int:instruction_id>")
@only(*READERS)
def instruction(instruction_id: int) -> str:
    """One of them."""
    return show(str(instruction_id), Shown())


def show(number: str, shown: Shown) -> str:
    """The page, with whatever a deed left to be shown."""
    found, by = _find(int(number)), access.actor()
    mine = by.role is Role.DIRECTOR and found.unit_id == tree.current().office_id
    given: dict[str, StaffForm] = {"answer": forms.AnswerForm.blank()} if mine and not found.answered_at else {}
    kept = shown.place(given)
    return render_template(
        "coordination/instruction.html", row=found, forms=given, shown=shown, kept=kept, counter="coordination",
        opens=papers.opens([found.appeal] if found.appeal else [], by),
    )  # fmt: skip


def _find(instruction_id: int) -> Instruction:
    query = papers.instructions(access.actor(), Instruction.id == min(instruction_id, MAX_ID))
    found: Instruction | None = session().scalars(query).first()
    if found is None:
        abort(404)
    return found


@counter.post("/instructions/<int:instruction_id>/answer")
@only(Role.DIRECTOR)
def answer_instruction(instruction_id: int) -> Result:
    """The director answers for the office."""
    form, by = forms.AnswerForm(), access.actor()
    _find(instruction_id)
    return carry_out(
        str(instruction_id), form,
        lambda: deeds.answer(instruction_id, text=form.answer.data, by=by, at=clock.now()),
        done="已回复", page=show, back=url_for("coordination.instruction", instruction_id=instruction_id),
    )  # fmt: skip
