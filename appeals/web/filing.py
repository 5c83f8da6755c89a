"""代提: staff file an appeal for a company, which confirms it with number and code (policy §2). One page, two counters."""

from typing import Any
from uuid import uuid4

from flask import current_app, redirect, render_template, request, session, url_for

from appeals import clock
from appeals.actions import attachments, intake, proxies
from appeals.actions.refusals import Refused
from appeals.models import proxies as filed
from appeals.models import settings
from appeals.rules import numbering
from appeals.web import access
from appeals.web.forms.company import FILE_TYPES
from appeals.web.forms.proxies import ProxyForm


def page(endpoint: str) -> Any:
    """The form; a right one leads back to it, with number and code for the company, shown this once."""
    by = access.actor()
    form = ProxyForm().through(proxies.SOURCES[by.role])
    if request.method == "GET":
        form.submission_key.data = str(uuid4())
    elif form.validate() and (receipt := _file(form)):
        session["filed"] = {"number": receipt.number, "code": receipt.code}
        return redirect(url_for(endpoint), 303)
    kept = session.pop("filed", None) if request.method == "GET" else None
    code = numbering.format_code(kept["code"]) if kept else None
    body = render_template(
        "staff/file.html", form=form, file_types=FILE_TYPES, kept=kept, code=code, endpoint=endpoint,
        filed=filed.by(by.user_id or 0),
    )  # fmt: skip
    return body, 422 if form.errors else 200


def _file(form: ProxyForm) -> intake.Receipt | None:
    """The receipt, or None when a file was refused."""
    known = current_app.extensions["appeals.settings"]
    offered = [
        attachments.Offered(file.filename, file.stream) for file in request.files.getlist("attachments") if file.filename
    ]
    try:
        with attachments.kept(offered, access.folder()) as files:
            receipt = intake.submit(
                form.submission("zh"), key=form.submission_key.data, secret=known.key("code"), at=clock.now(),
                files=files, by=access.actor(), prefix=settings.settings()["prefix"],
            )  # fmt: skip
            if receipt.again:
                attachments.drop(files, access.folder())
    except Refused as refused:
        form.tell(refused.errors)
        return None
    return receipt
