"""What each rate is called and what it divides by what: the table of policy §9 in words."""

from enum import StrEnum
from typing import NamedTuple


class Group(StrEnum):
    """The headings under which rates are printed."""

    CLEARANCE = "清零与时限"
    RATING = "企业评价"
    RECTIFICATION = "整改与办理质量"
    OFFICE = "营商办自身时限"


class Meaning(NamedTuple):
    """Label, numerator, denominator, heading. `of_ratings`: rests on what companies said, so small samples speak
    of single companies."""

    label: str
    numerator: str
    denominator: str
    group: Group
    of_ratings: bool = False


_LEADS = "期内到期的主办（终局主办单位，到期时挂账、到期前依规除外的不计）"
_DUE = "期内到期的诉求（到期时挂账、到期前依规除外的不计）"
_RATED = "期内结清评价的办结件中已评价的"
_COHORT = "期内结清评价的办结件（无除外情形）"

MEANINGS: dict[str, Meaning] = {
    "cleared": Meaning("双周动态清零率", "期末前办结", _DUE, Group.CLEARANCE),
    "promise_kept": Meaning("按期答复企业率", "在答复企业的期限前办结", _DUE, Group.CLEARANCE),
    "struck_off": Meaning("销号率", "至下一周期末已销号", _DUE, Group.CLEARANCE),
    "on_time": Meaning("按时办结率", "主办单位在单位期限前答复（以最终通过的版本为准）", _LEADS, Group.CLEARANCE),
    "on_time_original": Meaning("按原时限办结率", "在延期前的期限内答复", _LEADS, Group.CLEARANCE),
    "replied": Meaning("答复率", "期末前已答复", _LEADS, Group.CLEARANCE),
    "acknowledged_on_time": Meaning("按时签收率", "在签收期限前签收（视为签收的不算）", "签收期限在期内的交办（作废的不计）",
                                    Group.CLEARANCE),
    "support_on_time": Meaning("协办按时率", "在协办期限前反馈", "协办期限在期内的协办（免除的不计）", Group.CLEARANCE),
    "rated": Meaning("评价率", "已评价", _COHORT, Group.RATING, True),
    "good": Meaning("满意率（好评率）", "基本满意及以上", _RATED, Group.RATING, True),
    "good_of_all": Meaning("全口径满意率", "基本满意及以上（未评价不算满意）", _COHORT, Group.RATING, True),
    "self_rated": Meaning("主动评价率", "企业自行评价", _COHORT, Group.RATING, True),
    "responded": Meaning("响应率", "企业表示单位联系过", "已评价且回答了是否联系的", Group.RATING, True),
    "solved": Meaning("解决率", "企业表示已解决", _RATED, Group.RATING, True),
    "solved_reasonable": Meaning("合理诉求解决率", "企业表示已解决", "已评价的，结果为解释说明的除外", Group.RATING, True),
    "weighted": Meaning("加权满意度", "满意及以上计1分，基本满意计0.9分（分子以十分之一分计）", _RATED, Group.RATING, True),
    "rectified": Meaning("差评整改率", "期末前整改审核通过", "整改期限在期内的", Group.RECTIFICATION),
    "rectified_on_time": Meaning("按时整改率", "在整改期限前报送（以最终通过的为准）", "整改期限在期内的", Group.RECTIFICATION),
    "sent_back": Meaning("重办率", "答复至少被退回一次", _LEADS, Group.RECTIFICATION),
    "extended": Meaning("延期率", "获准延期", _LEADS, Group.RECTIFICATION),
    "returns_rejected": Meaning("退单驳回率", "退单申请被驳回", "期内收到的交办", Group.RECTIFICATION),
    "withdrawn": Meaning("撤回率", "企业撤回", "期内受理的", Group.RECTIFICATION),
    "reopened": Meaning("重开率", "销号后又重新提出", "期内销号的", Group.RECTIFICATION),
    "shelved": Meaning("挂账率", "期末挂账", "期末在办与挂账", Group.RECTIFICATION),
    "accepted_on_time": Meaning("按时受理率", "在期限前受理（或作其他处理）", "受理期限在期内的", Group.OFFICE),
    "dispatched_on_time": Meaning("按时交办率", "在期限前交办", "交办期限在期内的", Group.OFFICE),
    "approved_on_time": Meaning("按时审核率", "在期限前审核答复", "审核期限在期内的", Group.OFFICE),
    "decided_on_time": Meaning("按时裁定率", "在期限前裁定", "裁定期限在期内的", Group.OFFICE),
    "misdispatched": Meaning("错派率", "因营商办错派被退回", "期内的交办", Group.OFFICE),
}  # fmt: skip
