"""Everything a company reads comes in Chinese and in English, and nothing is left over in either."""

import re

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from appeals.actions import closing, handling, triage
from appeals.rules import words
from appeals.rules.lifecycle import Move
from appeals.web.company.timeline import FIXED_WORDS
from config import ROOT
from tests import builders as b
from tests.program import companies

HAN = re.compile("[\u4e00-\u9fff]")
CALLS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "say": None}
TEMPLATES = [
    ROOT / "templates/base.html", ROOT / "templates/layouts/company.html",
    *(path for folder in ("company", "errors", "components") for path in (ROOT / "templates" / folder).glob("*.html")),
]  # fmt: skip
CODE = [path for folder in ("web/company", "web/forms", "actions") for path in (ROOT / "appeals" / folder).glob("*.py")]


def said():
    """Every sentence the sources hand to the catalogue."""
    found = set(FIXED_WORDS)
    for path, how in [*((path, babel_extract) for path in TEMPLATES), *((path, "python") for path in CODE)]:
        found |= {message for _, message, _, _ in extract_from_file(how, path, keywords=CALLS)}
    return found


def english():
    """The catalogue: Chinese → English."""
    with (ROOT / "translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return {message.id: message for message in read_po(file, locale="en") if message.id}


def test_every_sentence_has_its_english_and_no_english_is_left_over():
    assert set(english()) == said()


def test_no_translation_is_empty_doubtful_or_still_chinese():
    for chinese, message in english().items():
        assert message.string.strip(), chinese
        assert not message.fuzzy, chinese
        assert not HAN.search(message.string), chinese


def test_a_translation_keeps_its_blanks():
    for chinese, message in english().items():
        assert set(re.findall(r"%\(\w+\)s", chinese)) == set(re.findall(r"%\(\w+\)s", message.string)), chinese
        assert message.string.replace("%(", "").count("%") == 0, chinese


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_of_the_company_says_anything_past_the_catalogue(path):
    bare = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    bare = re.sub(r"_\(\s*'[^']*'", "", bare)
    assert HAN.findall(bare) == []


def test_every_word_a_company_reads_is_english_too():
    for kind in (words.State, words.Role, words.Part, words.Nature, words.Outcome, words.DeclineCode, words.Solved,
                 words.PoorReason, words.RatingSource, Move):  # fmt: skip
        for word in kind:
            assert not word.company or not HAN.search(word.english), word
            assert not word.company or word.english != word.value.replace("_", " ") or kind is words.Role, word
    assert all(not HAN.search(label) for _, label in words.LEVELS.values())


def test_an_english_page_holds_no_chinese_but_what_the_company_typed(browser, site, clock):
    company = browser()
    typed = {"company_name": "Example Ltd", "contact_name": "Li", "title": "Power cuts", "text": "Three power cuts this week."}
    company.open("/?lang=en")
    pages = [company.open(path) for path in ("/", "/submit", "/track", "/privacy")]
    form = pages[1].form("/submit")
    pages.append(company.send(form, (), 422, uscc="1", mobile="1", title="x" * 31))
    unit = pages[1].soup.select("#about_unit option")[1]["value"]
    pages.append(company.send(company.open("/submit").form("/submit"), **companies.values(1, **typed, about_unit=unit)))
    number = pages[-1].soup.select_one("[data-appeal-no]")["data-appeal-no"]
    pages.append(company.open(f"/track/{number}"))
    pages.append(company.open(f"/track/{number}/withdraw"))
    pages.append(company.send(company.open("/track").form("/track"), (), 422, number=number, code="0"))
    pages += _life(site, company, number)
    pages.append(company.open("/rate/nothing", 404))
    pages.append(company.open("/nothing", 404))
    for page in pages:
        assert page.soup.html["lang"] == "en"
        left = [text for text in page.soup.stripped_strings if HAN.search(text)]
        assert left == ["中文"], (page.url, left)


def _life(site, company, number):
    """The pages on the way: accepted, dispatched, answered, rated."""
    with site.app_context():
        office, officer, head = b.staff("coordinator", b.OFFICE), b.staff("liaison"), b.staff("head")
        order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT), support_unit_ids=[b.unit_id(b.SUPPORT)])
    draft = b.words(1, answers=["Repaired and tested today, supply is steady"], basis="Rules", contacted_on=b.FILED.date())
    for act, named in [
        (triage.accept, {"identity": "call", "by": office}), (triage.dispatch, {"order": order, "by": office}),
        (handling.acknowledge, {"by": officer}), (handling.draft, {"draft": draft, "by": officer}),
    ]:  # fmt: skip
        with site.app_context():
            act(b.the(number).id, at=b.FILED, **named)
        yield company.open(f"/track/{number}")
    with site.app_context():
        support = b.the(number).supports[0].id
        closing.excuse_support(b.the(number).id, assignment_id=support, reason="不需要", by=office, at=b.FILED)
        handling.sign(b.the(number).id, by=head, at=b.FILED)
        closing.approve(b.the(number).id, by=office, at=b.FILED)
    page = company.open(f"/track/{number}")
    yield page
    questions = company.send(page.form("/rate"))
    yield questions
    yield company.send(questions.form("rate"), contacted="yes", solved="no", level="1", reasons=["slow"])
    yield company.open(f"/track/{number}")


def test_a_refusal_is_told_in_english(browser, site):
    company = browser()
    company.open("/?lang=en")
    with site.app_context():
        office = b.staff("coordinator", b.OFFICE)
    for place, code in enumerate(words.DeclineCode):
        receipt = company.send(company.open("/submit").form("/submit"), **companies.values(place))
        number = receipt.soup.select_one("[data-appeal-no]")["data-appeal-no"]
        with site.app_context():
            triage.decline(b.the(number).id, code=code.value, reason="Please see below", by=office, at=b.FILED)
        told = company.open(f"/track/{number}").soup.select_one(".timeline__text").get_text()
        assert code.english in told
        assert not HAN.search(told), code


def test_the_choice_of_language_lasts_and_only_two_are_known(browser):
    company = browser()
    assert company.open("/").soup.html["lang"] == "zh-CN"
    assert company.open("/submit?lang=en").soup.h1.get_text() == "File an appeal"
    assert company.open("/track").soup.h1.get_text() == "Track an appeal"
    assert company.open("/track?lang=fr").soup.h1.get_text() == "Track an appeal"
    assert company.open("/track?lang=zh").soup.h1.get_text() == "查询进度"
    switch = company.open("/submit").soup.select_one("a[hreflang=en]")
    assert switch["href"] == "/submit?lang=en"


def test_the_language_of_the_form_is_on_file(browser, site):
    company = browser()
    company.open("/?lang=en")
    company.send(company.open("/submit").form("/submit"), **companies.values(1))
    with site.app_context():
        assert b.the("QS-20261123-0001-G").language == "en"


def test_staff_pages_stay_chinese(browser):
    company = browser()
    company.open("/?lang=en")
    assert company.open("/login").soup.html["lang"] == "zh-CN"
