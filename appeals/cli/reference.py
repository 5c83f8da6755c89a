"""Reference data, and a stock to look at."""

import click
from flask import current_app

from appeals import clock
from appeals.actions import demo as showing
from appeals.actions import seeding
from appeals.actions.refusals import Refused
from appeals.cli.output import progress


@click.command()
def seed() -> None:
    """Load units, territories, areas, directory, working days and first settings; once."""
    click.echo("已载入基础数据" if seeding.seed(at=clock.now()) else "基础数据已在库中，未作改动")


@click.command()
def demo() -> None:
    """Make a demonstration stock and accounts with fresh passwords; never in production."""
    settings = current_app.extensions["appeals.settings"]
    if settings.env == "production":
        raise click.UsageError("生产环境不生成演示数据 / no demonstration stock in production")
    try:
        with progress("演示数据") as step:
            accounts = showing.make(at=clock.now(), secret=settings.key("code"), report=step)
    except Refused as refused:
        raise click.UsageError(str(refused)) from refused
    click.echo("演示账号 / demonstration accounts")
    for login, role, unit, password in accounts:
        click.echo(f"  {login:<22} {password:<18} {role}  {unit}")


COMMANDS = (seed, demo)
