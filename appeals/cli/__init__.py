"""The back door: the same deeds by hand (flask --app wsgi …). Exit 0 fine, 1 a check failed, 2 wrong use."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Hang the commands on the application; pyproject.toml puts `routes` before Flask's own."""
    from appeals.cli import cycles, doctor, figures, ledger, people, reference, routes, routing, times

    for room in (reference, people, times, routing, ledger, figures, cycles, doctor, routes):
        for command in room.COMMANDS:
            app.cli.add_command(command)
