"""Random histories through the pages: whatever a page offers can be sent, and leaves what the rules allow.

The same search as tests/actions/test_histories.py, led by the forms that the pages show to each role.
"""

import random
import re
from datetime import timedelta

import pytest

from appeals.db import session
from appeals.rules.workdays import SHANGHAI
from tests import builders as b
from tests.actions import invariants
from tests.program import companies
from tests.program.visitor import Form

ROLES = {
    "office": ("coordinator", None), "second": ("coordinator", None), "director": ("director", None),
    "recusal": ("recusal", None), "leader": ("leader", None), "worker": ("liaison", b.UNIT), "head": ("head", b.UNIT),
    "support": ("liaison", b.SUPPORT), "support-head": ("head", b.SUPPORT),
}  # fmt: skip
PAUSES = (60, 600, 1800, 3600, 4 * 3600, 20 * 3600)
LATER = re.compile(r"until|next_on")
# Roads that lead away from the long one are taken now and then only.
SELDOM = re.compile(
    "reveal|merge|handler|correct-accused|finding|refer|instruct|pass-on|decline|withdraw|reprisal|conference|ending|excuse"
    "|add-support|ask-support|urge|recall|call-back|message|unreasonable"
)


class Walk:
    """Everybody at a browser of his own, and one company with its appeals."""

    def __init__(self, site, browser, company, clock, seed):
        self.site, self.company, self.clock, self.dice = site, company, clock, random.Random(seed)
        self.now, self.overdue, self.done, self.people, self.codes = b.FILED, {}, [], {}, {}
        for place, (login, (role, unit)) in enumerate(ROLES.items()):
            with site.app_context():
                b.staff(role, unit, login=login)
            self.people[login] = browser(f"192.0.2.{place + 10}")
        for number in range(3):
            page = company.send(company.open("/submit").form("/submit"), **companies.values(number))
            shown = page.soup.select_one("[data-appeal-no]")["data-appeal-no"]
            self.codes[shown] = page.soup.select_one("[data-appeal-code]")["data-appeal-code"]
        self.numbers = list(self.codes)

    def step(self):
        """Somebody opens an appeal and sends one of the forms its page shows him."""
        self.now += timedelta(seconds=self.dice.choice(PAUSES))
        self.clock.move_to(self.now)
        number = self.dice.choice(self.numbers)
        login = self.dice.choice(["company", *ROLES])
        visitor = self.company if login == "company" else self.people[login]
        if login == "company":
            form = visitor.open("/track").form("/track")
            visitor.send(form, number=number, code=self.codes[number])
        else:
            visitor.sign_in(login)
        page = visitor.request("GET", self.path(login, number))
        if page.status != 200:
            assert page.status == 404, (login, page.status)
            return
        forms = [Form(page, tag) for tag in page.soup.select("main form[method=post]") if number in str(tag.get("action"))]
        forms = [form for form in forms if not SELDOM.search(form.action) or self.dice.randrange(10) == 0]
        if forms:
            self.send(visitor, login, self.dice.choice(forms))

    def path(self, login, number):
        """Where this visitor sees it."""
        if login == "company":
            return f"/track/{number}"
        return f"/{'unit' if ROLES[login][1] else 'coordination'}/{number}"

    def send(self, visitor, login, form):
        """Fill it in as a sensible person would, and see what comes of it."""
        with self.site.app_context():
            before = {n: b.the(n).version for n in self.numbers}
        self.fill(form)
        body, kind = form.body()
        answer = visitor.request("POST", form.action, body, {"Content-Type": kind})
        assert answer.status in (200, 302, 303, 409, 422), (login, form.action, answer.status)
        with self.site.app_context():
            session().expire_all()
            after = {n: b.the(n).version for n in self.numbers}
            if answer.status in (409, 422):
                assert after == before, "a refused form left something behind"
            ids = [b.the(n).id for n in self.numbers]
            invariants.check(ids, self.now, self.overdue)
        action = re.sub(r"QS-[\w-]+|\d+", "…", form.action)
        self.done.append((action, answer.status, answer.errors() if answer.status in (409, 422) else ""))

    def fill(self, form):
        """Every control of the form."""
        today = self.now.astimezone(SHANGHAI).date()
        answers = iter([*b.ANSWERS, *b.ANSWERS])
        for control in form.tag.select("textarea[name], input[name], select[name]"):
            name, kind = str(control["name"]), str(control.get("type") or control.name)
            if kind == "textarea" and not name.startswith("point"):
                form.fill(**{name: next(answers)})
            elif kind == "date" or name.endswith("_on") or name in ("on", "until"):
                day = today + timedelta(days=self.dice.randrange(8, 30)) if LATER.search(name) else today
                form.fill(**{name: day.isoformat()})
            elif kind == "select" and name not in ("territory", "area", "about_unit", "other_lead"):
                offered = [o.get("value") for o in control.select("option") if o.get("value")]
                form.fill(**{name: self.dice.choice(offered) if offered else ""})
            elif kind in ("text", "number") and not control.get("value") and not name.startswith(("standard", "about")):
                form.fill(**{name: "3" if "days" in name else "供电营业规则第九条"})
        for name in {str(r["name"]) for r in form.tag.select("input[type=radio]")}:
            offered = [r.get("value") for r in form.tag.select(f"input[type=radio][name='{name}']")]
            form.fill(**{name: self.dice.choice(offered)})
        if form.action.endswith("/dispatch"):
            with self.site.app_context():
                form.fill(lead="other", other_lead=b.unit_id(b.UNIT), urgent_kind="no" if "no" in str(form.tag) else None)
        buttons = [button for button in form.tag.select("button[name]") if button.get("value") != "look"]
        if buttons:
            button = self.dice.choice(buttons)
            form.controls[str(button["name"])] = [str(button["value"])]


@pytest.mark.parametrize("seed", [1])
def test_whatever_the_pages_offer_can_be_sent_and_the_rules_hold(site, browser, company, clock, seed):
    walk = Walk(site, browser, company, clock, seed)
    for _ in range(150):
        walk.step()
    done = [each for each in walk.done if each[1] in (200, 302, 303)]
    assert len({action for action, *_ in done}) >= 8, walk.done
    with site.app_context():
        invariants.balances_hold([b.the(n).id for n in walk.numbers], b.FILED, walk.now + timedelta(days=60))
