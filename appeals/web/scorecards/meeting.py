"""双周例会: one page for the fortnightly meeting, on a big screen or on A4 (policy §7, §8)."""

from flask import abort, render_template, request

from appeals import clock
from appeals.models import behind, meeting, papers
from appeals.models.figures import CYCLE, TOTAL
from appeals.rules import clearance
from appeals.rules.papers import Kind
from appeals.web import access, keys
from appeals.web.access import only
from appeals.web.scorecards import cells, sheets
from appeals.web.scorecards.counter import LEADERS, appeal_url, counter


@counter.get("/meeting")
@only(*LEADERS)
def meeting_page() -> str:
    """The cycle that has ended last, or the one asked for; everything else as it stands now."""
    by, now = access.actor(), clock.now()
    known = sheets.cycles()
    number = keys.number(request.args.get("cycle")) or max(known[0], known[-1] - 1)
    if number not in known:
        abort(404)
    sheet, counted = sheets.find(CYCLE, number, lines=[TOTAL], keys=[behind.CLEARED], flows=False)
    left = behind.page(sheet, counted, TOTAL, behind.CLEARED, behind.REST, by)
    until = clearance.bounds(sheets.current_cycle() + 1)[1]
    return render_template(
        "scorecards/meeting.html", sheet=sheet, title=sheets.title(CYCLE, number), state=sheets.STATES[sheet.state],
        due=sheet.rate(TOTAL, behind.CLEARED), left=left, now=now, appeal_url=appeal_url,
        links={part: cells.url(sheet, TOTAL, behind.CLEARED, part) for part in (behind.NUM, behind.REST)},
        whole=cells.url(sheet, TOTAL, behind.CLEARED), shelved=meeting.shelved(by), promised=meeting.promised(by, until),
        until=until, reds=papers.still_open(Kind.RED, by),
        outside=papers.still_open(Kind.SUPERIOR, by), unanswered=papers.unanswered(by), to_decide=papers.to_decide(by),
        findings=papers.undecided_findings(by), known=list(reversed(known))[:8], number=number, today=clock.today(),
        titles={n: sheets.title(CYCLE, n) for n in list(reversed(known))[:8]},
    )  # fmt: skip
