"""When something cannot be done: a plain page in the visitor's language, never a trace."""

import logging
import secrets

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from appeals.actions.intake import KeyReused
from appeals.actions.limits import Gone, Stale
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.rules.lifecycle import NotAllowed, NotYours
from appeals.web.forms import localized

log = logging.getLogger("appeals")
Answer = tuple[str, int] | tuple[str, int, dict[str, str]]
PLAIN = {400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 422, 429, 500, 503}


def init_app(app: Flask) -> None:
    """Answer every refusal and every accident with a page."""
    app.register_error_handler(SecurityError, lambda _e: ("400 unknown host\n", 400, {"Content-Type": "text/plain"}))
    app.register_error_handler(HTTPException, lambda e: page(e.code or 500))
    app.register_error_handler(CSRFError, lambda _e: page(400, "csrf"))
    app.register_error_handler(Stale, lambda _e: page(409, "stale"))
    app.register_error_handler(KeyReused, lambda _e: page(409, "key"))
    app.register_error_handler(Gone, lambda _e: page(404))
    app.register_error_handler(NotYours, lambda e: page(403, said=for_officials(e)))
    app.register_error_handler(NotAllowed, lambda e: page(409, said=for_officials(e)))
    app.register_error_handler(Refused, lambda e: page(422, said="；".join(map(localized, e.errors.values()))))
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _accident)
    app.before_request(_name_request)


def page(code: int, why: str = "", said: str = "") -> Answer:
    """The page for this status; `said` is a refusal in the house's own words."""
    code = code if code in PLAIN else 400 if code < 500 else 500
    session().rollback()
    text = render_template(
        "errors/error.html", code=code, why=why, said=said, request_id=g.get("request_id", ""),
        for_staff=for_staff(),
    )  # fmt: skip
    return (text, code, {"Retry-After": "5"}) if code in (429, 503) else (text, code)


def for_staff() -> bool:
    """Whether the page that failed is one of the staff's."""
    return request.blueprint not in ("company", None)


def for_officials(error: Exception) -> str:
    """The lifecycle's own words; a company reads the page's instead."""
    return str(error) if for_staff() else ""


def _name_request() -> None:
    g.request_id = secrets.token_hex(4)


def _busy(error: OperationalError) -> Answer:
    log.error("database: %s request=%s", type(error.orig).__name__, g.get("request_id"))
    return page(503)


def _accident(_error: Exception) -> Answer:
    log.exception("accident: %s %s request=%s", request.method, request.url_rule, g.get("request_id"))
    return page(500)
