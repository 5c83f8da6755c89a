"""How much one address may do in a while, counted in memory: what is done all day must not pay for a flood."""

from collections import Counter
from datetime import datetime, timedelta
from ipaddress import ip_address
from threading import Lock

from flask import current_app, request

from appeals.web import visitors

ADDRESSES_MOST = 100_000  # a flood from more addresses than this starts the count anew instead of filling the memory


class Tally:
    """Counts of one web process, by address, in windows of a fixed length. Addresses stay in memory and nowhere else."""

    def __init__(self, within: timedelta) -> None:
        self.within = within
        self._window = 0
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def count(self, key: str, at: datetime) -> int:
        """Count one more under this key; how many there are in the present window."""
        window = int(at.timestamp() // self.within.total_seconds())
        with self._lock:
            if window != self._window or len(self._counts) >= ADDRESSES_MOST:
                self._window = window
                self._counts.clear()
            self._counts[key] += 1
            return self._counts[key]


def tally(name: str, within: timedelta) -> Tally:
    """This process's tally of that name."""
    known: dict[str, Tally] = current_app.extensions.setdefault("appeals.floods", {})
    return known.get(name) or known.setdefault(name, Tally(within))


def visitor() -> str | None:
    """The visitor as a flood is counted: his address, of IPv6 the /64; None for this machine itself.

    Who is already on the machine needs no door; and where a proxy's word for the visitor is missing, all of them seem
    to be the machine, and none may lock out the others.
    """
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return None
    return None if address.is_loopback else visitors.place(address)
