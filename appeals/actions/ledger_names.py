"""Under which names imported appeals are known here: what is on file already, whose they are, our own numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from appeals.db import session, table, upsert
from appeals.models.appeal import Appeal
from appeals.models.company import Company
from appeals.models.machinery import DayCounter, ImportedLine
from appeals.rules import numbering, workdays
from appeals.rules.facts import AppealFacts

Key = tuple[str, str]  # source and external number
OWN = ""  # in place of a digest: an appeal that was filed here


def on_file(keys: Iterable[Key]) -> dict[Key, str]:
    """Of these, what is on file: the digest of the imported line, or OWN where the name is a number of ours."""
    wanted = set(keys)
    names = {name for _, name in wanted}
    imported = select(Appeal.source, Appeal.external_no, ImportedLine.digest).join_from(
        Appeal, ImportedLine, Appeal.id == ImportedLine.appeal_id
    )
    ours = select(Appeal.source, Appeal.number).where(Appeal.number.in_(names))
    found: dict[Key, str] = {}
    for source, number in session().execute(ours):
        found[source, number] = OWN
    for source, name, digest in session().execute(imported.where(Appeal.external_no.in_(names))):
        found[source, str(name)] = digest
    return {key: digest for key, digest in found.items() if key in wanted}


def companies(lines: Sequence[AppealFacts], at: datetime) -> list[int]:
    """The company of each line: by its code, or by its name where no code is known."""
    codes = {line.content.uscc: line.content.company_name for line in lines if line.content.uscc}
    names = {line.content.company_name for line in lines if not line.content.uscc}
    _add([{"uscc": code, "name": name, "created_at": at} for code, name in codes.items()])
    nameless = select(Company.name, Company.id).where(Company.uscc.is_(None), Company.name.in_(names))
    by_name = dict(session().execute(nameless.order_by(Company.id.desc())).all())
    _add([{"uscc": None, "name": name, "created_at": at} for name in names - by_name.keys()])
    by_name |= dict(session().execute(nameless.order_by(Company.id.desc())).all())
    coded = select(Company.uscc, Company.id).where(Company.uscc.in_(codes))
    by_code = dict(session().execute(coded).all())
    return [by_code[c.uscc] if c.uscc else by_name[c.company_name] for c in (line.content for line in lines)]


def _add(rows: list[dict[str, object]]) -> None:
    if rows:
        session().execute(upsert(table(Company)).on_conflict_do_nothing(index_elements=["uscc"]), rows)


def numbers(lines: Sequence[AppealFacts], prefix: str) -> list[str]:
    """A number of our own for each, of the day it was filed."""
    days = [workdays.day_of(line.submitted_at) for line in lines]
    last = {day: _reserve(day, count) - count for day, count in sorted(Counter(days).items())}
    given = []
    for day in days:
        last[day] += 1
        given.append(numbering.number(prefix, day, last[day]))
    return given


def _reserve(day: object, count: int) -> int:
    """Take `count` running numbers of a day; returns the last of them."""
    kept = table(DayCounter).c.last
    row = upsert(table(DayCounter)).values(day=day, last=count)
    row = row.on_conflict_do_update(index_elements=["day"], set_={"last": kept + row.excluded.last})
    found: int = session().execute(row.returning(kept)).scalar_one()
    return found


def find(source: str, name: str) -> int | None:
    """The appeal that a line names: of the same source, else the only one so called, else our own number."""
    rows = session().execute(select(Appeal.id, Appeal.source).where(Appeal.external_no == name)).all()
    same = [each for each, of in rows if of == source]
    if same or len(rows) == 1:
        return same[0] if same else rows[0][0]
    return session().scalar(select(Appeal.id).where(Appeal.number == name))


def own(key: Key) -> int | None:
    """The appeal on file under this name, an imported one first."""
    source, name = key
    known = (Appeal.external_no == name) | (Appeal.number == name)
    query = select(Appeal.id).where(Appeal.source == source, known).order_by(Appeal.external_no.is_(None))
    return session().scalars(query).first()
