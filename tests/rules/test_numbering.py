"""Numbers and codes: proof for appeals/rules/numbering.py; python-stdnum is the second opinion."""

import random
from datetime import date

import pytest
from stdnum.iso7064 import mod_37_36

from appeals.rules import numbering

DAY = date(2026, 11, 23)


def test_the_check_character_is_that_of_the_standards_example():
    assert numbering.check_character("A12425GABC1234002") == "M"


def test_a_number_has_four_digits_or_more_and_its_check_character():
    assert numbering.number("QS", DAY, 1) == "QS-20261123-0001-" + mod_37_36.calc_check_digit(
        "QS202611230001"
    )
    assert numbering.number("QS", DAY, 12345).startswith("QS-20261123-12345-")
    assert numbering.is_valid(numbering.number("QS", DAY, 1))
    assert numbering.is_valid(numbering.number("XXQS", DAY, 12345))


@pytest.mark.parametrize(
    ("prefix", "n"), [("qs", 1), ("Q5", 1), ("", 1), ("QSQSQSQSQ", 1), ("QS", 0), ("QS", 10**12)]
)
def test_no_number_is_made_that_could_not_be_read_back(prefix, n):
    with pytest.raises(ValueError):
        numbering.number(prefix, DAY, n)


def test_the_second_opinion_agrees_and_every_single_slip_is_found():
    chance = random.Random(4)
    for _ in range(300):
        body = "".join(chance.choices(numbering.CHECK_ALPHABET, k=chance.randrange(1, 20)))
        assert numbering.check_character(body) == mod_37_36.calc_check_digit(body)
    good = numbering.number("QS", DAY, 4711)
    for place, character in enumerate(good):
        for other in numbering.CHECK_ALPHABET:
            if other != character:
                assert not numbering.is_valid(good[:place] + other + good[place + 1 :])


@pytest.mark.parametrize("wrong", [
    "", "QS", "QS-20261123-001-4", "QS202611230001X", "\n", "QS-２０２６１１２３-0001-X", "QS-20261123-0001-é",
])  # fmt: skip
def test_what_is_no_number_is_not_valid(wrong):
    assert not numbering.is_valid(wrong)


def test_a_number_needs_a_day_that_exists_and_nothing_after_it():
    body = "QS202602300001"
    assert not numbering.is_valid(f"QS-20260230-0001-{numbering.check_character(body)}")
    assert not numbering.is_valid(numbering.number("QS", DAY, 1) + "\n")


def test_a_typed_number_finds_its_dashes_again():
    good = numbering.number("QS", DAY, 42)
    prefix, day, serial, check = good.split("-")
    for typed in (
        good.lower(), f" {good}\n", good.replace("-", ""), good.replace("-", "—"), good.replace("-", "－"),
        f"{prefix} {day} {serial} {check}", f"ｑｓ-{day}-{serial}\u200b-{check}", f"{prefix}–{day}\u2011{serial}−{check}",
    ):  # fmt: skip
        assert numbering.normalise(typed) == good
    assert numbering.normalise("not a number") == "NOTANUMBER"


def test_a_new_code_is_sixteen_characters_without_look_alikes():
    codes = {numbering.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(numbering.is_code(code) for code in codes)
    assert set("".join(codes)) == set(numbering.CODE_ALPHABET)
    assert not set("ILOU") & set(numbering.CODE_ALPHABET)
    assert len(numbering.CODE_ALPHABET) ** numbering.CODE_LENGTH == 2**80


def test_ten_bytes_spell_one_code_and_other_lengths_none():
    assert numbering.code_of(bytes(9) + b"\x21") == "0000000000000011"
    assert numbering.code_of(b"\xff" * 10) == "Z" * 16
    with pytest.raises(ValueError, match="10 bytes"):
        numbering.code_of(bytes(9))


def test_a_code_is_shown_in_fours_and_read_back_however_it_is_typed():
    code = "01AB0CD1EFGHJKMN"
    assert numbering.format_code(code) == "01AB-0CD1-EFGH-JKMN"
    for typed in (
        "01AB-0CD1-EFGH-JKMN",
        "oiabOcdl efgh jkmn",
        "０１ＡＢ－０ＣＤ１—ＥＦＧＨ\u3000ＪＫＭＮ",
        "01ab\u200b0cd1efghjkmn\n",
    ):
        assert numbering.normalise_code(typed) == code
    for wrong in ("", code[:-1], code + "0", code[:-1] + "U", numbering.format_code(code)):
        assert not numbering.is_code(wrong)
