"""What people ask for on an appeal, who decides it, and by when (policy §2–§6)."""

from dataclasses import dataclass

from appeals.rules.moves import Move
from appeals.rules.words import Role, Word


class Asked(Word):
    """A request on record; while it is undecided the turn is its decider's (policy §3)."""

    RETURN = "return", "退单"
    CONFERENCE = "conference", "会商"
    SUPPORT = "support", "增加协办"
    EXCUSE = "excuse", "免除协办"
    EXTENSION = "extension", "延期", "延长时限", "More time"
    SHELVING = "shelving", "挂账", "暂不具备条件", "Conditions not yet met"
    DISAGREEMENT = "disagreement", "挂账异议", "您的异议", "Your objection"
    RENEWAL = "renewal", "挂账续期"
    COOPERATION = "cooperation", "企业配合", "请您配合", "Your cooperation"
    ENDING = "ending", "终止", "终止办理", "Ending the appeal"
    MERGE = "merge", "并单"
    UNREASONABLE = "unreasonable", "诉求不合理"
    REVIEW = "review", "复核", "复核", "Review"
    RATING_REVIEW = "rating_review", "评价复核"
    EXPLAINED = "explained", "已依法解释"
    CLOSING = "closing", "已尽责仍不满意"


class ReturnReason(Word):
    """Why a unit says an appeal is not its own; policy §5."""

    TERRITORY = "territory", "属地不符"
    FUNCTION = "function", "职能不符"
    UNCLEAR = "unclear", "权属不清"
    DUPLICATE = "duplicate", "重复"


class ShelvingReason(Word):
    """Why an appeal cannot be settled now; policy §4."""

    SUPERIOR = "superior", "政策须上级", "需要上级明确政策", "Policy of a superior is needed"
    QUOTA = "quota", "年度资金或用地指标", "等待年度资金或用地指标", "Waiting for the year's funds or land quota"
    WORKS = "works", "等待第三方工程", "等待第三方工程完成", "Waiting for another party's works"
    JUDICIAL = "judicial", "司法程序", "等待司法程序", "Waiting for a court"
    FORCE = "force", "不可抗力", "不可抗力", "Force majeure"
    PROMISE = "promise", "承诺限期解决", "承诺限期解决", "Promised by a date"


class RatingReviewReason(Word):
    """Why a unit asks for a rating to be reviewed; policy §6."""

    MISTAKEN = "mistaken", "误评"
    ELSEWHERE = "elsewhere", "非本事项"
    MALICIOUS = "malicious", "恶意有证据"
    FLOOD = "flood", "刷评"


class EndingReason(Word):
    """On which ground the office proposes to end an appeal before completion; policy §3."""

    LEGAL = "legal", "转法定途径", "应当通过法定途径解决", "To be settled by a legal route"
    UNCOOPERATIVE = "uncooperative", "企业未配合", "未提供办理所必需的配合", "What was needed was not provided"


REASONS: dict[Asked, type[Word]] = {
    Asked.RETURN: ReturnReason, Asked.SHELVING: ShelvingReason, Asked.RATING_REVIEW: RatingReviewReason,
    Asked.ENDING: EndingReason,
}  # fmt: skip


@dataclass(frozen=True)
class Procedure:
    """How one kind of request is decided.

    `grant` is the move that grants it: it can be decided where that move may start. `days` names the working days
    of the decider in `deadlines.Limits`, `decider` the role whose turn it is first; where the office's own bureau
    is concerned the recusal post stands in for coordinator and director, and a leader signs second (policy §2).
    `counts`: its decision stands in 按时裁定率; `holds`: until then nobody else has the turn, and what the decider
    loses is given back to the unit.
    """

    grant: Move
    decider: Role
    days: str
    counts: bool = True
    holds: bool = True


PROCEDURES: dict[Asked, Procedure] = {
    Asked.RETURN: Procedure(Move.UPHOLD_RETURN, Role.COORDINATOR, "return_decide"),
    Asked.CONFERENCE: Procedure(Move.CONFERENCE, Role.DIRECTOR, "conference"),
    Asked.SUPPORT: Procedure(Move.ADD_SUPPORT, Role.COORDINATOR, "approve", holds=False),
    Asked.EXCUSE: Procedure(Move.EXCUSE_SUPPORT, Role.COORDINATOR, "approve", holds=False),
    Asked.EXTENSION: Procedure(Move.GRANT_EXTENSION, Role.COORDINATOR, "extension_decide"),
    Asked.SHELVING: Procedure(Move.SHELVE, Role.COORDINATOR, "approve"),
    Asked.DISAGREEMENT: Procedure(Move.UPHOLD_DISAGREEMENT, Role.LEADER, "shelve_disagreement"),
    Asked.RENEWAL: Procedure(Move.RENEW_SHELVING, Role.LEADER, "shelve_disagreement", holds=False),
    Asked.COOPERATION: Procedure(Move.GRANT_COOPERATION, Role.COORDINATOR, "approve"),
    Asked.ENDING: Procedure(Move.CONFIRM_ENDING, Role.DIRECTOR, "approve", counts=False, holds=False),
    Asked.MERGE: Procedure(Move.MERGE, Role.DIRECTOR, "approve", counts=False, holds=False),
    Asked.UNREASONABLE: Procedure(Move.CONFIRM_UNREASONABLE, Role.DIRECTOR, "approve", counts=False, holds=False),
    Asked.REVIEW: Procedure(Move.UPHOLD_REVIEW, Role.COORDINATOR, "decline_review", holds=False),
    Asked.RATING_REVIEW: Procedure(Move.UPHOLD_RATING_REVIEW, Role.COORDINATOR, "rating_review", holds=False),
    Asked.EXPLAINED: Procedure(Move.CONFIRM_EXPLAINED, Role.COORDINATOR, "rectify_audit", holds=False),
    Asked.CLOSING: Procedure(Move.CLOSE, Role.LEADER, "approve", counts=False, holds=False),
}
OFFICE, UNIT = "office", "unit"  # on whom a return is booked; policy §5
# Who decides a review beside whose turn it is, for whoever signed the decision itself must not (policy §3).
BESIDE = {Role.COORDINATOR: Role.DIRECTOR, Role.RECUSAL: Role.LEADER}
SECOND = frozenset({Asked.ENDING, Asked.MERGE, Asked.UNREASONABLE})  # asking is the first of two signatures


def decider(kind: Asked, *, office: bool, signed_first: bool = False) -> Role:
    """Whose turn it is; `office`: the coordination office's own bureau is concerned (policy §2)."""
    role = PROCEDURES[kind].decider
    if signed_first or kind in SECOND:
        return Role.LEADER if office else Role.DIRECTOR
    return Role.RECUSAL if office and role is not Role.LEADER else role


def seated(kind: Asked, role: Role, *, office: bool, signed_first: bool = False) -> bool:
    """Whether the turn may be this role's: not the office's where its own bureau is concerned, nor the other way round."""
    if office:
        return role not in (Role.COORDINATOR, Role.DIRECTOR)
    second = signed_first or kind in SECOND
    return role is not Role.RECUSAL and not (role is Role.LEADER and second and PROCEDURES[kind].decider is not role)
