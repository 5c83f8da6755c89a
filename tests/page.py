"""What every page must be, whoever wrote it: `problems` names what is wrong with one."""

from collections import Counter

from bs4 import BeautifulSoup, Tag

CONTROLS = "input:not([type=hidden]), select, textarea"
NAMELESS = ("submit", "button", "image", "reset")


def problems(body: bytes) -> list[str]:
    """Everything that is wrong with this page; empty for a good one."""
    page = BeautifulSoup(body, "html5lib")
    found = [*_head(page), *_ids(page), *_forms(page), *_strict(page)]
    found += [f"a picture without alt: {tag}" for tag in page.select("img:not([alt])")]
    found += [f"nothing to read: {tag}" for tag in page.select("a, button, h1, h2, h3, label, legend, th") if _silent(tag)]
    found += [f"a heading cell without scope: {tag}" for tag in page.select("th:not([scope])")]
    return found


def _head(page: BeautifulSoup) -> list[str]:
    found = []
    if not (page.html and page.html.get("lang") in ("zh-CN", "en")):
        found.append("no lang")
    titles = [_words(h1) for h1 in page.select("h1")]
    if len(titles) != 1:
        found.append(f"not one h1: {titles}")
    elif not (page.title and _words(page.title).startswith(titles[0])):
        found.append(f"the title does not begin with the h1 {titles[0]!r}")
    if not page.select_one("main#main"):
        found.append("no main")
    return found


def _ids(page: BeautifulSoup) -> list[str]:
    ids = Counter(str(tag["id"]) for tag in page.select("[id]"))
    found = [f"{n} times id {name!r}" for name, n in ids.items() if n > 1]
    for attribute in ("for", "aria-describedby", "aria-labelledby"):
        for tag in page.select(f"[{attribute}]"):
            missing = [name for name in str(tag[attribute]).split() if name not in ids]
            found += [f"{attribute} leads nowhere: {name}" for name in missing]
    anchors = (str(tag["href"])[1:] for tag in page.select("a[href^='#']"))
    return found + [f"a link leads nowhere: #{name}" for name in anchors if name not in ids]


def _forms(page: BeautifulSoup) -> list[str]:
    labelled = {str(label["for"]) for label in page.select("label[for]")}
    found = [
        f"a control without label: {tag}"
        for tag in page.select(CONTROLS)
        if tag.get("type") not in NAMELESS and tag.get("id") not in labelled and not tag.get("aria-label")
    ]
    for form in page.select("form"):
        if str(form.get("method", "")).lower() == "post" and len(form.select("[name=csrf_token]")) != 1:
            found.append(f"a form without its token: {form.get('action')}")
        if form.select("input[type=file]") and form.get("enctype") != "multipart/form-data":
            found.append(f"a form that cannot send its files: {form.get('action')}")
    return found


def _strict(page: BeautifulSoup) -> list[str]:
    """What the content security policy forbids, and what is fetched from elsewhere."""
    found = [f"inline style: {tag.name}" for tag in page.select("[style], style")]
    found += ["inline script" for tag in page.select("script:not([src])")]
    for tag in page.find_all(True):
        found += [f"inline {name}" for name in tag.attrs if name.startswith("on")]
        for name in ("src", "href", "action"):
            value = str(tag.get(name, ""))
            if value.startswith(("//", "javascript:")) or (value.startswith("http") and tag.name != "a"):
                found.append(f"from elsewhere: {value}")
    return found


def _silent(tag: Tag) -> bool:
    return not _words(tag) and not tag.get("aria-label")


def _words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())
