"""Accounts that can sign for others or look behind them: given, given back, and re-keyed by two people (policy §2).

One administrator could otherwise make himself a director and confirm his own proposals. Whatever gives somebody such
an account ends with a fresh one-time password in two halves: the director who confirmed draws one, the administrator
who proposed reads the other; neither can sign in alone.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from werkzeug.security import generate_password_hash

from appeals.actions import accounts
from appeals.actions.limits import Gone
from appeals.actions.refusals import Refused
from appeals.db import session, transaction
from appeals.models.people import User
from appeals.models.settings import Change
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import NotYours

KEPT = ("login", "name", "phone", "role", "unit_id", "active")
HALF_BYTES = 9  # twelve characters to type each; either half alone leaves 72 bits to guess


def prepare(payload: Mapping[str, Any], _at: datetime) -> dict[str, Any]:
    """Put the account as it is beside the proposal.

    Payload: {"user_id": None for a new account, "login", "name", "phone", "role", "unit_id"}; nothing changed but
    the password is a reset. Raises Refused (role, unit, login).
    """
    user = _user(payload["user_id"])
    wanted: dict[str, Any] = {name: payload[name] for name in ("name", "phone", "role")}
    wanted |= {"login": user.login if user else payload["login"], "active": True}
    wanted["unit_id"] = payload["unit_id"] or accounts.home(payload["role"])
    return {"user_id": payload["user_id"], "values": wanted, "was": _plain(user) if user else None}


def check(payload: Mapping[str, Any], _at: datetime) -> None:
    """Raise Refused where one person is enough, the login is taken, or the account is another one by now."""
    values, user = payload["values"], _user(payload["user_id"])
    if values["role"] not in accounts.TWO_PEOPLE:
        raise Refused(role="这个角色的账号不需要第二人确认")
    if (_plain(user) if user else None) != payload["was"]:
        raise Refused(decide="该账号自提出后已有更改，请退回后重新提出")
    if user is None:
        accounts.check_new(values["login"], values["role"])


def apply(payload: Mapping[str, Any], _version: int, at: datetime) -> dict[str, int]:
    """Write the account with a password nobody knows; the old one and every sign-in are dead."""
    user = _user(payload["user_id"]) or User(created_at=at)
    for name in KEPT:
        setattr(user, name, payload["values"][name])
    user.password_hash, user.must_change_password = generate_password_hash(secrets.token_urlsafe(32)), True
    session().add(user)
    session().flush()
    accounts.end_sign_ins(user.id, at)
    return {"user": user.id}


def content() -> list[Any]:
    """Every account without its password, for the digest."""
    return [[user.id, _plain(user)] for user in session().scalars(select(User).order_by(User.id))]


def draw(change_id: int, *, by: Actor, at: datetime) -> str:
    """Set the one-time password of a confirmed change, once; returns the confirmer's half, kept nowhere.

    The proposer's half stays with the change (`half_of`). Raises Refused (draw), NotYours, Gone.
    """
    mine, other = (secrets.token_urlsafe(HALF_BYTES) for _ in range(2))
    with transaction() as writer:
        change = writer.get(Change, change_id, with_for_update=True, populate_existing=True)
        if change is None or change.kind != "accounts" or not change.confirmed:
            raise Gone
        if change.decided_by != by.user_id:
            raise NotYours("只有确认人可以领取")
        user = writer.scalars(select(User).where(User.login == change.payload["values"]["login"])).one()
        if not to_draw(change) or _plain(user) != change.payload["values"]:
            raise Refused(draw="密码已经领取过，或账号此后又有更改；如未能登录，请由管理员重新提出重置密码")
        user.password_hash, user.must_change_password = generate_password_hash(other + mine), True
        change.payload = {**change.payload, "half": other}
        accounts.end_sign_ins(user.id, at)
        accounts.note("audit.password_reset", by, at, user, change=change.id)
    return mine


def to_draw(change: Change) -> bool:
    """Whether the confirmer has not drawn the password yet."""
    return change.kind == "accounts" and bool(change.confirmed) and "half" not in change.payload


def half_of(change: Change, user_id: int | None) -> str:
    """The proposer's half, the first one, as long as the person has not set an own password; else ''."""
    if change.kind != "accounts" or change.proposed_by != user_id or "half" not in change.payload:
        return ""
    query = select(User.must_change_password).where(User.login == change.payload["values"]["login"])
    return str(change.payload["half"]) if session().scalar(query) else ""


def _user(user_id: int | None) -> User | None:
    return session().get(User, user_id, populate_existing=True) if user_id else None


def _plain(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in KEPT}
