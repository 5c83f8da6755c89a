"""What waits for the visitor's own decision, the most pressing first."""

from flask import render_template, request, url_for

from appeals.models import papers, rounds, waiting
from appeals.web import access, keys
from appeals.web.access import only
from appeals.web.coordination.counter import READERS, counter


@counter.get("/decisions")
@only(*READERS)
def decisions() -> str:
    """Requests for him to decide."""
    after = keys.queue(request.args.get("after"))
    found = waiting.for_decision(access.actor(), (after.at, after.id) if after else None)
    shown, more = found[: waiting.PAGE], None
    if len(found) > waiting.PAGE and shown[-1].due_at is not None:
        key = keys.queues.Key(shown[-1].due_at, shown[-1].id)
        more = url_for("coordination.decisions", after=keys.text(key))
    return render_template(
        "coordination/decisions.html", requests=shown, more=more, audits=rounds.for_audit(access.actor()),
        to_send=papers.to_send(access.actor()), to_answer=papers.to_answer(access.actor()),
    )  # fmt: skip
