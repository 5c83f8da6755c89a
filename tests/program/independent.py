"""A second count of the rates, from the words of policy §9 alone: plain Python over exported ledger lines.

Nothing of `appeals` is imported here, so that an error of the program is not repeated. Times are compared as
instants; a period is [p0, p1); F (`known`) is by when a fact must be recorded.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Line = dict[str, Any]
Count = dict[str, dict[str, tuple[int, int]]]  # line of the table → key → (numerator, denominator)
OFFICE = "行政审批服务局（营商办）"
OUTSIDE = ("test", "statutory")
LEAVING = ("merged", "withdrawn", "legal", "uncooperative")


def read(text: str) -> list[Line]:
    """The lines of an export."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def instant(text: str | None) -> datetime | None:
    """An ISO time with offset."""
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Known:
    """What a figure may use: what happened before `end` and was recorded by `known`."""

    end: datetime
    known: datetime

    def at(self, text: str | None, recorded: str | None = None) -> datetime | None:
        """The instant if it may be used."""
        at, written = instant(text), instant(recorded or text)
        return at if at and written and at < self.end and written <= self.known else None

    def limit(self, value: str | None, moves: list[Line] | None) -> datetime | None:
        """A limit as it stood: each move that may be used applied, the others taken back."""
        for move in reversed(moves or []):
            if self.at(move["at"], move.get("recorded_at")):
                return instant(move["after"])
            value = move["before"]
        return instant(value)


def count(lines: Iterable[Line], p0: datetime, p1: datetime, known: datetime, struck_known: datetime) -> Count:
    """Line → key → (num, den); pooled under "total". `struck_known` is the F of the next cycle."""
    now, later = Known(p1, known), Known(p1 + timedelta(days=14), struck_known)
    nums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    dens: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        if _outside(line, now):
            continue
        for name, key, num in [*_tasks(line, p0, p1, now), *_appeal(line, p0, p1, now, later), *_rating(line, p0, p1, now)]:
            for where in (name, "total"):
                nums[where][key] += num
                dens[where][key] += 1
    return {name: {key: (nums[name][key], den) for key, den in keys.items()} for name, keys in dens.items()}


def _exclusion(line: Line, now: Known) -> tuple[str, datetime] | None:
    at = line["excluded_at"] or line["submitted_at"]
    if line["exclusion"] and now.at(at, line.get("excluded_recorded_at")):
        return line["exclusion"], instant(at)  # type: ignore[return-value]
    return None


def _outside(line: Line, now: Known) -> bool:
    excluded = _exclusion(line, now)
    return excluded is not None and excluded[0] in OUTSIDE


def _left(line: Line, due: datetime, now: Known) -> bool:
    excluded = _exclusion(line, now)
    return excluded is not None and excluded[0] in LEAVING and excluded[1] < due


def _shelved(line: Line, moment: datetime, now: Known) -> bool:
    return any(
        (begin := now.at(each["from"])) and begin <= moment and not ((end := now.at(each["to"])) and end <= moment)
        for each in line["shelved"]
    )


def _void(task: Line, now: Known) -> bool:
    return task["void"] and (task.get("ended_at") is None or now.at(task["ended_at"]) is not None)


def _lead(line: Line, now: Known) -> Line | None:
    """The lead that stood at the cut."""
    leads = [
        task for task in line["assignments"]
        if task["part"] == "lead" and now.at(task["dispatched_at"]) and not _void(task, now)
        and not now.at(task.get("ended_at"))
    ]  # fmt: skip
    return max(leads, key=lambda task: (task["final"], instant(task["dispatched_at"])), default=None)


def _name(line: Line, unit: str) -> str:
    return "自提自办" if line.get("filer_unit") == unit else unit


def _replied(task: Line, now: Known) -> datetime | None:
    """Submission of the version finally approved by F, else of the one not judged by F."""
    waiting = None
    versions = task.get("replies") or []
    if not versions and task["replied_at"]:
        versions = [{"submitted_at": task["replied_at"], "judged_at": None, "approved": True}]
    for version in versions:
        judged, at = instant(version["judged_at"]), now.at(version["submitted_at"])
        verdict = version["approved"] if judged is None or judged <= now.known else None
        if at and verdict:
            return at
        if at and verdict is None:
            waiting = at
    return waiting


def _tasks(line: Line, p0: datetime, p1: datetime, now: Known) -> Iterator[tuple[str, str, int]]:
    """acknowledged_on_time of every task, the lead's and the supports' own rates."""
    lead = _lead(line, now)
    excluded = _exclusion(line, now)
    promise = now.limit(line["due_at"], line.get("due_moves"))
    for task in line["assignments"]:
        if task["part"] == "sub" or not now.at(task["dispatched_at"]) or _void(task, now):
            continue
        name = _name(line, task["unit"])
        limit = instant(task["ack_due_at"])
        if limit and p0 <= limit < p1 and not (excluded and excluded[1] < limit):
            done = now.at(task["acknowledged_at"], task.get("acknowledged_recorded_at"))
            yield name, "acknowledged_on_time", int(done is not None and done <= limit)
        limit = now.limit(task["due_at"], task.get("due_moves"))
        if limit is None or not p0 <= limit < p1 or _left(line, promise or limit, now) or _shelved(line, limit, now):
            continue
        replied = _replied(task, now)
        if task is lead:
            original = now.limit(task["original_due_at"], task.get("original_due_moves")) or limit
            yield name, "on_time", int(replied is not None and replied <= limit)
            yield name, "on_time_original", int(replied is not None and replied <= original)
            yield name, "replied", int(replied is not None)
        elif task["part"] == "support":
            yield name, "support_on_time", int(replied is not None and replied <= limit)


def _appeal(line: Line, p0: datetime, p1: datetime, now: Known, later: Known) -> Iterator[tuple[str, str, int]]:
    """promise_kept, cleared and struck_off: appeals due in the period, charged as policy §7 says."""
    due = now.limit(line["due_at"], line.get("due_moves"))
    if due is None or not p0 <= due < p1 or _left(line, due, now) or _shelved(line, due, now) or _declined(line, now):
        return
    done = now.at(line["completed_at"])
    name = _charged(line, due, done, now)
    yield name, "promise_kept", int(done is not None and done <= due)
    yield name, "cleared", int(done is not None)
    yield name, "struck_off", int(_stood("struck_off", line["struck_off_at"], line, later))


def _declined(line: Line, now: Known) -> bool:
    return _stood("declined", line.get("declined_at"), line, now)


def _stood(what: str, at: str | None, line: Line, now: Known) -> bool:
    """Whether it stood at the cut, even if it was taken back afterwards."""
    past = [each for each in line.get("undone") or [] if each["what"] == what]
    return now.at(at) is not None or any(
        now.at(each["at"], each.get("recorded_at")) and not now.at(each["undone_at"]) for each in past
    )


def _charged(line: Line, due: datetime, done: datetime | None, now: Known) -> str:
    lead = _lead(line, now)
    if lead is None:
        return OFFICE
    limit, replied = now.limit(lead["due_at"], lead.get("due_moves")), _replied(lead, now)
    kept = done is not None and done <= due
    late_by_office = limit is not None and replied is not None and replied <= limit and not kept
    return OFFICE if limit is None or limit > due or late_by_office else _name(line, lead["unit"])


def _rating(line: Line, p0: datetime, p1: datetime, now: Known) -> Iterator[tuple[str, str, int]]:
    """The rating rates: completed, without any exclusion, settled in the period."""
    ends = instant(line.get("window_ends_at"))
    if not now.at(line["completed_at"]) or ends is None or _exclusion(line, now):
        return
    valid = [
        each for each in line["ratings"]
        if each["round"] == 1 and each["source"] != "PROXY"
        and (each.get("counts", True) or each.get("discounted_at"))
    ]  # fmt: skip
    inside = [at for each in valid if (at := now.at(each["at"])) and at <= ends]
    settled = min(inside, default=ends)
    if not p0 <= settled < p1:
        return
    lead = _lead(line, now)
    name = _name(line, lead["unit"]) if lead else OFFICE
    day = timedelta(hours=24)
    changes = [e for e in valid if inside and settled <= (at := datetime.fromisoformat(e["at"])) <= settled + day
               and at <= now.known]  # fmt: skip
    last = max(enumerate(changes), key=lambda pair: (instant(pair[1]["at"]), pair[0]))[1] if inside else None
    if last is not None and not last.get("counts", True) and now.at(last["discounted_at"]):
        last = None  # a review upheld: settled all the same, and unrated
    yield name, "rated", int(last is not None)
    yield name, "self_rated", int(last is not None and last["source"] == "SELF")
    yield name, "good_of_all", int(last is not None and last["level"] >= 3)
    if last is None:
        return
    if last["contacted"] is not None:
        yield name, "responded", int(last["contacted"])
    yield name, "solved", int(last["solved"] == "yes")
    if line["outcome"] != "explained":
        yield name, "solved_reasonable", int(last["solved"] == "yes")
    yield name, "good", int(last["level"] >= 3)
    yield name, "weighted", {5: 10, 4: 10, 3: 9}.get(last["level"], 0)


# Key → what it is called on the screen.
LABELS = {
    "acknowledged_on_time": "按时签收率", "on_time": "按时办结率", "on_time_original": "按原时限办结率", "replied": "答复率",
    "promise_kept": "按期答复企业率", "cleared": "双周动态清零率", "struck_off": "销号率", "support_on_time": "协办按时率",
    "rated": "评价率", "self_rated": "主动评价率", "good_of_all": "全口径满意率", "responded": "响应率", "solved": "解决率",
    "solved_reasonable": "合理诉求解决率", "good": "满意率（好评率）", "weighted": "加权满意度",
}  # fmt: skip
KEYS = tuple(LABELS)
