"""What is shelved: whose report is due, what comes back when, and which promises were not kept."""

from flask import render_template, request, url_for

from appeals import clock
from appeals.models import queues, shelved
from appeals.rules.requests import ShelvingReason
from appeals.web import access, keys
from appeals.web.access import only
from appeals.web.coordination.counter import READERS, counter


@counter.get("/shelved")
@only(*READERS)
def shelved_list() -> str:
    """The pile, by the day the next report is due."""
    by, after = access.actor(), keys.queue(request.args.get("after"))
    found = shelved.page(by, (after.at, after.id) if after else None)
    shown, more = found[: shelved.PAGE], None
    if len(found) > shelved.PAGE:
        last = shown[-1]
        key = queues.Key(last.next_report_due_at or last.from_at, last.id)
        more = url_for("coordination.shelved_list", after=keys.text(key))
    return render_template(
        "coordination/shelved.html", rows=shown, more=more, broken=shelved.broken(by, clock.now()),
        reasons={reason.value: reason.label for reason in ShelvingReason}, at=clock.now(),
    )  # fmt: skip
