"""The lease: of several schedulers one works and the others wait for it to fall silent (trust.md C6)."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update

from appeals.db import session, table, transaction, upsert
from appeals.models.machinery import Lease

LASTS = timedelta(seconds=6)
BEAT_SECONDS = 2.0


def take(name: str, holder: str, *, at: datetime) -> bool:
    """Take the lease if nobody holds it, or whoever did has been silent for LASTS; whether it is ours now.

    Two that try at once get one row: the second finds it taken.
    """
    known = session().get(Lease, name)
    if known is not None and not _silent(known, at):
        session().rollback()
        return False
    values = {"holder": holder, "expires_at": at + LASTS, "beat_at": at}
    with transaction() as writer:
        row = upsert(table(Lease)).values(name=name, **values)
        # A beat in the future was written before somebody set the clock back: nobody waits a year for it.
        free = or_(Lease.expires_at <= at, Lease.beat_at > at + LASTS)
        row = row.on_conflict_do_update(index_elements=["name"], set_=values, where=free)
        return writer.execute(row.returning(Lease.holder)).scalar_one_or_none() == holder


def renew(name: str, holder: str, *, at: datetime) -> bool:
    """A sign of life; False when another has taken over meanwhile: then stop working."""
    return _mine(name, holder, expires_at=at + LASTS, beat_at=at)


def finished(name: str, holder: str, *, at: datetime) -> None:
    """Write down that everything due by `at` has been done."""
    _mine(name, holder, ran_at=at)


def release(name: str, holder: str, *, at: datetime) -> None:
    """Give the lease up, so that the next one need not wait."""
    _mine(name, holder, expires_at=at)


def _mine(name: str, holder: str, **values: datetime) -> bool:
    with transaction() as writer:
        query = update(Lease).where(Lease.name == name, Lease.holder == holder).values(**values)
        return writer.execute(query.returning(Lease.name)).first() is not None


def _silent(lease: Lease, at: datetime) -> bool:
    return lease.expires_at <= at or lease.beat_at > at + LASTS
