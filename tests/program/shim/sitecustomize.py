"""Loaded by every Python of a site: libfaketime 0.9.10 breaks the system call that time.sleep makes since Python 3.11."""

import select
import time


def sleep(seconds: float, /) -> None:
    """Sleep by a call that the preloaded library leaves alone."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select((), (), (), seconds)


time.sleep = sleep
