"""Minimal pairs for the rules of the labelling guide, and how many of them a model gets right.

    python -m tests.behaviour.suite [--card] [MODEL…]

``cases.jsonl`` holds groups of two or three segments that differ in few words and in their label
(or in ``attributed``, or, to show that names and figures don't matter, in nothing that should).
They were written by another hand than the training data and labelled again blind; cases that the
second reader saw otherwise, or found arguable, were left out. A group passes when all its cases do.
``--card`` writes the rates into each model's card too.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hedgerow.classification import Classifier, load_classifier
from hedgerow.labeling import build_records
from hedgerow.model_folder import find_model, put_card_section, write_manifest
from hedgerow.records import Context, LabeledSegment, Segment

CASES = Path(__file__).with_name("cases.jsonl")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case and what the model said of it."""

    group: str
    rule: str
    case: dict[str, Any]
    given: LabeledSegment

    @property
    def passed(self) -> bool:
        """Whether the model is right about what the group tests."""
        if self.rule.startswith("attribution"):
            return self.given.attributed == self.case["attributed"]
        return self.given.class_name == self.case["label"]


def run(classifier: Classifier) -> list[Outcome]:
    """Asks a classifier about every case."""
    groups = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    cases = [(group, case) for group in groups for case in group["cases"]]
    segments = [_to_segment(case) for _, case in cases]
    scores = classifier.score(segments)
    return [
        Outcome(
            group["id"],
            group["rule"],
            case,
            build_records([one], scores.take([row]), classifier.identifier)[0],
        )
        for row, ((group, case), one) in enumerate(zip(cases, segments, strict=True))
    ]


def _to_segment(case: dict[str, Any]) -> Segment:
    context = Context(*(case.get(name) or "" for name in ("heading", "lead_in", "previous")))
    text = case["text"]
    return Segment("", 0, len(text), case.get("kind", "sentence"), text, context)


def pass_rates(outcomes: Sequence[Outcome]) -> dict[str, tuple[int, int]]:
    """Passed groups and all groups by rule."""
    groups: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.rule, outcome.group].append(outcome.passed)
    rates: dict[str, tuple[int, int]] = {}
    for (rule, _), passed in groups.items():
        right, total = rates.get(rule, (0, 0))
        rates[rule] = right + all(passed), total + 1
    return rates


def summarize(outcomes: Sequence[Outcome]) -> str:
    """One line: groups and cases that passed."""
    right, total = (sum(column) for column in zip(*pass_rates(outcomes).values(), strict=True))
    cases = sum(outcome.passed for outcome in outcomes)
    return (
        f"{right} of {total} groups ({right / total:.1%}), "
        f"{cases} of {len(outcomes)} cases ({cases / len(outcomes):.1%})"
    )


def write_to_card(folder: Path, outcomes: Sequence[Outcome]) -> None:
    """Puts the pass rate of every rule into a model's card, and the card into its manifest."""
    lines = [
        f"Minimal groups of `tests/behaviour`: {summarize(outcomes)}. Groups passed by rule:",
        "",
        "| rule | passed | of |",
        "| --- | --- | --- |",
        *(
            f"| {rule} | {passed} | {total} |"
            for rule, (passed, total) in sorted(pass_rates(outcomes).items())
        ),
    ]
    put_card_section(folder, "Behaviour", lines)
    write_manifest(folder)


def main() -> None:
    """Prints, for each model, the rules of which it misses a group."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", default=["base"], metavar="MODEL")
    parser.add_argument("--card", action="store_true", help="write the rates into the card")
    arguments = parser.parse_args()
    for name in arguments.models:
        outcomes = run(load_classifier(name))
        print(f"{name}: {summarize(outcomes)}")
        rates = pass_rates(outcomes).items()
        for rule, (passed, count) in sorted(rates, key=lambda item: item[1][0] / item[1][1]):
            if passed < count:
                print(f"  {passed}/{count}  {rule}")
        if arguments.card:
            write_to_card(find_model(name), outcomes)


if __name__ == "__main__":
    main()
