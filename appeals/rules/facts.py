"""One appeal's whole history as plain values: what every figure of policy §7, §9 and §10 is counted from.

Each instant is an aware datetime in whole seconds. A value carries its history wherever it can change, so that
the figures "as known at F" can be cut from it at any time (`rules.asof`). `recorded_at` stands only where a fact
can become known later than it happened; None means: at once.
"""

from dataclasses import dataclass, field
from datetime import datetime

from appeals.rules import words

SELF_HANDLED = (
    "自提自办"  # the line of appeals led by the unit that filed them for the company; policy §2, §7
)

LEADERS = "委领导"  # the line in which leaders' own decisions stand; policy §9, last row


class DueReason(words.Word):
    """What moved a limit; policy §4. Only EXTENSION leaves `original_due_at` where it was."""

    EXTENSION = "extension", "延期"
    SHELVING = "shelving", "挂账恢复"
    REVIEW = "review", "复核成立"
    UNMERGE = "unmerge", "撤销并单"
    CALENDAR = "calendar", "工作日历公布"
    OFFICE = "office", "营商办占用"
    COOPERATION = "cooperation", "企业配合"


class Duty(words.Word):
    """What the coordination office (or the recusal post, a leader) owes by a limit; policy §9, last row."""

    ACCEPT = "accept", "受理"
    DISPATCH = "dispatch", "交办"
    APPROVE = "approve", "审核"
    DECIDE = "decide", "裁定"


@dataclass(frozen=True, slots=True)
class DueMove:
    """A limit moved from `before` to `after` at `at`. Kept in the order of `at`."""

    at: datetime
    before: datetime
    after: datetime
    reason: DueReason
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shelved:
    """One shelving: from the last signature to the return; `to_at` None while it lasts."""

    from_at: datetime
    to_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReplyVersion:
    """One signed version of a reply (or of a rectification report) and what became of it.

    Not yet judged: `judged_at` None and `approved` None. Known to be approved but not when (an import):
    `judged_at` None and `approved` True. A support's report needs no approval: approved True, judged_at None.
    """

    submitted_at: datetime
    judged_at: datetime | None = None
    approved: bool | None = None


@dataclass(frozen=True, slots=True)
class AssignmentFacts:
    """One dispatch to one unit: one row per unit and tenure; policy §1 交办.

    `ended_at`: the unit lost the matter before completion (return decided, recalled, support excused, given to
    another by a conference); None while it holds it or if it held it to the end. `void`: recalled, office-fault
    return or support excused; it is void from `ended_at` on (None: always was). `final`: the lead that stands
    for the appeal now. `acknowledged_at` is a person's acknowledgement, never the deemed one; after a rejected
    return it is the request's instant and `acknowledged_recorded_at` the decision's.
    `original_due_at` is the limit without extensions; what else moved it stands in `original_due_moves`.
    """

    unit: str
    part: words.Part
    dispatched_at: datetime
    ack_due_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_recorded_at: datetime | None = None
    due_at: datetime | None = None
    original_due_at: datetime | None = None
    due_moves: tuple[DueMove, ...] = ()
    original_due_moves: tuple[DueMove, ...] = ()
    replies: tuple[ReplyVersion, ...] = ()
    ended_at: datetime | None = None
    void: bool = False
    final: bool = False


@dataclass(frozen=True, slots=True)
class RatingFacts:
    """One rating as given, a change being one more in the same round; policy §6. `level` is 1 … 5.

    `counts` False: staff account or staff contact data, or a review upheld; then `discounted_at` is the review's
    second signature, until which the rating did count (None: it never did).
    """

    round: int
    source: words.RatingSource
    contacted: bool | None
    solved: words.Solved | None
    level: int
    at: datetime
    counts: bool = True
    discounted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RectificationFacts:
    """One round of rectification. `due_at` None until verified. An audit's instant is the report's `judged_at`.

    One broken off before its limit (a better rating, a review upheld, a closing) never came due: None.
    One ended as 已依法解释 carries the logged conversation as a report, approved when its basis was confirmed.
    """

    round: int
    due_at: datetime | None = None
    reports: tuple[ReplyVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """A unit's request to be rid of an assignment; belongs to its last assignment dispatched at or before `at`."""

    unit: str
    at: datetime
    decided_at: datetime | None = None
    upheld: bool | None = None
    office_fault: bool = False


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """One limit of the coordination office. `holder` is the line's name (office, recusal post, 委领导).

    ACCEPT: one after each submission and each supplement; done by accepting, declining, asking to supplement or
    passing on. DISPATCH: one per pending dispatch. APPROVE: one per reply version. DECIDE: one per request.
    """

    kind: Duty
    holder: str
    due_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spell:
    """Somebody other than the unit in tenure had the turn: the company while it supplements or cooperates
    (`rules.holding.COMPANY`), the decider while a request is open. Approval is read from the replies."""

    holder: str
    from_at: datetime
    to_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """What once stood and was taken back: an exclusion, a decline, a strike-off, a completion or an approval.

    `what` is a `words.Exclusion` code or one of the words below; `undone_at` the instant of the upheld review, the
    unmerge or the rating's change. An approval taken back is that of the version judged anew at `undone_at`.
    """

    what: str
    at: datetime
    undone_at: datetime
    recorded_at: datetime | None = None


DECLINED, STRUCK_OFF, COMPLETED, APPROVED = "declined", "struck_off", "completed", "approved"


@dataclass(frozen=True, slots=True)
class Content:
    """The business text; no figure needs it, the ledger line does. `task` is a number of the policy, 1 … 229."""

    company_name: str = ""
    uscc: str | None = None
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class AppealFacts:
    """One appeal. Left out altogether: what a staff member filed and the company has not confirmed (policy §2).

    `due_at` is the promise to the company, also of an appeal still unaccepted when acceptance was due; None before.
    `excluded_at` is the last signature or approval; for a withdrawal the company's request, then
    `excluded_recorded_at` its confirmation. Flat fields hold what stands now, `undone` what stood once.
    `filer_unit`: unit of the staff member who filed it (代提). `split_by_company`: the company itself split it.
    """

    number: str
    submitted_at: datetime
    source: words.Source = words.Source.WEB
    nature: words.Nature = words.Nature.HELP
    territory: str | None = None
    task: int | None = None
    content: Content = field(default_factory=Content)
    accepted_at: datetime | None = None
    due_at: datetime | None = None
    due_moves: tuple[DueMove, ...] = ()
    completed_at: datetime | None = None
    outcome: words.Outcome | None = None
    exclusion: words.Exclusion | None = None
    excluded_at: datetime | None = None
    excluded_recorded_at: datetime | None = None
    declined_at: datetime | None = None
    struck_off_at: datetime | None = None
    undone: tuple[Undone, ...] = ()
    shelved: tuple[Shelved, ...] = ()
    assignments: tuple[AssignmentFacts, ...] = ()
    ratings: tuple[RatingFacts, ...] = ()
    window_ends_at: datetime | None = None
    rectifications: tuple[RectificationFacts, ...] = ()
    returns: tuple[ReturnFacts, ...] = ()
    duties: tuple[DutyFacts, ...] = ()
    spells: tuple[Spell, ...] = ()
    merged_into: str | None = None
    split_from: str | None = None
    split_by_company: bool = False
    reopened_from: str | None = None
    filer_unit: str | None = None
    imported: bool = False
