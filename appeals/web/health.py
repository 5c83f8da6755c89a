"""For machines that watch: alive, and ready. Neither says anything about anybody."""

from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, jsonify
from flask.wrappers import Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from appeals import clock
from appeals.db import session
from appeals.models import health
from appeals.web.access import everyone

counter = Blueprint("health", __name__)
DATABASE_CHECKS = ("schema", "scheduler", "calendar")
WARNINGS_ONLY = frozenset({"calendar"})  # published once a year by others: a reason to warn, not to stand still


@counter.get("/healthz")
@everyone
def alive() -> tuple[str, int, dict[str, str]]:
    """The process answers; no data."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@counter.get("/readyz")
@everyone
def ready() -> tuple[Response, int]:
    """200 when everything this program needs is there, else 503, with what is missing."""
    data_dir: Path = current_app.extensions["appeals.settings"].data_dir
    free = health.free_mb(data_dir)
    checks: dict[str, dict[str, Any]] = {
        "store": {"ok": health.is_writable(data_dir / "attachments")},
        "disk": {"ok": free >= health.LEAST_DISK_MB, "free_mb": free},
        **_database(),
    }
    is_ready = all(check["ok"] for name, check in checks.items() if name not in WARNINGS_ONLY)
    return jsonify(ready=is_ready, checks=checks), 200 if is_ready else 503


def _database() -> dict[str, dict[str, Any]]:
    try:
        session().execute(text("SELECT 1"))
        found, wanted = health.schema()
        age, days = health.heartbeat_age(clock.now()), health.horizon_days(clock.now())
    except SQLAlchemyError:
        session().rollback()
        return {name: {"ok": False} for name in ("database", *DATABASE_CHECKS)}
    return {
        "database": {"ok": True},
        "schema": {"ok": found == wanted, "version": found, "wanted": wanted},
        "scheduler": {"ok": health.is_alive(age), "heartbeat_age_seconds": age},
        "calendar": {"ok": days >= health.HORIZON_DAYS, "final_for_days": days},
    }
