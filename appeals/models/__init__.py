"""What we keep on file: tables, and the standing lists."""

from appeals.models import (
    appeal,
    assignment,
    audit,
    calendar,
    clearance,
    company,
    directory,
    duty,
    files,
    machinery,
    movement,
    outbox,
    people,
    rating,
    request,
    settings,
    versions,
)

__all__ = [
    "appeal", "assignment", "audit", "calendar", "clearance", "company", "directory", "duty", "files", "machinery",
    "movement", "outbox", "people", "rating", "request", "settings", "versions",
]  # fmt: skip
