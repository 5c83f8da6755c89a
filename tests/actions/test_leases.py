"""Of several schedulers one has the lease; the next takes it when it falls silent, and no clock can lock them all out."""

from datetime import timedelta

from appeals.actions import leases
from appeals.db import session
from appeals.models.machinery import Lease
from tests.builders import at

NOW = at("2026-11-23 09:00")
SECOND = timedelta(seconds=1)


def test_the_first_has_it_and_the_second_waits(house):
    assert leases.take("x", "one", at=NOW)
    assert not leases.take("x", "two", at=NOW)
    assert leases.take("y", "two", at=NOW)
    assert not leases.take("x", "two", at=NOW + leases.LASTS - SECOND)


def test_a_silent_holder_loses_it_and_learns_so(house):
    leases.take("x", "one", at=NOW)
    assert leases.renew("x", "one", at=NOW + 4 * SECOND)
    assert not leases.take("x", "two", at=NOW + 9 * SECOND)
    assert leases.take("x", "two", at=NOW + 10 * SECOND)
    assert not leases.renew("x", "one", at=NOW + 11 * SECOND)
    leases.finished("x", "one", at=NOW + 11 * SECOND)
    leases.release("x", "one", at=NOW + 11 * SECOND)
    held = session().get_one(Lease, "x")
    assert (held.holder, held.ran_at, held.expires_at) == ("two", None, NOW + 10 * SECOND + leases.LASTS)


def test_a_released_lease_is_free_at_once(house):
    leases.take("x", "one", at=NOW)
    leases.finished("x", "one", at=NOW)
    leases.release("x", "one", at=NOW)
    assert leases.take("x", "two", at=NOW)
    assert session().get_one(Lease, "x").ran_at == NOW


def test_a_clock_set_back_by_a_year_locks_nobody_out(house):
    leases.take("x", "one", at=NOW + timedelta(days=365))
    assert leases.take("x", "two", at=NOW)
