"""What each setting means, where the policy says it, and which values can stand (policy §4, §10, §11)."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, NamedTuple

from appeals.rules import numbering
from appeals.rules.deadlines import Limits

WD, DAYS, HOURS, WORKING_HOURS, TIMES, MONTHS = "工作日", "自然日", "小时", "工作小时", "次", "个月"
MOST = 366


class Meaning(NamedTuple):
    """What a number is for: Chinese label, unit of measure, and the paragraph it comes from."""

    label: str
    unit: str
    source: str


def _all(source: str, *rows: tuple[str, str, str]) -> dict[str, Meaning]:
    return {name: Meaning(label, unit, source) for name, label, unit in rows}


LIMITS: dict[str, Meaning] = {
    **_all("§3", ("accept", "受理", WD), ("supplement", "企业补正", WD),
           ("supplement_calls", "补正期满前须有的电话", TIMES), ("supplement_resume_natural_days", "未补正后可恢复", DAYS),
           ("statutory", "转专门渠道", WD), ("decline_review_ask", "申请复核", WD), ("decline_review", "作出复核", WD),
           ("withdrawal_confirm", "回访确认撤回", WD), ("approve", "审核答复", WD),
           ("send_back_minimum", "退回重办至少给单位", WD), ("cooperation_max", "待企业配合最长", WD)),
    **_all("§2", ("urge_every", "企业催办间隔", WD)),
    **_all("§4", ("promise", "答复企业", WD), ("consultation", "答复咨询", WD),
           ("restored_minimum", "恢复办理至少剩余", WD), ("audit_reserve", "审核预留", WD),
           ("unit_minimum", "单位办理至少", WD), ("unit_minimum_consultation", "单位办理咨询至少", WD),
           ("support_minimum", "协办至少", WD), ("support_ahead", "协办早于主办", WD), ("acknowledge", "签收", WD),
           ("contact", "首次联系", WD), ("plan", "报送方案", WD), ("urgent_contact_hours", "紧急件联系企业", HOURS),
           ("urgent_measures_hours", "紧急件采取措施", HOURS), ("extension_ask_before", "延期申请须早于期限", WD),
           ("extension_decide", "延期裁定", WD), ("extension_max", "每次延期最长", WD),
           ("extension_ceiling", "延期后总时限上限", WD), ("shelve_ask_before", "挂账申请须早于期限", WD),
           ("shelve_report", "挂账后报告间隔", WD), ("shelve_promise_max", "承诺限期解决最长", WD),
           ("shelve_disagreement", "企业不同意挂账的裁定", WD), ("shelve_months", "挂账最长", MONTHS)),
    **_all("§3 重开件", ("reopened", "重开件答复企业", WD), ("reopen_within_natural_days", "销号后可重开", DAYS)),
    **_all("§6 反映后受到刁难", ("reprisal_hours", "转出被反映单位", WORKING_HOURS), ("reprisal_months", "可反映的期间", MONTHS)),
    **_all("§5", ("return_ask", "申请退单", WD), ("return_decide", "退单裁定", WD),
           ("second_level", "二级交办", WD), ("conference", "会商", WD), ("conference_after", "第几次退单（交办）即会商", TIMES),
           ("flag_returns", "派单目录条目标记须有的错派退单", TIMES),
           ("flag_within_natural_days", "标记所看的期间", DAYS)),
    **_all("§6", ("rating_window", "评价窗口", WD), ("rating_link_natural_days", "评价链接有效", DAYS),
           ("callback_from", "回访起于窗口第几日", WD),
           ("callback_to", "回访止于窗口第几日", WD), ("callback_attempts", "回访次数", TIMES),
           ("rating_review_ask", "评价复核申请", WD), ("rating_review", "评价复核裁定", WD),
           ("rectify_verify", "核实差评", WD), ("rectify_simple", "简单整改", WD), ("rectify_complex", "复杂整改", WD),
           ("rectify_audit", "审核整改", WD)),
    **_all("§8", ("paper_first", "回复蓝色督办", WD), ("paper_second", "回复橙色督办", WD),
           ("paper_third", "回复挂牌督办", WD), ("report_weekly", "挂牌后报告间隔", WD),
           ("overdue_third", "超期多久挂牌", WD), ("talk_after_red", "挂牌多久约谈", WD),
           ("send_backs_second", "退回几次橙色督办", TIMES), ("dispatches_third", "交办几次无主办则挂牌", TIMES),
           ("reds_a_quarter", "一季度挂牌几次则约谈", TIMES), ("attempts_fifth", "交办、退回或整改几次则移送", TIMES)),
}  # fmt: skip
WEIGHTS = {
    "on_time": "按时办结率", "solved_reasonable": "合理诉求解决率", "good": "满意率（好评率）", "responded": "响应率",
    "rectified_on_time": "按时整改率",
}  # fmt: skip
SWITCHES = {
    "ranking": Meaning("公布名次（按时办结率区间下限，相同者并列）", "", "§10"),
    "reference_lines": Meaning("显示99.5%与100%参考线", "", "§10"),
}
PREFIX = Meaning("诉求编号前缀", "", "§11")
ANCHOR = Meaning("双周周期起点（第1期的星期一）", "", "§7")


def problems(values: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, str]:
    """What cannot stand, by field: `limit_…`, `weight_…`, or the setting's own name. Empty: all is well.

    `now` are the values in force: what has no editor here must stay as it is.
    """
    found = _limits(values.get("limits"))
    found |= _weights(values.get("weights"))
    found |= {name: "应为是或否" for name in SWITCHES if not isinstance(values.get(name), bool)}
    if not isinstance(values.get("prefix"), str) or not numbering.is_prefix(values["prefix"]):
        found["prefix"] = "前缀应为1–8个大写字母"
    edited = {"limits", "weights", "prefix", *SWITCHES}
    fixed = (values.keys() | now.keys()) - edited
    return found | {name: "这一项不能在此更改" for name in fixed if values.get(name) != now.get(name)}


def _limits(values: Any) -> dict[str, str]:
    names = [each.name for each in fields(Limits)]
    if not isinstance(values, Mapping) or set(values) != set(names):
        return {"limits": "时限必须逐项写全"}
    found = {
        f"limit_{name}": f"应为0–{MOST}的整数" for name in names if not _whole(values[name])
    }
    return found or _together(Limits.from_settings(values))


def _together(limits: Limits) -> dict[str, str]:
    """Numbers that contradict each other."""
    checks = {
        "promise": (limits.promise < limits.audit_reserve + 1, "必须大于审核预留"),
        "consultation": (limits.consultation < 1, "至少1"),
        "unit_minimum": (limits.unit_minimum > limits.promise, "不能大于答复企业的时限"),
        "unit_minimum_consultation": (limits.unit_minimum_consultation > limits.consultation, "不能大于答复咨询的时限"),
        "callback_from": (not 1 <= limits.callback_from <= limits.callback_to, "应在1与回访止日之间"),
        "callback_to": (limits.callback_to > limits.rating_window, "不能晚于评价窗口"),
        "callback_attempts": (limits.callback_attempts < 1, "至少1"),
        "rating_window": (limits.rating_window < 1, "至少1"),
        "extension_max": (limits.extension_max > limits.extension_ceiling, "不能大于总时限上限"),
        "conference_after": (limits.conference_after < 1, "至少1"),
        "flag_returns": (limits.flag_returns < 1, "至少1"),
        "rectify_complex": (limits.rectify_complex < limits.rectify_simple, "不能短于简单整改"),
    }
    counted = ("send_backs_second", "dispatches_third", "reds_a_quarter", "attempts_fifth")
    checks |= {name: (getattr(limits, name) < 1, "至少1") for name in counted}
    return {f"limit_{name}": said for name, (wrong, said) in checks.items() if wrong}


def _weights(values: Any) -> dict[str, str]:
    if not isinstance(values, Mapping) or set(values) != set(WEIGHTS):
        return {"weights": "权重必须逐项写全"}
    found = {f"weight_{name}": "应为0–100的整数" for name in WEIGHTS if not _whole(values[name], 100)}
    if not found and (total := sum(values.values())) != 100:
        found["weights"] = f"各项权重之和应为100，现为{total}"
    return found


def _whole(value: Any, most: int = MOST) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
