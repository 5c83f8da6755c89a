"""For machines that watch: alive, and ready."""

from flask import Blueprint

from appeals.web.access import everyone

counter = Blueprint("health", __name__)


@counter.get("/healthz")
@everyone
def alive() -> tuple[str, int, dict[str, str]]:
    """The process answers; no data."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
