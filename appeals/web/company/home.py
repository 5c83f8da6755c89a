"""The first page: what this is, what is promised, two ways on."""

from flask import render_template

from appeals.models import settings
from appeals.web.access import everyone
from appeals.web.company.counter import counter


@counter.get("/")
@everyone
def home() -> str:
    """For whoever comes for the first time."""
    return render_template("company/home.html", limits=settings.limits())


@counter.get("/privacy")
@everyone
def privacy() -> str:
    """What happens to personal data."""
    return render_template("company/privacy.html")
