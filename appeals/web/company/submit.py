"""File an appeal, and get the receipt."""

from typing import Any
from uuid import uuid4

from flask import redirect, render_template, request, session, url_for

from appeals import clock
from appeals.actions import attachments, intake
from appeals.actions.refusals import Refused
from appeals.models import calendar, company_lists, settings
from appeals.rules import deadlines, numbering
from appeals.web import languages
from appeals.web.access import everyone
from appeals.web.company.counter import counter, folder, hold, offered, secret
from appeals.web.forms.company import FILE_TYPES, SubmitForm


@counter.route("/submit", methods=["GET", "POST"])
@everyone
def submit() -> Any:
    """The form; a right one leads to the receipt, a wrong one comes back with everything typed."""
    form = SubmitForm()
    if request.method == "GET":
        form.submission_key.data = str(uuid4())
    elif form.validate() and (receipt := _file(form)):
        hold(receipt.number)
        session["receipt"] = {"number": receipt.number, "code": receipt.code}
        return redirect(url_for("company.receipt"), 303)
    return render_template("company/submit.html", form=form, file_types=FILE_TYPES), 422 if form.errors else 200


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
