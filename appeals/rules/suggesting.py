"""Free text → ranked functional areas, territory, ground and lead, each with the words behind it; policy §5."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from appeals.rules import grounds, matching, routing

TOP = 5
READ = 2000  # characters of the text; whoever writes more has named the matter by then
TITLE_TIMES = 1.3  # a title is short and chosen
NAME_SHARE = 0.25  # two characters of a task's official name beside a word that companies write
SIBLING_SHARE = 0.25  # what a section gains from its further tasks that were heard
SECTION_SHARE = 0.9  # what a task gains from its section
ALTERNATIVE_SHARE = 0.3  # the standing of a further lead unit of the row beside the first
NAMED_SHARE = 0.1  # what a unit gains by being named in the text
FULL_EVIDENCE = 6.0  # with this much evidence the confidence rests on the distance to the second alone
BESIDE = 300  # characters read on each side of a turning word
MATTER = 2.5  # evidence with which a part of the text counts as a matter of its own
TURN = re.compile(
    r"另外|此外|顺便|顺带|再问|再一个|还有(?=一|个|件|就)|其二|第二|二是|二、|(?<!\d)2[.、)](?!\d)"
)
TWO = re.compile(r"两件事|两个问题|两个事|二件事")


@dataclass(frozen=True)
class Guess:
    """One area the text may be about; `score` is its share of the evidence for the best few, 0–1."""

    section: int
    task: int | None
    score: float
    why: str


@dataclass(frozen=True)
class Suggestion:
    """What a text says.

    `ground` is a decline code, `statutory` or None (then `in_scope`); `channels` special procedures worth a
    look; `bodies` the units named; `matters` how many separate matters the text seems to hold (≥1);
    `confidence` 0–1 for the first area. Nothing is decided by it: a coordinator confirms.
    """

    in_scope: bool
    ground: str | None
    ground_why: str
    territory: str | None
    territory_why: str
    areas: tuple[Guess, ...]
    confidence: float
    matters: int
    channels: tuple[str, ...]
    bodies: tuple[str, ...]


@dataclass(frozen=True)
class Lead:
    """A unit that may lead; the scores of a proposal add up to 1."""

    unit: str
    score: float


@dataclass(frozen=True)
class Proposal:
    """What the coordinator is shown. `lead` None: out of scope or 待研判; `leads` then still say who might lead.

    `runner_up` is the best area of another section, `version` that of the directory asked.
    """

    lead: str | None
    leads: tuple[Lead, ...]
    supports: tuple[str, ...]
    row: routing.Row | None
    version: int
    runner_up: Guess | None
    confidence: float
    why: str


class Knowledge:
    """All words, prepared once and shared by all texts."""

    def __init__(
        self,
        territories: Iterable[str],
        tasks: Mapping[int, tuple[int, str]],
        section_words: Mapping[int, Sequence[str]],
        task_words: Mapping[int, Sequence[str]],
        places: Iterable[tuple[str, str | None]],
        bodies: Iterable[tuple[str, str]],
        cues: Sequence[grounds.Cue],
    ) -> None:
        """Take the territories, task → (section, name), the words per section and task, the places and bodies.

        `places` are (word, territory), territory None outside the new area; `bodies` are (word, unit).
        """
        self.territories = frozenset(territories)
        self.sections = {task: section for task, (section, _) in tasks.items()}
        # Sections and tasks share one lexicon: a section's number is negative there.
        self.areas = matching.Lexicon(
            [*((-n, words) for n, words in section_words.items()), *task_words.items()]
        )
        self.names = matching.Lexicon((task, _bigrams(name)) for task, (_, name) in tasks.items())
        places = list(places)
        self.located, self.places = _named((word, name) for word, name in places if name)
        self.units, self.bodies = _named(bodies)
        self.grounds = grounds.Grounds(cues, [word for word, name in places if name is None])


def suggest(title: str, text: str, territory: str | None, knowledge: Knowledge) -> Suggestion:
    """Read one appeal; policy §5.

    `territory` is the choice of the form; None or a choice that is no territory: the text decides.
    """
    heading, whole = matching.Text(title), matching.Text(title, text[:READ])
    areas, heard, confidence = _areas(heading, whole, knowledge)
    place, place_why = _territory(whole, territory, knowledge)
    reading = knowledge.grounds.read(whole, heard, territory, place)
    return Suggestion(
        in_scope=reading.ground is None,
        ground=reading.ground,
        ground_why=reading.why,
        territory=place,
        territory_why=place_why,
        areas=areas,
        confidence=confidence,
        matters=_matters(whole, knowledge),
        channels=reading.channels,
        bodies=tuple(dict.fromkeys(knowledge.units[hit.owner] for hit in knowledge.bodies.hits(whole))),
    )


def propose(
    suggestion: Suggestion,
    index: routing.Index,
    territory: str | None,
    on: date,
    territorial_units: Mapping[str, str],
) -> Proposal:
    """Route the suggested areas: the lead is that of the best area, others are ranked after it; policy §5.

    `territory` may differ from the suggestion's when a coordinator has corrected it; `territorial_units` as in
    `routing.route`.
    """
    found = [
        (g, routing.route(index, g.task, g.section, territory, on, territorial_units))
        for g in suggestion.areas
    ]
    routed = [(guess, route) for guess, route in found if route.lead]
    leads = _ranked(routed, suggestion.bodies)
    if not routed or not suggestion.in_scope:
        why = suggestion.ground_why or "没有读出可以对应的职能，待研判"
        return Proposal(None, leads, (), None, index.version, None, suggestion.confidence, why)
    guess, route = routed[0]
    return Proposal(
        lead=route.lead,
        leads=leads,
        supports=route.supports,
        row=route.row,
        version=index.version,
        runner_up=next((other for other, _ in routed if other.section != guess.section), None),
        confidence=suggestion.confidence,
        why=f"{guess.why}；{route.why}",
    )


def answer(suggestion: Suggestion, proposal: Proposal) -> dict[str, object]:
    """Return the two as the `route` command prints them, plain values only (contract: Command line)."""
    return {
        "in_scope": suggestion.in_scope,
        "ground": suggestion.ground,
        "territory": suggestion.territory,
        "areas": [asdict(guess) for guess in suggestion.areas],
        "leads": [asdict(lead) for lead in proposal.leads],
        "lead": proposal.lead,
        "supports": list(proposal.supports),
        "confidence": proposal.confidence,
        "matters": suggestion.matters,
        "row": proposal.row.id if proposal.row else None,
        "version": proposal.version,
    }


def _areas(
    heading: matching.Text, whole: matching.Text, knowledge: Knowledge
) -> tuple[tuple[Guess, ...], float, float]:
    """Return the best guesses, all evidence for the best section, and the confidence in it."""
    heard, words = _evidence(heading, whole, knowledge)
    sections = _sections(heard, knowledge.sections)
    if not sections:
        return (), 0.0, 0.0
    scores: dict[tuple[int, int | None], float] = {}
    for section, total in sections.items():
        scores[section, None] = SECTION_SHARE * total
    for owner, score in heard.items():
        if owner > 0:
            section = knowledge.sections[owner]
            scores[section, owner] = score + SECTION_SHARE * sections[section]
            scores.pop((section, None), None)
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0][0], item[0][1] or 0))[:TOP]
    total = sum(score for _, score in best)
    guesses = tuple(
        Guess(section, task, round(score / total, 4), _why(section, task, words))
        for (section, task), score in best
    )
    first, second = sorted((*sections.values(), 0.0), reverse=True)[:2]
    return guesses, first, round(first / (first + second) * min(1.0, first / FULL_EVIDENCE), 4)


def _evidence(
    heading: matching.Text, whole: matching.Text, knowledge: Knowledge
) -> tuple[dict[int, float], dict[int, list[str]]]:
    """Add up the words heard per owner (task, or minus section) and keep them, the most telling first."""
    titled = {(hit.owner, hit.pattern) for hit in knowledge.areas.hits(heading)}
    heard: dict[int, float] = defaultdict(float)
    words: dict[int, list[str]] = defaultdict(list)
    for hit in knowledge.areas.hits(whole):
        heard[hit.owner] += hit.weight * (TITLE_TIMES if (hit.owner, hit.pattern) in titled else 1.0)
        words[hit.owner].append(hit.pattern)
    for hit in knowledge.names.hits(whole):
        heard[hit.owner] += NAME_SHARE * hit.weight
    return heard, words


def _sections(heard: Mapping[int, float], sections: Mapping[int, int]) -> dict[int, float]:
    tasks: dict[int, list[float]] = defaultdict(list)
    for owner, score in heard.items():
        if owner > 0:
            tasks[sections[owner]].append(score)
    totals = {-owner: score for owner, score in heard.items() if owner < 0}
    for section, scores in tasks.items():
        best = max(scores)
        totals[section] = totals.get(section, 0.0) + best + SIBLING_SHARE * (sum(scores) - best)
    return totals


def _why(section: int, task: int | None, words: Mapping[int, Sequence[str]]) -> str:
    found = list(dict.fromkeys([*(words.get(task, ()) if task else ()), *words.get(-section, ())]))
    return f"文中提到{'、'.join(found[:6])}" if found else "与任务名称用词相近"


def _territory(whole: matching.Text, chosen: str | None, knowledge: Knowledge) -> tuple[str | None, str]:
    if chosen in knowledge.territories:
        return chosen, "企业在表单中选择"
    weights: dict[str, float] = defaultdict(float)
    words: dict[str, list[str]] = defaultdict(list)
    for hit in knowledge.places.hits(whole):
        weights[knowledge.located[hit.owner]] += hit.weight
        words[knowledge.located[hit.owner]].append(hit.pattern)
    if not weights:
        return None, ""
    best = max(weights, key=lambda name: weights[name])
    return best, f"文中提到{'、'.join(words[best])}"


def _matters(whole: matching.Text, knowledge: Knowledge) -> int:
    """Two, when the text says so or turns to another subject of its own weight; else one."""
    if TWO.search(whole.plain):
        return 2
    parts = TURN.split(whole.plain, maxsplit=1)
    if len(parts) < 2:
        return 1
    untitled = matching.Text()
    sides = (parts[0][-BESIDE:], parts[1][:BESIDE])
    loud = [_areas(untitled, matching.Text(side), knowledge) for side in sides]
    apart = all(heard >= MATTER for _, heard, _ in loud)
    return 2 if apart and loud[0][0][0].section != loud[1][0][0].section else 1


def _ranked(routed: Sequence[tuple[Guess, routing.Route]], named: Iterable[str]) -> tuple[Lead, ...]:
    """Rank the units: the lead of the best area first, the others by the standing of their areas."""
    scores: dict[str, float] = defaultdict(float)
    for guess, route in routed:
        scores[str(route.lead)] += guess.score
        for unit in route.alternatives:
            scores[unit] += ALTERNATIVE_SHARE * guess.score
    for unit in named:
        if unit in scores:
            scores[unit] += NAMED_SHARE
    total = sum(scores.values())
    first = routed[0][1].lead if routed else None
    order = sorted(scores, key=lambda unit: (unit != first, -scores[unit], unit))
    return tuple(Lead(unit, round(scores[unit] / total, 4)) for unit in order)


def _bigrams(name: str) -> list[str]:
    clean = re.sub(r"[^\w]", "", matching.plain(name))
    return sorted({clean[at : at + 2] for at in range(len(clean) - 1)})


def _named(pairs: Iterable[tuple[str, str]]) -> tuple[list[str], matching.Lexicon]:
    """Give each name a number, and a lexicon that finds the numbers by their words."""
    words: dict[str, list[str]] = defaultdict(list)
    for word, name in pairs:
        words[name].append(word)
    return list(words), matching.Lexicon(enumerate(words.values()))
