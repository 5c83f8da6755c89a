"""责任倒查卷: who held an appeal, how long, who was told when; one click on any appeal, fit for print (policy §8)."""

from flask import render_template

from appeals import clock
from appeals.models import accountability, papers
from appeals.models.appeal import Appeal
from appeals.rules.words import Role
from appeals.web import access, chronicle
from appeals.web.access import only, with_appeal
from appeals.web.coordination.counter import READERS, counter


@counter.get("/<number>/accountability")
@only(*READERS)
@with_appeal
def accountability_file(appeal: Appeal) -> str:
    """The file of one appeal."""
    return page(appeal, opens=True)


def page(appeal: Appeal, *, opens: bool) -> str:
    """The same for every reader; `opens`: whether he may open the appeal itself and its papers."""
    found = accountability.of(appeal, clock.now())
    linked = {paper.id for paper in papers.of_appeal(appeal.id, access.actor())} if opens else set()
    return render_template(
        "coordination/accountability.html", appeal=appeal, file=found, opens=opens, linked=linked,
        steps=chronicle.timeline(found.history)[::-1], asked={Role(r.to_role).label for r in found.referrals},
    )  # fmt: skip
