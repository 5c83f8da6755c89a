"""Everything kept on one appeal, for the page on which people work."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from appeals.db import MAX_ID, Base, session
from appeals.models import lists
from appeals.models.appeal import Appeal
from appeals.models.assignment import ContactNote
from appeals.models.files import Attachment
from appeals.models.people import User
from appeals.models.rating import CallBack, Rating, Rectification
from appeals.models.request import Request
from appeals.rules.requests import Asked


@dataclass(frozen=True)
class Record:
    """What belongs to an appeal beside its own row and its assignments; `names` are people by id."""

    history: Sequence[lists.Past]
    files: Sequence[Attachment]
    notes: Sequence[ContactNote]
    calls: Sequence[CallBack]
    ratings: Sequence[Rating]
    rectifications: Sequence[Rectification]
    requests: Sequence[Request]
    names: dict[int, str]

    def asked(self, kind: Asked) -> Request | None:
        """The request of this kind that waits for its decider."""
        waiting = (r for r in self.requests if r.kind == kind and r.asked_at is not None and r.decided_at is None)
        return next(waiting, None)

    def prepared(self, kind: Asked) -> Request | None:
        """What a liaison officer has prepared for the head's signature."""
        ready = (r for r in self.requests if r.kind == kind and r.asked_at is None and r.decided_at is None)
        return next(ready, None)

    @property
    def rectification(self) -> Rectification | None:
        """The last one."""
        return self.rectifications[-1] if self.rectifications else None


def of(appeal: Appeal) -> Record:
    """Read it all, one statement each, however long the history."""
    notes, calls = _rows(ContactNote, appeal), _rows(CallBack, appeal)
    ratings, rectifications = _rows(Rating, appeal), _rows(Rectification, appeal)
    requests = _rows(Request, appeal)
    ids = {i for i in _people(appeal, notes, calls, rectifications, requests) if i is not None}
    names = session().execute(select(User.id, User.name, User.login).where(User.id.in_(ids))) if ids else ()
    return Record(
        lists.history(appeal), _rows(Attachment, appeal), notes, calls, ratings, rectifications, requests,
        {user_id: name or login for user_id, name, login in names},
    )  # fmt: skip


def file(appeal: Appeal, file_id: int) -> Attachment | None:
    """One attachment of this very appeal."""
    found = session().get(Attachment, file_id) if file_id <= MAX_ID else None
    return found if found is not None and found.appeal_id == appeal.id else None


def _rows(model: type[Base], appeal: Appeal) -> Sequence[Base]:
    query = select(model).where(model.appeal_id == appeal.id).order_by(model.id)  # type: ignore[attr-defined]
    return session().scalars(query).all()


def _people(
    appeal: Appeal, notes: Sequence[ContactNote], calls: Sequence[CallBack], rectifications: Sequence[Rectification],
    requests: Sequence[Request],
) -> Iterator[int | None]:
    for assignment in appeal.assignments:
        for reply in assignment.replies:
            yield from (reply.drafted_by_id, reply.signed_by_id, reply.endorsed_by_id, reply.judged_by_id)
    yield from (n.by_id for n in notes)
    yield from (c.by_id for c in calls)
    for row in rectifications:
        yield from (row.verified_by_id, row.audited_by_id)
    for asked in requests:
        yield from (asked.prepared_by_id, asked.asked_by_id, asked.signed_by_id, asked.decided_by_id)


def workers(unit_ids: frozenset[int]) -> Sequence[User]:
    """Who in these units may be named handler."""
    query = select(User).where(User.unit_id.in_(unit_ids), User.active, User.role.in_(("liaison", "head")))
    return session().scalars(query.order_by(User.role.desc(), User.id)).all()
