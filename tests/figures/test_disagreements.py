"""Where the second count once disagreed with the program and the policy's words decided: one smallest case each."""

from appeals.rules import facts
from appeals.rules.words import Part
from tests.rules.histories import U1, U2, appeal, at, figures, lead, version

ACK = {"ack_due_at": at("11-05 18:00"), "acknowledged_at": at("11-05 17:00")}


# -- 自提自办: "where the filer's unit also leads it" (policy §2) --------------------------------------------


def test_a_unit_that_filed_an_appeal_and_only_supports_it_has_the_support_in_its_own_line():
    support = lead(
        U2, part=Part.SUPPORT, final=False, due_at=at("11-04 18:00"), replies=(version("11-04 18:00", None, True),), **ACK
    )
    found = figures(appeal(filer_unit=U2, assignments=(lead(U1), support)))
    assert found[U2] == {"support_on_time": (1, 1), "acknowledged_on_time": (1, 1)}
    assert facts.SELF_HANDLED not in found


def test_a_unit_that_filed_an_appeal_and_leads_it_no_more_has_its_tenure_in_its_own_line():
    lost = lead(U2, ended_at=at("11-06 09:00"), final=False, **ACK)
    now = lead(U1, dispatched_at=at("11-06 09:00"), due_at=at("11-13 18:00"))
    found = figures(appeal(filer_unit=U2, assignments=(lost, now)))
    assert found[U2] == {"acknowledged_on_time": (1, 1)}
    assert facts.SELF_HANDLED not in found
