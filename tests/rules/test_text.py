"""What people type: proof for appeals/rules/text.py."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appeals.rules import text

HIDDEN = ["\u200b", "\u200f", "\u202e", "\u2066", "\u2060", "\ufeff", "\u00ad", "\ufe0f", "\U000e0041", "\U000e0100",
          "\x00", "\x1b", "\x7f", "\x9f", "\u3164", "\u115f", "\u034f", "\u180e", "\uffff", "\U0001fffe"]  # fmt: skip

# -- cleaning --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda c: f"{ord(c):04X}")
def test_what_cannot_be_seen_is_taken_out(hidden):
    assert text.clean_line(f"停{hidden}电") == "停电"
    assert text.clean_text(f"{hidden}停{hidden}电{hidden}") == "停电"
    assert text.compact(f"1{hidden}3") == "13"
    assert text.is_visibly_empty(hidden * 3)


@pytest.mark.parametrize("name", [
    "买买提·阿不都拉",  # the middle dot of minority names
    "䶮", "㑇", "𬭎", "𠮷", "\U0002a6d6", "\U0002b81d", "\U000300f7", "\U000310ff", "\U00031350", "\U0002ebf0",
    "\uf92c", "\ufa0c", "\U0002f804",  # compatibility ideographs keep their code points
    "\ue000",  # private use
    "雲門國際", "قازاق", "བོད",
])  # fmt: skip
def test_names_come_back_character_for_character(name):
    assert text.clean_line(name) == name
    assert text.clean_text(f"{name}\n{name}") == f"{name}\n{name}"
    assert not text.is_visibly_empty(name)


def test_a_letter_and_its_accent_become_one_even_around_something_hidden():
    assert text.clean_line("Cafe\u0301") == "Café"
    assert text.clean_line("Cafe\u200b\u0301") == "Café"


def test_full_width_letters_stay_in_texts_and_become_ascii_in_codes():
    assert text.clean_line("ＡＢＣ公司（西安）") == "ＡＢＣ公司（西安）"
    assert text.compact(" ａｂ １\u3000２ ") == "AB12"


def test_a_line_has_no_line_ends_and_single_spaces():
    assert text.clean_line("\u3000 停电\r\n三天\t\u00a0谢谢 ") == "停电 三天 谢谢"


def test_a_text_keeps_its_lines_and_tabs_whatever_ends_them():
    assert (
        text.clean_text("\ufeff一\r\n二\r三\u2028四\u2029五\x85六\x0b七\x0c八\t九\n")
        == "一\n二\n三\n四\n五\n六\n七\n八\t九"
    )


@pytest.mark.parametrize(
    "empty", ["", " ", "\u3000\n\t", "\u200b\u200b", "\u2800", "\u3164", "\u0301", "\u202e \ufe0f", "\ud800"]
)
def test_nothing_to_see_is_empty(empty):
    assert text.is_visibly_empty(empty)


@pytest.mark.parametrize("seen", ["a", "。", "停", "☎", "1", "é"])
def test_something_to_see_is_not_empty(seen):
    assert not text.is_visibly_empty(f"\u200b {seen}")


def test_half_a_surrogate_pair_is_noticed_and_a_whole_character_is_not():
    assert text.has_surrogate("停\ud800电")
    assert text.has_surrogate("\udfff")
    assert not text.has_surrogate("停电𬭎☎")


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.one_of(
            st.characters(),
            st.sampled_from([*HIDDEN, "\r", "\n", "e", "\u0301", "\u0316", "\uf92c", " ", "¯"]),
        )
    )
)
def test_cleaning_twice_changes_nothing(typed):
    for clean in (text.clean_line, text.clean_text, text.compact):
        once = clean(typed)
        assert clean(once) == once
        assert once == once.strip()
    assert "\n" not in text.clean_line(typed)


@pytest.mark.parametrize("hostile", [
    "a" + "\u0316\u0300" * 100_000, "\u0f73" * 100_000, "\uff9e\u0301" * 100_000, "。" + " " * 200_000,
    ("。" + " " * 40) * 5_000, "。1、" * 60_000, "\r" * 200_000, "（" * 200_000, "1" * 200_000, "一" * 200_000,
    "\u200b" * 200_000, "¯¸" * 100_000, "\u0316\u200b\u0300\u200b" * 50_000,
], ids=lambda s: ascii(s[:6]))  # fmt: skip
def test_long_hostile_input_costs_no_more_than_its_length(hostile):
    start = time.process_time()
    for read in (
        text.clean_line,
        text.clean_text,
        text.compact,
        text.mobile,
        text.points,
        text.is_visibly_empty,
    ):
        read(hostile)
    assert time.process_time() - start < 3


def test_marks_heaped_on_a_letter_are_cut_and_ordinary_ones_kept():
    assert len(text.clean_line("a" + "\u0316\u0300" * 500)) <= 2 * text.MARKS_IN_A_ROW
    assert text.clean_line("a\u0300\u0316") == unicodedata.normalize("NFC", "a\u0300\u0316")


# -- telephones and names --------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [
    "13800138000", " 138 0013 8000 ", "138-0013-8000", "+86 13800138000", "+8613800138000", "0086-138-0013-8000",
    "１３８００１３８０００", "＋８６１３８００１３８０００", "138\u200b00138000", "13800138000\n",
    "138–0013–8000", "86 13800138000",
])  # fmt: skip
def test_a_mobile_number_is_read_however_it_is_typed(typed):
    assert text.mobile(typed) == "13800138000"


@pytest.mark.parametrize("typed", [
    "", "12800138000", "1380013800", "138001380000", "029-88888888", "+1 13800138000", "13800138000x", "①3800138000a",
    "١٣٨٠٠١٣٨٠٠٠", "abc",
])  # fmt: skip
def test_anything_else_is_no_mobile_number(typed):
    assert text.mobile(typed) is None


def test_masks_show_what_is_needed_to_recognise_and_no_more():
    assert text.mask_mobile("+86 138-0013-8000") == "138****8000"
    assert text.mask_mobile("029-88881234") == "****34"
    assert text.mask_mobile("110") == "****"
    assert text.mask_mobile(" ") == ""
    assert text.mask_name("张三丰") == "张*"
    assert text.mask_name("买买提·阿不都拉") == "买*"
    assert text.mask_name("𠮷田") == "𠮷*"
    assert text.mask_name("\u200b ") == ""


# -- points ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", [
    "1. 恢复供电\n2. 减免电费\n3. 说明原因",
    "1、恢复供电；2、减免电费；3、说明原因",
    "１．恢复供电。２．减免电费。３．说明原因",
    "（1）恢复供电；（2）减免电费；（3）说明原因",
    "1）恢复供电\n2)减免电费\n(3) 说明原因",
    "①恢复供电；②减免电费；③说明原因",
    "一、恢复供电\n二、减免电费\n三、说明原因",
    "（一）恢复供电\n（二）减免电费\n（三）说明原因",
    "一是恢复供电；二是减免电费；三是说明原因",
    "我司停电三天，诉求如下：1、恢复供电;2、减免电费;3、说明原因",
    "\u30001、恢复供电\n\n\u30002、减免电费；\n\u30003、说明原因\n",
])  # fmt: skip
def test_numbered_points_are_split_whatever_numbers_them(written):
    assert [point.rstrip("。") for point in text.points(written)] == ["恢复供电", "减免电费", "说明原因"]


@pytest.mark.parametrize("written", [
    "停电三天，请尽快恢复。",
    "园区6栋楼，1、2号早就完工了，3、4号没有。",
    "损失如下：1.5万元；2.5万元。",
    "3、4月份多收了电费。5、6月份又多收。",
    "请看附件。1、附件一份",  # a single number is no list
    "2、恢复供电；3、减免电费",  # does not begin at one
    "一、",
])  # fmt: skip
def test_a_text_without_a_list_is_one_point(written):
    assert text.points(written) == [written]


def test_the_outer_numbering_wins_and_the_inner_one_stays_inside():
    written = "一、供电\n1、恢复；2、赔偿\n二、道路\n（1）修补；（2）清扫"
    assert text.points(written) == ["供电\n1、恢复；2、赔偿", "道路\n（1）修补；（2）清扫"]


def test_points_run_on_beyond_nine_and_beyond_ten_in_words():
    assert len(text.points("\n".join(f"{n}、第{n}件" for n in range(1, 13)))) == 12
    words = "一二三四五六七八九十"
    names = [*words, "十一", "十二", *("十" + w for w in words[2:9]), "二十", "二十一"]
    assert text.points("\n".join(f"{name}、第{name}件" for name in names)) == [
        f"第{name}件" for name in names
    ]


def test_a_number_out_of_order_does_not_split():
    assert text.points("1、恢复供电，见图。3、号楼也停；2、减免电费") == [
        "恢复供电，见图。3、号楼也停",
        "减免电费",
    ]


def test_an_empty_point_is_left_out_and_an_empty_text_has_none():
    assert text.points("1、\n2、减免电费\n3、说明原因") == ["减免电费", "说明原因"]
    assert text.points("1、\n2、") == ["1、\n2、"]
    assert text.points(" \n") == []
