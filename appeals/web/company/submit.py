"""File an appeal, and get the receipt."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from appeals import clock
from appeals.actions import attachments, intake
from appeals.actions.refusals import Refused
from appeals.models import calendar, company_lists, settings
from appeals.rules import deadlines, numbering
from appeals.web import floods, languages
from appeals.web.access import everyone
from appeals.web.company.counter import counter, folder, hold, offered, secret
from appeals.web.forms.company import FILE_TYPES, SubmitForm

WITHIN = timedelta(minutes=10)


@counter.route("/submit", methods=["GET", "POST"])
@everyone
def submit() -> Any:
    """The form; a right one leads to the receipt, a wrong one comes back with everything typed."""
    form = SubmitForm()
    if request.method == "GET":
        form.submission_key.data = str(uuid4())
    elif form.validate():
        if _too_many(form):
            return _page(form), 429, {"Retry-After": str(int(WITHIN.total_seconds()))}
        if receipt := _file(form):
            hold(receipt.number)
            session["receipt"] = {"number": receipt.number, "code": receipt.code}
            return redirect(url_for("company.receipt"), 303)
    return _page(form), 422 if form.errors else 200


def _page(form: SubmitForm) -> str:
    return render_template("company/submit.html", form=form, file_types=FILE_TYPES)


def _too_many(form: SubmitForm) -> bool:
    """Whether a flood comes from there; a key that already made an appeal gets its receipt all the same."""
    most, visitor = current_app.config["FILINGS_PER_ADDRESS"], floods.visitor()
    if not most or visitor is None or floods.tally("filings", WITHIN).count(visitor, clock.now()) <= most:
        return False
    if company_lists.is_filed(form.submission_key.data):
        return False
    form.form_errors.append(
        _("这个网络地址在短时间内提交的诉求太多，请过 10 分钟再提交。您填写的内容都还在下面")
    )
    return True


def _file(form: SubmitForm) -> intake.Receipt | None:
    """The receipt, or None when a file was refused; files and appeal are kept together or not at all."""
    try:
        with attachments.kept(offered(request.files), folder()) as files:
            receipt = intake.submit(
                form.submission(languages.current()), key=form.submission_key.data, secret=secret("code"),
                at=clock.now(), files=files, prefix=settings.settings()["prefix"],
            )  # fmt: skip
            if receipt.again:
                attachments.drop(files, folder())
    except Refused as refused:
        form.tell(refused.errors)
        return None
    return receipt


@counter.get("/receipt")
@everyone
def receipt() -> Any:
    """Number, code (once), and what happens next."""
    kept = session.get("receipt")
    appeal = company_lists.by_number(kept["number"]) if kept else None
    if appeal is None:
        return redirect(url_for("company.track"), 303)
    code = kept.get("code")
    if code:
        session["receipt"] = {"number": kept["number"]}
    days = deadlines.explain(appeal.submitted_at, settings.limits().accept, calendar.current())
    return render_template(
        "company/receipt.html", appeal=appeal, code=numbering.format_code(code) if code else None, days=days,
        limits=settings.limits(),
    )  # fmt: skip
