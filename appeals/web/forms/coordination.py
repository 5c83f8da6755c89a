"""The coordination office's forms: one for each deed on an appeal."""

from typing import Any

from appeals.actions.ratings import Answer
from appeals.actions.triage import IDENTITY_WAYS, STATUTORY_BODIES
from appeals.models import choices, knowledge
from appeals.rules.deadlines import Limits
from appeals.rules.words import LEVELS, DeclineCode, Nature, PoorReason, Solved, UrgentKind
from appeals.web.forms import Chosen, Length, Picked, Required, Several, Ticked, Typed, TypedLines
from appeals.web.forms.staff import NOTE, StaffForm, lines, number, offer, stop
from appeals.web.forms.unit import Wanted

POINT, STANDARD, MOST_POINTS = 1000, 300, 30
NOT_URGENT = "no"
OTHER_LEAD = ("other", "其他单位")
YES_NO = (("yes", "已打通"), ("no", "未打通"))


class AcceptForm(StaffForm):
    """Whose appeal it is."""

    key = "accept"
    identity = Picked("企业身份核实方式", [Required("请选择核实企业身份的方式")], options=IDENTITY_WAYS.items)


class SupplementForm(StaffForm):
    """What is missing, all at once."""

    key = "supplement"
    items = lines("需要企业补充的全部内容（一次性告知）", "请写明需要补充的全部内容")


class SupplementCallForm(StaffForm):
    """A call about it."""

    key = "supplement-call"
    reached = Picked("电话结果", [Required("请选择电话结果")], options=lambda: YES_NO)
    note = lines("通话情况", "请写明通话情况", 500)


class DeclineForm(StaffForm):
    """On what ground, and why."""

    key = "decline"
    code = Chosen(
        "不予受理的依据", [Required("请选择不予受理的依据")],
        options=lambda: [("", "请选择"), *((c.value, f"{c.value} {c.label}") for c in DeclineCode)],
    )  # fmt: skip
    reason = lines("理由（企业可见，其后自动附上可以走的途径）", "请写明理由")


class PassOnForm(StaffForm):
    """To which statutory channel."""

    key = "pass-on"
    to = Chosen(
        "转交的专门机构", [Required("请选择转交的专门机构")],
        options=lambda: [("", "请选择"), *((body, body) for body in STATUTORY_BODIES)],
    )  # fmt: skip
    reason = lines("理由（企业可见）", "请写明理由")


def areas() -> list[tuple[str, str]]:
    """Every section and task, as 8 or 8:63."""
    known = knowledge.areas()
    found = [("", "请选择职能领域")]
    for section, name in known.sections.items():
        found.append((str(section), f"第{section}部分 {name}"))
        found += [(f"{s}:{t}", f"　任务{t} {title}") for t, (s, title) in known.tasks.items() if s == section]
    return found


def units() -> list[tuple[str, str]]:
    """The units on the books."""
    return [(o.value, o.chinese) for o in choices.units()]


class DispatchForm(StaffForm):
    """The 交办单: the six things. Points and standards are added by `dispatch_form`."""

    key = "dispatch"
    nature = Picked("定性：诉求类型", [Required("请选择诉求类型")], options=lambda: [(n.value, n.label) for n in Nature])
    territory = Chosen("属地", [Required("请选择属地")], options=lambda: [(o.value, o.chinese) for o in choices.territories()])
    area = Chosen("定性：职能领域", [Required("请选择职能领域")], options=areas)
    lead = Picked("定责任单位：主办", [Required("请选择主办单位")], options=lambda: [OTHER_LEAD])
    other_lead = Chosen("其他主办单位", options=lambda: [("", "请选择"), *units()])
    supports = Several("定责任单位：协办", options=units)
    conduct = Ticked("作风类投诉（对被反映单位不可见，交其上级办理）")
    about_unit = Chosen("被反映的单位", options=lambda: [("", "不涉及"), *units()])
    about_person = Typed("被反映的工作人员（企业指名的，填姓名或登录名；此人看不到此件，也不能经办）", [Length(40)])
    urgent_kind = Picked(
        "是否紧急件", [Wanted()], options=lambda: [(NOT_URGENT, "不属紧急"), *((k.value, k.label) for k in UrgentKind)]
    )

    why = ""  # what the directory says, after another look
    flag = 0  # how often what the directory names here was sent back of late, where that is often

    def propose(self, leads: list[tuple[str, str]]) -> None:
        """The units that may lead, then the choice of any other."""
        offer(self.lead, [*leads, OTHER_LEAD])

    def lead_id(self) -> int | None:
        """The unit chosen, from the few or from the whole list."""
        return number(self.other_lead.data if self.lead.data == OTHER_LEAD[0] else self.lead.data)

    def validate_other_lead(self, field: Any) -> None:
        """Whoever wants another one says which."""
        if self.lead.data == OTHER_LEAD[0] and not field.data:
            raise stop("请选择主办单位")

    def validate_about_unit(self, field: Any) -> None:
        """A complaint about conduct names the unit."""
        if self.conduct.data and not field.data:
            raise stop("作风类投诉须写明被反映的单位")

    def section_and_task(self) -> tuple[int | None, int | None]:
        """What `area` means."""
        section, _, task = (self.area.data or "").partition(":")
        return number(section), number(task)

    def rows(self) -> list[tuple[Any, Any]]:
        """(point, standard) fields, in order."""
        count = sum(1 for field in self if field.short_name.startswith("point_"))
        return [(self[f"point_{n}"], self[f"standard_{n}"]) for n in range(1, count + 1)]

    def points(self) -> tuple[list[str], dict[int, str]]:
        """The points that were kept, and what counts as solved for each by its new number."""
        kept = [(p.data, s.data) for p, s in self.rows() if p.data]
        return [p for p, _ in kept], {i: s for i, (_, s) in enumerate(kept, start=1) if s}


def dispatch_form(points: int) -> type[DispatchForm]:
    """The form for an appeal with so many points, with room for one more."""
    fields: dict[str, Any] = {}
    for n in range(1, min(points + 1, MOST_POINTS) + 1):
        fields[f"point_{n}"] = TypedLines(f"要点{n}", [Length(POINT)])
        fields[f"standard_{n}"] = Typed(f"要点{n}怎样算解决（企业可见）", [Length(STANDARD)])
    return type("DispatchFormWithPoints", (DispatchForm,), fields)


class SendBackForm(StaffForm):
    """What is missing in a reply."""

    key = "send-back"
    reason = lines("退回的理由（单位可见）", "请写明退回的理由")


class EndorseForm(StaffForm):
    """What the company says to it."""

    key = "endorse"
    heard = lines("听取企业意见的情况", "请写明听取企业意见的情况")


class CallBackForm(StaffForm):
    """One call, and what the company said of the answer, if it did."""

    key = "call-back"
    reached = Picked("电话结果", [Required("请选择电话结果")], options=lambda: YES_NO)
    note = TypedLines("通话情况", [Length(NOTE)])
    contacted = Picked("承办单位联系过企业吗", options=lambda: [("yes", "联系过"), ("no", "没有")])
    solved = Picked("问题解决了吗", options=lambda: [(s.value, s.label) for s in Solved])
    level = Picked("满意程度", options=lambda: [(str(n), LEVELS[n][0]) for n in sorted(LEVELS, reverse=True)])
    go_on = Ticked("部分解决的，企业要求继续办理")
    reasons = Several("不满意的原因", options=lambda: [(r.value, r.label) for r in PoorReason])
    comment = TypedLines("企业的原话", [Length(1000)])

    def answer(self) -> Answer | None:
        """The rating by telephone, or None where the company gave none."""
        if not (self.level.data or self.solved.data):
            return None
        return Answer(
            contacted={"yes": True, "no": False}.get(self.contacted.data or ""), solved=self.solved.data or "",
            level=number(self.level.data) or 0, go_on=bool(self.go_on.data), reasons=tuple(self.reasons.data or ()),
            comment=self.comment.data or "",
        )  # fmt: skip


class VerifyForm(StaffForm):
    """What the company was right about, and how long it takes to put right."""

    key = "verify"
    finding = lines("核实的情况（听取企业意见）", "请写明核实的情况")
    complex_ = Picked("整改期限", [Required("请选择整改期限")], options=lambda: [("no", "简单"), ("yes", "复杂")])

    def name_terms(self, numbers: Limits) -> None:
        """Say how long each is for this appeal: by the settings in force at its acceptance."""
        offer(self.complex_, [("no", f"简单：{numbers.rectify_simple} 个工作日"),
                              ("yes", f"复杂：{numbers.rectify_complex} 个工作日")])  # fmt: skip


class RejectForm(StaffForm):
    """Why a rectification does not convince."""

    key = "reject"
    reason = lines("退回整改的理由（单位可见）", "请写明退回的理由")


class WithdrawalForm(StaffForm):
    """What the company said on the telephone."""

    key = "withdrawal"
    note = lines("电话确认的情况", "请写明电话确认的情况", 500)
    pressed = Ticked("企业称是被要求撤回的（记入督办）")
