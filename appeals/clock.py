"""The only clock in the house; everything below takes the moment as an argument."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This instant in UTC, in whole seconds: 18:00:00 is in time for the whole of that second."""
    return datetime.now(UTC).replace(microsecond=0)


def today() -> date:
    """Today's date in Shanghai."""
    return datetime.now(SHANGHAI).date()


def ticks() -> float:
    """Seconds of a clock that is never set, for ages of things kept in memory."""
    return time.monotonic()
