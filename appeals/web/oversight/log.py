"""The audit log and the seals, for audit: deeds and figures, no business content (policy §2)."""

from flask import render_template, request, url_for

from appeals.models import figures, lists, trail
from appeals.rules.words import Role
from appeals.web import keys
from appeals.web.access import only
from appeals.web.oversight.counter import counter
from appeals.web.scorecards import sheets

KINDS = {
    "audit.sign_in": "登录", "audit.sign_in_failed": "登录失败", "audit.sign_in_held_back": "登录尝试过多，已限制",
    "audit.sign_out": "退出", "audit.sign_out_others": "退出其他设备", "audit.password": "修改密码",
    "audit.password_reset": "重置密码", "audit.user_add": "新增账号", "audit.user_change": "变更账号",
    "audit.change_proposed": "提出变更", "audit.change_confirmed": "确认变更", "audit.change_refused": "不同意变更",
    "audit.change_withdrawn": "撤回变更", "audit.freeze_cycle": "冻结双周周期", "audit.freeze_quarter": "冻结季度",
    "audit.seed": "初始化基础数据", "audit.deputy": "登记AB角", "audit.deputy_end": "结束AB角",
    "audit.instruction_given": "作出批示或会议决定", "audit.instruction_answered": "回复批示",
}  # fmt: skip


@counter.get("/log")
@only(Role.AUDIT)
def log() -> str:
    """Who did what to accounts, registers, papers and figures, the latest first."""
    found = trail.page(keys.number(request.args.get("before")))
    shown, more = found[: lists.PAGE], None
    if len(found) > lists.PAGE:
        more = url_for("oversight.log", before=shown[-1].event.id)
    return render_template("oversight/log.html", rows=shown, more=more, kinds=KINDS)


@counter.get("/seals")
@only(Role.AUDIT)
def seals() -> str:
    """Every frozen period with the check sums of its facts and figures."""
    runs = [*figures.runs(figures.CYCLE), *figures.runs(figures.QUARTER)]
    return render_template(
        "oversight/seals.html", runs=sorted(runs, key=lambda run: run.known_at, reverse=True),
        titles={run.id: sheets.title(run.kind, run.number) for run in runs},
    )  # fmt: skip
