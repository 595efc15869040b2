import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from hedgerow import Context, HedgerowError, Segment
from hedgerow.annotation.selection import choose

EXAMPLES = Path(__file__).parents[1] / "data" / "examples"


def make_candidates(count=60):
    """Plain sentences; the model doubts rows 0–4 and contradicts the rules on rows 10–12."""
    texts = [f"The {number}th dam closed in {1900 + number}." for number in range(count)]
    segments = [Segment("d", 0, len(text), "sentence", text) for text in texts]
    probabilities = np.tile(np.float32([0.9, 0.06, 0.02, 0.02]), (count, 1))
    for row in range(5):
        probabilities[row] = [0.50 - row / 100, 0.45, 0.03, 0.02 + row / 100]
    probabilities[10:13] = [0.01, 0.97, 0.01, 0.01]
    return segments, probabilities


def by_reason(choices):
    rows = {}
    for choice in choices:
        rows.setdefault(choice.reason, set()).add(choice.row)
    return rows


def test_each_strategy_finds_what_it_is_for():
    segments, probabilities = make_candidates()
    rows = by_reason(choose(segments, probabilities, 15, random_share=0.2))
    # Rows 1 to 4 have the smallest margins; the rules call all of them fact.
    assert rows["uncertainty"] == {1, 2, 3, 4}
    assert rows["disagreement"] == {10, 11, 12}
    assert {reason: len(found) for reason, found in rows.items()} == {
        "uncertainty": 4, "disagreement": 3, "diversity": 5, "random": 3,
    }  # fmt: skip
    # Of the rows on which they differ, that comes first where the model half agrees.
    probabilities[12] = [0.3, 0.6, 0.05, 0.05]
    alone = choose(segments, probabilities, 1, strategies=["disagreement"], random_share=0)
    assert by_reason(alone) == {"disagreement": {12}}


def test_diversity_takes_one_of_each_kind_of_wording():
    texts = [
        f"{words} {number}"
        for words in ("The dam closed at once", "Voters went home late", "Ships sailed out slowly")
        for number in range(20)
    ]
    segments = [Segment("d", 0, len(text), "sentence", text) for text in texts]
    probabilities = np.full((60, 4), 0.25, dtype=np.float32)
    choices = choose(segments, probabilities, 3, strategies=["diversity"], random_share=0)
    assert {choice.row // 20 for choice in choices} == {0, 1, 2}


def test_boilerplate_is_chosen_once_but_may_be_drawn():
    segments = [Segment("d", 0, 5, "sentence", "Same.")] * 30
    segments += [Segment("d", 0, 5, "list_item", "Same.", Context(lead_in="Under this:"))]
    probabilities = np.full((31, 4), 0.25, dtype=np.float32)
    rows = by_reason(choose(segments, probabilities, 10))
    assert len(rows["uncertainty"] | rows.get("disagreement", set())) == 2
    assert len(rows["random"]) == 8


@pytest.mark.parametrize("share", [0.2, 1.0])
def test_the_estimate_by_inclusion_probabilities_is_unbiased(share):
    segments, probabilities = make_candidates()
    # What is chosen on purpose is not like the rest, so the plain mean of the rows is far off.
    truth = np.arange(60) < 15
    estimates, means = [], []
    for seed in range(400):
        choices = choose(
            segments, probabilities, 20, random_share=share, seed=seed,
            strategies=["uncertainty", "disagreement"],
        )  # fmt: skip
        y = truth[[choice.row for choice in choices]]
        weights = 1 / np.array([choice.inclusion_probability for choice in choices])
        assert weights.sum() == pytest.approx(60)
        estimates.append(np.average(y, weights=weights))
        means.append(y.mean())
    error = np.std(estimates) / np.sqrt(len(estimates))
    assert abs(np.mean(estimates) - truth.mean()) < 3 * error
    assert share == 1 or np.mean(means) - truth.mean() > 0.1


def test_the_same_seed_chooses_the_same_and_another_draws_others():
    segments, probabilities = make_candidates()
    assert choose(segments, probabilities, 20) == choose(segments, probabilities, 20)
    drawn = [by_reason(choose(segments, probabilities, 20, seed=s))["random"] for s in (0, 1)]
    assert drawn[0] != drawn[1]


def test_more_than_there_are_takes_all():
    segments, probabilities = make_candidates(8)
    choices = choose(segments, probabilities, 100)
    assert [choice.row for choice in choices] == list(range(8))
    assert all(choice.inclusion_probability == 1 for choice in choices)
    with pytest.raises(HedgerowError, match="expected a number of 1 or more"):
        choose(segments, probabilities, 0)


def read(path):
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def test_select_from_articles_with_the_shipped_model_then_from_what_is_left(run, tmp_path):
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    status, out, _ = run("gold", "select", EXAMPLES, "-n", 20, "-o", first)
    rows = read(first)
    assert status == 0 and out[0].startswith("20 of ") and "4 random" in out[0]
    assert Counter(row["selected_by"] for row in rows)["random"] == 4
    assert {row["kind"] for row in rows}.isdisjoint({"heading", "byline", "table_header"})
    assert all(row["model"].startswith("base@") and "next" in row for row in rows)
    places = [(row["document_id"], row["index"]) for row in rows]
    assert places == sorted(places)
    assert run("gold", "select", EXAMPLES, "-n", 20, "--exclude", first, "-o", second)[0] == 0
    again = {(row["document_id"], row["index"]) for row in read(second)}
    assert len(again) == 20 and again.isdisjoint(places)


def test_select_from_rows_keeps_them_and_their_neighbours(run, tmp_path):
    rows, chosen = tmp_path / "rows.jsonl", tmp_path / "chosen.jsonl"
    run("label", EXAMPLES / "ferry_terminal.txt", "-m", "keywords", "-f", "jsonl", "-o", rows)
    before = {row["index"]: row | {"desk": "local"} for row in read(rows)}
    rows.write_text("".join(json.dumps(row) + "\n" for row in before.values()), encoding="utf-8")
    command = ("gold", "select", rows, "-m", "linear", "-n", 5, "-o", chosen)
    assert run(*command)[0] == 0
    for row in read(chosen):
        added = {name: row.pop(name) for name in ("next", "selected_by", "inclusion_probability")}
        assert row == before[row["index"]]
        following = before.get(row["index"] + 1, {"kind": "heading"})
        assert added["next"] == ("" if following["kind"] == "heading" else following["text"])
    status, _, errors = run(*command)
    assert status == 1 and "--force" in errors[0]


def test_a_bad_input_is_named_and_the_rest_done(run, tmp_path):
    broken, out = tmp_path / "broken.jsonl", tmp_path / "out.jsonl"
    broken.write_text('{"document_id": "d"}\n')
    article = EXAMPLES / "ferry_terminal.txt"
    status, _, errors = run("gold", "select", broken, article, "-m", "linear", "-n", 3, "-o", out)
    assert status == 1 and "broken.jsonl:1" in errors[0]
    assert len(read(out)) == 3


def test_nothing_to_choose_from(run, tmp_path):
    article = tmp_path / "heading.md"
    article.write_text("# Only a heading\n")
    out = tmp_path / "out.jsonl"
    status, _, errors = run("gold", "select", article, "-m", "keywords", "-o", out)
    assert status == 1 and "expected segments to choose from" in errors[0]
    assert not out.exists()
