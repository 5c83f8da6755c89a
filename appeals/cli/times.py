"""The timetable: for ever, or once."""

import sys

import click
from flask import current_app

from appeals import clock
from appeals.actions import timetable
from appeals.cli.output import as_json, print_json, progress


@click.command()
def scheduler() -> None:
    """Run the timetable until SIGTERM or Ctrl-C; several may run, one works."""
    from appeals.scheduler import Scheduler

    Scheduler(current_app._get_current_object()).run()  # type: ignore[attr-defined]


@click.command()
@as_json
def tick(as_json: bool) -> None:
    """Do everything that is due now, once."""
    with progress("到期事项") as step:
        done = timetable.run_due(clock.now(), step)
    if as_json:
        print_json(vars(done))
    else:
        click.echo(f"已处理诉求 {done.appeals} 件，冻结 {len(done.frozen)} 期，失败 {len(done.failed)} 项")
    sys.exit(1 if done.failed else 0)


COMMANDS = (scheduler, tick)
