"""What the returns say of the directory: rows that keep sending appeals to the wrong unit (policy §5)."""

from datetime import datetime, timedelta

from sqlalchemy import select

from appeals.db import session
from appeals.models import settings
from appeals.models.appeal import Appeal
from appeals.models.request import Request
from appeals.rules import returns
from appeals.rules.requests import OFFICE, Asked


def flagged(now: datetime) -> dict[int, int]:
    """Directory row → returns booked to the office of late, for rows that had as many as the settings say."""
    numbers = settings.limits()
    since = now - timedelta(days=numbers.flag_within_natural_days)
    query = select(Request.detail, Request.decided_at).where(
        Request.kind == Asked.RETURN.value, Request.granted.is_(True), Request.fault == OFFICE, Request.decided_at > since
    )
    booked = [(detail["row"], at) for detail, at in session().execute(query) if detail.get("row") is not None]
    return returns.flagged(booked, now, numbers)


def proposed(appeal: Appeal) -> int | None:
    """Which unit the last return that was upheld proposed instead."""
    query = select(Request.unit_id).where(
        Request.appeal_id == appeal.id, Request.kind == Asked.RETURN.value, Request.granted.is_(True)
    )
    return session().scalars(query.order_by(Request.decided_at.desc(), Request.id.desc())).first()
