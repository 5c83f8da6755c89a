"""The versions in force, read at most once a second per process: pages need them, and they rarely change.

Deeds read them anew inside their transaction (db.transaction), so nothing is ever decided on an old version.
"""

from dataclasses import dataclass, field

from flask import Flask, Response, request

from appeals import clock
from appeals.db import session
from appeals.models.versions import versions

FRESH_SECONDS = 1.0
WITHOUT = ("health", None)  # who watches the program must hear from it even without a database


@dataclass
class _Known:
    numbers: dict[str, int] = field(default_factory=dict)
    until: float = 0.0


def init_app(app: Flask) -> None:
    """Hand each request the versions read last, while they are fresh; whatever staff post makes them stale."""
    known = _Known()

    @app.before_request
    def _hand_over() -> None:
        if request.blueprint in WITHOUT:
            return
        if clock.ticks() >= known.until:
            known.numbers, known.until = versions(session()), clock.ticks() + FRESH_SECONDS
        session().info["versions"] = known.numbers

    @app.after_request
    def _forget(response: Response) -> Response:
        if request.method == "POST" and request.blueprint != "company":
            known.until = 0.0
        return response
