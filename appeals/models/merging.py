"""What belongs together: the appeals merged into one, and those that may be the same matter (policy §3)."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from appeals.db import session
from appeals.models import lists
from appeals.models.appeal import OPEN_DUE, Appeal
from appeals.rules.actors import Actor

MOST = 10


def candidates(appeal: Appeal, by: Actor) -> Sequence[Appeal]:
    """Open, uncompleted appeals of the same company, or of the same task in the same territory; the newest first."""
    same = Appeal.company_id == appeal.company_id
    if appeal.task is not None:
        same = or_(same, and_(Appeal.task == appeal.task, Appeal.territory == appeal.territory))
    query = select(Appeal).where(OPEN_DUE, same, Appeal.id != appeal.id, lists.visible_to(by))
    found = session().scalars(query.options(*lists.WITH_UNITS).order_by(Appeal.id.desc()).limit(MOST)).all()
    return [each for each in found if not each.unconfirmed]


def children(appeal: Appeal) -> Sequence[Appeal]:
    """Those merged into this one, oldest first."""
    return session().scalars(select(Appeal).where(Appeal.merged_into_id == appeal.id).order_by(Appeal.id)).all()


def reopened(appeal: Appeal) -> Sequence[Appeal]:
    """Those reopened out of this one, oldest first."""
    return session().scalars(select(Appeal).where(Appeal.reopened_from_id == appeal.id).order_by(Appeal.id)).all()
