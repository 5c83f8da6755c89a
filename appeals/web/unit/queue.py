"""What the unit has to do, by what is due next."""

from flask import render_template, request, url_for

from appeals import clock
from appeals.models import lists, papers, queues, waiting
from appeals.rules.words import Role
from appeals.web import access, keys
from appeals.web.access import only
from appeals.web.unit.counter import WORKERS, counter


@counter.get("/")
@only(*WORKERS)
def queue() -> str:
    """One tab of the queue; a head who has something to sign finds the tab marked."""
    by = access.actor()
    asked = request.args.get("tab", "")
    tab = asked if asked in queues.TABS else "todo"
    found = queues.page(tab, by, keys.queue(request.args.get("after")))
    shown, more = found[: lists.PAGE], None
    if len(found) > lists.PAGE:
        last = queues.Key(shown[-1].next_due_at, shown[-1].id)
        more = url_for("unit.queue", tab=tab, after=keys.text(last))
    return render_template(
        "unit/queue.html", tab=tab, tabs=queues.TABS, counts=queues.counts(by), tasks=shown, more=more,
        at=clock.now(), head=by.role is Role.HEAD,
        to_sign=waiting.for_signature(by) if by.role is Role.HEAD else (), many=len(by.unit_ids) > 1,
        papers=papers.to_answer(by) if tab == "todo" else (), today=clock.today(),
        instructions=papers.unanswered(by) if tab == "todo" else (),
    )  # fmt: skip
