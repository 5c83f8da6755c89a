"""Staff accounts: made by one-time password, signed in and out, ended at once when anything changes."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload
from werkzeug.security import check_password_hash, generate_password_hash

from appeals.actions.refusals import Refused
from appeals.db import session, transaction
from appeals.models import tree
from appeals.models.audit import Event
from appeals.models.people import SignIn, Unit, User
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import OFFICE_ROLES
from appeals.rules.words import STAFF_ROLES, Role

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)
PASSWORD_LEAST, PASSWORD_MOST = 10, 128
UNIT_BOUND = frozenset({Role.LIAISON, Role.HEAD})
# Who signs second, judges the office or reads its record: no administrator gives himself such an account alone.
TWO_PEOPLE = frozenset({Role.DIRECTOR, Role.RECUSAL, Role.LEADER, Role.DISCIPLINE, Role.AUDIT})
_NOBODY = generate_password_hash(secrets.token_urlsafe(16))  # so that an unknown login costs the same time


def add(*, login: str, role: str, unit: str | None, name: str = "", by: Actor, at: datetime) -> str:
    """Make an account; returns its one-time password, which is shown once and kept nowhere.

    Raises Refused, also (role) for one that two people give: `appointments`. The command line is not held to that.
    """
    password = secrets.token_urlsafe(12)
    _alone(role in TWO_PEOPLE, by)
    with transaction() as writer:
        check_new(login, role, has_unit=bool(unit))
        unit_id = writer.scalar(select(Unit.id).where(Unit.name == unit)) if unit else home(role)
        if unit and unit_id is None:
            raise Refused(unit=f"没有这个单位：{unit}")
        user = User(login=login, name=name, role=role, unit_id=unit_id, created_at=at,
                    password_hash=generate_password_hash(password))  # fmt: skip
        writer.add(user)
        writer.flush()
        note("audit.user_add", by, at, user, role=role)
    return password


def check_new(login: str, role: str, has_unit: bool = True) -> None:
    """Raise Refused (role, unit, login) where there cannot be such an account."""
    errors: dict[str, str] = {}
    if role not in STAFF_ROLES:
        errors["role"] = "没有这个角色"
    elif role in UNIT_BOUND and not has_unit:
        errors["unit"] = "承办人和单位负责人必须归属一个单位"
    if not login.isascii() or not login.replace("-", "").replace("_", "").replace(".", "").isalnum() or len(login) > 40:
        errors["login"] = "登录名只能用字母、数字和 . _ -，最多40个"
    elif session().scalar(select(User.id).where(User.login == login)):
        errors["login"] = "这个登录名已经有了"
    if errors:
        raise Refused(**errors)


def needs_two(user: User, role: str, active: bool) -> bool:
    """Whether this change gives the account one of the posts that two people give, or gives it back."""
    return role in TWO_PEOPLE and active and (user.role, user.active) != (role, True)


def _alone(forbidden: bool, by: Actor) -> None:
    if forbidden and by.role is not Role.SYSTEM:
        raise Refused(role="授予、恢复这个角色或重置其密码须由管理员提出、主任确认")


def sign_in(*, login: str, password: str, address: str = "", at: datetime) -> str | None:
    """Check login and password; the token of a fresh sign-in, or None. Same cost whether the login exists.

    `address` is a keyed hash of where it comes from; every attempt is written down.
    """
    user = session().scalars(select(User).where(User.login == login[:40])).first()
    known = user.password_hash if user and user.active else _NOBODY
    right = len(password) <= PASSWORD_MOST and check_password_hash(known, password)
    if user is None or not user.active or not right:
        with transaction():
            note("audit.sign_in_failed", Actor(Role.SYSTEM), at, user, address=address[-12:])
        return None
    token, user_id = secrets.token_urlsafe(32), user.id
    with transaction() as writer:
        user = writer.get_one(User, user_id)
        writer.add(
            SignIn(token_hash=token_hash(token), user_id=user.id, started_at=at, seen_at=at, role=user.role,
                   unit_id=user.unit_id, address=address)
        )  # fmt: skip
        note("audit.sign_in", Actor(Role(user.role), user.id, user.unit_id), at, user, address=address[-12:])
    return token


def held_back(*, login: str, address: str, at: datetime) -> None:
    """Write down an attempt that was not even looked at."""
    user = session().scalars(select(User).where(User.login == login[:40])).first()
    with transaction():
        note("audit.sign_in_held_back", Actor(Role.SYSTEM), at, user, address=address[-12:])


def been_here(login: str, address: str) -> bool:
    """Whether this login was once signed in from this address: its owner is not to be locked out there."""
    query = select(SignIn.id).join(User, SignIn.user_id == User.id)
    query = query.where(User.login == login[:40], SignIn.address == address)
    return bool(address) and session().scalars(query.limit(1)).first() is not None


def sign_ins(user_id: int, *, at: datetime) -> Sequence[SignIn]:
    """The person's living sign-ins, the last one first."""
    query = select(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
    alive = query.where(SignIn.seen_at >= at - IDLE, SignIn.started_at >= at - LONGEST)
    return session().scalars(alive.order_by(SignIn.id.desc())).all()


def end_others(*, keep: str, by: Actor, at: datetime) -> None:
    """End every other sign-in of the person who asks."""
    assert by.user_id is not None
    with transaction() as writer:
        end_sign_ins(by.user_id, at, keep)
        note("audit.sign_out_others", by, at, writer.get_one(User, by.user_id))


def new_device() -> str:
    """A name for a device on which somebody signed in."""
    return secrets.token_urlsafe(16)


def token_hash(token: str) -> str:
    """What the file keeps of a sign-in token (256 random bits: a plain hash is enough)."""
    return hashlib.sha256(token.encode()).hexdigest()


def signed_in(token: str, *, at: datetime) -> User | None:
    """Whose sign-in this is, if it is alive: not ended, idle, too old; the account active and unchanged."""
    query = select(SignIn, User).join(User, SignIn.user_id == User.id)
    query = query.options(joinedload(User.unit))
    row = session().execute(query.where(SignIn.token_hash == token_hash(token))).first()
    if row is None:
        return None
    sign, user = row
    alive = (
        sign.ended_at is None and user.active and sign.role == user.role and sign.unit_id == user.unit_id
        and at - sign.seen_at <= IDLE and at - sign.started_at <= LONGEST
    )  # fmt: skip
    if not alive:
        return None
    if at - sign.seen_at >= SEEN_EVERY:
        sign_id, user_id = sign.id, user.id
        with transaction() as writer:
            writer.execute(update(SignIn).where(SignIn.id == sign_id).values(seen_at=at))
        return session().get(User, user_id)
    return user


def sign_out(token: str, *, by: Actor, at: datetime) -> None:
    """End this sign-in for good: a copy of its cookie is dead."""
    with transaction() as writer:
        writer.execute(update(SignIn).where(SignIn.token_hash == token_hash(token)).values(ended_at=at))
        note("audit.sign_out", by, at, None)


def change_password(*, user_id: int, old: str, new: str, keep: str | None, by: Actor, at: datetime) -> None:
    """Change one's own password; every other sign-in of the person ends."""
    user = session().get(User, user_id)
    errors: dict[str, str] = {}
    if user is None or len(old) > PASSWORD_MOST or not check_password_hash(user.password_hash, old):
        errors["old"] = "原密码不正确"
    if not PASSWORD_LEAST <= len(new) <= PASSWORD_MOST:
        errors["new"] = f"新密码长度应为{PASSWORD_LEAST}–{PASSWORD_MOST}个字符"
    elif new == old or (user and user.login in new):
        errors["new"] = "新密码不能与原密码相同，也不能包含登录名"
    if errors:
        raise Refused(**errors)
    with transaction() as writer:
        user = writer.get_one(User, user_id)
        user.password_hash, user.must_change_password = generate_password_hash(new), False
        end_sign_ins(user_id, at, keep)
        note("audit.password", by, at, user)


def set_account(
    *, user_id: int, role: str, unit_id: int | None, active: bool, name: str, phone: str | None, principal: bool = True,
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    """Change role, unit or activity; open sign-ins of the person die. Nobody changes an own account so.

    `principal`: of a head, whether he leads the unit (主要) or a part of it (分管): papers go by it.
    """
    if user_id == by.user_id:
        raise Refused(role="不能更改自己的角色、单位或状态")
    if role not in STAFF_ROLES or (role in UNIT_BOUND and unit_id is None):
        raise Refused(role="承办人和单位负责人必须归属一个单位")
    with transaction() as writer:
        user = writer.get_one(User, user_id)
        _alone(needs_two(user, role, active), by)
        unit_id = unit_id or home(role)
        changed = (user.role, user.unit_id, user.active) != (role, unit_id, active)
        user.role, user.unit_id, user.active, user.name, user.phone = role, unit_id, active, name, phone
        user.principal = principal or role != Role.HEAD
        if changed:
            end_sign_ins(user_id, at)
        note("audit.user_change", by, at, user, role=role, active=active)


def reset_password(*, user_id: int, by: Actor, at: datetime) -> str:
    """A new one-time password for somebody else; his sign-ins end."""
    if user_id == by.user_id:
        raise Refused(own="请在“修改密码”中更改自己的密码")
    password = secrets.token_urlsafe(12)
    with transaction() as writer:
        user = writer.get_one(User, user_id)
        _alone(user.role in TWO_PEOPLE, by)
        user.password_hash, user.must_change_password = generate_password_hash(password), True
        end_sign_ins(user_id, at)
        note("audit.password_reset", by, at, user)
    return password


def home(role: str) -> int | None:
    """The unit of a post that has only one: the coordination office, the recusal post's unit."""
    units = tree.current()
    return units.office_id if role in OFFICE_ROLES else units.recusal_id if role == Role.RECUSAL else None


def end_sign_ins(user_id: int, at: datetime, keep: str | None = None) -> None:
    """End the person's sign-ins, but the one whose token is to be kept."""
    query = update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
    if keep is not None:
        query = query.where(SignIn.token_hash != token_hash(keep))
    session().execute(query.values(ended_at=at))


def note(kind: str, by: Actor, at: datetime, user: User | None, **detail: object) -> None:
    """Write down what was done about an account."""
    session().add(
        Event(kind=kind, at=at, recorded_at=at, role=by.role.value, user_id=by.user_id, unit_id=by.unit_id,
              detail=detail | ({"user": user.id} if user else {}))
    )  # fmt: skip
