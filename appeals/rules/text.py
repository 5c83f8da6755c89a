"""What people type: one order of cleaning, and what is read out of it (policy §3, §11).

The one order, everywhere: decode → NFC (NFKC only for codes, numbers and telephones) → take out what cannot be
seen (zero-width, bidi, control, soft hyphen, variation selectors, tags) → once more NFC, since a letter and its
accent may have come together → strip → and only then validate. Every function here is linear in the length of
the text.
"""

import re
import unicodedata
from collections.abc import Iterable

# Longer runs of combining marks mean nothing, and ordering them costs the square of their length (30: UAX 15).
MARKS_IN_A_ROW = 30

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control, but tab and line ends
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
# GB 18030 keeps some compatibility ideographs in names; NFC would replace them by other code points.
_WITHOUT_COMPATIBILITY_IDEOGRAPHS = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DASHES = re.compile("[-\u2010-\u2015\u2212]")
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_HALFWIDTH_MARKS = "\uff9e\uff9f"  # letters that NFKC turns into combining marks
_BLANK_BRAILLE = "\u2800"


# -- cleaning --------------------------------------------------------------------------------------------


def clean_line(text: str) -> str:
    """A one-line field: cleaned, every run of white space (line ends too) one space."""
    return " ".join(_clean(text).split())


def clean_text(text: str) -> str:
    """A field of several lines: cleaned, line ends as \\n, tabs and inner spaces kept."""
    return _clean(text).strip()


def compact(text: str) -> str:
    """A code, number or telephone: NFKC, upper case, without white space or invisible characters."""
    return _nfkc("".join(_INVISIBLE.sub("", _nfkc(text)).upper().split()))


def without_dashes(text: str) -> str:
    """`text` without hyphens, dashes and minus signs of any length."""
    return _DASHES.sub("", text)


def has_surrogate(text: str) -> bool:
    """Whether `text` holds half a surrogate pair: no database takes it; refuse it at the door."""
    return _SURROGATE.search(text) is not None


def is_visibly_empty(text: str) -> bool:
    """Whether nothing can be seen of `text`: only space, invisible characters, loose marks, blank Braille.

    Characters Python does not know yet count as seen: GB 18030 level 3 is ahead of it.
    """
    return not any(_is_seen(character) for character in _INVISIBLE.sub("", text))


def _clean(text: str) -> str:
    return _nfc(_INVISIBLE.sub("", _LINE_ENDS.sub("\n", _nfc(text))))


def _nfc(text: str) -> str:
    if unicodedata.is_normalized("NFC", text):
        return text
    return _WITHOUT_COMPATIBILITY_IDEOGRAPHS.sub(
        lambda found: unicodedata.normalize("NFC", found[0]), _short_of_marks(text)
    )


def _nfkc(text: str) -> str:
    if unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFKC", _short_of_marks(text))


def _short_of_marks(text: str) -> str:
    """`text` without the marks beyond the thirtieth of a run."""
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.category(character)[0] == "M" or character in _HALFWIDTH_MARKS else 0
        if run <= MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def _is_seen(character: str) -> bool:
    category = unicodedata.category(character)
    return category in ("Co", "Cn") or (category[0] not in "CZM" and character != _BLANK_BRAILLE)


# -- telephones and names --------------------------------------------------------------------------------


def mobile(text: str) -> str | None:
    """The eleven ASCII digits of a mainland mobile number, or None; +86, spaces and dashes may be there."""
    found = _MOBILE.fullmatch(without_dashes(compact(text)))
    return found[1] if found else None


def mask_mobile(text: str) -> str:
    """'138****8000'; of another number only the last two characters, of a short one none."""
    number = mobile(text)
    if number is not None:
        return f"{number[:3]}****{number[-4:]}"
    rest = compact(text)
    return "****" + (rest[-2:] if len(rest) >= 7 else "") if rest else ""


def mask_name(text: str) -> str:
    """'张*': the first character and one star, whatever the length; '' for no name."""
    name = clean_line(text)
    return name[0] + "*" if name else ""


# -- the numbered points of an appeal --------------------------------------------------------------------

_DIGITS, _HAN = "[0-9０-９]{1,2}", "[一二三四五六七八九十]{1,3}"
# At the start of the text or a line, or after the end of a clause; each alternative is one style of numbering.
_MARK = re.compile(
    r"(?:\A|(?<=[\n。；;：:！!？?]))[ \t\u3000]*(?:"
    rf"(?P<dot>{_DIGITS})[.．、,，](?![0-9０-９])"
    rf"|[(（]?(?P<bracket>{_DIGITS})[)）]"
    r"|(?P<circle>[①-⑳⑴-⒇⒈-⒛❶-❿])[.．、]?"
    rf"|(?P<han>{_HAN})[、.．]"
    rf"|[(（](?P<han_bracket>{_HAN})[)）]"
    rf"|(?P<han_is>{_HAN})是"
    r")"
)


def points(text: str) -> list[str]:
    """The numbered points of a cleaned appeal text, without their numbers (policy §11; 六定 定量).

    Numbers count at the start of a line or after 。；：！？, in one style, and only from 1 upwards without a gap,
    so that a date, a price or 1、2号楼 splits nothing. Of several styles the one that begins first is the outer
    one; words before the first point belong to none. A text without numbers is one point, an empty one none.
    """
    marks = _outer_marks(_MARK.finditer(text))
    ends = [found.start() for found in marks[1:]] + [len(text)]
    spans = zip((found.end() for found in marks), ends, strict=False)
    parts = [text[start:end].strip().rstrip("；;").rstrip() for start, end in spans]
    said = [part for part in parts if not is_visibly_empty(part)]
    return said or ([] if is_visibly_empty(text) else [text.strip()])


def _outer_marks(found: Iterable[re.Match[str]]) -> list[re.Match[str]]:
    """The marks 1, 2, 3 … of the style that begins first, at least two of them; else none."""
    styles: dict[str, list[re.Match[str]]] = {}
    for mark in found:
        style = mark.lastgroup or ""
        run = styles.setdefault(style, [])
        if _value(mark[style]) == len(run) + 1:
            run.append(mark)
    lists = [run for run in styles.values() if len(run) >= 2]
    return min(lists, key=lambda run: run[0].start(), default=[])


def _value(number: str) -> int:
    """The value of 1, １, ①, 一 or 二十一; 0 if it is none."""
    if number.isdecimal():
        return int(number)
    if len(number) == 1 and number not in "一二三四五六七八九十":
        return int(unicodedata.numeric(number))
    tens, ten, ones = number.rpartition("十")
    digits = "零一二三四五六七八九"
    if len(tens) > 1 or len(ones) > 1 or tens == "十":
        return 0
    return (digits.index(tens) if tens else bool(ten)) * 10 + (digits.index(ones) if ones else 0)
