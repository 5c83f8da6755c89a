"""The papers of supervision: what each is called, who sends it, to whom, and until when it is answered (policy §8)."""

from dataclasses import dataclass

from appeals.rules.deadlines import Limits
from appeals.rules.words import Role, Word


class Kind(Word):
    """A paper, from the mildest to the gravest; external units and utilities have three of their own."""

    BLUE = "blue", "督办提示单（蓝）"
    ORANGE = "orange", "督办单（橙）"
    RED = "red", "挂牌督办单（红）"
    TALK = "talk", "约谈"
    REFERRAL = "referral", "问题线索移送"
    HINT = "hint", "工作提示函"
    INQUIRY = "inquiry", "商请函"
    SUPERIOR = "superior", "提请其上级协调"


class Ground(Word):
    """Why a paper is due."""

    UNACKNOWLEDGED = "unacknowledged", "超期未签收"
    NO_CONTACT = "no_contact", "未按时首次联系企业"
    SENT_BACK = "sent_back", "首次答复审核未通过"
    POOR = "poor", "首次差评"
    LIMIT = "limit", "超过单位办理时限"
    OVERDUE = "overdue", "超过答复企业时限"
    SENT_BACK_TWICE = "sent_back_twice", "答复两次被退回"
    FIRST_UNANSWERED = "first_unanswered", "前一文书逾期未回复"
    LONG_OVERDUE = "long_overdue", "超过答复企业时限五个工作日"
    POOR_AGAIN = "poor_again", "整改后再次差评"
    NO_LEAD = "no_lead", "三次交办仍无主办单位"
    SECOND_UNANSWERED = "second_unanswered", "再次督办逾期未回复"
    LONG_RED = "long_red", "挂牌十个工作日仍未解决"
    TWO_REDS = "two_reds", "一个季度两次挂牌"
    SHAM = "sham", "经查实虚假办结"
    PRESSED = "pressed", "经查实压企业撤回"
    LEAK = "leak", "经查实泄露企业信息"
    NOT_MOVING = "not_moving", "三次以上交办、退回或整改仍无进展，企业不满意"


PROVEN = (Ground.SHAM, Ground.PRESSED, Ground.LEAK)  # findings: director and leader sign
INSIDE = (Kind.BLUE, Kind.ORANGE, Kind.RED, Kind.TALK, Kind.REFERRAL)
OUTSIDE = (Kind.HINT, Kind.INQUIRY, Kind.SUPERIOR)
FIRST, SECOND, THIRD, FOURTH, FIFTH = range(5)
LADDERS = (INSIDE, OUTSIDE)
LEADERS_OWN = frozenset({Kind.RED, Kind.TALK, Kind.REFERRAL, Kind.SUPERIOR})
BUNDLED = frozenset({Kind.BLUE, Kind.HINT, Kind.TALK})  # one paper per unit and day; of the others one per appeal
COPIES = {
    Kind.ORANGE: (Role.DIRECTOR,), Kind.INQUIRY: (Role.DIRECTOR,), Kind.RED: (Role.LEADER,), Kind.SUPERIOR: (Role.LEADER,),
}  # fmt: skip
MARKS = {
    Kind.BLUE: "蓝督", Kind.ORANGE: "橙督", Kind.RED: "红督", Kind.TALK: "约谈", Kind.REFERRAL: "移送",
    Kind.HINT: "提示", Kind.INQUIRY: "商请", Kind.SUPERIOR: "提请",
}  # fmt: skip
WANTED = {
    FIRST: "请核实情况、立即办理，并在回复时限内书面回复。",
    SECOND: "请说明原因和办结日期，并在回复时限内书面回复。",
    THIRD: "本件已挂牌督办。请在回复时限内报送办理计划，此后每周报告进展，直至办结。",
    FOURTH: "建议对主要负责人进行约谈。",
    FIFTH: "建议将全部办理记录移送纪检监察机关研究。",
}


@dataclass(frozen=True, slots=True)
class Address:
    """To whom a paper goes and who sends it. `principal`: 主要负责人; else the deputy in charge (分管)."""

    kind: Kind
    principal: bool
    sender: Role


def level(kind: Kind) -> int:
    """How high a paper stands on its ladder, from 0."""
    return next(ladder.index(kind) for ladder in LADDERS if kind in ladder)


def address(wanted: int, *, outside: bool, office: bool, to_office: bool) -> Address:
    """The paper of this level (policy §2, §8).

    `outside`: an external unit or a utility. `office`: the office's own bureau is concerned, so that the recusal
    post sends; `to_office`: it goes to the coordination office itself, which cannot send to itself.
    """
    ladder = OUTSIDE if outside else INSIDE
    kind = ladder[min(wanted, len(ladder) - 1)]
    if kind in LEADERS_OWN:
        sender = Role.LEADER
    elif office:
        sender = Role.RECUSAL
    else:
        sender = Role.LEADER if to_office else Role.COORDINATOR
    return Address(kind, wanted > FIRST, sender)


def answer_days(kind: Kind, limits: Limits) -> int | None:
    """Working days for the answer; None for what asks for none: a talk, a referral."""
    return {FIRST: limits.paper_first, SECOND: limits.paper_second, THIRD: limits.paper_third}.get(level(kind))


def number(kind: Kind, year: int, sequence: int) -> str:
    """文号: 蓝督〔2026〕12号, counted per year and kind."""
    return f"{MARKS[kind]}〔{year}〕{sequence}号"
