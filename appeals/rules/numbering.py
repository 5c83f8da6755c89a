"""The number of an appeal and the code that opens it (policy §11).

A number is `QS-20261123-0042-C`. C is the check character of ISO 7064 MOD 37,36, computed over the letters and
digits before it with the dashes left out (`QS202611230042`); it finds every single wrong character and every
swap of neighbours but a few. A code is sixteen characters of Crockford's base 32: 80 random bits.
"""

import re
import secrets
from datetime import date

from appeals.rules import text as texts

CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
CODE_BYTES = 10
_NUMBER = re.compile(r"([A-Z]{1,8})-?([0-9]{8})-?([0-9]{4,12})-?([0-9A-Z])")
_PREFIX = re.compile(r"[A-Z]{1,8}")
_LOOK_ALIKES = str.maketrans("OIL", "011")


def is_prefix(text: str) -> bool:
    """Whether numbers may begin so: one to eight letters A–Z."""
    return _PREFIX.fullmatch(text) is not None


def number(prefix: str, day: date, n: int) -> str:
    """The n-th number (n ≥ 1) of `day`; `prefix` is one to eight letters A–Z. ValueError otherwise."""
    if not is_prefix(prefix):
        raise ValueError(f"a prefix is one to eight letters A-Z, not {prefix!r}")
    if not 1 <= n < 10**12:
        raise ValueError(f"no such serial number: {n}")
    serial = f"{n:04d}"
    check = check_character(f"{prefix}{day:%Y%m%d}{serial}")
    return f"{prefix}-{day:%Y%m%d}-{serial}-{check}"


def normalise(text: str) -> str:
    """The stored form of a typed number: ASCII, upper case, its three dashes whatever was typed for them.

    What is no number comes back merely cleaned; `is_valid` then says no.
    """
    bare = texts.without_dashes(texts.compact(text))
    found = _NUMBER.fullmatch(bare)
    return "-".join(found.groups()) if found else bare


def is_valid(number: str) -> bool:
    """Whether `number` is a normalised number with a real date and the right check character."""
    found = _NUMBER.fullmatch(number)
    if found is None or number != "-".join(found.groups()):
        return False
    try:
        date.fromisoformat(found[2])
    except ValueError:
        return False
    return found[4] == check_character(found[1] + found[2] + found[3])


def check_character(body: str) -> str:
    """ISO 7064 MOD 37,36 over the characters 0–9 A–Z of `body`."""
    product = 36
    for character in body:
        total = (product + CHECK_ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return CHECK_ALPHABET[(37 - product) % 36]


def new_code() -> str:
    """Sixteen random characters of CODE_ALPHABET: 80 bits from the system's generator."""
    return code_of(secrets.token_bytes(CODE_BYTES))


def code_of(random: bytes) -> str:
    """The code that spells ten bytes nobody can guess, such as a keyed digest. ValueError for another length."""
    if len(random) != CODE_BYTES:
        raise ValueError(f"a code is made of {CODE_BYTES} bytes, not {len(random)}")
    bits = int.from_bytes(random)
    return "".join(CODE_ALPHABET[bits >> shift & 31] for shift in range(CODE_LENGTH * 5 - 5, -1, -5))


def normalise_code(text: str) -> str:
    """A typed code as it was made: upper case, O read as 0, I and L as 1, spaces and dashes dropped."""
    return texts.without_dashes(texts.compact(text)).translate(_LOOK_ALIKES)


def is_code(code: str) -> bool:
    """Whether `code` is a normalised code; says nothing on whether anybody was given it."""
    return len(code) == CODE_LENGTH and all(character in CODE_ALPHABET for character in code)


def format_code(code: str) -> str:
    """'ABCD-EFGH-JKMN-PQRS': a code as it is shown, in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
