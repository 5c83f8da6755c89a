"""Style sheet and pictures: one file under the hash of its content, kept for ever; pages never."""

import hashlib

from config import ROOT


def test_the_style_sheet_is_everything_in_order_and_is_kept_for_ever(company):
    link = company.open("/").soup.select_one("link[rel=stylesheet]")["href"]
    answer = company.request("GET", link)
    parts = sorted((ROOT / "static/css").glob("*.css"))
    assert answer.body == b"".join(part.read_bytes() for part in parts)
    assert link == f"/assets/{hashlib.sha256(answer.body).hexdigest()[:16]}/app.css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_page_from_before_an_update_gets_the_new_style_but_keeps_it_not(company):
    answer = company.request("GET", "/assets/0123456789abcdef/app.css")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert company.request("GET", "/assets/0123456789abcdef/../config.py").status == 404
    assert company.request("GET", "/assets/0123456789abcdef/nothing.css").status == 404


def test_no_page_is_kept_and_every_answer_is_guarded(company):
    for path in ("/", "/submit", "/track", "/nothing", "/assets/0/app.css"):
        headers = company.request("GET", path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
