"""Which orders of times cannot have been: the last look at a line of the ledger (contract, policy §3)."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from appeals.rules import facts
from appeals.rules.ledger_fields import Reader
from appeals.rules.words import Exclusion, Part

NAMES = {
    "submitted_at": "提交", "accepted_at": "受理", "completed_at": "办结", "struck_off_at": "销号",
    "declined_at": "不予受理", "excluded_at": "剔除", "excluded_recorded_at": "剔除登记", "due_at": "办结期限",
    "dispatched_at": "交办", "ack_due_at": "签收期限", "acknowledged_at": "签收", "original_due_at": "原期限",
    "replied_at": "答复", "ended_at": "交办终止", "window_ends_at": "评价窗口截止",
}  # fmt: skip


def check(appeal: facts.AppealFacts, row: Reader) -> None:
    """Name every impossible order of times and every contradiction about who led, in `row`."""
    _appeal(appeal, row)
    for index, assignment in enumerate(appeal.assignments):
        _assignment(appeal, assignment, row.within(f"assignments[{index}]"))
    _leads(appeal, row)
    _shelvings(appeal, row)
    _ratings(appeal, row)
    _moves(appeal.due_at, appeal.due_moves, row)
    for past_index, past in enumerate(appeal.undone):
        if not past.at <= past.undone_at:
            row.refuse(f"undone[{past_index}].undone_at", "早于被撤销的事项")


def _appeal(appeal: facts.AppealFacts, row: Reader) -> None:
    for late, early in (
        ("accepted_at", "submitted_at"), ("declined_at", "submitted_at"), ("excluded_at", "submitted_at"),
        ("excluded_recorded_at", "excluded_at"), ("due_at", "submitted_at"), ("due_at", "accepted_at"),
        ("completed_at", "submitted_at"), ("completed_at", "accepted_at"), ("struck_off_at", "completed_at"),
        ("window_ends_at", "completed_at"),
    ):  # fmt: skip
        _not_before(row, late, getattr(appeal, late), early, getattr(appeal, early))
    if appeal.struck_off_at and not appeal.completed_at:
        row.refuse("struck_off_at", "未办结的诉求不能销号")
    dateless = appeal.exclusion in (Exclusion.TEST, Exclusion.STATUTORY)
    if appeal.exclusion and not appeal.excluded_at and not dateless:
        row.refuse("excluded_at", "有剔除原因而无时间")
    if appeal.excluded_at and not appeal.exclusion:
        row.refuse("exclusion", "有剔除时间而无原因")


def _assignment(appeal: facts.AppealFacts, assignment: facts.AssignmentFacts, row: Reader) -> None:
    dispatched_at = assignment.dispatched_at
    for early in ("submitted_at", "accepted_at"):
        _not_before(row, "dispatched_at", dispatched_at, early, getattr(appeal, early))
    for late in ("ack_due_at", "acknowledged_at", "due_at", "original_due_at", "ended_at"):
        _not_before(row, late, getattr(assignment, late), "dispatched_at", dispatched_at)
    _not_before(row, "due_at", assignment.due_at, "original_due_at", assignment.original_due_at)
    for version in assignment.replies:
        _not_before(row, "replied_at", version.submitted_at, "dispatched_at", dispatched_at)
        if version.judged_at and version.judged_at < version.submitted_at:
            row.refuse("replies", "审核早于答复")
        standing = assignment.final and assignment.part == Part.LEAD and version.approved
        if standing and appeal.completed_at and appeal.completed_at < version.submitted_at:
            row.refuse("replied_at", "答复晚于办结")
    _moves(assignment.due_at, assignment.due_moves, row)


def _leads(appeal: facts.AppealFacts, row: Reader) -> None:
    leads = [each for each in appeal.assignments if each.part == Part.LEAD]
    final = [each for each in leads if each.final]
    if len(final) > 1:
        row.refuse("assignments", "最终主办（final）只能有一个")
    elif final and final[0].void:
        row.refuse("assignments", "最终主办（final）不能是作废的交办")
    elif not final and appeal.completed_at:
        row.refuse("assignments", "已办结的诉求没有最终主办（final）")
    elif not final and any(not each.void and each.ended_at is None for each in leads):
        row.refuse("assignments", "有主办而没有最终主办（final）")


def _shelvings(appeal: facts.AppealFacts, row: Reader) -> None:
    last: datetime | None = appeal.accepted_at or appeal.submitted_at
    for index, shelved in enumerate(appeal.shelved):
        if last is None or shelved.from_at < last:
            row.refuse(f"shelved[{index}].from", "早于受理或上一次挂账结束")
        if shelved.to_at and shelved.to_at < shelved.from_at:
            row.refuse(f"shelved[{index}].to", "早于挂账开始")
        last = shelved.to_at


def _ratings(appeal: facts.AppealFacts, row: Reader) -> None:
    for index, rating in enumerate(appeal.ratings):
        if appeal.completed_at is None:
            row.refuse(f"ratings[{index}].at", "未办结的诉求不能有评价")
        elif rating.at < appeal.completed_at:
            row.refuse(f"ratings[{index}].at", "评价早于办结")
        if rating.discounted_at and rating.counts:
            row.refuse(f"ratings[{index}].discounted_at", "计入的评价不能有不计时间")


def _moves(value: datetime | None, moves: Iterable[facts.DueMove], row: Reader) -> None:
    kept = list(moves)
    if any(one.at > two.at for one, two in pairwise(kept)):
        row.refuse("due_moves", "期限变更未按时间先后排列")
    elif kept and kept[-1].after != value:
        row.refuse("due_moves", "最后一次变更与现期限不一致")


def _not_before(row: Reader, late: str, later: datetime | None, early: str, earlier: datetime | None) -> None:
    if later is not None and earlier is not None and later < earlier:
        row.refuse(late, f"{NAMES[late]}早于{NAMES[early]}")
