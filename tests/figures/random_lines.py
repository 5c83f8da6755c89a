"""Random ledger lines whose times love the edges: limits met to the second, window ends, p0, p1, F, p1 + 14 days.

They need not be likely, only such as the contract lets in; every limit stands in the line, none is reckoned here.
"""

import random
from datetime import datetime, timedelta
from typing import Any

from tests.builders import at

Line = dict[str, Any]
OFFICE, RECUSAL = "行政审批服务局（营商办）", "党政办公室"
UNITS = ("国网西咸新区供电公司", "住房和城乡建设局", "沣东新城", OFFICE)
START, DAYS = at("2026-10-05 00:00"), 42
MONDAYS = tuple(START + timedelta(days=14 * n) for n in range(6))
FREEZES = tuple(each + timedelta(days=1, hours=18) for each in MONDAYS)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def stock(seed: int, size: int) -> list[Line]:
    """`size` lines, the same for the same seed."""
    dice = random.Random(f"lines {seed}")
    lines = [_Life(dice, f"L{n}").line for n in range(size)]
    for n, line in enumerate(lines[1:], start=1):
        other = dice.choice(lines[:n])
        if dice.randrange(8) == 0 and not other.get("split_from"):
            line |= {"split_from": other["external_no"], "split_by_company": dice.randrange(3) == 0}
        if dice.randrange(8) == 0:
            line["reopened_from"] = other["external_no"]
    return [_plain(line) for line in lines]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


class _Life:
    """One appeal, step by step; `now` only moves forward."""

    def __init__(self, dice: random.Random, name: str) -> None:
        self.dice = dice
        self.now = START - 10 * DAY + timedelta(days=dice.randrange(DAYS + 10), hours=dice.choice((0, 9, 18)))
        self.line: Line = {
            "external_no": name, "source": "网页", "company": {"name": "某公司", "uscc": None}, "territory": "沣东新城",
            "task": 63, "nature": dice.choice(("求助", "咨询")), "title": "", "text": "", "submitted_at": self.now,
            "accepted_at": None, "due_at": None, "completed_at": None, "outcome": None, "exclusion": None,
            "excluded_at": None, "shelved": [], "assignments": [], "ratings": [], "struck_off_at": None, "duties": [],
            "due_moves": [], "returns": [], "undone": [], "rectifications": [],
            "filer_unit": dice.choice(UNITS) if dice.randrange(5) == 0 else None,
        }  # fmt: skip
        self.live()

    # -- chance and time -------------------------------------------------------------------------------------

    def chance(self, percent: int) -> bool:
        return self.dice.randrange(100) < percent

    def some(self, days: int) -> datetime:
        """A moment within `days` from now; `now` stays."""
        return self.now + timedelta(days=self.dice.randrange(days + 1), hours=self.dice.choice((0, 3, 6, 18)))

    def near(self, *edges: datetime, days: int = 6) -> datetime:
        """Go on to a moment: at an edge or a second beside it, or any."""
        close = [each + beside for each in (*edges, *edges, *MONDAYS, *FREEZES) for beside in (-SECOND, 0 * SECOND, SECOND)]
        ahead = [each for each in close if self.now <= each <= self.now + 3 * days * DAY]
        self.now = self.dice.choice(ahead) if ahead and self.chance(60) else self.some(days)
        return self.now

    def later(self, moment: datetime) -> datetime | None:
        """When a fact became known, if later than it happened."""
        return self.dice.choice((None, None, moment + DAY, *(f for f in FREEZES if f > moment)))

    # -- the steps -------------------------------------------------------------------------------------------

    def live(self) -> None:
        limit = self.some(2)
        if self.chance(6):
            if self.chance(70):
                self.line["due_at"] = limit + self.dice.randrange(3, 20) * DAY
                self.line["duties"] = [self.duty("accept", limit, None)]
            return None
        done = self.near(limit, days=2)
        self.line["duties"].append(self.duty("accept", limit, done))
        if self.chance(8) and not self.declined(done):
            return None
        self.line["accepted_at"] = self.now
        self.line["due_at"] = self.now.replace(hour=18, minute=0, second=0) + self.dice.randrange(1, 20) * DAY
        if self.chance(5):
            return self.outside()
        if self.chance(4):
            return None
        self.dispatch()
        if not self.lead:
            return None
        for _ in range(self.dice.randrange(3)):
            self.move(self.near(self.line["due_at"], self.lead["due_at"], days=3))
        if self.chance(20) and not self.shelve():
            return self.exclude() if self.chance(30) else None
        if self.chance(70):
            self.answer()
        if self.chance(25):
            self.exclude()
        if self.line["exclusion"] is None and self.lead["replied_at"] and self.chance(85):
            self.complete()
        return None

    def duty(self, kind: str, due: datetime, done: datetime | None) -> Line:
        return {"kind": kind, "holder": self.dice.choice((OFFICE, RECUSAL)) if done else OFFICE, "due_at": due, "done_at": done}

    def declined(self, when: datetime) -> bool:
        """Not accepted; True if a review upheld the company and life goes on."""
        if self.chance(50):
            self.line["declined_at"] = when
            return False
        self.line["undone"].append({"what": "declined", "at": when, "undone_at": self.near()})
        return True

    def outside(self) -> None:
        when = self.near()
        self.line["exclusion"] = self.dice.choice(("test", "statutory"))
        self.line["excluded_at"] = when if self.line["exclusion"] == "statutory" and self.chance(60) else None

    def task(self, unit: str, part: str, **more: Any) -> Line:
        when = self.now
        ack_due = self.some(3)
        limit = max(when, self.dice.choice((self.line["due_at"] - DAY, self.line["due_at"], self.some(12))))
        return {
            "unit": unit, "part": part, "dispatched_at": when, "ack_due_at": ack_due,
            "acknowledged_at": self.dice.choice((None, ack_due, max(when, ack_due + SECOND), self.some(3))),
            "due_at": limit, "original_due_at": limit, "replied_at": None, "void": False, "final": False, "due_moves": [],
            "original_due_moves": [], "replies": [],
        } | more  # fmt: skip

    def dispatch(self) -> None:
        limit = self.some(2)
        self.near(limit, days=1)
        self.line["duties"].append(self.duty("dispatch", limit, self.now))
        for _ in range(self.dice.choice((0, 0, 0, 1, 2))):
            self.lost(self.task(self.next_unit(), "lead", acknowledged_at=None))
            if self.chance(60):
                self.near(days=2)
        self.lead: Line | None = None
        if self.line["assignments"] and self.chance(20):
            return
        self.lead = self.task(self.next_unit(), "lead", final=True)
        self.line["assignments"].append(self.lead)
        if self.chance(15):
            asked = self.lead["dispatched_at"] + timedelta(hours=self.dice.randrange(30))
            decided = asked + self.dice.randrange(16) * DAY
            self.line["returns"].append({"unit": self.lead["unit"], "at": asked, "decided_at": decided, "upheld": False})
            self.lead |= {"acknowledged_at": asked, "acknowledged_recorded_at": decided}
        others = [unit for unit in UNITS if unit != self.lead["unit"]]
        for unit in self.dice.sample(others, self.dice.choice((0, 0, 1, 2))):
            self.support(self.task(unit, self.dice.choice(("support", "support", "support", "sub"))))

    def next_unit(self) -> str:
        """Another than the last: a unit given the matter twice in one second could not say which it returned."""
        last = self.line["assignments"][-1]["unit"] if self.line["assignments"] else None
        return self.dice.choice([unit for unit in UNITS if unit != last])

    def lost(self, task: Line) -> None:
        asked, task["ended_at"] = self.near(task["ack_due_at"], days=2), self.near(days=2)
        task["void"] = self.chance(50)
        self.line["returns"].append({"unit": task["unit"], "at": asked, "decided_at": task["ended_at"], "upheld": True,
                                     "office_fault": task["void"]})  # fmt: skip
        self.line["assignments"].append(task)

    def support(self, task: Line) -> None:
        if self.chance(60):
            when = self.dice.choice((task["due_at"], task["due_at"] + SECOND, self.some(9)))
            task["replied_at"] = max(task["dispatched_at"], when)
        elif self.chance(30):
            task |= {"void": True, "ended_at": max(task["dispatched_at"], self.dice.choice((*MONDAYS, self.some(9))))}
        self.line["assignments"].append(task)

    def move(self, when: datetime) -> None:
        """Both limits move; only an extension leaves the unit's original limit where it was."""
        assert self.lead is not None
        reason = self.dice.choice(("extension", "extension", "office", "cooperation", "calendar"))
        days, recorded = self.dice.randrange(1, 9) * DAY, self.later(when)
        self.now = recorded or when  # nothing builds on what is not on record yet
        for holder, name, moves in ((self.line, "due_at", "due_moves"), (self.lead, "due_at", "due_moves"),
                                    (self.lead, "original_due_at", "original_due_moves")):  # fmt: skip
            if moves == "original_due_moves" and reason == "extension":
                continue
            before = holder[name]
            holder[name] = before + days
            holder[moves].append({"at": when, "before": before, "after": holder[name], "reason": reason,
                                  "recorded_at": recorded})  # fmt: skip

    def shelve(self) -> bool:
        """Suspended; False if it lasts."""
        start = self.near(self.line["due_at"] - DAY, self.line["due_at"], days=3)
        self.line["shelved"].append({"from": start, "to": None})
        if self.chance(40):
            return False
        self.line["shelved"][0]["to"] = self.near(self.line["due_at"], days=12)
        if self.chance(70):
            self.move(self.now)
        return True

    def answer(self) -> None:
        assert self.lead is not None
        first = self.near(self.lead["due_at"], self.lead["original_due_at"], days=9)
        if self.chance(25):
            self.lead["replied_at"] = first  # all that an older system may know
            return
        versions = [{"submitted_at": first, "judged_at": None, "approved": None}]
        while self.chance(25):
            versions[-1] |= {"judged_at": self.near(days=3), "approved": False}
            if self.chance(40):
                break
            versions.append({"submitted_at": self.near(self.lead["due_at"], days=3), "judged_at": None, "approved": None})
        self.lead["replies"] = versions
        self.lead["replied_at"] = None if versions[-1]["approved"] is False else versions[-1]["submitted_at"]

    def exclude(self) -> None:
        kind, when = self.dice.choice(("merged", "withdrawn", "legal", "uncooperative")), self.near(self.line["due_at"])
        recorded = self.near(days=3) if kind == "withdrawn" else None
        if kind == "merged" and self.chance(50):
            self.line["undone"].append({"what": kind, "at": when, "undone_at": self.near(), "recorded_at": self.later(when)})
        else:
            self.line |= {"exclusion": kind, "excluded_at": when, "excluded_recorded_at": recorded}

    def complete(self) -> None:
        assert self.lead is not None
        limit = self.some(2)
        done = self.near(self.line["due_at"], limit, days=4)
        self.line["duties"].append(self.duty("approve", limit, done))
        for version in self.lead["replies"][-1:]:
            version |= {"judged_at": done, "approved": True}
        outcome = self.dice.choice(("solved", "partly", "explained", "untrue"))
        ends = self.dice.choice((done + 7 * DAY, *(each for each in MONDAYS if each >= done)))
        self.line |= {"completed_at": done, "outcome": outcome, "window_ends_at": ends}
        if outcome == "untrue":
            self.line |= {"exclusion": "untrue", "excluded_at": done}
            return
        self.rate(ends)
        if outcome == "explained" and self.chance(30):
            self.line |= {"exclusion": "unreasonable", "excluded_at": self.near()}
        if self.chance(30):
            self.rectify()
        elif self.chance(70):
            self.strike_off()

    def rate(self, ends: datetime) -> None:
        given: list[Line] = []
        while self.chance(65) and len(given) < 4:
            edges = (ends, *(each["at"] + DAY for each in given))
            rating = {
                "round": 2 if self.chance(5) else 1, "source": self.dice.choice(("SELF", "SELF", "CALL", "PROXY")),
                "contacted": self.dice.choice((True, False, None)), "solved": self.dice.choice(("yes", "partly", "no", None)),
                "level": self.dice.randrange(1, 6), "at": self.near(*edges, days=2),
            }  # fmt: skip
            given.append(rating)
        for rating in given:
            if self.chance(15):
                rating |= {"counts": False, "discounted_at": self.near() if self.chance(70) else None}
        self.line["ratings"] = given

    def rectify(self) -> None:
        due = self.some(9)
        reports = []
        if self.chance(80):
            while self.chance(25):
                reports.append({"submitted_at": self.near(due, days=3), "judged_at": self.near(days=2), "approved": False})
            reports.append({"submitted_at": self.near(due, days=5), "judged_at": None, "approved": None})
            if self.chance(70):
                reports[-1] |= {"judged_at": self.near(days=3), "approved": True}
        self.line["rectifications"] = [{"round": 1, "due_at": due, "reports": reports}]

    def strike_off(self) -> None:
        when = self.near(*(each + 14 * DAY for each in MONDAYS), days=9)
        if self.chance(20):
            self.line["undone"].append({"what": "struck_off", "at": when, "undone_at": self.near(when + DAY, days=1)})
        else:
            self.line["struck_off_at"] = when
