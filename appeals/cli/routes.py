"""Every address of the program and who may enter."""

from collections.abc import Iterable

import click
from flask import current_app
from flask.cli import with_appcontext

from appeals.cli.output import as_json, print_json


@click.command()
@as_json
@with_appcontext  # found through pyproject.toml, before there is an application
def routes(as_json: bool) -> None:
    """Show rule, methods, who may enter."""
    rows = [
        {"rule": rule.rule, "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
         "may_enter": _who(getattr(current_app.view_functions[rule.endpoint], "may_enter", ()))}
        for rule in sorted(current_app.url_map.iter_rules(), key=lambda r: r.rule)
    ]  # fmt: skip
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['rule']}\t{','.join(row['methods'])}\t{','.join(row['may_enter'])}")


def _who(may_enter: str | Iterable[str]) -> list[str]:
    return [may_enter] if isinstance(may_enter, str) else sorted(str(role) for role in may_enter)


COMMANDS = (routes,)
