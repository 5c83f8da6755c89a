"""A company that hides its contact writes to the unit through the platform (policy §11)."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from appeals import clock
from appeals.actions import messages
from appeals.models.appeal import Appeal
from appeals.web.access import everyone
from appeals.web.company import track
from appeals.web.company.counter import counter, own_appeal
from appeals.web.forms.company import MessageForm


@counter.post("/track/<number>/message")
@everyone
@own_appeal
def message(appeal: Appeal) -> Any:
    """A word to the unit."""
    form, number, id_ = MessageForm(), appeal.number, appeal.id
    if not form.validate():
        return track.page(appeal, message=form)
    messages.write(id_, message=form.message.data, at=clock.now())
    flash(_("已转给承办单位"), "ok")
    return redirect(url_for("company.appeal", number=number), 303)
