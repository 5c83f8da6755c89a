"""Follow an appeal with number and code, and do what its company may do."""

import hmac
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import attachments, intake, ratings, throttle
from appeals.actions.refusals import Refused
from appeals.models import company_lists
from appeals.models.appeal import Appeal
from appeals.rules import numbering
from appeals.rules.actors import COMPANY
from appeals.rules.lifecycle import Move
from appeals.web import downloads
from appeals.web.access import everyone
from appeals.web.company import story
from appeals.web.company.counter import counter, folder, held, hold, offered, own_appeal, secret
from appeals.web.forms import localized
from appeals.web.forms.company import FILE_TYPES, MessageForm, ObjectionForm, SupplementForm, TrackForm
from appeals.web.visitors import address_key

# Wrong codes only; a right one always opens, so nobody can lock a company out (docs/limits.md).
TRIES_PER_ADDRESS, ADDRESS_WINDOW = 10, timedelta(minutes=10)
TRIES_PER_NUMBER, NUMBER_WINDOW = 100, timedelta(hours=1)
NO_HASH = "0" * 64  # what a code is compared with where there is no appeal: the same work


@counter.route("/track", methods=["GET", "POST"])
@everyone
def track() -> Any:
    """Ask for number and code; the answer to a wrong pair never says which of them is wrong."""
    form = TrackForm()
    status = 200
    if request.method == "GET":
        form.number.data = request.args.get("number", "")[:40]
    elif form.validate():
        number, code = form.key()
        if _opens(number, code):
            hold(number)
            return redirect(url_for("company.appeal", number=number), 303)
        status = _refuse(form, number)
    else:
        status = 422
    form.code.data = ""
    return render_template("company/track.html", form=form, numbers=held()), status


def _opens(number: str, code: str) -> bool:
    kept = company_lists.code_hash(number)
    given = intake.code_hash(code, secret("code"))
    return hmac.compare_digest((kept or NO_HASH).encode(), given.encode()) and kept is not None


def _refuse(form: TrackForm, number: str) -> int:
    at = clock.now()
    bucket = number if numbering.is_valid(number) else "none"
    fine = throttle.spend(address_key("track"), most=TRIES_PER_ADDRESS, within=ADDRESS_WINDOW, at=at)
    fine = fine and throttle.spend(f"track:{bucket}", most=TRIES_PER_NUMBER, within=NUMBER_WINDOW, at=at)
    if fine:
        form.form_errors.append(_("编号和查询码不相符，请核对后再试"))
        return 422
    form.form_errors.append(_("短时间内输错次数过多，请过 10 分钟再试。编号和查询码都正确时不受此限制"))
    return 429


@counter.get("/track/<number>")
@everyone
@own_appeal
def appeal(appeal: Appeal) -> Any:
    """Where the appeal stands."""
    return page(appeal)


def page(
    appeal: Appeal, form: SupplementForm | None = None, objection: ObjectionForm | None = None,
    message: MessageForm | None = None,
) -> tuple[str, int]:
    """The page, with the form that was posted and what is wrong with it."""
    forms = (
        form or SupplementForm(formdata=None), objection or ObjectionForm(formdata=None),
        message or MessageForm(formdata=None),
    )  # fmt: skip
    text = render_template(
        "company/appeal.html", appeal=appeal, told=story.of(appeal, clock.now()), form=forms[0], objection=forms[1],
        message=forms[2], file_types=FILE_TYPES,
    )  # fmt: skip
    return text, 422 if any(each.errors for each in forms) else 200


@counter.post("/track/<number>/supplement")
@everyone
@own_appeal
def supplement(appeal: Appeal) -> Any:
    """Add what was asked for."""
    form = SupplementForm()
    if not form.validate():
        return page(appeal, form)
    number, appeal_id = appeal.number, appeal.id
    try:
        with attachments.kept(offered(request.files), folder()) as files:
            intake.supplement(appeal_id, addition=form.addition.data, files=files, at=clock.now())
    except Refused as refused:
        form.tell(refused.errors)
        again = company_lists.by_number(number)
        return page(again, form) if again else abort(404)
    flash(_("已收到您补充的材料"), "ok")
    return _back(number)


@counter.post("/track/<number>/urge")
@everyone
@own_appeal
def urge(appeal: Appeal) -> Response:
    """Urge whoever has it."""
    number = appeal.number
    try:
        intake.urge(appeal.id, at=clock.now())
    except Refused as refused:
        flash(localized(refused.errors["urge"]), "warn")
    else:
        flash(_("已经催办，承办单位和营商办都会收到提醒"), "ok")
    return _back(number)


@counter.route("/track/<number>/withdraw", methods=["GET", "POST"])
@everyone
@own_appeal
def withdraw(appeal: Appeal) -> Any:
    """Say what a withdrawal means, then ask for it."""
    number = appeal.number
    if request.method == "GET":
        if not appeal.may(Move.ASK_WITHDRAWAL, COMPANY) or appeal.withdrawal_asked_at:
            return _back(number)
        return render_template("company/withdraw.html", appeal=appeal)
    try:
        intake.ask_withdrawal(appeal.id, at=clock.now())
    except Refused as refused:
        flash(localized(refused.errors["withdraw"]), "warn")
    else:
        flash(_("已申请撤回，营商办会打电话向您确认"), "ok")
    return _back(number)


@counter.post("/track/<number>/rate")
@everyone
@own_appeal
def rating_link(appeal: Appeal) -> Response:
    """To the three questions, by a link of its own."""
    token = ratings.issue_link(appeal.id, key=secret("rating"), at=clock.now())
    return redirect(url_for("company.rate", token=token), 303)


@counter.get("/track/<number>/files/<int:file_id>")
@everyone
@own_appeal
def file(appeal: Appeal, file_id: int) -> Response:
    """One of the company's own files."""
    found = company_lists.file(appeal, file_id)
    return downloads.answer(found, folder()) if found else abort(404)


def _back(number: str) -> Response:
    return redirect(url_for("company.appeal", number=number), 303)
