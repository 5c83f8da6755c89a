"""Accounts: made, changed, given a new one-time password. Nobody changes an own role (policy §2).

What gives somebody a post that signs second or looks behind the others becomes a proposal for the director.
"""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from appeals import clock
from appeals.actions import accounts, changes
from appeals.actions.refusals import Refused
from appeals.db import MAX_ID, session
from appeals.models import choices, registers
from appeals.models.people import User
from appeals.web.access import actor
from appeals.web.admin.desk import admin, counter
from appeals.web.forms.admin import LOGIN, AccountForm, NewAccountForm, ResetForm


@counter.get("/users")
@admin
def users() -> str:
    """Everybody with an account, by login."""
    after = request.args.get("after", "")[:LOGIN]
    found = registers.users(after, registers.PAGE + 1)
    following = url_for("admin.users", after=found[-2].login) if len(found) > registers.PAGE else ""
    return render_template("admin/users.html", users=found[: registers.PAGE], following=following, after=after)


@counter.route("/users/new", methods=["GET", "POST"])
@admin
def new_user() -> Any:
    """Make an account; its one-time password is shown in this one answer and never again."""
    form = NewAccountForm()
    if form.validate_on_submit():
        try:
            if form.role.data in accounts.TWO_PEOPLE:
                unit_id = next((int(u.value) for u in choices.units() if u.chinese == form.unit.data), None)
                return _propose(form.reason.data, user_id=None, login=form.login.data, name=form.name.data, phone=None,
                                role=form.role.data, unit_id=unit_id)  # fmt: skip
            password = accounts.add(
                login=form.login.data, role=form.role.data, unit=form.unit.data or None, name=form.name.data,
                by=actor(), at=clock.now(),
            )  # fmt: skip
        except Refused as refused:
            form.tell(refused.errors)
        else:
            return render_template("admin/password.html", login=form.login.data, password=password, fresh=True)
    return render_template("admin/user_new.html", form=form), 422 if form.errors else 200


@counter.route("/users/<int:user_id>", methods=["GET", "POST"])
@admin
def user(user_id: int) -> Any:
    """One account: name, role, unit, whether it is in use."""
    known = _user_or_404(user_id)
    form = _filled(known)
    if form.validate_on_submit():
        try:
            if accounts.needs_two(known, form.role.data, form.active.data):
                return _propose(form.reason.data, user_id=user_id, name=form.name.data, phone=form.phone.data or None,
                                role=form.role.data, unit_id=form.unit_id)  # fmt: skip
            accounts.set_account(
                user_id=user_id, role=form.role.data, unit_id=form.unit_id, active=form.active.data,
                name=form.name.data, phone=form.phone.data or None, principal=not form.assistant.data, by=actor(),
                at=clock.now(),
            )  # fmt: skip
        except Refused as refused:
            form.tell(refused.errors)
        else:
            flash("账号已更改；如改了角色、单位或状态，该人员须重新登录。", "ok")
            return redirect(url_for("admin.user", user_id=user_id), 303)
    return _page(known, form), 422 if form.errors else 200


@counter.post("/users/<int:user_id>/password")
@admin
def reset_password(user_id: int) -> Any:
    """A new one-time password for somebody else, shown in this one answer, or proposed to the director."""
    known = _user_or_404(user_id)
    login = known.login
    try:
        if known.role in accounts.TWO_PEOPLE:
            return _propose_reset(known)
        password = accounts.reset_password(user_id=user_id, by=actor(), at=clock.now())
    except Refused as refused:
        flash("；".join(refused.errors.values()), "bad")
        return redirect(url_for("admin.user", user_id=user_id), 303)
    return render_template("admin/password.html", login=login, password=password, fresh=False)


def _filled(known: User, **sent: Any) -> AccountForm:
    start = {"name": known.name, "phone": known.phone or "", "role": known.role, "active": known.active,
             "unit": str(known.unit_id or ""), "assistant": not known.principal}  # fmt: skip
    return AccountForm(data=start, **sent)


def _propose_reset(known: User) -> Any:
    form = ResetForm()
    if form.validate():
        return _propose(form.reset_reason.data, user_id=known.id, name=known.name, phone=known.phone, role=known.role,
                        unit_id=known.unit_id)  # fmt: skip
    return _page(known, _filled(known, formdata=None), form), 422


def _propose(reason: str, **payload: Any) -> Any:
    """To the director; the change's page says how it goes on."""
    made = changes.propose("accounts", payload, reason=reason, by=actor(), at=clock.now())
    flash("已提出，由营商办主任确认后生效。", "ok")
    return redirect(url_for("admin.change", change_id=made), 303)


def _page(known: User, form: AccountForm, reset: ResetForm | None = None) -> str:
    return render_template(
        "admin/user.html", form=form, user=known, own=known.id == actor().user_id,
        reset=reset or ResetForm(formdata=None), two=known.role in accounts.TWO_PEOPLE,
    )  # fmt: skip


def _user_or_404(user_id: int) -> User:
    found = session().get(User, user_id) if user_id < MAX_ID else None
    return found or abort(404)
