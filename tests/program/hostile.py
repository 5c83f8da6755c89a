"""Form bodies no browser would send: a valid form with anything broken in it that a body can break (trust.md I1–I12)."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

from tests.program import companies
from tests.program.visitor import File, multipart

Field = tuple[str, bytes]
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
OTHER_FIELDS = (
    "industry", "address", "wish", "urgent", "urgent_reason", "other_channel", "other_number", "about_unit",
    "conduct", "hide_contact",
)  # fmt: skip
WHOLE = (
    "", " ", "\u3000", "\u200b\u200b\u2060\ufeff", "\u2800", "\u3164\u115f", "\u0301\u0302", "true", "null", "[]", "{}",
    "NaN", "inf", "-1", "0", "1e309", "1_000", "2147483648", "9223372036854775808", "9" * 400, "٣", "１", "0x10",
    "undefined", "[object Object]", "None", "../../etc/passwd", "%00", "\r\n", "=cmd|'/c calc'!A1", "+86138",
    "不清楚", "不在新区", "help", "求助", "0001-01-01", "9999-12-31", "on", "y", "X" * 18, "9161110200000000",
)  # fmt: skip
PIECES = (
    "\u202e", "\u2066\u202d", "\u200d", "\u00ad", "\ufe0f", "\U000e0041", "\ufffe", "\U0001fffe", "\uf8ff", "\ue000",
    "𠮷", "𬭎", "👨‍👩‍👧‍👦", "e\u0301", "Z" + "\u0301" * 400, "ﷺ", "ﬁ", "\x1b[31m", "\x7f", "\t", "\r\nSet-Cookie: a=b",
    "\u2028", "<script>alert(1)</script>", "'; drop table appeal; --", "{{7*7}}", "${7*7}", "%s%n", "\\", '"', "&amp;",
    "\ufb01", "１２３", "①②③", "1. 一\n2. 二\n", "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
)  # fmt: skip
BYTES = (
    b"\x00", b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xff\xfe", b"\xc0\x80", b"\xe5\xb1", b"\xf8\x88\x80\x80\x80",
    b"\xf4\x90\x80\x80", b"\x80", "中文".encode("utf-16"), "中文".encode("gbk"), b"\xef\xbb\xbf",
)  # fmt: skip
NAMES = ("", " ", "..\\..\\x.png", "/etc/passwd", "\u202egnp.exe", "a\x00b.png", "n" * 3000, "证明.png", "a;b=\"c\".png")
TYPES = (
    "application/json", "text/plain", "application/x-www-form-urlencoded; charset=gbk", "multipart/form-data", "",
    "application/x-www-form-urlencoded; charset=", "multipart/form-data; boundary=", "image/png", "\xff",
    "multipart/form-data; boundary=" + "b" * 3000, "application/x-www-form-urlencoded; charset=utf-16",
)  # fmt: skip


@dataclass(frozen=True)
class Body:
    """One request body and what it claims to be; `broken` names what was done to it."""

    content: bytes
    kind: str
    broken: tuple[str, ...]


def body(seed: int, token: str) -> Body:
    """The body of this seed: the same bytes every time, but for `token` (the CSRF token of the session)."""
    chance = random.Random(seed)
    fields = _valid(chance, seed, token)
    broken = []
    for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 5))):
        spoil = chance.choice(SPOILERS)
        broken.append(spoil.__name__.strip("_"))
        spoil(fields, chance)
    files = _files(chance) if chance.random() < 0.15 else []
    if files or chance.random() < 0.6:
        content, kind = multipart(fields, files)
    else:
        content = b"&".join(quote_from_bytes(n.encode()).encode() + b"=" + _quoted(v, chance) for n, v in fields)
        kind = FORM
    if chance.random() < 0.06:
        broken.append("envelope")
        content, kind = _break_envelope(content, kind, chance)
    return Body(content, kind, (*broken, *("file" for _ in files)))


def _valid(chance: random.Random, seed: int, token: str) -> list[Field]:
    given = companies.values(seed % 10**7) | {"csrf_token": token, "submission_key": _key(chance)}
    for name in OTHER_FIELDS:
        if chance.random() < 0.2:
            given[name] = chance.choice(("1", "其他渠道", "C", "y", "希望尽快解决"))
    chosen = {name: "y" if value is True else str(value) for name, value in given.items()}
    if chance.random() < 0.5:
        chosen["text"] = "1. 第一点情况说明；\n2. 第二点情况说明。" * chance.choice((1, 1, 1, 40))
    return [(name, value.encode()) for name, value in chosen.items()]


def _key(chance: random.Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _quoted(value: bytes, chance: random.Random) -> bytes:
    """Percent-encoded, now and then carelessly."""
    if chance.random() < 0.03:
        return value.replace(b"&", b"").replace(b"=", b"") + chance.choice((b"%", b"%zz", b"%u4e2d", b"%ed%a0%80", b"+"))
    return quote_from_bytes(value).encode()


# -- what may be broken: each spoils `fields` in place -----------------------------------------------------


def _pick(fields: list[Field], chance: random.Random) -> int:
    return chance.randrange(len(fields))


def _change(fields: list[Field], chance: random.Random, change: Callable[[bytes], bytes]) -> None:
    if fields:
        place = _pick(fields, chance)
        fields[place] = (fields[place][0], change(fields[place][1]))


def _insert(value: bytes, piece: bytes, chance: random.Random) -> bytes:
    text = value.decode("utf-8", "surrogateescape")
    place = chance.randint(0, len(text))
    return text[:place].encode("utf-8", "surrogateescape") + piece + text[place:].encode("utf-8", "surrogateescape")


def _whole(fields: list[Field], chance: random.Random) -> None:
    _change(fields, chance, lambda _: chance.choice(WHOLE).encode())


def _piece(fields: list[Field], chance: random.Random) -> None:
    _change(fields, chance, lambda value: _insert(value, chance.choice(PIECES).encode("utf-8", "replace"), chance))


def _raw(fields: list[Field], chance: random.Random) -> None:
    _change(fields, chance, lambda value: _insert(value, chance.choice(BYTES), chance))


def _wide(fields: list[Field], chance: random.Random) -> None:
    """Full-width digits and letters."""
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
    _change(fields, chance, lambda value: value.decode("utf-8", "replace").translate(wide).encode())


def _long(fields: list[Field], chance: random.Random) -> None:
    """At and beyond every limit, now and then a megabyte."""
    length = chance.choice((29, 30, 31, 60, 61, 120, 121, 200, 300, 4999, 5000, 5001, 20_000))
    if chance.random() < 0.04:
        length = 1_000_000
    letter = chance.choice(("长", "a", "𠮷", "\u0301", " ", "\n", "1"))
    _change(fields, chance, lambda _: (letter * length).encode())


def _repeated(fields: list[Field], chance: random.Random) -> None:
    if fields:
        name, value = fields[_pick(fields, chance)]
        other = chance.choice((value, b"", b"x", chance.choice(WHOLE).encode()))
        fields.insert(chance.randint(0, len(fields)), (name, other))


def _array(fields: list[Field], chance: random.Random) -> None:
    if fields:
        place = _pick(fields, chance)
        name, value = fields[place]
        fields[place] = (chance.choice((f"{name}[]", f"{name}[0]", f"{name}.x", f"[{name}]", name.upper())), value)


def _missing(fields: list[Field], chance: random.Random) -> None:
    if fields:
        del fields[_pick(fields, chance)]


def _added(fields: list[Field], chance: random.Random) -> None:
    """Columns and attributes that are nobody's to send (trust.md Z7)."""
    name = chance.choice(("id", "state", "due_at", "number", "is_test", "source", "company_id", "_sa_instance_state",
                          "__class__", "", "attachments", "code_hash", "round", "中文", "a" * 5000))  # fmt: skip
    fields.append((name, chance.choice(WHOLE).encode()))


def _swapped(fields: list[Field], chance: random.Random) -> None:
    """One field's value in another; not the token's, which is another one at each site."""
    values = [value for name, value in fields if name != "csrf_token"]
    if values:
        value = chance.choice(values)
        _change(fields, chance, lambda _: value)


def _many(fields: list[Field], chance: random.Random) -> None:
    """More parts than any form has."""
    if chance.random() < 0.1:
        fields.extend((f"f{n}", b"1") for n in range(chance.choice((150, 250, 3000))))


SPOILERS = (
    _whole, _whole, _piece, _piece, _raw, _raw, _wide, _long, _repeated, _array, _missing, _added, _swapped, _many,
)  # fmt: skip


def _files(chance: random.Random) -> list[File]:
    contents = (b"", b"GIF89a", b"<html>", b"MZ\x90\x00", b"%PDF-1.4\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n",
                companies.picture(chance.randrange(1000)))  # fmt: skip
    field = chance.choice(("attachments", "attachments", "attachments", "attachments[]", "title", "submission_key"))
    many = chance.choice((1, 1, 1, 2, 5, 6))
    return [(field, chance.choice(NAMES[-2:] * 4 + NAMES), chance.choice((contents[-1], *contents))) for _ in range(many)]


def _break_envelope(content: bytes, kind: str, chance: random.Random) -> tuple[bytes, str]:
    cut = chance.randint(0, len(content))
    return chance.choice((
        (content[:cut], kind), (content, chance.choice(TYPES)), (b"", kind), (content + content, kind),
        (chance.randbytes(200), kind), (b'{"title":"\\ud800","text":{"a":[1]}}', "application/json"),
        (b"[" * 5000, "application/json"), (content[cut:], kind),
    ))  # fmt: skip
