"""The suggestion names areas, place, ground and lead together with the words it heard; a person decides."""

from datetime import date

from appeals.rules import grounds, matching, routing, suggesting

TASKS = {63: (7, "办电"), 71: (7, "可靠供电"), 105: (9, "退税"), 24: (4, "开办企业")}
CUES = [
    grounds.Cue("R02", "", True, ("改判", "一审+不服")),
    grounds.Cue("R02", "", False, ("网上立案",)),
    grounds.Cue("R06", grounds.ABUSE, True, ("滚",)),
    grounds.Cue("statutory", "举报违纪", True, ("受贿",)),
    grounds.Cue(None, "拖欠账款", True, ("政府+欠",)),
]
KNOWLEDGE = suggesting.Knowledge(
    territories=["空港新城", "沣东新城", "新区本级"],
    tasks=TASKS,
    section_words={7: ["电", "用电"], 9: ["税务", "税"], 4: ["执照"]},
    task_words={
        63: ["三相电", "报装", "电表+没装"],
        71: ["停电", "跳闸"],
        105: ["出口退税", "退税+慢"],
        24: ["执照+没下来"],
    },
    places=[("沣东", "沣东新城"), ("三桥", "沣东新城"), ("北杜", "空港新城"), ("曲江", None)],
    bodies=[("国网", "供电公司"), ("税局", "税务局")],
    cues=CUES,
)
ROWS = [
    routing.Row(11, 2, 63, None, None, "供电公司", (), ("住建局",), True, "任务63", date(2022, 1, 1), None),
    routing.Row(12, 2, None, 7, None, "供电公司", (), (), False, "第7节", date(2022, 1, 1), None),
    routing.Row(13, 2, 105, None, None, "税务局", (), (), False, "任务105", date(2022, 1, 1), None),
]
INDEX = routing.Index(ROWS)
UNITS = {"沣东新城": "沣东新城", "空港新城": "空港新城"}


def read(text, title="求助", territory=None):
    return suggesting.suggest(title, text, territory, KNOWLEDGE)


def proposed(text, territory=None):
    said = read(text, territory=territory)
    return suggesting.propose(said, INDEX, said.territory, date(2022, 8, 1), UNITS)


def test_the_task_heard_comes_first_with_the_words_that_speak_for_it():
    first = read("我们三桥的修车铺要接三相电，报装一个月没人来").areas[0]
    assert (first.section, first.task) == (7, 63)
    assert first.why == "文中提到三相电、报装、电"


def test_a_section_without_any_task_heard_is_still_an_area():
    assert [(g.section, g.task) for g in read("问一下用电的事情").areas] == [(7, None)]


def test_two_words_of_a_pattern_must_stand_near_each_other():
    assert read("执照一直没下来").areas[0].task == 24
    far = read("执照" + "，如此这般" * 20 + "没下来")
    assert [(g.section, g.task) for g in far.areas] == [(4, None)]


def test_full_width_and_case_do_not_matter():
    lexicon = matching.Lexicon([(1, ["app"])])
    assert [hit.pattern for hit in lexicon.hits(matching.Text("手机ＡＰＰ闪退"))] == ["app"]


def test_a_pattern_known_to_many_owners_tells_less():
    lexicon = matching.Lexicon([(1, ["停电"]), (2, ["停电"]), (3, ["停水"])])
    weights = {hit.owner: hit.weight for hit in lexicon.hits(matching.Text("停电停水"))}
    assert weights[1] == weights[2] < weights[3]


def test_the_territory_of_the_form_stands_and_else_the_text_tells():
    assert read("我们在北杜的仓库停电", territory="新区本级").territory == "新区本级"
    found = read("我们在北杜的仓库停电", territory="不清楚")
    assert (found.territory, found.territory_why) == ("空港新城", "文中提到北杜")
    assert read("仓库停电").territory is None


def test_a_matter_before_the_court_is_a_ground_but_a_service_wish_is_not():
    found = read("一审判下来我们不服，请领导出面改判")
    assert (found.in_scope, found.ground) == (False, "R02")
    assert "改判" in found.ground_why
    assert read("一审不服想上诉，网上立案进不去").in_scope


def test_anger_with_a_matter_is_heard_and_anger_alone_is_a_ground():
    assert read("滚！三相电报装一个月了，三相电什么时候来").in_scope
    assert read("滚").ground == "R06"


def test_outside_the_new_area_is_proposed_only_without_a_place_inside():
    assert read("我们公司位于曲江，门口停电").ground == "R01"
    assert read("我们公司位于曲江，三桥的分店停电").ground is None
    assert read("门口停电", territory="不在新区").ground == "R01"


def test_text_without_content_is_a_ground_and_an_english_appeal_is_not():
    assert read("哈哈 1234567", title="11").ground == "R06"
    assert read("Our shop has been waiting for the meter since May, who can help us?", title="help").in_scope


def test_a_special_channel_is_a_hint_and_not_a_ground():
    found = read("镇政府欠我们的款，另外还停电")
    assert (found.in_scope, found.channels) == (True, ("拖欠账款",))
    assert read("某科长受贿").ground == "statutory"


def test_two_matters_are_noticed_when_the_text_turns_to_another_subject():
    assert read("三相电报装一个月没来人。另外出口退税太慢，税务说等").matters == 2
    assert read("三相电报装一个月没来人。另外报装要什么材料，三相电多少钱").matters == 1
    assert read("有两件事想问").matters == 2


def test_the_proposal_gives_lead_support_row_and_runner_up():
    found = proposed("三桥的店，三相电报装一个月没来人，出口退税也没到")
    assert (found.lead, found.supports, found.version) == ("供电公司", ("沣东新城",), 2)
    assert found.row is not None
    assert found.row.id == 11
    assert found.runner_up is not None
    assert found.runner_up.section == 9
    assert [lead.unit for lead in found.leads] == ["供电公司", "税务局", "住建局"]
    assert abs(sum(lead.score for lead in found.leads) - 1) < 0.001
    assert found.why.startswith("文中提到")
    assert "依据任务63" in found.why


def test_a_unit_named_in_the_text_gains_standing():
    plain = proposed("三相电报装，出口退税").leads
    named = proposed("三相电报装，出口退税，找过税局").leads
    assert named[1].unit == "税务局"
    assert named[1].score > plain[1].score


def test_out_of_scope_has_no_lead_but_keeps_the_ranking_for_the_coordinator():
    found = proposed("三相电报装的官司一审不服")
    assert (found.lead, found.row, found.supports) == (None, None, ())
    assert found.leads[0].unit == "供电公司"


def test_nothing_heard_waits_in_the_pile():
    found = proposed("这个事情我们说了很多次了请尽快安排一下谢谢")
    assert (found.lead, found.leads, found.confidence) == (None, (), 0.0)
    assert "待研判" in found.why


def test_the_answer_of_the_route_command_has_every_field_of_the_contract():
    said = read("三桥的店，三相电报装没来人")
    line = suggesting.answer(said, suggesting.propose(said, INDEX, said.territory, date(2022, 8, 1), UNITS))
    assert list(line) == [
        "in_scope", "ground", "territory", "areas", "leads", "lead", "supports", "confidence", "matters", "row",
        "version",
    ]  # fmt: skip
    assert (line["lead"], line["row"], line["territory"]) == ("供电公司", 11, "沣东新城")


def test_more_and_clearer_words_make_it_surer():
    vague, clear = read("停电"), read("停电，又停电，跳闸，三相电报装")
    assert 0 < vague.confidence < clear.confidence <= 1
