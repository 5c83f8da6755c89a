"""The words of the business: each code with its labels for officials, for companies, and in English."""

from enum import StrEnum


class Word(StrEnum):
    """A stored code that knows what officials, companies and English readers call it.

    `label` is the officials' Chinese, `company` the company's Chinese (None: a company never reads this
    word), `english` the company's English. Source: policy §1–§3.
    """

    label: str
    company: str | None
    english: str

    def __new__(cls, code: str, label: str = "", company: str | None = None, english: str = "") -> "Word":
        """Make a member from its code and labels."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.company = company
        member.english = english or code.replace("_", " ")
        return member


class State(Word):
    """Whose turn it is; policy §3."""

    SUBMITTED = "submitted", "待受理", "已提交，等待受理", "Submitted, waiting to be accepted"
    TO_SUPPLEMENT = "to_supplement", "待企业补正", "请补充材料", "Please add what is missing"
    ACCEPTED = "accepted", "待交办", "已受理，正在确定承办单位", "Accepted, being assigned"
    DISPATCHED = "dispatched", "待签收", "已交承办单位", "Passed to the responsible unit"
    IN_HAND = "in_hand", "办理中", "办理中", "In hand"
    REPLIED = "replied", "答复待审核", "单位已答复，正在审核", "Answered, being checked"
    COMPLETED = "completed", "已办结·待评价", "已答复，请您评价", "Answered, please rate"
    RECTIFYING = "rectifying", "整改中", "正在整改", "Being put right"
    SHELVED = "shelved", "挂账跟踪", "暂不具备条件，持续跟踪", "Conditions not yet met, being followed"
    STRUCK_OFF = "struck_off", "已销号", "已完结", "Closed"
    STATUTORY = "statutory", "专门程序件", "已转专门渠道", "Passed to a special channel"
    DECLINED = "declined", "不予受理", "未予受理", "Not accepted"
    ENDED = "ended", "已终止", "已终止", "Ended"
    MERGED = "merged", "已并单", "已合并办理", "Handled together with another appeal"


OPEN_STATES = frozenset(
    {
        State.SUBMITTED, State.TO_SUPPLEMENT, State.ACCEPTED, State.DISPATCHED, State.IN_HAND,
        State.REPLIED, State.COMPLETED, State.RECTIFYING, State.SHELVED,
    }
)  # fmt: skip
UNCOMPLETED_STATES = OPEN_STATES - {State.COMPLETED, State.RECTIFYING}


class Role(Word):
    """What a person is here for; policy §2. `system` acts for the timetable."""

    COMPANY = "company", "企业经办人", "企业", "Company"
    LIAISON = "liaison", "承办人·助企联络员", "承办人", "Liaison officer"
    HEAD = "head", "单位负责人", "单位负责人", "Head of unit"
    COORDINATOR = "coordinator", "受理督办岗", "营商办", "Coordination office"
    DIRECTOR = "director", "营商办主任", "营商办", "Coordination office"
    RECUSAL = "recusal", "回避裁定岗", "党政办公室", "Recusal post"
    LEADER = "leader", "委领导", "管委会领导", "Leader"
    DISCIPLINE = "discipline", "纪检监察", "纪检监察", "Discipline inspection"
    AUDIT = "audit", "审计", "审计", "Audit"
    ADMIN = "admin", "系统管理员", None, "Administrator"
    SYSTEM = "system", "系统自动", "系统", "System"


STAFF_ROLES = tuple(role for role in Role if role not in (Role.COMPANY, Role.SYSTEM))


class Part(Word):
    """A unit's part in an appeal; policy §1 交办."""

    LEAD = "lead", "主办", "主办单位", "Lead unit"
    SUPPORT = "support", "协办", "协办单位", "Supporting unit"
    SUB = "sub", "二级", None, "Inside the lead unit"


class UnitClass(Word):
    """The four classes in which units are compared; policy §10."""

    TERRITORIAL = "territorial", "属地单位"
    DEPARTMENT = "department", "新区部门"
    STATIONED = "stationed", "驻区单位"
    UTILITY = "utility", "公用企业"


class Nature(Word):
    """What kind of appeal; policy §11."""

    CONSULTATION = "consultation", "咨询", "咨询", "Question"
    HELP = "help", "求助", "求助", "Request for help"
    COMPLAINT = "complaint", "投诉", "投诉", "Complaint"
    SUGGESTION = "suggestion", "建议", "建议", "Suggestion"


class UrgentKind(Word):
    """What makes an appeal urgent, so that natural hours count; policy §4."""

    STOPPAGE = "stoppage", "停产停业", "停产停业", "Production has stopped"
    POWER = "power", "停电", "停电", "No power"
    WATER = "water", "停水", "停水", "No water"
    SAFETY = "safety", "安全", "安全隐患", "Danger"


class Source(Word):
    """Where an appeal came from; policy §11."""

    WEB = "web", "网页", "网页", "Web form"
    COUNTER = "counter", "大厅窗口", "大厅窗口", "Service counter"
    PROXY = "proxy", "联络员代提", "联络员代提", "Filed by a liaison officer"
    HOTLINE = "hotline", "12345", "12345", "12345 hotline"
    ENTERPRISE_LINK = "enterprise_link", "政企通/陕企通", "政企通/陕企通", "Enterprise link"
    SERVICE_DAY = "service_day", "企业家服务日", "企业家服务日", "Entrepreneurs' service day"
    LEADER_DESK = "leader_desk", "一把手处投诉", "一把手处投诉", "Complaint to a leader"
    EXPERIENCE = "experience", "改革体验官", "改革体验官", "Reform experience officer"
    PORT = "port", "口岸专窗", "口岸专窗", "Port counter"
    SUPERIOR = "superior", "上级交办", "上级交办", "Passed down by a superior"


class Outcome(Word):
    """What a reply amounts to; policy §3. Only solved is solved."""

    SOLVED = "solved", "已解决", "已解决", "Solved"
    PARTLY = "partly", "部分解决", "部分解决", "Partly solved"
    EXPLAINED = "explained", "解释说明", "解释说明", "Explained"
    LEGAL = "legal", "转法定途径", "转法定途径", "Referred to a legal route"
    UNTRUE = "untrue", "查证不属实", "经核查与事实不符", "Found not to be so"


class Exclusion(Word):
    """Why an appeal may leave a base; policy §9."""

    MERGED = "merged", "并单"
    WITHDRAWN = "withdrawn", "撤回"
    LEGAL = "legal", "转法定途径"
    UNCOOPERATIVE = "uncooperative", "企业未配合"
    UNTRUE = "untrue", "不属实"
    UNREASONABLE = "unreasonable", "诉求不合理"
    STATUTORY = "statutory", "专门程序"
    TEST = "test", "测试"


class DeclineCode(Word):
    """Grounds for not accepting; policy §3."""

    R01 = "R01", "不属本区", "不在西咸新区范围内", "Not in the new area"
    R02 = "R02", "诉讼仲裁复议", "已经或依法应当通过诉讼、仲裁、复议解决", "Before a court, tribunal or review body"
    R03 = "R03", "信访", "应当通过信访渠道反映", "Belongs to the petition channel"
    R04 = "R04", "企业间纠纷", "企业之间的纠纷", "A dispute between companies"
    R05 = "R05", "涉密或他人隐私", "涉及国家秘密、商业秘密或他人隐私", "Secrets or the privacy of others"
    R06 = "R06", "违法辱骂广告空白", "内容不符合受理要求", "Unlawful, abusive, advertising or empty"
    R07 = "R07", "重复", "同一事项已办理", "The same facts are already handled"
    R08 = "R08", "不清且未补正", "内容不清且未补充", "Unclear and not supplemented"
    R09 = "R09", "应拨紧急电话", "应立即拨打紧急电话", "A matter for an emergency number"
    R11 = "R11", "个人事项", "属于个人事项", "A private person's matter"


class ReopenReason(Word):
    """Why a company comes back after strike-off; policy §3."""

    NEW_FACTS = "new_facts", "出现新情况", "出现了新的情况", "There are new facts"
    RECURRENCE = "recurrence", "问题再次发生", "同样的问题又发生了", "The same problem has come back"
    BROKEN_PROMISE = "broken_promise", "承诺没有兑现", "答应的事没有做到", "What was promised was not done"


class RatingSource(Word):
    """Who gave a rating; policy §6. PROXY is kept and never counted."""

    SELF = "SELF", "企业自评", "您的评价", "Your rating"
    CALL = "CALL", "回访", "电话回访", "By telephone"
    PROXY = "PROXY", "代评（不计）", "代评（不计）", "Entered by others (not counted)"


class RatingMark(Word):
    """What is noted beside a rating as it is given; policy §6. The first two are never counted and move nothing."""

    STAFF = (
        "staff", "本设备登录过工作人员账号，不计入", "在工作人员用过的设备上评价，不计入统计",
        "From a device used by staff: not counted",
    )  # fmt: skip
    CONTACT = (
        "contact", "联系电话是工作人员的，不计入", "所留电话属于工作人员，不计入统计",
        "The telephone is a staff member's: not counted",
    )  # fmt: skip
    LATE = "late", "评价期满后评价，不计入统计", "评价期满后提交，不计入统计", "After the rating period: not in the statistics"


class Solved(Word):
    """The company's answer to: is it solved? policy §6."""

    YES = "yes", "已解决", "已解决", "Yes"
    PARTLY = "partly", "部分解决", "部分解决", "Partly"
    NO = "no", "未解决", "未解决", "No"


class PoorReason(Word):
    """Why a rating is poor; policy §6."""

    NO_CONTACT = "no_contact", "没有联系企业", "没有人联系我们", "Nobody contacted us"
    SLOW = "slow", "办理太慢", "办理太慢", "It took too long"
    NOT_SOLVED = "not_solved", "问题没有解决", "问题没有解决", "The problem is not solved"
    EMPTY = "empty", "答复空洞", "答复空洞、不具体", "The answer says nothing concrete"
    NO_BASIS = "no_basis", "依据没有讲清", "依据没有讲清", "The grounds were not explained"
    PASSED_AROUND = "passed_around", "推诿扯皮", "推诿、来回跑", "We were sent from one office to another"
    ATTITUDE = "attitude", "服务态度", "服务态度不好", "The service was unfriendly"
    OTHER = "other", "其他", "其他", "Something else"


LEVELS = {
    5: ("非常满意", "Very satisfied"),
    4: ("满意", "Satisfied"),
    3: ("基本满意", "Fairly satisfied"),
    2: ("不满意", "Dissatisfied"),
    1: ("非常不满意", "Very dissatisfied"),
}
POOR_LEVELS = frozenset({1, 2})


class Light(Word):
    """How close a limit is; policy §4."""

    GREEN = "green", "绿"
    YELLOW = "yellow", "黄"
    RED = "red", "红"
    OVERDUE = "overdue", "已超期"
