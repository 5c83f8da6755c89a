"""A liaison officer files for a company."""

from typing import Any

from appeals.rules.words import Role
from appeals.web import filing
from appeals.web.access import only
from appeals.web.unit.counter import counter


@counter.route("/file", methods=["GET", "POST"])
@only(Role.LIAISON)
def file_for_company() -> Any:
    """The form, and what he has filed."""
    return filing.page("unit.file_for_company")
