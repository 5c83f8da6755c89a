"""Accounts of staff by hand: the first administrator, and whoever is locked out."""

import click
from sqlalchemy import select

from appeals import clock
from appeals.actions import accounts
from appeals.actions.refusals import Refused
from appeals.cli.output import as_json, print_json
from appeals.db import session
from appeals.models.people import User
from appeals.rules.actors import SYSTEM
from appeals.rules.words import STAFF_ROLES


@click.group()
def user() -> None:
    """Accounts of staff / 工作人员账号."""


@user.command()
@click.option("--role", required=True, type=click.Choice([r.value for r in STAFF_ROLES]))
@click.option("--unit", help="单位全称；承办人和单位负责人必填")
@click.option("--login", required=True)
@click.option("--name", default="")
def add(role: str, unit: str | None, login: str, name: str) -> None:
    """Make an account and print its one-time password."""
    try:
        click.echo(accounts.add(login=login, role=role, unit=unit, name=name, by=SYSTEM, at=clock.now()))
    except Refused as refused:
        raise click.UsageError(str(refused)) from refused


@user.command("list")
@as_json
def list_(as_json: bool) -> None:
    """Show all accounts; no password is kept anywhere."""
    people = session().scalars(select(User).order_by(User.login)).all()
    if as_json:
        print_json([{"login": p.login, "name": p.name, "role": p.role, "unit": p.unit.name if p.unit else None,
                     "active": p.active} for p in people])  # fmt: skip
        return
    for p in people:
        unit = p.unit.name if p.unit else "—"
        click.echo(f"{p.login}\t{p.role_label}\t{unit}\t{p.name}\t{'' if p.active else '已停用'}")


@user.command()
@click.argument("login")
def disable(login: str) -> None:
    """Disable an account; its open sign-ins end at once."""
    found = _find(login)
    accounts.set_account(
        user_id=found.id, role=found.role, unit_id=found.unit_id, active=False, name=found.name, phone=found.phone,
        by=SYSTEM, at=clock.now(),
    )  # fmt: skip
    click.echo(f"已停用 / disabled: {login}")


@user.command()
@click.argument("login")
def reset(login: str) -> None:
    """Print a new one-time password; the old one and all sign-ins are dead."""
    click.echo(accounts.reset_password(user_id=_find(login).id, by=SYSTEM, at=clock.now()))


def _find(login: str) -> User:
    found = session().scalars(select(User).where(User.login == login)).first()
    if found is None:
        raise click.UsageError(f"没有这个账号 / no such account: {login}")
    return found


COMMANDS = (user,)
