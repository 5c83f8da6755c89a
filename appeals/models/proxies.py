"""What a member of staff has filed for companies, and whether they have confirmed it (policy §2)."""

from collections.abc import Sequence

from sqlalchemy import select

from appeals.db import session
from appeals.models.appeal import Appeal

MOST = 20


def by(user_id: int) -> Sequence[Appeal]:
    """His own filings, the newest first."""
    query = select(Appeal).where(Appeal.filed_by_id == user_id).order_by(Appeal.id.desc())
    return session().scalars(query.limit(MOST)).all()
