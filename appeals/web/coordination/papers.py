"""Papers on the office's table: drafts to send, what waits for an answer, and each paper by itself (policy §8)."""

from collections.abc import Callable

from flask import abort, render_template, request, url_for
from werkzeug.wrappers import Response

from appeals.actions import papers as deeds
from appeals.models import lists, papers, tree
from appeals.models.supervision import Paper
from appeals.rules.lifecycle import Move, NotYours
from appeals.rules.papers import Kind
from appeals.rules.words import Role
from appeals.web import access, keys
from appeals.web.access import only
from appeals.web.coordination.counter import READERS, counter
from appeals.web.deeds import Shown, carry_out, who
from appeals.web.forms import papers as forms
from appeals.web.forms.staff import SeenForm, StaffForm

Result = Response | tuple[str, int]


@counter.get("/papers")
@only(*READERS)
def papers_list() -> str:
    """One tab of the papers, the latest first."""
    by, asked = access.actor(), request.args.get("tab", "")
    tab = asked if asked in papers.TABS else papers.DRAFTS
    found = papers.page(tab, by, keys.number(request.args.get("before")))
    shown, more = found[: lists.PAGE], None
    if len(found) > lists.PAGE:
        more = url_for("coordination.papers_list", tab=tab, before=shown[-1].id)
    return render_template(
        "coordination/papers.html", papers=shown, tab=tab, tabs=papers.TABS, counts=papers.counts(by), more=more, by=by
    )


@counter.get("/papers/<int:paper_id>")
@only(*READERS)
def paper(paper_id: int) -> str:
    """One paper, as it will go out or went out."""
    return show(str(paper_id), Shown())


def show(number: str, shown: Shown) -> str:
    """The page, with whatever a deed left to be shown."""
    by, found = access.actor(), _find(int(number))
    given = {form.key: form for form in _forms(found)}
    kept = shown.place(given)
    ready = found.is_draft and by.role.value == found.sender
    needed = ready and any(appeal.may(Move.SEND_PAPER, by) for appeal in found.appeals)
    return render_template(
        "coordination/paper.html", paper=found, forms=given, shown=shown, kept=kept,
        sends=needed, settled=ready and not needed, sending=_sending(found),
        opens=papers.opens(found.appeals, by),
    )  # fmt: skip


def _find(paper_id: int) -> Paper:
    found = papers.find(paper_id, access.actor())
    if found is None:
        abort(404)
    return found


def _sending(found: Paper) -> str:
    """How sending reads: a talk and a referral are decisions."""
    return {Kind.TALK: "决定约谈", Kind.REFERRAL: "同意移送"}.get(Kind(found.kind), "签发")


def _forms(found: Paper) -> list[StaffForm]:
    """What this visitor may do with it now."""
    by, given = access.actor(), list[StaffForm]()
    own = by.role.value == found.sender
    prepares = by.role in deeds.EDITORS and found.sender in (Role.COORDINATOR.value, Role.LEADER.value)
    if found.is_draft:
        if own or prepares:
            given.append(forms.EditForm.blank(body=found.body))
        if by.role in deeds.DROPPERS[Role(found.sender)]:
            given.append(forms.DropForm.blank())
    mine = by.role is Role.DIRECTOR and found.unit_id == tree.current().office_id
    if mine and found.sent_at and found.answer_due_at and not found.answered_at:
        given.append(forms.AnswerForm.blank())
    if mine and found.report_due_at:
        given.append(forms.ReportForm.blank())
    if by.role is Role.LEADER and found.kind == Kind.TALK and found.sent_at:
        given.append(forms.MinutesForm.blank())
    return given


def _do(paper_id: int, form: StaffForm, deed: Callable[[], object], done: str) -> Result:
    """As every deed of a page; what is not this visitor's is 403."""
    _find(paper_id)
    try:
        return carry_out(
            str(paper_id), form, deed, done=done, page=show, back=url_for("coordination.paper", paper_id=paper_id)
        )
    except NotYours:
        abort(403)


@counter.post("/papers/<int:paper_id>/edit")
@only(*READERS)
def edit_paper(paper_id: int) -> Result:
    """Other words."""
    form = forms.EditForm()
    return _do(paper_id, form, lambda: deeds.edit(paper_id, body=form.body.data, **who()), "已保存文书内容")


@counter.post("/papers/<int:paper_id>/send")
@only(*READERS)
def send_paper(paper_id: int) -> Result:
    """It goes out, under his name."""
    return _do(paper_id, SeenForm(), lambda: deeds.send(paper_id, **who()), "已签发，并通知收文单位")


@counter.post("/papers/<int:paper_id>/drop")
@only(*READERS)
def drop_paper(paper_id: int) -> Result:
    """It does not."""
    form = forms.DropForm()
    return _do(paper_id, form, lambda: deeds.drop(paper_id, reason=form.reason.data, **who()), "已作废")


@counter.post("/papers/<int:paper_id>/answer")
@only(Role.DIRECTOR)
def answer_paper(paper_id: int) -> Result:
    """The director answers for the office."""
    form = forms.AnswerForm()
    return _do(paper_id, form, lambda: deeds.answer(paper_id, text=form.answer.data, **who()), "已回复")


@counter.post("/papers/<int:paper_id>/report")
@only(Role.DIRECTOR)
def report_paper(paper_id: int) -> Result:
    """The weekly report of the office."""
    form = forms.ReportForm()
    return _do(paper_id, form, lambda: deeds.report(paper_id, text=form.report.data, **who()), "已报送进展")


@counter.post("/papers/<int:paper_id>/minutes")
@only(Role.LEADER)
def note_talk(paper_id: int) -> Result:
    """What came of a talk."""
    form = forms.MinutesForm()
    return _do(paper_id, form, lambda: deeds.note_talk(paper_id, minutes=form.minutes.data, **who()), "已记录约谈情况")
