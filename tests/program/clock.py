"""One clock for all processes of a site: it flows, and the test may set it (libfaketime reads the offset from a file)."""

import math
import subprocess
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from appeals.rules.workdays import SHANGHAI
from tests import machine

SHIM = Path(__file__).parent / "shim"
PLACES = ("/usr/lib/*/faketime", "/usr/lib*/faketime", "/usr/local/lib/faketime", "/opt/homebrew/lib/faketime")


@cache
def library() -> Path:
    """The library that lets a process live at another time, the one made for threads."""
    machine.faketime()
    found = [path for place in PLACES for path in Path("/").glob(f"{place[1:]}/libfaketimeMT.so.1")]
    return found[0] if found else machine.lacks("libfaketimeMT", debian="libfaketime", macos="libfaketime")


def moment(text: str) -> datetime:
    """'2026-09-07T09:00' in Shanghai, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class Clock:
    """Real time plus an offset that all processes started with `environment` read anew at every look."""

    def __init__(self, folder: Path) -> None:
        """Start at the real time."""
        self._file = folder / "clock"
        self._offset = 0
        self.set_to = datetime.now(UTC)
        self.set(datetime.now(UTC))

    def set(self, to: datetime) -> None:
        """Jump, forwards or back; the file is replaced whole, so nobody reads half of it."""
        self.set_to = to
        self._offset = math.ceil(to.timestamp() - time.time())
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{self._offset:+d}s\n")
        fresh.replace(self._file)

    def now(self) -> datetime:
        """What the processes see."""
        return datetime.now(UTC) + timedelta(seconds=self._offset)

    def environment(self) -> dict[str, str]:
        """The variables of a process that lives by this clock; timeouts and file times stay real.

        Left to itself the library takes every timed wait of a thread for over at once, and threads that wait for
        each other spin: a page then costs fifteen times as much.
        """
        return {
            "LD_PRELOAD": str(library()), "FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_FORCE_MONOTONIC_FIX": "0", "NO_FAKE_STAT": "1",
            "PYTHONPATH": str(SHIM),
        }  # fmt: skip


def forget(process: "subprocess.Popen[bytes]") -> None:
    """Remove what the library leaves in shared memory for a process that was killed."""
    for name in (f"faketime_shm_{process.pid}", f"sem.faketime_sem_{process.pid}"):
        Path("/dev/shm", name).unlink(missing_ok=True)
