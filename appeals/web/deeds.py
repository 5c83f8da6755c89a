"""How a page does a deed: what was typed is never lost, whatever comes of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect
from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions.limits import Stale
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.rules.lifecycle import NotAllowed
from appeals.web import access
from appeals.web.forms.staff import CaseForm, StaffForm


@dataclass
class Shown:
    """What a page shows beside the appeal itself.

    `bound` is the form that was posted, `trouble` why its deed was not done ('stale' or a sentence), `contact`
    the company's contact where it was just revealed, `preview` what a dispatch would come to.
    """

    bound: StaffForm | None = None
    trouble: str = ""
    contact: Any = None
    extra: dict[str, Any] = field(default_factory=dict)

    def place(self, *groups: dict[str, Any]) -> list[tuple[str, str]]:
        """Put the posted form where its blank one stands; what was typed, where there is none any more."""
        if self.bound is None:
            return []
        for group in groups:
            if self.bound.key in group:
                if isinstance(self.bound, CaseForm):
                    self.bound.look_like(group[self.bound.key])
                group[self.bound.key] = self.bound
                return []
        return self.bound.typed()


Page = Callable[[str, Shown], str]


def who() -> dict[str, Any]:
    """The person, the moment, and the version of the appeal the visitor looked at; a form without it is refused."""
    seen = access.seen()
    if seen is None:
        abort(400)
    return {"by": access.actor(), "at": clock.now(), "seen": seen}


def carry_out(
    number: str, form: StaffForm, deed: Callable[[], object], *, done: str, page: Page, back: str
) -> Response | tuple[str, int]:
    """Do it and go back, or show the page again with the form as it was typed.

    422 beside the fields; 409 where somebody else was faster or the appeal has moved on.
    """
    if not form.validate_on_submit():
        return page(number, Shown(form)), 422
    try:
        deed()
    except Refused as refused:
        form.tell(refused.errors)
        return again(number, form, "", page), 422
    except Stale:
        return again(number, form, "stale", page), 409
    except NotAllowed as sentence:
        return again(number, form, str(sentence), page), 409
    flash(done, "ok")
    return redirect(back)


def again(number: str, form: StaffForm, trouble: str, page: Page) -> str:
    """The page as the appeal is now, with what was typed."""
    session().rollback()
    session().expire_all()
    return page(number, Shown(form, trouble))
