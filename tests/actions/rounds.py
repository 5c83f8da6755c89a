"""Rounds of rating and rectification, led by the real deeds; every step one working day after the other."""

from datetime import datetime, timedelta

from appeals.actions import rectifying
from appeals.models.appeal import Appeal
from appeals.rules.actors import Actor
from tests import builders as b
from tests.builders import at

POOR = at("2026-11-30 10:00")  # Monday, the answer having been approved on Friday the 27th
VERIFIED = at("2026-12-01 14:00")
REPORT = "已经重新检修全部线路并回访企业。"


class People:
    """Everybody a rectification needs; `office` approves and audits, `other` verifies."""

    def __init__(self) -> None:
        self.office, self.other, self.director = b.staff("coordinator"), b.staff("coordinator"), b.staff("director")
        self.recusal, self.leader = b.staff("recusal"), b.staff("leader")
        self.worker, self.head = b.staff("liaison"), b.staff("head")

    def completed(self, **changes) -> Appeal:
        """Approved on Friday 2026-11-27 at 10:00; its window ends on Friday 2026-12-04 at 18:00."""
        return b.completed(self.office, self.worker, self.head, **changes)

    def poor(self, when: datetime = POOR, **changes) -> Appeal:
        """… rated poor on Monday."""
        return b.rated(self.completed(**changes), 1, when, "no", reasons=["slow"])

    def verified(self, when: datetime = VERIFIED, complex_: bool = False, **changes) -> Appeal:
        """… verified on Tuesday: due on Tuesday 2026-12-08 at 18:00."""
        appeal = self.poor(**changes)
        rectifying.verify(appeal.id, finding="企业反映属实", complex_=complex_, by=self.other, at=when)
        return b.the(appeal.number)

    def round(self, appeal: Appeal, when: datetime, by: Actor | None = None) -> Appeal:
        """Verified, reported and audited at this moment: the next rating begins."""
        verifier = self.director if by is None else by
        rectifying.verify(appeal.id, finding="企业反映属实", complex_=False, by=verifier, at=when)
        rectifying.report(appeal.id, text=REPORT, by=self.head, at=when)
        rectifying.audit(appeal.id, by=self.leader if appeal.round >= 3 else self.office, at=when)
        return b.the(appeal.number)

    def after_three(self) -> Appeal:
        """Poor for the fourth time: three rectifications were audited, each on the day after the rating."""
        appeal, when = self.poor(), POOR
        for _ in range(3):
            appeal = self.round(appeal, when + timedelta(hours=26))
            when += timedelta(days=2)
            appeal = b.rated(appeal, 2, when, "no", comment="还是老样子")
        assert (appeal.state, appeal.round) == ("rectifying", 4)
        return appeal
