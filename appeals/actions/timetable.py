"""Everything that is due by a moment, once: what the scheduler and `tick` do (policy §7, Jobs).

It asks what is due, never what day it is: it catches up, may run twice or in several processes at once, and gives
the same answer late.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy.exc import OperationalError

from appeals.actions import clearance, limits, suggesting, supervision, throttle
from appeals.db import session
from appeals.models import lists

log = logging.getLogger("appeals.timetable")
BATCH = 200
Report = Callable[[str], None]


class Stop(Exception):
    """Raised by a report: do nothing more after the present piece of work."""


@dataclass
class Done:
    """What one run did, by kind: appeals moved on, proposals made, papers drafted, periods frozen; and what failed."""

    appeals: int = 0
    proposals: int = 0
    papers: int = 0
    frozen: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def run_due(at: datetime, report: Report = lambda _what: None) -> Done:
    """Do everything that is due by `at`. `report` is told after each piece of work; it may raise to stop.

    One piece that fails is written to the log and keeps no other from being done.
    """
    done = Done()
    _limits(at, report, done)
    _attempt("papers", lambda: _draft(at, report, done), done)
    _attempt("freezing", lambda: _freeze(at, report, done), done)
    _attempt("proposals", lambda: _propose(at, report, done), done)
    _attempt("throttle", lambda: throttle.sweep(at), done)
    return done


def _limits(at: datetime, report: Report, done: Done) -> None:
    """Whatever runs out on an appeal by itself: entry into stock, deemed acknowledgement, lapses."""
    last = 0
    while ids := lists.due_for_action(at, last, BATCH):
        for appeal_id in ids:
            if _attempt(f"appeal {appeal_id}", partial(_bring_up, appeal_id, at), done):
                done.appeals += 1
            report("appeal")
        last = ids[-1]


def _bring_up(appeal_id: int, at: datetime) -> None:
    with limits.opened(appeal_id, at=at):
        pass  # opening it is what applies the limits


def _draft(at: datetime, report: Report, done: Done) -> None:
    """The papers of every working evening, 18:05, that has come (policy §8)."""
    done.papers = supervision.draft_due(at)
    report("papers")


def _freeze(at: datetime, report: Report, done: Done) -> None:
    """Cycles and quarters whose F has passed, oldest first (policy §7)."""
    for kind, number in clearance.freeze_due(at):
        done.frozen.append(f"{kind} {number}")
        report(kind)


def _propose(at: datetime, report: Report, done: Done) -> None:
    for appeal_id in suggesting.waiting(BATCH):
        if _attempt(f"proposal for appeal {appeal_id}", partial(suggesting.propose, appeal_id, at=at), done):
            done.proposals += 1
        report("proposal")


def _attempt(what: str, deed: Callable[[], object], done: Done) -> bool:
    try:
        deed()
    except (OperationalError, Stop):
        raise  # no database: nothing else would go better
    except Exception:
        session().rollback()
        log.exception("could not be done: %s", what)
        done.failed.append(what)
        return False
    return True
