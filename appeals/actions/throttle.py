"""How often something may be tried: slows guessing down, never locks anybody out."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, update

from appeals.db import session, table, transaction, upsert
from appeals.models.machinery import Throttle


def spend(key: str, *, most: int, within: timedelta, at: datetime) -> bool:
    """Count one try under `key`; False when more than `most` were made within the time given.

    One upsert, exact across processes. The key holds no secret and no personal data.
    """
    with transaction() as writer:
        over = Throttle.until_at <= at
        row = upsert(table(Throttle)).values(key=key[:120], count=1, until_at=at + within)
        row = row.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "count": case((over, 1), else_=Throttle.count + 1),
                "until_at": case((over, at + within), else_=Throttle.until_at),
            },
        )
        count: int = writer.execute(row.returning(Throttle.count)).scalar_one()
    return count <= most


def give_back(key: str) -> None:
    """Take back one try: it turned out to be right."""
    with transaction() as writer:
        writer.execute(update(Throttle).where(Throttle.key == key[:120], Throttle.count > 0).values(count=Throttle.count - 1))


def sweep(at: datetime) -> None:
    """Forget what has run out."""
    with transaction():
        session().execute(delete(Throttle).where(Throttle.until_at <= at))
