"""Credit codes: proof for appeals/rules/uscc.py; python-stdnum is the second opinion where it is right."""

import random
import string

import pytest
from stdnum.cn import uscc as oracle

from appeals.rules import uscc

# A published example; its inner digit by hand: 6·3 + 3·5 + 7·8 + 3·4 + 4·2 = 109, 11 - 109 mod 11 = 1.
GOOD = "91110000600037341L"


def test_a_published_code_passes():
    assert uscc.problem(GOOD) is None


@pytest.mark.parametrize("typed", [
    " 91110000600037341l\n", "９１１１００００６０００３７３４１Ｌ", "9111 0000 6000 3734 1L", "91110000\u3000600037341L",
    "9111\u200b0000600037341L", "\ufeff91110000600037341L\u202e",
])  # fmt: skip
def test_what_was_typed_becomes_the_stored_form(typed):
    assert uscc.normalise(typed) == GOOD


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("", "length"),
        (GOOD[:-1], "length"),
        (GOOD + "0", "length"),
        (GOOD.lower(), "alphabet"),
        ("9111000060003734IL", "alphabet"),  # no I, O, S, V, Z
        ("９" + GOOD[1:], "alphabet"),
        (GOOD[:-1] + "\n", "alphabet"),
        ("0" * 18, "pattern"),
        ("B" + GOOD[1:], "pattern"),
        (GOOD[:7] + "A" + GOOD[8:], "pattern"),
        (GOOD[:-1] + "M", "check_digit"),
        ("91110000600037431L", "check_digit"),  # neighbours swapped
    ],
)
def test_each_mistake_has_its_word(code, problem):
    assert uscc.problem(code) == problem


def test_the_inner_digit_is_checked_though_the_outer_one_is_right():
    body = GOOD[:16] + "2"
    assert uscc.problem(body + oracle.calc_check_digit(body)) == "organisation_digit"


@pytest.mark.parametrize(
    "prefix", ["91611101", "91611102", "91611104", "91611105", "N2611101", "Y1610000", "A1610100"]
)
def test_local_offices_and_lettered_authorities_pass(prefix):
    code = uscc.make(prefix, "MA7J3AMY")
    assert code.startswith(prefix)
    assert uscc.problem(code) is None


def test_a_local_code_completed_by_hand():
    # M 22·3 + A 10·7 + 7·9 + J 19·10 + 3·5 + A 10·8 + M 22·4 + Y 34·2 = 640; 640 mod 11 = 2; 11 - 2 = 9.
    assert uscc.make("91611102", "MA7J3AMY") == "91611102MA7J3AMY9W"


def test_ten_is_written_x_and_eleven_nought():
    assert uscc.make("91611101", "00000000")[16] == "0"
    assert uscc.make("91611101", "40000000")[16] == "X"  # 4·3 = 12, 11 - 1 = 10


def test_an_incomplete_beginning_makes_no_code():
    for prefix, organisation in (("9161110", "MA7J3AMY"), ("91611102", "MA7J3AMI"), ("01611102", "MA7J3AMY")):
        with pytest.raises(ValueError, match="credit code"):
            uscc.make(prefix, organisation)


def test_a_second_opinion_agrees_on_codes_with_one_wrong_character():
    chance = random.Random(3)
    for _ in range(2000):
        organisation = "".join(chance.choices(uscc.ALPHABET, k=8))
        code = uscc.make(
            f"{chance.choice('12345678') + chance.choice('1239')}{chance.randrange(10**6):06d}", organisation
        )
        assert oracle.is_valid(code)
        assert uscc.problem(code) is None
        place = chance.randrange(2, 18)
        wrong = code[:place] + chance.choice(string.digits + string.ascii_uppercase) + code[place + 1 :]
        assert oracle.is_valid(wrong) == (uscc.problem(wrong) in (None, "organisation_digit"))
        assert (uscc.problem(wrong) is None) == (wrong == code)
