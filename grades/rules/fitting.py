"""Whether rules fit what courses ask for. Nothing here refuses: a school may be in the middle."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from grades.domain import Assessment, Concern, GradingRules, Misfit, Weighting

SHOWN = 10  # assessments that a concern names


def misfits(rules: GradingRules, asked: Mapping[str, Sequence[Assessment]]) -> tuple[Concern, ...]:
    """Compare the categories of rules with those of assessments, by period.

    Of a period without assessments nothing can be said yet.
    """
    if rules.weighting is not Weighting.CATEGORIES:
        return ()
    return (*_unused(rules, asked), *_unweighed(rules, asked))


def _unused(rules: GradingRules, asked: Mapping[str, Sequence[Assessment]]) -> Iterator[Concern]:
    used = {one.counts_as for some in asked.values() for one in some if not one.extra_credit}
    for name, weight in rules.weights if used else ():
        if weight and name not in used:
            yield Concern(Misfit.UNUSED, f"rules.weights.{name}", name)


def _unweighed(rules: GradingRules, asked: Mapping[str, Sequence[Assessment]]) -> Iterator[Concern]:
    known = {name for name, _ in rules.weights}
    for period in sorted(asked):
        strange: dict[str, list[str]] = defaultdict(list)
        for one in asked[period]:
            if one.counts_as not in known:
                strange[one.counts_as].append(one.id)
        for name, found in sorted(strange.items()):
            shown = tuple(sorted(found)[:SHOWN])
            yield Concern(Misfit.UNWEIGHED, "rules.weights", name, period, shown, len(found))
