"""One appeal from the form to the ledger's last line, as people do it in their browsers.

Read this after the README: each step names who acts, and the assertions say what the policy promises. A company
files on a Monday; the office accepts and dispatches, the unit answers, the office approves, the company rates.
"""

from tests import builders as b
from tests.program import companies
from tests.web.conftest import browser, clock, company, site  # noqa: F401

MONDAY, TUESDAY, THURSDAY, FRIDAY = "2026-11-23 09:00", "2026-11-24 09:30", "2026-11-26 10:00", "2026-11-27 09:00"


def test_an_appeal_is_filed_accepted_dispatched_answered_approved_and_rated(site, browser, company, clock):  # noqa: F811
    with site.app_context():
        b.staff("coordinator", login="office")
        b.staff("liaison", login="worker")
        b.staff("head", login="head")
    office, worker, head = browser("192.0.2.2"), browser("192.0.2.3"), browser("192.0.2.4")

    # Monday morning: a company files. It gets a number and, this once, a code.
    words = companies.values(1, title="厂区频繁停电", text="1、一周停电三次。2、变压器容量不足，请增容。")
    receipt = company.send(company.open("/submit").form("/submit"), **words)
    number = receipt.soup.select_one("[data-appeal-no]")["data-appeal-no"]
    assert "2026-11-24 18:00" in receipt.words  # accepted within one working day

    # The office finds it in the first pile, confirms by telephone who is asking, and accepts.
    office.sign_in("office")
    pile = office.open("/coordination/")
    assert number in pile.words
    page = office.open(f"/coordination/{number}")
    page = office.send(page.form("/accept"), identity="call")
    assert "待交办" in page.words

    # The system has proposed a unit and says why; the office chooses another one and sees every date.
    order = page.form("/dispatch")
    assert "2026-12-07 18:00" in page.words  # the promise: ten working days
    with site.app_context():
        unit = str(b.unit_id(b.UNIT))
    page = office.send(order, lead="other", other_lead=unit, supports=[], standard_2="新变压器送电")
    assert "待签收" in page.words
    assert f"主办：{b.UNIT}" in page.words

    # Tuesday: the unit's officer takes it up, calls the company, plans.
    clock.move_to(b.at(TUESDAY))
    worker.sign_in("worker")
    assert "签收" in worker.open("/unit/").words
    page = worker.open(f"/unit/{number}")
    assert "138****0001" in page.words  # the contact is masked …
    page = worker.send(page.form("/reveal"), reason="首次联系企业")
    assert "13800000001" in page.words  # … until somebody says why
    page = worker.send(page.form("/acknowledge"))
    page = worker.send(page.form("/contact"), channel="phone", note="电话了解停电时段，约定现场查看")
    page = worker.send(page.form("/plan"), plan="周四前更换变压器")

    # Thursday: one answer to each point, handed to the head, who signs what he reads.
    clock.move_to(b.at(THURSDAY))
    worker.sign_in("worker")
    page = worker.open(f"/unit/{number}")
    page = worker.send(
        page.form("/draft"), answer_1="停电因线路老化，已于周三更换线路。", answer_2="已更换为 800 kVA 变压器并送电。",
        outcome="solved", basis="供电营业规则", contacted_on="2026-11-24", step="offer",
    )  # fmt: skip
    head.sign_in("head")
    assert "审签" in head.open("/unit/?tab=to_sign").words
    page = head.open(f"/unit/{number}")
    assert "已更换为 800 kVA 变压器并送电。" in page.words
    page = head.send(page.form("/sign"))
    assert "答复待审核" in page.words

    # Friday: the office approves. Only now is the appeal completed, and the company asked.
    clock.move_to(b.at(FRIDAY))
    office.sign_in("office")
    page = office.open(f"/coordination/{number}")
    page = office.send(page.form("/approve"))
    assert "已办结·待评价" in page.words

    # The company follows it with number and code, reads the answer and is content: the appeal leaves the ledger.
    page = company.open("/track")
    if page.has_form("/track"):
        code = receipt.soup.select_one("[data-appeal-code]")["data-appeal-code"]
        page = company.send(page.form("/track"), number=number, code=code)
    assert "已更换为 800 kVA 变压器并送电。" in page.words
    assert "销号" not in page.words  # a word for officials
    with site.app_context():
        appeal = b.rated(b.the(number), 5, b.at(FRIDAY))
        assert (appeal.state, appeal.due_at) == ("struck_off", b.at("2026-12-07 18:00"))
        assert appeal.completed_at == appeal.struck_off_at == b.at(FRIDAY)
    assert "已销号" in office.open(f"/coordination/{number}").words
