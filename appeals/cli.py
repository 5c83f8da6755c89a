"""The back door: the same deeds by hand (flask --app wsgi …)."""

import click
from flask import Flask

from appeals import clock
from appeals.actions import accounts, seeding
from appeals.actions.refusals import Refused
from appeals.rules.actors import SYSTEM
from appeals.rules.words import STAFF_ROLES


def init_app(app: Flask) -> None:
    """Hang the commands on the application."""
    app.cli.add_command(seed)
    app.cli.add_command(user)


@click.command()
def seed() -> None:
    """Load units, territories, areas, directory, working days and first settings; once."""
    click.echo("已载入基础数据" if seeding.seed(at=clock.now()) else "基础数据已在库中，未作改动")


@click.group()
def user() -> None:
    """Accounts of staff."""


@user.command("add")
@click.option("--role", required=True, type=click.Choice([r.value for r in STAFF_ROLES]))
@click.option("--unit")
@click.option("--login", required=True)
@click.option("--name", default="")
def user_add(role: str, unit: str | None, login: str, name: str) -> None:
    """Make an account and print its one-time password."""
    try:
        click.echo(accounts.add(login=login, role=role, unit=unit, name=name, by=SYSTEM, at=clock.now()))
    except Refused as refused:
        raise click.UsageError(str(refused)) from refused
