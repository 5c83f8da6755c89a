"""What a company does about its dates: gives what is wanted, agrees to a promise, disagrees with a delay."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import attachments, cooperation, objections, shelving
from appeals.actions.refusals import Refused
from appeals.models import company_lists
from appeals.models.appeal import Appeal
from appeals.web import access
from appeals.web.access import everyone
from appeals.web.company import track
from appeals.web.company.counter import counter, folder, offered, own_appeal
from appeals.web.forms.company import ObjectionForm, SupplementForm


@counter.post("/track/<number>/cooperate")
@everyone
@own_appeal
def cooperate(appeal: Appeal) -> Any:
    """Give what was asked for."""
    form, number, id_ = SupplementForm(), appeal.number, appeal.id
    if not form.validate():
        return track.page(appeal, form)
    try:
        with attachments.kept(offered(request.files), folder()) as files:
            cooperation.answer(id_, addition=form.addition.data, files=files, at=clock.now())
    except Refused as refused:
        form.tell(refused.errors)
        return track.page(_anew(number), form)
    flash(_("已收到您提供的材料，承办单位继续办理"), "ok")
    return _back(number)


@counter.post("/track/<number>/consent")
@everyone
@own_appeal
def consent(appeal: Appeal) -> Response:
    """Agree to the promised date, as the page showed it."""
    number = appeal.number
    shelving.consent(appeal.id, at=clock.now(), seen=access.seen() or 0)
    flash(_("已记录您的同意"), "ok")
    return _back(number)


@counter.post("/track/<number>/disagree")
@everyone
@own_appeal
def disagree(appeal: Appeal) -> Any:
    """Say no, and why; a leader decides."""
    form, number, id_ = ObjectionForm(), appeal.number, appeal.id
    if not form.validate():
        return track.page(appeal, objection=form)
    objections.disagree(id_, reason=form.objection.data, at=clock.now())
    flash(_("已提出异议，管委会领导裁定后会告诉您"), "ok")
    return _back(number)


def _anew(number: str) -> Appeal:
    found = company_lists.by_number(number)
    assert found is not None
    return found


def _back(number: str) -> Response:
    return redirect(url_for("company.appeal", number=number), 303)
