"""Who may enter: every view says so, and what says nothing lets nobody in."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

from appeals import clock
from appeals.actions import accounts
from appeals.models import deputy, lists
from appeals.models.appeal import Appeal
from appeals.models.people import User
from appeals.rules import numbering
from appeals.rules.actors import Actor
from appeals.rules.words import Role

EVERYONE = "everyone"
SECRET, WORTH_KEEPING = ("csrf_token", "password", "old", "new", "again"), 6  # characters
View = TypeVar("View", bound=Callable[..., Any])
login_manager = LoginManager()
csrf = CSRFProtect()


class Visitor(UserMixin):  # type: ignore[misc]
    """A signed-in member of staff: the account, the sign-in's token, and the actor deeds are given."""

    def __init__(self, user: User, token: str) -> None:
        self.user, self.token = user, token
        self.actor = deputy.actor(user, clock.today())

    @property
    def standing(self) -> str:
        """What the visitor is here as; a deputy is told so on every page."""
        return "代行负责人" if self.actor.for_id is not None else self.actor.role.label

    def get_id(self) -> str:
        """What the cookie carries."""
        return self.token


def init_app(app: Flask) -> None:
    """Guard every view; sign-ins are looked up anew with each request."""
    login_manager.session_protection = None  # the sign-in record is the protection
    login_manager.init_app(app)
    csrf.init_app(app)
    app.before_request(_guard)
    app.context_processor(lambda: {"visitor": current_user})


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(token: str) -> Visitor | None:
    user = accounts.signed_in(token, at=clock.now())
    return Visitor(user, token) if user else None


def everyone(view: View) -> View:
    """Anybody may enter."""
    view.may_enter = EVERYONE  # type: ignore[attr-defined]
    return view


def only(*roles: Role) -> Callable[[View], View]:
    """Only signed-in staff of these roles may enter."""

    def mark(view: View) -> View:
        view.may_enter = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def _guard() -> Response | tuple[str, int] | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None  # no such page: the router answers
    may_enter = getattr(view, "may_enter", frozenset())
    if may_enter == EVERYONE:
        return None
    if not current_user.is_authenticated:
        return _show_the_door()
    if current_user.actor.role not in may_enter:
        abort(403)
    if current_user.user.must_change_password and request.endpoint not in ("account.password", "account.sign_out"):
        return redirect(url_for("account.password"))
    return None


def _show_the_door() -> Response | tuple[str, int]:
    """To the sign-in, and back afterwards; what was typed into a form meanwhile is shown for copying."""
    if request.method == "GET":
        return redirect(url_for("account.sign_in", next=request.full_path.removesuffix("?")))
    typed = [text for name, text in request.form.items() if name not in SECRET and len(text.strip()) >= WORTH_KEEPING]
    return render_template("account/too_late.html", typed=typed), 401


def check_every_view(app: Flask) -> None:
    """Refuse to build an application with a view that does not say who may enter."""
    everyone(app.view_functions["static"])
    silent = [name for name, view in app.view_functions.items() if not hasattr(view, "may_enter")]
    if silent:
        raise RuntimeError(f"no word on who may enter: {', '.join(silent)}")


def actor() -> Actor:
    """Who is acting in this request."""
    found: Actor = current_user.actor
    return found


def appeal_or_404(number: str) -> Appeal:
    """The appeal, if the visitor may know that it exists; a stranger's is 404."""
    found = lists.find(numbering.normalise(number), actor()) if len(number) <= 40 else None
    if found is None:
        abort(404)
    return found


def seen() -> int | None:
    """The version of the appeal that the posted form was made from."""
    value = request.form.get("seen", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def with_appeal(view: Callable[..., Any]) -> Callable[..., Any]:
    """Hand the view the appeal its URL names, or 404."""

    @wraps(view)
    def found(number: str, **rest: Any) -> Any:
        return view(appeal_or_404(number), **rest)

    return found


def folder() -> Path:
    """Where attachments lie."""
    found: Path = current_app.extensions["appeals.settings"].data_dir / "attachments"
    return found


def forget() -> None:
    """Drop everything the visitor's cookie carries."""
    session.clear()
