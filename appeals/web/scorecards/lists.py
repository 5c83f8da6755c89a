"""The leader's own lists in full: what will not clear, what is long overdue, the appeals of a recurring matter."""

from flask import abort, render_template, request, url_for

from appeals import clock
from appeals.models import attention
from appeals.models.figures import CYCLE
from appeals.web import access, keys
from appeals.web.access import only
from appeals.web.scorecards import sheets
from appeals.web.scorecards.counter import LEADERS, appeal_url, counter
from appeals.web.scorecards.leader import uncleared

MOST_TASK = 999


@counter.get("/forecast")
@only(*LEADERS)
def forecast() -> str:
    """What will not clear: due before the cycle ends, unanswered, the unit's limit over or nearly so."""
    live, now = sheets.running(), clock.now()
    found = attention.will_not_clear(uncleared(live, access.actor()), now)
    return render_template(
        "scorecards/tasks.html", heading="预计不能清零", title=sheets.title(CYCLE, live.sheet.number), tasks=found, now=now,
        about="本期到期、尚未答复，承办期限已过或只剩一个工作日以内的诉求。", more="", appeal_url=appeal_url,
    )  # fmt: skip


@counter.get("/overdue")
@only(*LEADERS)
def overdue() -> str:
    """More than five working days overdue, the oldest first."""
    by, now = access.actor(), clock.now()
    found = attention.long_overdue(by, now, keys.queue(request.args.get("after")), attention.PAGE + 1)
    shown, more = found[: attention.PAGE], ""
    if len(found) > attention.PAGE:
        more = url_for("scorecards.overdue", after=f"{int(shown[-1].due_at.timestamp())}-{shown[-1].appeal_id}")
    return render_template(
        "scorecards/tasks.html", heading="超期五个工作日以上", title="", tasks=shown, now=now, more=more,
        about="答复企业的期限已过五个工作日以上仍未办结的诉求，最早到期的在前。", appeal_url=appeal_url,
    )  # fmt: skip


@counter.get("/matters/<int:task>")
@only(*LEADERS)
def matter(task: int) -> str:
    """The appeals of one task in the last 90 days."""
    if task > MOST_TASK or task not in (names := attention.area_names([task])):
        abort(404)
    before = keys.queue(request.args.get("before"))
    found = attention.of_matter(task, access.actor(), clock.now(), (before.at, before.id) if before else None)
    shown, more = found[: attention.PAGE], ""
    if len(found) > attention.PAGE:
        last = shown[-1]
        more = url_for("scorecards.matter", task=task, before=f"{int(last.accepted_at.timestamp())}-{last.appeal_id}")
    return render_template(
        "scorecards/matter.html", task=task, name=names[task], found=shown, more=more, appeal_url=appeal_url
    )
