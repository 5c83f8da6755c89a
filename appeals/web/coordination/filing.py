"""A coordinator files for a company: at the service counter, by telephone, from another channel."""

from typing import Any

from appeals.rules.words import Role
from appeals.web import filing
from appeals.web.access import only
from appeals.web.coordination.counter import counter


@counter.route("/file", methods=["GET", "POST"])
@only(Role.COORDINATOR)
def file_for_company() -> Any:
    """The form, and what he has filed."""
    return filing.page("coordination.file_for_company")
