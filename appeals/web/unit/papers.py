"""Papers and instructions at the unit: what waits for an answer, each by itself, and the answer (policy §8)."""

from collections.abc import Callable

from flask import abort, render_template, request, url_for
from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import instructions as instruction_deeds
from appeals.actions import papers as deeds
from appeals.db import MAX_ID, session
from appeals.models import lists, papers
from appeals.models.instruction import Instruction
from appeals.models.supervision import Paper
from appeals.rules.lifecycle import NotAllowed, NotYours
from appeals.rules.words import Role
from appeals.web import access, keys
from appeals.web.access import only
from appeals.web.deeds import Shown, carry_out, who
from appeals.web.forms import papers as forms
from appeals.web.forms.staff import StaffForm
from appeals.web.unit.counter import WORKERS, counter

Result = Response | tuple[str, int]


@counter.get("/papers")
@only(*WORKERS)
def papers_list() -> str:
    """What the unit was sent, the latest first; what waits for an answer above it."""
    by = access.actor()
    before = keys.number(request.args.get("before"))
    found = [*papers.page(papers.WAITING, by), *papers.page(papers.ANSWERED, by, before)] if before is None else list(
        papers.page(papers.ANSWERED, by, before)
    )  # fmt: skip
    answered = [p for p in found if p.answered_at or not p.answer_due_at]
    more = url_for("unit.papers_list", before=answered[lists.PAGE - 1].id) if len(answered) > lists.PAGE else None
    return render_template(
        "unit/papers.html", waiting=[p for p in found if p not in answered], answered=answered[: lists.PAGE],
        instructions=papers.given(by)[: lists.PAGE] if before is None else (), more=more,
        today=clock.today(),
    )  # fmt: skip


@counter.get("/papers/<int:paper_id>")
@only(*WORKERS)
def paper(paper_id: int) -> str:
    """One paper, with the form for its answer."""
    return show(str(paper_id), Shown())


def show(number: str, shown: Shown) -> str:
    """The page, with whatever a deed left to be shown."""
    found = _find(int(number))
    given = {form.key: form for form in _forms(found)}
    kept = shown.place(given)
    opens = papers.opens(found.appeals, access.actor())
    return render_template(
        "coordination/paper.html", paper=found, forms=given, shown=shown, kept=kept, sends=False, sending="", opens=opens
    )


def _find(paper_id: int) -> Paper:
    found = papers.find(paper_id, access.actor())
    if found is None:
        abort(404)
    return found


def _forms(found: Paper) -> list[StaffForm]:
    if access.actor().role is not Role.HEAD:
        return []
    if found.answer_due_at and not found.answered_at:
        return [forms.AnswerForm.blank()]
    return [forms.ReportForm.blank()] if found.report_due_at else []


@counter.post("/papers/<int:paper_id>/answer")
@only(Role.HEAD)
def answer_paper(paper_id: int) -> Result:
    """The head answers."""
    form = forms.AnswerForm()
    return _do(paper_id, form, lambda: deeds.answer(paper_id, text=form.answer.data, **who()), "已回复")


@counter.post("/papers/<int:paper_id>/report")
@only(Role.HEAD)
def report_paper(paper_id: int) -> Result:
    """The weekly report."""
    form = forms.ReportForm()
    return _do(paper_id, form, lambda: deeds.report(paper_id, text=form.report.data, **who()), "已报送进展")


def _do(paper_id: int, form: StaffForm, deed: Callable[[], object], done: str) -> Result:
    _find(paper_id)

    def tried() -> None:
        try:
            deed()
        except NotYours as said:  # it is his unit's, only not his own to sign: say so
            raise NotAllowed(str(said)) from None

    return carry_out(str(paper_id), form, tried, done=done, page=show, back=url_for("unit.paper", paper_id=paper_id))


# -- instructions ----------------------------------------------------------------------------------------


@counter.get("/instructions/<int:instruction_id>")
@only(*WORKERS)
def instruction(instruction_id: int) -> str:
    """One instruction to this unit."""
    return show_instruction(str(instruction_id), Shown())


def show_instruction(number: str, shown: Shown) -> str:
    """The page, with whatever a deed left to be shown."""
    found = find_instruction(int(number))
    given: dict[str, StaffForm] = {}
    if access.actor().role is Role.HEAD and found.answered_at is None:
        given["answer"] = forms.AnswerForm.blank()
    kept = shown.place(given)
    opens = papers.opens([found.appeal] if found.appeal else [], access.actor())
    return render_template(
        "coordination/instruction.html", row=found, forms=given, shown=shown, kept=kept, counter="unit", opens=opens
    )


def find_instruction(instruction_id: int) -> Instruction:
    """One the visitor may know of, or 404."""
    query = papers.instructions(access.actor(), Instruction.id == min(instruction_id, MAX_ID))
    found: Instruction | None = session().scalars(query).first()
    if found is None:
        abort(404)
    return found


@counter.post("/instructions/<int:instruction_id>/answer")
@only(Role.HEAD)
def answer_instruction(instruction_id: int) -> Result:
    """The head says what was done."""
    form, by = forms.AnswerForm(), access.actor()
    find_instruction(instruction_id)
    return carry_out(
        str(instruction_id), form,
        lambda: instruction_deeds.answer(instruction_id, text=form.answer.data, by=by, at=clock.now()),
        done="已回复", page=show_instruction, back=url_for("unit.instruction", instruction_id=instruction_id),
    )  # fmt: skip
