"""Reference data."""

import click

from appeals import clock
from appeals.actions import seeding


@click.command()
def seed() -> None:
    """Load units, territories, areas, directory, working days and first settings; once."""
    click.echo("已载入基础数据" if seeding.seed(at=clock.now()) else "基础数据已在库中，未作改动")


COMMANDS = (seed,)
