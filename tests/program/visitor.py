"""A visitor's browser without a screen: pages, cookies, forms found by what they do, redirects followed."""

import http.client
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

REDIRECTS = (301, 302, 303, 307, 308)
SILENT = ("submit", "button", "image", "reset", "file")
File = tuple[str, str, bytes]  # field, file name, content


@dataclass
class Page:
    """One answer; `url` is the path it came from, after redirects."""

    status: int
    url: str
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The body as a tree."""
        return BeautifulSoup(self.body, "html.parser")

    @property
    def words(self) -> str:
        """What can be read on the page, in one line."""
        return " ".join(self.soup.get_text(" ").split())

    def form(self, action: str) -> "Form":
        """The form whose action ends with `action` or goes on after it (…/excuse/12), or whose id it is."""
        if found := self._find(action):
            return Form(self, found)
        there = [str(tag.get("action")) for tag in self.soup.find_all("form")]
        raise Unexpected(f"no form {action!r} on {self.url} ({self.status}), only {there}: {self.said()}", self)

    def has_form(self, action: str) -> bool:
        """Whether the page offers that form."""
        return self._find(action) is not None

    def said(self) -> str:
        """The sentences with which the page says no; never what a company wrote."""
        found = self.soup.select(".error, [role=alert], .flash, .now__who")
        return " | ".join(tag.get_text(" ", strip=True) for tag in found)

    def _find(self, action: str) -> Tag | None:
        for tag in self.soup.find_all("form"):
            target = urlsplit(str(tag.get("action") or self.url)).path
            if tag.get("id") == action or target.endswith(action) or f"{action}/" in target:
                return tag
        return None


class Unexpected(AssertionError):
    """An answer that was not to come; `page` is it."""

    def __init__(self, text: str, page: Page) -> None:
        """The text tells what was asked and what was said."""
        super().__init__(text)
        self.page = page


class Form:
    """A form as the browser would send it: every control with its present value."""

    def __init__(self, page: Page, tag: Tag) -> None:
        """Read the controls."""
        self.page, self.tag = page, tag
        self.action = urljoin(page.url, str(tag.get("action") or page.url))
        self.multipart = tag.get("enctype") == "multipart/form-data"
        self.controls: dict[str, list[str]] = {}
        self.names = {str(control["name"]) for control in tag.select("[name]")}
        for control in tag.select("input[name], textarea[name], select[name]"):
            if (value := _value(control)) is not None and not control.has_attr("disabled"):
                self.controls.setdefault(str(control["name"]), []).extend(value)

    def fill(self, **values: Any) -> "Form":
        """Type, choose or tick; None or False empties, True ticks. A control that is not there is an error."""
        for name, value in values.items():
            if name not in self.names:
                raise AssertionError(f"no control {name!r} in {self.action}, only {sorted(self.names)}")
            if value is None or value is False:
                self.controls.pop(name, None)
            elif value is True:
                box = self.tag.select_one(f"[name='{name}']")
                self.controls[name] = [str(box.get("value") or "on") if box else "on"]
            else:
                self.controls[name] = [str(v) for v in value] if isinstance(value, list) else [str(value)]
        return self

    def body(self, files: Iterable[File] = ()) -> tuple[bytes, str]:
        """(body, content type) of the filled form."""
        pairs = [(name, value) for name, values in self.controls.items() for value in values]
        if self.multipart:
            return multipart([(name, value.encode()) for name, value in pairs], files)
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded"


def _value(control: Tag) -> list[str] | None:
    if control.name == "textarea":
        return [control.get_text().removeprefix("\n")]
    if control.name == "select":
        chosen = control.select("option[selected]") or control.select("option")[:1]
        return [str(option.get("value", option.get_text())) for option in chosen]
    kind = str(control.get("type") or "text")
    if kind in SILENT or (kind in ("checkbox", "radio") and not control.has_attr("checked")):
        return None
    return [str(control.get("value") or ("on" if kind in ("checkbox", "radio") else ""))]


def multipart(fields: Iterable[tuple[str, bytes]], files: Iterable[File] = ()) -> tuple[bytes, str]:
    """A multipart body and its content type."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields
    ]
    for name, filename, content in files:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


class Visitor:
    """One browser at one site. Any answer of 500 or above is an error in the program."""

    def __init__(self, port: int, timeout: float = 60) -> None:
        """A browser that has never been here."""
        self.port, self.timeout = port, timeout
        self.cookies: dict[str, str] = {}

    def open(self, path: str, expect: int = 200) -> Page:
        """Go to a page."""
        return self._follow("GET", path, b"", {}, expect)

    def send(self, form: Form, files: Iterable[File] = (), expect: int = 200, **values: Any) -> Page:
        """Fill and send a form; the page it leads to."""
        body, kind = form.fill(**values).body(files)
        return self._follow("POST", form.action, body, {"Content-Type": kind}, expect)

    def request(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Page:
        """One request and its answer, as they are."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            cookie = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}
            line.request(method, path, body or None, {"Accept-Language": "zh-CN", **cookie, **(headers or {})})
            answer = line.getresponse()
            page = Page(answer.status, path, answer.headers, answer.read())
        finally:
            line.close()
        self._keep(answer.headers.get_all("Set-Cookie") or [])
        if page.status >= 500:
            raise Unexpected(f"{method} {path}: {page.status}\n{page.said()}", page)
        return page

    def _follow(self, method: str, path: str, body: bytes, headers: Mapping[str, str], expect: int) -> Page:
        page = self.request(method, path, body, headers)
        for _ in range(5):
            if page.status not in REDIRECTS:
                break
            target = urlsplit(urljoin(page.url, page.headers["Location"]))
            page = self.request("GET", target.path + (f"?{target.query}" if target.query else ""))
        if page.status != expect:
            raise Unexpected(f"{method} {path}: {page.status} instead of {expect}\n{page.said()}", page)
        return page

    def _keep(self, headers: list[str]) -> None:
        """Cookies by name; their dates are of the site's clock, so only an emptied or dead one is dropped."""
        for header in headers:
            for name, morsel in SimpleCookie(header).items():
                if not morsel.value or morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
