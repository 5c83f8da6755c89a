"""A company asks for a review, supplements after all, comes back, reports reprisal, speaks for itself (policy §2, §3, §6)."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import (
    attachments,
    early_ending,
    merging,
    proxies,
    reopening,
    reprisal,
    resuming,
    reviews,
)
from appeals.actions.refusals import Refused
from appeals.models import settings
from appeals.models.appeal import Appeal
from appeals.rules.actors import COMPANY
from appeals.web import filters
from appeals.web.access import everyone
from appeals.web.company import ways
from appeals.web.company.counter import counter, folder, hold, offered, own_appeal
from appeals.web.forms import Form
from appeals.web.forms import ways as forms
from appeals.web.forms.company import FILE_TYPES, SupplementForm
from appeals.web.forms.staff import number as id_of


@counter.route("/track/<number>/review", methods=["GET", "POST"])
@everyone
@own_appeal
def review(appeal: Appeal) -> Any:
    """Say what a review is, then ask for it."""
    number, id_, until = appeal.number, appeal.id, ways.of(appeal, clock.now()).review
    form = forms.ReviewForm()
    if until is None:
        return _back(number)
    said = (
        _("由没有参与原决定的人复核，%(n)s 个工作日内答复您", n=settings.limits(appeal.settings_version).decline_review),
        _("每个决定只复核一次，请一次说清理由；可以申请到 %(until)s", until=filters.moment(until)),
    )
    done = _("已收到复核申请")
    deed = lambda: reviews.ask(id_, reason=form.reason.data, at=clock.now())  # noqa: E731
    return _page(appeal, form, deed, done, _("申请复核"), said)


@counter.route("/track/<number>/resume", methods=["GET", "POST"])
@everyone
@own_appeal
def resume(appeal: Appeal) -> Any:
    """What was missing comes after all."""
    number, id_, until = appeal.number, appeal.id, ways.of(appeal, clock.now()).resume
    form = SupplementForm()
    if until is None:
        return _back(number)

    def deed() -> None:
        with attachments.kept(offered(request.files), folder()) as files:
            resuming.resume(id_, addition=form.addition.data, files=files, at=clock.now())

    said = (appeal.supplement_asked or "", _("补充以后，诉求重新提交，受理时限重新计算"))
    return _page(appeal, form, deed, _("已收到您补充的材料"), _("补充材料，恢复受理"), said)


@counter.route("/track/<number>/reopen", methods=["GET", "POST"])
@everyone
@own_appeal
def reopen(appeal: Appeal) -> Any:
    """Something is new: a new appeal, linked to this one."""
    number, id_, until = appeal.number, appeal.id, ways.of(appeal, clock.now()).reopen
    form = forms.ReopenForm()
    if until is None:
        return _back(number)

    def deed() -> str:
        made = reopening.reopen(
            id_, reason=form.reason.data, words=form.words.data, key=form.key(), at=clock.now()
        )
        return made.number

    said = (
        _("原来的诉求保持不变；另立一件新的诉求，查询码与本件相同"),
        _("受理后 %(n)s 个工作日内答复您", n=settings.limits().reopened),
        _("%(until)s 前可以这样办理；以后请另行提交", until=filters.until(until)),
    )
    return _page(appeal, form, deed, _("已另立新的诉求"), _("问题没完，继续反映"), said)


@counter.route("/track/<number>/reprisal", methods=["GET", "POST"])
@everyone
@own_appeal
def report_reprisal(appeal: Appeal) -> Any:
    """Somebody made trouble because of this appeal."""
    number, id_ = appeal.number, appeal.id
    form = forms.ReprisalForm()
    if not reprisal.may(appeal, clock.now()):
        return _back(number)

    def deed() -> str:
        made = reprisal.report(
            id_, unit_id=id_of(form.unit.data), words=form.words.data, key=form.key(), at=clock.now()
        )
        return made.number

    hours = settings.limits(appeal.settings_version).reprisal_hours
    said = (
        _("%(n)s 个工作小时内转到被反映单位以外处理", n=hours),
        _("被反映的单位看不到您的反映，也不会知道您作过反映"),
        _("另立一件诉求，查询码与本件相同"),
    )
    return _page(appeal, form, deed, _("已收到，会转到该单位以外处理"), _("反映受到刁难"), said)


@counter.route("/track/<number>/answer", methods=["GET", "POST"])
@everyone
@own_appeal
def answer_ending(appeal: Appeal) -> Any:
    """It was to be ended for want of an answer: here it is."""
    number, id_ = appeal.number, appeal.id
    form = forms.AnswerForm()
    if not ways.of(appeal, clock.now()).answer_ending:
        return _back(number)
    said = (_("您说明以后就不再终止，继续办理"),)
    deed = lambda: early_ending.answer(id_, words=form.words.data, at=clock.now())  # noqa: E731
    return _page(appeal, form, deed, _("已收到您的说明，继续办理"), _("说明情况，继续办理"), said)


@counter.route("/track/<number>/unsolved", methods=["GET", "POST"])
@everyone
@own_appeal
def unsolved(appeal: Appeal) -> Any:
    """The other company's answer does not settle this one's matter."""
    number, id_ = appeal.number, appeal.id
    form = forms.UnsolvedForm()
    if ways.of(appeal, clock.now()).merged_until is None:
        return _back(number)
    said = (
        _("恢复单独办理，从合并前的环节继续"),
        _("答复时限至少还有 %(n)s 个工作日", n=settings.limits(appeal.settings_version).restored_minimum),
    )
    deed = lambda: merging.unmerge(id_, reason=form.reason.data, by=COMPANY, at=clock.now())  # noqa: E731
    return _page(appeal, form, deed, _("已恢复单独办理"), _("我的问题没有解决"), said)


@counter.post("/track/<number>/solved")
@everyone
@own_appeal
def solved(appeal: Appeal) -> Response:
    """This one's matter is settled too."""
    number = appeal.number
    merging.solved(appeal.id, at=clock.now())
    flash(_("已记录，谢谢"), "ok")
    return _back(number)


@counter.post("/track/<number>/filing")
@everyone
@own_appeal
def filing(appeal: Appeal) -> Response:
    """What staff filed for the company: its own, or not; never from where staff sit."""
    if current_user.is_authenticated:
        abort(403)
    number, mine = appeal.number, request.form.get("step") == "confirm"
    deed = proxies.confirm if mine else proxies.reject
    deed(appeal.id, at=clock.now())
    flash(_("已确认，开始计算受理时限") if mine else _("已记录：这件诉求不是贵企业提出的"), "ok")
    return _back(number)


def _page(
    appeal: Appeal, form: Form, deed: Callable[[], object], done: str, title: str, said: Sequence[str]
) -> Any:
    """The form with what it means; done, back to the appeal, or to the new one the deed has made."""
    number = appeal.number
    if request.method == "POST" and form.validate() and (made := _do(form, deed)) is not None:
        flash(done, "ok")
        if made:
            hold(made)
        return _back(made or number)
    if "submission_key" in form and not form.submission_key.data:
        form.submission_key.data = form.key()  # type: ignore[attr-defined]
    page = render_template(
        "company/way.html", appeal=appeal, form=form, title=title, said=[each for each in said if each],
        file_types=FILE_TYPES,
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _do(form: Form, deed: Callable[[], object]) -> str | None:
    """The number of what was made, or nothing; None where it was refused beside the fields."""
    try:
        made = deed()
    except Refused as refused:
        form.tell(refused.errors)
        return None
    return made if isinstance(made, str) else ""


def _back(number: str) -> Response:
    return redirect(url_for("company.appeal", number=number), 303)
