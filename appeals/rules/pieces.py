"""A limit that was moved, piece by piece: which days were added, and why (policy §4, each deadline explains itself)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from appeals.rules.facts import DueMove, DueReason

# These count anew from the moment of the move; the others go on from where the limit was.
ANEW = frozenset({DueReason.SHELVING, DueReason.REVIEW, DueReason.UNMERGE})


class Piece(NamedTuple):
    """Days from `since` to `until`; `reason` None: the limit as it was given."""

    reason: DueReason | None
    since: datetime
    until: datetime


def of(since: datetime, limit: datetime, moves: Iterable[DueMove]) -> list[Piece]:
    """The pieces of a limit in order; the last one ends with the limit as it stands.

    What a published calendar moved belongs to the piece it moved: its days are the same, only later.
    """
    ordered = sorted(moves, key=lambda move: move.at)
    found = [Piece(None, since, ordered[0].before if ordered else limit)]
    for move in ordered:
        if move.reason is DueReason.CALENDAR:
            found[-1] = found[-1]._replace(until=move.after)
        else:
            found.append(Piece(move.reason, move.at if move.reason in ANEW else move.before, move.after))
    return found
