"""The directory answers with the most specific row, one lead, and supports that never repeat it."""

from datetime import date

from appeals.rules import routing

DAY = date(2022, 8, 1)
UNITS = {"空港新城": "空港新城", "沣东新城": "沣东新城", "能源金融贸易区": "园办"}


def row(
    number, lead, *, task=None, section=None, territory=None, supports=(), alternatives=(), local=False,
    valid_from=date(2022, 1, 1), valid_to=None, version=1,
):  # fmt: skip
    return routing.Row(number, version, task, section, territory, lead, supports, alternatives, local,
                       f"第{number}行", valid_from, valid_to)  # fmt: skip


FOUR = [
    row(1, "局甲", section=7),
    row(2, "局乙", task=63),
    row(3, "局丙", section=7, territory="沣东新城"),
    row(4, "局丁", task=63, territory="沣东新城"),
]


def lead(rows, task, section, territory, on=DAY):
    return routing.route(routing.Index(rows), task, section, territory, on, UNITS).lead


def test_the_most_specific_row_wins_in_the_order_of_the_policy():
    assert lead(FOUR, 63, 7, "沣东新城") == "局丁"
    assert lead(FOUR[:3], 63, 7, "沣东新城") == "局丙"  # (section, territory) before (task, any)
    assert lead(FOUR[:3], 63, 7, "空港新城") == "局乙"
    assert lead(FOUR[:1], 63, 7, "空港新城") == "局甲"


def test_an_unknown_territory_or_task_falls_back_to_what_is_known():
    assert lead(FOUR, 63, 7, None) == "局乙"
    assert lead(FOUR, None, 7, "沣东新城") == "局丙"
    assert lead(FOUR, None, 7, None) == "局甲"


def test_no_row_means_the_visible_pile():
    answer = routing.route(routing.Index(FOUR), 24, 4, "沣东新城", DAY, UNITS)
    assert (answer.row, answer.lead, answer.supports) == (None, None, ())
    assert "待研判" in answer.why
    assert routing.route(routing.Index(FOUR), None, None, None, DAY, UNITS).lead is None


def test_the_unit_of_the_territory_supports_where_the_row_says_so():
    index = routing.Index([row(1, "局甲", task=24, local=True)])
    ask = [routing.route(index, 24, 4, place, DAY, UNITS).supports for place in (*UNITS, "新区本级", None)]
    assert ask == [("空港新城",), ("沣东新城",), ("园办",), (), ()]


def test_the_lead_is_never_its_own_support_and_supports_are_unique():
    rows = [
        row(
            1,
            "园办",
            task=192,
            supports=("西咸集团", "园办", "西咸集团"),
            alternatives=("园办", "局乙"),
            local=True,
        )
    ]
    answer = routing.route(routing.Index(rows), 192, 15, "能源金融贸易区", DAY, UNITS)
    assert answer.supports == ("西咸集团",)
    assert answer.alternatives == ("局乙",)


def test_a_row_holds_on_its_first_and_last_day_and_the_later_row_takes_over():
    rows = [
        row(1, "局甲", task=5, valid_to=date(2022, 6, 30)),
        row(2, "局乙", task=5, valid_from=date(2022, 7, 1)),
        row(3, "局丙", task=5, valid_from=date(2022, 9, 1)),
    ]
    days = [date(2021, 12, 31), date(2022, 1, 1), date(2022, 6, 30), date(2022, 7, 1), date(2022, 9, 1)]
    assert [lead(rows, 5, 1, None, day) for day in days] == [None, "局甲", "局甲", "局乙", "局丙"]


def test_of_two_rows_from_the_same_day_the_newer_version_wins_and_names_the_directory():
    index = routing.Index([row(1, "局甲", task=5), row(2, "局乙", task=5, version=3)])
    answer = routing.route(index, 5, 1, None, DAY, UNITS)
    assert (answer.lead, answer.version) == ("局乙", 3)
    assert routing.Index([row(1, "局甲", task=5)], version=9).version == 9


def test_the_answer_says_which_row_and_who():
    answer = routing.route(
        routing.Index([row(8, "局甲", task=24, local=True)]), 24, 4, "沣东新城", DAY, UNITS
    )
    assert answer.why == "依据第8行（不限属地）：主办局甲，协办沣东新城"
