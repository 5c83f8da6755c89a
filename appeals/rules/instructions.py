"""What leaders write and meetings decide (policy §8)."""

from appeals.rules.words import Word


class Given(Word):
    """Who said it: a leader by himself, or the fortnightly meeting."""

    INSTRUCTION = "instruction", "批示"
    MEETING = "meeting", "会议决定"
