"""Where a list goes on, as a short text in a URL; anything else is the beginning."""

from datetime import UTC, datetime
from typing import NamedTuple

from appeals.db import MAX_ID
from appeals.models import piles, queues

EARLIEST, LATEST = 0, 4_102_444_800  # 1970 and 2100 in seconds: what both databases hold


def text(key: NamedTuple) -> str:
    """1-1795400000-42: flags and ids as numbers, an instant as its seconds."""
    return "-".join(str(int(part.timestamp())) if isinstance(part, datetime) else str(int(part)) for part in key)


def pile(typed: str | None) -> piles.Key | None:
    """The key of a pile."""
    found = _numbers(typed, 3)
    return piles.Key(bool(found[0]), _instant(found[1]), found[2]) if found else None


def queue(typed: str | None) -> queues.Key | None:
    """The key of a unit's queue."""
    found = _numbers(typed, 2)
    return queues.Key(_instant(found[0]), found[1]) if found else None


def number(typed: str | None) -> int | None:
    """An id alone."""
    found = _numbers(typed, 1)
    return found[0] if found else None


def _numbers(typed: str | None, count: int) -> list[int] | None:
    parts = (typed or "").split("-")
    if len(parts) != count or not all(p.isascii() and p.isdigit() and len(p) < 19 for p in parts):
        return None
    found = [int(p) for p in parts]
    return found if found[-1] <= MAX_ID else None


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(min(max(seconds, EARLIEST), LATEST), UTC)
