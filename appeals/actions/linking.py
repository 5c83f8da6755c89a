"""A company's appeal out of an earlier one of its own: same company, same contact, same code (policy §3, §6).

Part of a deed: the earlier appeal is open. The linked one is found with the code the company already has.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from appeals.actions import filing, intake
from appeals.db import Writer, db, session
from appeals.models import search, settings
from appeals.models.appeal import Appeal
from appeals.rules.actors import COMPANY
from appeals.rules.words import Source

CARRIED = ("company_name", "territory", "contact_name", "mobile", "industry", "address", "hide_contact", "language")


def file(
    origin: Appeal, *, at: datetime, key: str | None = None, links: dict[str, Any], **said: Any
) -> Appeal:
    """File the linked appeal, the company's own whoever causes it.

    `said` is what differs from the earlier one, `links` the columns that tie it to that.
    """
    carried = {name: getattr(origin, name) for name in CARRIED}
    submission = intake.Submission(**(carried | {"uscc": "", "nature": origin.nature, "source": Source.WEB} | said))
    session().flush()
    writer = Writer(session().connection().connection.driver_connection, db.engine.dialect)
    place = filing.place(settings.settings()["prefix"], at, writer)
    row = intake.values(submission, key, None, COMPANY, at) | links
    row |= {"company_id": origin.company_id, "code_hash": origin.code_hash}
    words = search.tokens(" ".join((submission.company_name, submission.title, submission.text)))
    filing.store(row, words, place, (), COMPANY, at, writer)
    return session().get_one(Appeal, place.appeal_id)


def filed(key: str | None, origin_id: int) -> Appeal | None:
    """What this key made already out of the same appeal: a form sent twice files once."""
    if key is None:
        return None
    found = session().scalars(select(Appeal).where(Appeal.submission_key == key)).first()
    return found if found is not None and origin_id in (found.reopened_from_id, found.reprisal_of_id) else None
