"""The blueprint, and what a company's browser holds: the numbers whose code it once showed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, current_app, redirect, session, url_for
from werkzeug.wrappers import Response

from appeals.actions.attachments import Offered
from appeals.models import company_lists
from appeals.rules import numbering

MOST_HELD = 20  # a cookie is small
counter = Blueprint("company", __name__)


def secret(purpose: str) -> bytes:
    """The key of its own for this purpose."""
    found: bytes = current_app.extensions["appeals.settings"].key(purpose)
    return found


def folder() -> Any:
    """Where attachments lie."""
    return current_app.extensions["appeals.settings"].data_dir / "attachments"


def offered(files: Any) -> list[Offered]:
    """The files of a form, without the empty line that a browser sends for none."""
    return [Offered(file.filename, file.stream) for file in files.getlist("attachments") if file.filename]


def held() -> list[str]:
    """The numbers this browser may look at."""
    found: list[str] = session.get("appeals", [])
    return found


def hold(number: str) -> None:
    """This browser proved that it belongs to the company, or has just filed this appeal."""
    session["appeals"] = [number, *(other for other in held() if other != number)][:MOST_HELD]


def own_appeal(view: Callable[..., Any]) -> Callable[..., Any]:
    """Hand the view the appeal its URL names; whoever does not hold it is asked for the code, real or not."""

    @wraps(view)
    def found(number: str, **rest: Any) -> Any:
        stored = numbering.normalise(number[:40])
        appeal = company_lists.by_number(stored) if stored in held() else None
        return view(appeal, **rest) if appeal is not None else ask_for_code(stored)

    return found


def ask_for_code(number: str) -> Response:
    """To the form that asks for number and code."""
    known = numbering.is_valid(number)
    return redirect(url_for("company.track", number=number if known else None), 303)
