"""What the timeline of staff says of endings, reviews, mergers and links."""

from typing import Any

from appeals.rules.lifecycle import UNIT_ROLES, Move
from appeals.rules.requests import EndingReason
from appeals.web import access

OURS = frozenset(
    {
        Move.PROPOSE_ENDING, Move.CONFIRM_ENDING, Move.CALL_WARN, Move.UPHOLD_REVIEW, Move.REJECT_REVIEW,
        Move.CONFIRM_WITHDRAWAL, Move.REFUSE_WITHDRAWAL, Move.CONFIRM_UNREASONABLE, Move.PROPOSE_MERGE, Move.MERGE,
        Move.UNMERGE, Move.REOPEN, Move.REPORT_REPRISAL,
    }
)  # fmt: skip


def said(move: Move, detail: dict[str, Any]) -> str:
    """The detail of one of OURS in a sentence; empty where there is nothing to add."""
    match move:
        case Move.PROPOSE_ENDING | Move.CONFIRM_ENDING:
            ground = EndingReason(detail["ground"]).label if detail.get("ground") in set(EndingReason) else ""
            return _joined(ground, detail.get("reason"), detail.get("route"))
        case Move.CALL_WARN:
            return "已打通" if detail.get("reached") else "未打通"
        case Move.CONFIRM_WITHDRAWAL | Move.REFUSE_WITHDRAWAL:
            pressed = detail.get("pressed") and access.actor().role not in UNIT_ROLES
            return "企业称被要求撤回，须督办" if pressed else ""
        case Move.PROPOSE_MERGE | Move.MERGE:
            return f"并入 {detail.get('into', '')}"
        case Move.REOPEN:
            return _joined(detail.get("why"), f"新件 {detail.get('number', '')}")
        case Move.REPORT_REPRISAL:
            return f"已另立作风类投诉 {detail.get('number', '')}"
        case Move.CONFIRM_UNREASONABLE:
            return _joined(detail.get("reason"), detail.get("basis"))
    return str(detail.get("reason", ""))


def _joined(*parts: object) -> str:
    return "；".join(str(part) for part in parts if part)
