"""What we keep on file: tables, and the standing lists."""

from appeals.models import (
    appeal,
    assignment,
    audit,
    calendar,
    clearance,
    company,
    deputy,
    directory,
    duty,
    files,
    following,
    instruction,
    machinery,
    movement,
    outbox,
    people,
    rating,
    referral,
    request,
    settings,
    supervision,
    versions,
)

__all__ = [
    "appeal", "assignment", "audit", "calendar", "clearance", "company", "deputy", "directory", "duty", "files",
    "following", "instruction", "machinery", "movement", "outbox", "people", "rating", "referral", "request",
    "settings", "supervision", "versions",
]  # fmt: skip
