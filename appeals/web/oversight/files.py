"""The files that were sent to this reader, and each of them (policy §2)."""

from flask import abort, render_template, request, url_for

from appeals.models import lists, papers
from appeals.rules import numbering
from appeals.web import access, keys
from appeals.web.access import only
from appeals.web.coordination import accountability
from appeals.web.oversight.counter import READERS, counter


@counter.get("/")
@only(*READERS)
def files() -> str:
    """Exactly the files sent to this role, the latest first."""
    found = papers.referrals(access.actor().role, keys.number(request.args.get("before")))
    shown, more = found[: lists.PAGE], None
    if len(found) > lists.PAGE:
        more = url_for("oversight.files", before=shown[-1].id)
    return render_template("oversight/files.html", referrals=shown, more=more)


@counter.get("/<number>")
@only(*READERS)
def file(number: str) -> str:
    """One of them; any other appeal is 404."""
    found = papers.referred(numbering.normalise(number), access.actor().role) if len(number) <= 40 else None
    if found is None:
        abort(404)
    return accountability.page(found.appeal, opens=False)
