"""Rate an answer by its link: three questions, one rating a round, changeable for a day (policy §6)."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from appeals import clock
from appeals.actions import ratings
from appeals.actions.refusals import Refused
from appeals.models import company_lists
from appeals.models.appeal import Appeal
from appeals.models.rating import Rating
from appeals.rules.actors import COMPANY
from appeals.rules.lifecycle import Move, NotAllowed
from appeals.rules.words import RatingSource
from appeals.web.access import everyone
from appeals.web.company import rounds
from appeals.web.company.counter import counter, secret
from appeals.web.forms.company import RateForm

TOKEN_TYPED = 64


@counter.route("/rate/<token>", methods=["GET", "POST"])
@everyone
def rate(token: str) -> Any:
    """The questions with the present answers; a link that is wrong, old or of another round opens nothing."""
    hashed = ratings.token_hash(token[:TOKEN_TYPED], secret("rating"))
    appeal = company_lists.linked(hashed, clock.now())
    if appeal is None or not appeal.may(Move.RATE, COMPANY):
        return render_template("company/no_link.html"), 404
    if current_user.is_authenticated:
        abort(403)  # staff never rate (policy §2)
    until, present = rounds.changeable_until(appeal), company_lists.rating(appeal)
    if until is not None and clock.now() > until:
        return render_template("company/rated.html", appeal=appeal, rating=present), 200 if request.method == "GET" else 409
    form = RateForm(data=_answers(present) if present else None)
    if request.method == "POST" and form.validate() and _rate(appeal, form):
        flash(_("已收到您的评价，谢谢"), "ok")
        return redirect(url_for("company.rate", token=token), 303)
    mark = ratings.mark_of(appeal, clock.now(), staff_device=_staff_device())
    page = render_template("company/rate.html", appeal=appeal, form=form, until=until, noted=mark)
    return page, 422 if form.errors else 200


def _staff_device() -> bool:
    """Whether staff signed in with this browser and never signed out, though the sign-in has run out since (policy §6)."""
    return "_user_id" in session


def _answers(rating: Rating) -> dict[str, Any]:
    """A rating as the form shows it."""
    contacted = {True: "yes", False: "no"}.get(rating.contacted) if rating.contacted is not None else None
    return {
        "contacted": contacted, "solved": rating.solved, "level": str(rating.level), "go_on": rating.go_on,
        "reasons": rating.reasons, "comment": rating.comment,
    }  # fmt: skip


def _rate(appeal: Appeal, form: RateForm) -> bool:
    answer = ratings.Answer(
        contacted=form.contacted.data == "yes", solved=form.solved.data, level=int(form.level.data),
        go_on=form.go_on.data, reasons=form.reasons.data, comment=form.comment.data,
    )  # fmt: skip
    try:
        ratings.rate(
            appeal.id, answer=answer, round_=appeal.round, source=RatingSource.SELF, by=COMPANY, at=clock.now(),
            staff_device=_staff_device(),
        )  # fmt: skip
    except Refused as refused:
        form.tell(refused.errors)
        return False
    except NotAllowed:
        form.form_errors.append(_("评价期间情况有变化，请重新打开页面再试"))
        return False
    return True
