"""A company files an appeal: what is taken, what is refused and how, and that nothing happens twice."""

from uuid import UUID, uuid4

from sqlalchemy import func, select

from appeals.db import db
from appeals.models.appeal import Appeal
from appeals.models.files import Attachment
from appeals.web.forms import company as form_limits
from tests.program import companies
from tests.program.visitor import multipart

WORDS = {"industry": "C", "address": "沣东大道 100 号", "wish": "尽快恢复供电", "hide_contact": True}


def file_it(company, files=(), **values):
    """Fill the form as a company does and send it."""
    form = company.open("/submit").form("/submit")
    expect = values.pop("expect", 200)
    return company.send(form, files, expect, **companies.values(values.pop("n", 1), **values))


def stored(site):
    """Every appeal on file."""
    with site.app_context():
        return list(db.session.scalars(select(Appeal).order_by(Appeal.id)))


def kept_files(site):
    """Everything in the store."""
    folder = site.extensions["appeals.settings"].data_dir / "attachments"
    return sorted(path.name for path in folder.glob("*"))


def refused(company, site, expect=422, **values):
    """The page that comes back; nothing may be on file."""
    page = file_it(company, expect=expect, **values)
    assert stored(site) == []
    return page


# -- what is taken ---------------------------------------------------------------------------------------


def test_number_and_code_are_shown_at_once_and_the_code_only_once(company, site):
    page = file_it(company, **WORDS)
    number = page.soup.select_one("[data-appeal-no]")["data-appeal-no"]
    code = page.soup.select_one("[data-appeal-code]")["data-appeal-code"]
    assert page.url == "/receipt"
    assert number == "QS-20261123-0001-G"
    assert len(code.replace("-", "")) == 16
    assert "2026-11-24 18:00" in page.words  # one working day after Monday
    assert "行政复议" in page.words
    assert "行政诉讼" in page.words
    again = company.open("/receipt")
    assert again.soup.select_one("[data-appeal-no]")["data-appeal-no"] == number
    assert not again.soup.select("[data-appeal-code]")
    assert code not in again.text


def test_what_was_typed_is_on_file(company, site):
    file_it(company, n=7, **WORDS)
    (appeal,) = stored(site)
    assert (appeal.company_name, appeal.industry, appeal.address) == ("核验企业7有限公司", "C", "沣东大道 100 号")
    assert (appeal.wish, appeal.hide_contact, appeal.territory, appeal.nature) == ("尽快恢复供电", True, "沣东新城", "help")
    assert (appeal.mobile, appeal.state, appeal.language) == ("13800000007", "submitted", "zh")


def test_the_points_of_a_text_are_kept_apart(company, site):
    file_it(company, text="1. 厂区一周停电三次。\n2. 抢修电话没有人接。")
    assert [p["text"] for p in stored(site)[0].points] == ["厂区一周停电三次。", "抢修电话没有人接。"]


def test_a_credit_code_is_made_right_before_it_is_judged(company, site):
    code = companies.credit_code(1)  # 91611102…, a local prefix that stands in no national list
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code.lower())
    for typed in (f"  {code} ", wide, f"\u200b{code[:9]} {code[9:]}"):
        file_it(company, uscc=typed)
    with site.app_context():
        assert {appeal.company.uscc for appeal in db.session.scalars(select(Appeal))} == {code}
    assert len(stored(site)) == 3


def test_a_mobile_is_kept_as_eleven_digits(company, site):
    for typed in ("+86 138-0013-8000", "１３８００１３８０００", "0086 138 0013 8000"):
        file_it(company, mobile=typed)
    assert [appeal.mobile for appeal in stored(site)] == ["13800138000"] * 3


def test_rare_characters_stay_as_they_are(company, site):
    file_it(company, contact_name="阿卜杜拉·买买提", company_name="𬭎䶮𠮷有限公司", title="👨‍👩‍👧家庭农场用水")
    (appeal,) = stored(site)
    assert (appeal.contact_name, appeal.company_name) == ("阿卜杜拉·买买提", "𬭎䶮𠮷有限公司")


def test_a_complaint_about_conduct_names_its_unit(company, site):
    page = refused(company, site, conduct=True)
    assert "请选择所反映的单位" in page.errors()
    unit = page.soup.find("option", string="市场监督管理局")["value"]
    file_it(company, conduct=True, about_unit=unit)
    (appeal,) = stored(site)
    assert appeal.conduct
    assert str(appeal.about_unit_id) == unit


def test_urgency_has_a_reason(company, site):
    assert "请写明为什么紧急" in refused(company, site, urgent=True).errors()
    file_it(company, urgent=True, urgent_reason="冷库断电，货物将变质")
    assert stored(site)[0].urgent


# -- what is refused, and how ----------------------------------------------------------------------------

NEEDED = {
    "company_name": "请填写企业名称", "uscc": "请填写统一社会信用代码", "territory": "请选择事项所在区域",
    "contact_name": "请填写联系人", "mobile": "请填写联系手机", "nature": "请选择诉求类型", "title": "请填写标题",
    "text": "请写明具体情况", "consent": "请阅读《个人信息处理告知》并勾选",
}  # fmt: skip


def test_an_empty_form_is_told_everything_that_is_missing(company, site):
    page = company.send(company.open("/submit").form("/submit"), (), 422)
    assert stored(site) == []
    for name, sentence in NEEDED.items():
        beside = page.soup.select_one(f"#{name}-error, #{name} .error")
        assert beside.get_text(strip=True).startswith(sentence), name
        assert page.soup.select_one(f".summary a[href='#{name}']"), name


def test_what_cannot_be_seen_is_nothing(company, site):
    for blank in ("   ", "\u200b\u200e\ufeff", "\u3000\u3000", "\u2800\u2800", "\U000e0041"):
        page = refused(company, site, title=blank, text=blank, company_name=blank)
        for name in ("title", "text", "company_name"):
            assert NEEDED[name] in page.errors(), ascii(blank)


def test_what_was_typed_comes_back(company, site):
    page = refused(company, site, mobile="12345", text="<script>alert(1)</script> 厂区停电", wish="尽快", urgent=True)
    form = page.form("/submit")
    assert form.controls["company_name"] == ["核验企业1有限公司"]
    assert [said.strip() for said in form.controls["text"]] == ["<script>alert(1)</script> 厂区停电"]
    assert form.controls["mobile"] == ["12345"]
    assert [said.strip() for said in form.controls["wish"]] == ["尽快"]
    assert (form.controls["nature"], form.controls["territory"], "urgent" in form.controls) == (["help"], ["沣东新城"], True)
    assert "请重新选择附件" in page.words
    company.send(form, mobile="13800138000", urgent_reason="停产")
    assert len(stored(site)) == 1


LENGTHS = {
    "company_name": form_limits.COMPANY_NAME, "address": form_limits.ADDRESS, "contact_name": form_limits.CONTACT_NAME,
    "title": form_limits.TITLE, "text": form_limits.TEXT, "wish": form_limits.WISH,
    "urgent_reason": form_limits.URGENT_REASON, "other_channel": form_limits.OTHER_CHANNEL,
    "other_number": form_limits.OTHER_NUMBER,
}  # fmt: skip


def test_every_field_takes_its_length_and_not_one_more(company, site):
    longest = {name: "𠮷" * most for name, most in LENGTHS.items()}
    for name, most in LENGTHS.items():
        page = refused(company, site, **{name: "𠮷" * (most + 1)})
        assert f"最多 {most} 个字，现在有 {most + 1} 个" in page.errors(), name
    assert refused(company, site, expect=422, text="七个字太短了些").errors().count("至少 8 个字，现在有 7 个") == 2
    file_it(company, **longest)
    (appeal,) = stored(site)
    assert all(getattr(appeal, name) == said for name, said in longest.items())


def test_a_wrong_credit_code_is_told_why(company, site):
    for typed, said in [
        ("91611102MA00000", "应为 18 位"),
        ("91611102MA0000I00X", "不含 I、O、S、V、Z"),
        ("00611102MA00000000", "格式不对"),
        ("91610000MA6TG0001X", "对不上"),
    ]:
        assert said in refused(company, site, uscc=typed).errors(), typed


def test_what_no_database_holds_is_refused_beside_its_field(company, site):
    fields = ("company_name", "title", "text", "contact_name", "wish", "other_number")
    for bad in ("坏\x00字符，共有八个字以上", "坏\ufffd字符，共有八个字以上"):
        page = refused(company, site, **dict.fromkeys(fields, bad))
        for field in fields:
            assert "含有无法识别的字符" in page.soup.select_one(f"#{field}-error").get_text()


def test_only_what_is_offered_can_be_chosen(company, site):
    for changes in ({"territory": "北京"}, {"industry": "Z"}, {"about_unit": "999999"}, {"about_unit": "1e3"},
                    {"about_unit": "９"}, {"nature": "x" * 100_000}):  # fmt: skip
        assert "请从列表中选择" in refused(company, site, **changes).errors(), changes


def post(company, fields, files=(), kind="multipart"):
    """Send pairs of bytes as they are, with a good token and key."""
    form = company.open("/submit").form("/submit")
    pairs = [(name, form.controls[name][0].encode()) for name in ("csrf_token", "submission_key")]
    body, content_type = multipart([*pairs, *fields], files)
    return company.request("POST", "/submit", body, {"Content-Type": content_type})


def good(**changes):
    """The pairs of a valid form."""
    values = companies.values(1) | changes
    return [(name, "on" if value is True else value) for name, value in values.items()]


def as_bytes(pairs):
    return [(name, value.encode() if isinstance(value, str) else value) for name, value in pairs]


def test_lists_files_and_other_names_fill_no_field(company, site):
    without_title = [pair for pair in good() if pair[0] != "title"]
    lists = post(company, as_bytes([*without_title, ("title[]", "标题"), ("title[0]", "标题")]))
    as_file = post(company, as_bytes(without_title), [("title", "a.txt", "标题".encode())])
    assert lists.status == as_file.status == 422
    assert "请填写标题" in lists.errors()
    assert "请填写标题" in as_file.errors()
    assert stored(site) == []


def test_of_a_repeated_field_the_first_value_counts(company, site):
    post(company, as_bytes([*good(title="第一个标题"), ("title", "第二个标题"), ("territory", "北京")]))
    assert stored(site)[0].title == "第一个标题"


def test_bytes_that_are_no_utf8_are_refused(company, site):
    page = post(company, [*as_bytes(good()[:-1]), ("wish", b"\xed\xa0\x80 \xff\xfe"), ("consent", b"on")])
    assert page.status == 422
    assert "含有无法识别的字符" in page.errors()
    broken = company.request("POST", "/submit", b"title=%ED%A0%80", {"Content-Type": "application/x-www-form-urlencoded"})
    assert broken.status == 400
    assert stored(site) == []


def test_json_and_nonsense_are_no_form(company, site):
    token = company.open("/submit").form("/submit").controls["csrf_token"][0]
    for body, kind in [(b'{"title": ["a"]}', "application/json"), (b"[1]", "application/json"), (b"x", "text/plain"),
                       (b"--x", "multipart/form-data; boundary=y"), (b"", "multipart/form-data")]:  # fmt: skip
        answer = company.request("POST", "/submit", body, {"Content-Type": kind, "X-CSRFToken": token})
        assert answer.status == 422, (body, kind)
    assert stored(site) == []


def test_a_megabyte_of_text_is_too_much(company, site):
    token = company.open("/submit").form("/submit").controls["csrf_token"][0]
    plain = b"text=" + b"a" * 1_100_000, "application/x-www-form-urlencoded"
    for body, kind in [multipart([("text", b"a" * 1_100_000)]), plain]:
        answer = company.request("POST", "/submit", body, {"Content-Type": kind, "X-CSRFToken": token})
        assert answer.status == 413
        assert "上传的内容太大" in answer.words
    assert stored(site) == []


def test_without_its_token_nothing_happens(company, site):
    body, kind = multipart(as_bytes(good(submission_key=str(uuid4()))))
    answer = company.request("POST", "/submit", body, {"Content-Type": kind})
    assert answer.status == 400
    assert "页面已过期" in answer.words
    assert stored(site) == []


# -- not twice -------------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_is_one_appeal_with_one_receipt(company, site):
    form = company.open("/submit").form("/submit")
    picture = [("attachments", "现场.png", companies.picture(1))]
    first = company.send(form, picture, **companies.values(1))
    second = company.send(form, picture)
    assert first.soup.select_one("[data-appeal-code]")
    assert first.soup.select_one(".receipt") == second.soup.select_one(".receipt")
    assert len(stored(site)) == 1
    assert len(kept_files(site)) == 1


def test_the_same_key_with_other_words_is_refused(company, site):
    form = company.open("/submit").form("/submit")
    company.send(form, **companies.values(1))
    page = company.send(form, (), 409, title="另一件事")
    assert "已经提交过" in page.words
    assert [a.title for a in stored(site)] == ["核验事项1"]


def test_any_uuid_is_a_key_however_it_is_written(company, site):
    key = UUID("6f0c2f0e-5d55-4a55-9a77-000000000001")
    for spelling in (str(key), str(key).upper(), key.hex, f"{{{key}}}", f"urn:uuid:{key}"):
        file_it(company, submission_key=spelling)
    assert [a.submission_key for a in stored(site)] == [str(key)]


def test_a_key_that_is_none_is_said_on_top_and_renewed(company, site):
    for key in ("", "1", "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz", "x" * 5000, "\x00"):
        page = refused(company, site, submission_key=key)
        assert "提交标识无效" in page.errors(), key
    company.send(page.form("/submit"))
    assert len(stored(site)) == 1


# -- attachments -----------------------------------------------------------------------------------------


def test_files_come_back_under_their_own_names(company, site):
    names = ["营业执照（副本）.png", "情况说明 2026.png"]
    page = file_it(company, [("attachments", name, companies.picture(i)) for i, name in enumerate(names)])
    number = page.soup.select_one("[data-appeal-no]")["data-appeal-no"]
    links = company.open(f"/track/{number}").soup.select("a[href*='/files/']")
    assert [a.get_text() for a in links] == names
    got = company.request("GET", links[1]["href"])
    assert got.body == companies.picture(1)
    assert got.headers["Content-Type"] == "image/png"
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert "%E6%83%85%E5%86%B5%E8%AF%B4%E6%98%8E%202026.png" in got.headers["Content-Disposition"]
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in got.headers["Cache-Control"]


def test_all_files_or_none_and_no_appeal_without_them(company, site):
    for bad, said in [
        (("attachments", "程序.pdf", b"MZ\x90\x00" + b"\x00" * 100), "“程序.pdf”的内容不是允许的类型"),
        (("attachments", "空.png", b""), "“空.png”是空文件"),
        (("attachments", "大.png", companies.picture(9, 10 * 1024 * 1024)), "“大.png”超过 10 MB"),
    ]:
        page = refused(company, site, files=[("attachments", "好.png", companies.picture(1)), bad])
        assert said in page.soup.select_one("#attachments-error").get_text()
        assert kept_files(site) == []


def test_five_files_are_enough(company, site):
    pictures = [("attachments", f"{i}.png", companies.picture(i)) for i in range(6)]
    assert "最多上传 5 个附件" in refused(company, site, files=pictures).errors()
    file_it(company, pictures[:5])
    with site.app_context():
        assert db.session.scalar(select(func.count(Attachment.id))) == 5
    assert len(kept_files(site)) == 5


def test_a_name_without_a_file_is_no_attachment(company, site):
    page = post(company, as_bytes([*good(), ("attachments", "a.png")]))
    assert page.status == 422
    assert "附件没有收到" in page.errors()
    assert stored(site) == []
