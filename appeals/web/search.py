"""Searching appeals by number, company, title and words; nobody finds what he may not know of."""

from flask import Blueprint, render_template, request, url_for

from appeals import clock
from appeals.models import lists, search
from appeals.rules import ratings, text
from appeals.rules.words import Role
from appeals.web import access, keys
from appeals.web.access import only

MOST = 100  # characters of a query
UNIT_ROLES = (Role.LIAISON, Role.HEAD)
counter = Blueprint("search", __name__)


@counter.get("/search")
@only(Role.COORDINATOR, Role.DIRECTOR, Role.LEADER, Role.RECUSAL, *UNIT_ROLES)
def find() -> str:
    """Newest first, a page at a time."""
    asked, by = text.clean_line(request.args.get("q", ""))[:MOST], access.actor()
    found = search.find(asked, by, keys.number(request.args.get("after")))
    shown, more = found[: lists.PAGE], None
    if len(found) > lists.PAGE:
        more = url_for("search.find", q=asked, after=shown[-1].id)
    unit, now = by.role in UNIT_ROLES, clock.now()
    states = {a.id: ratings.as_units_see(a.state, a.state_at, now) if unit else a.state for a in shown}
    return render_template(
        "staff/search.html", asked=asked, appeals=shown, more=more, hint=search.too_short(asked), states=states,
        page="unit.appeal" if unit else "coordination.appeal",
    )  # fmt: skip
