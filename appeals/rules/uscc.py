"""统一社会信用代码: GB 32100 with both check digits, the outer one and that of GB 11714 inside it (policy §1).

The six digits of the registering office are not looked up: 611101, 611102, 611104 and 611105 stand in no
national list and are valid here (policy §5).
"""

import re

from appeals.rules import text as texts

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_PATTERN = re.compile(r"[1-9ANY][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_ORGANISATION_VALUE = {c: v for v, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def normalise(text: str) -> str:
    """The stored form: full-width made ASCII, upper case, without white space or invisible characters."""
    return texts.compact(text)


def problem(code: str) -> str | None:
    """What is wrong with a normalised code, or None.

    'length', 'alphabet', 'pattern', 'check_digit' (character 18) or 'organisation_digit' (character 17).
    """
    if len(code) != LENGTH:
        return "length"
    if any(character not in _VALUE for character in code):
        return "alphabet"
    if not _PATTERN.fullmatch(code):
        return "pattern"
    if code[17] != _check_digit(code[:17]):
        return "check_digit"
    if code[16] != _organisation_digit(code[8:16]):
        return "organisation_digit"
    return None


def make(prefix8: str, organisation8: str) -> str:
    """A valid code from its first eight characters and the eight of the organisation code.

    Raises ValueError if these do not fit the pattern.
    """
    body = prefix8 + organisation8
    if not _PATTERN.fullmatch(body + "00"):
        raise ValueError(f"not the beginning of a credit code: {body!r}")
    body += _organisation_digit(organisation8)
    return body + _check_digit(body)


def _check_digit(body17: str) -> str:
    """GB 32100: weights are the powers of 3, modulo 31."""
    total = sum(_VALUE[character] * pow(3, place, 31) for place, character in enumerate(body17))
    return ALPHABET[-total % 31]


def _organisation_digit(body8: str) -> str:
    """GB 11714: modulo 11, ten written X and eleven 0."""
    pairs = zip(body8, _ORGANISATION_WEIGHTS, strict=True)
    total = sum(_ORGANISATION_VALUE[character] * weight for character, weight in pairs)
    return "0123456789X"[-total % 11]
