"""Searching the words of appeals: overlapping pairs of characters, in FTS5 or in a tsvector (policy §2: who may)."""

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Integer, cast, column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import load_only

from appeals.db import session
from appeals.models import lists
from appeals.models.appeal import Appeal
from appeals.rules.actors import Actor

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
RUN = re.compile(f"[{HAN}]+|[A-Za-z0-9]+")
HAN_ONLY = re.compile(f"[{HAN}]")
MOST_WORDS, MOST_PLACES = 12, 16_000  # of a query; a tsvector counts places to 16,383 …
LONGEST_WORD = 200  # … and takes no word beyond 2,046 bytes; what goes on is nobody's search

ADD = {
    "sqlite": "INSERT INTO search_appeal (rowid, words) VALUES (?, ?)",
    "postgresql": "INSERT INTO search_appeal (appeal_id, words) VALUES (%s, CAST(%s AS tsvector))",
}


def tokens(words: str) -> list[str]:
    """Pairs of neighbouring characters for Chinese, whole lower-case words for the rest."""
    found: list[str] = []
    for run in RUN.findall(unicodedata.normalize("NFKC", words)):
        if not HAN_ONLY.match(run):
            found.append(run.lower()[:LONGEST_WORD])
        elif len(run) == 1:
            found.append(run)
        else:
            found += (run[at : at + 2] for at in range(len(run) - 1))
    return found


def add(
    writer: Connection, *, appeal_id: int, number: str, company_name: str, title: str, words: str
) -> None:
    """Make an appeal findable; one statement, in the transaction of whoever stores it."""
    kind, said = writer.dialect.name, tokens(" ".join((company_name, title, words)))
    writer.exec_driver_sql(ADD[kind], row(kind, appeal_id, number, said))


def row(kind: str, appeal_id: int, number: str, said: list[str]) -> tuple[int, str]:
    """What ADD takes on this kind of database: `said` are the tokens of company, title and text."""
    words = [*tokens(number), *said][:MOST_PLACES]
    if kind == "sqlite":
        return appeal_id, " ".join(words)
    return appeal_id, " ".join(f"'{token}':{place}" for place, token in enumerate(words, start=1))


def phrases(asked: str) -> list[list[str]]:
    """What was asked, one phrase for each word between spaces; empty where nothing can be looked for."""
    found = [tokens(word) for word in asked.split()[:MOST_WORDS]]
    return [phrase for phrase in found if phrase]


def too_short(asked: str) -> bool:
    """Whether some word of it is a single character, which stands in too many appeals to be looked for."""
    return any(len(phrase) == 1 and len(phrase[0]) == 1 for phrase in phrases(asked))


def find(asked: str, by: Actor, before_id: int | None = None, limit: int = lists.PAGE) -> Sequence[Appeal]:
    """Appeals with all these words that the visitor may know of, newest first; one more than a page."""
    wanted = phrases(asked)
    if not wanted or too_short(asked):
        return []
    name = "rowid" if _on_sqlite() else "appeal_id"
    index = table("search_appeal", column(name, Integer), column("words"))
    matches, its_id = _matches(index.c.words, wanted), index.c[name]
    query = select(Appeal).join(index, its_id == Appeal.id).where(matches, lists.visible_to(by))
    if before_id is not None:
        query = query.where(its_id < before_id)
    loaded = query.options(load_only(*lists.LINE), *lists.WITH_UNITS)
    return session().scalars(loaded.order_by(its_id.desc()).limit(limit + 1)).all()


def _on_sqlite() -> bool:
    return session().get_bind().dialect.name == "sqlite"


def _matches(words: ColumnElement[str], wanted: list[list[str]]) -> ColumnElement[bool]:
    if _on_sqlite():
        return words.op("MATCH", is_comparison=True)(_fts5(wanted))
    return words.op("@@", is_comparison=True)(cast(_tsquery(wanted), TSQUERY))


def _fts5(wanted: list[list[str]]) -> str:
    return " AND ".join(" + ".join(f'"{t}"' for t in phrase) + _open(phrase, " *") for phrase in wanted)


def _tsquery(wanted: list[list[str]]) -> str:
    return " & ".join(
        "(" + " <-> ".join(f"'{t}'" for t in phrase) + _open(phrase, ":*") + ")" for phrase in wanted
    )


def _open(phrase: list[str], mark: str) -> str:
    """A number or Latin word may go on: 2026 finds 20261123."""
    return "" if HAN_ONLY.match(phrase[-1]) else mark
