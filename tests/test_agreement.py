import json
import sys
from dataclasses import replace

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats import inter_rater

from hedgerow import CLASSES, Context, HedgerowError, LabeledSegment
from hedgerow.agreement import compare_readers, measure_agreement
from hedgerow.cli import main
from hedgerow.rows import to_row


def segment(first, second, kind="sentence"):
    return with_votes({"first": first, "second": second}, kind)


def with_votes(votes, kind="sentence", document="d", index=0):
    return LabeledSegment(document, index, 0, 1, kind, "x", Context(), None, votes=votes)


def test_textbook_kappa():
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: the usual example, kappa 0.4.
    counts = {("fact", "fact"): 20, ("fact", "none"): 5, ("none", "fact"): 10, ("none", "none"): 15}
    segments = [segment(*pair) for pair, count in counts.items() for _ in range(count)]
    over_all, fact, *_ = measure_agreement(segments, "first", "second")
    assert (over_all.observed, over_all.kappa) == (pytest.approx(0.7), pytest.approx(0.4))
    assert fact.kappa == pytest.approx(0.4)
    assert over_all.alpha == pytest.approx(0.4)


def test_headings_do_not_swell_the_agreement():
    segments = [
        segment("fact", "none"),
        segment("none", "fact"),
        segment("none", "none", "heading"),
    ]
    assert measure_agreement(segments, "first", "second")[0].segments == 2
    assert compare_readers(segments).groups[0].complete == 2


def test_full_agreement_and_missing_reader():
    assert measure_agreement([segment("fact", "fact")] * 3, "first", "second")[0].kappa == 1
    assert measure_agreement([segment("fact", "fact")], "first", "unguided") == []


READERS = ("ana", "ben", "cyd")


def random_votes(missing, documents=12, seed=3):
    """Readers who mostly see the same; some votes are missing."""
    rng = np.random.default_rng(seed)
    segments = []
    for index in range(240):
        truth = rng.choice(4, p=(0.5, 0.25, 0.15, 0.1))
        votes = {
            name: CLASSES[truth if rng.random() < 0.75 else rng.integers(4)]
            for name in READERS
            if rng.random() >= missing
        }
        segments.append(with_votes(votes, document=f"d{index % documents}", index=index))
    return segments


def coded(segments, label):
    """Votes as (readers, segments), NaN where missing; a class against the rest as 1 and 0."""
    column = None if label == "all" else CLASSES.index(label)
    values = [
        [CLASSES.index(one.votes[name]) if name in one.votes else np.nan for one in segments]
        for name in READERS
    ]
    array = np.array(values, dtype=float)
    return array if column is None else np.where(np.isnan(array), np.nan, array == column)


@pytest.mark.parametrize("missing", [0, 0.3])
@pytest.mark.parametrize("label", ["all", *CLASSES])
def test_coefficients_equal_those_of_other_libraries(label, missing):
    segments = random_votes(missing)
    report = compare_readers(segments)
    votes = coded(segments, label)
    group = next(one for one in report.groups if one.label == label)
    complete = votes[:, ~np.isnan(votes).any(axis=0)].astype(int)
    assert group.complete == complete.shape[1]
    table, _ = inter_rater.aggregate_raters(complete.T)
    assert group.fleiss.value == pytest.approx(inter_rater.fleiss_kappa(table))
    alpha = krippendorff.alpha(votes, level_of_measurement="nominal")
    assert group.alpha.value == pytest.approx(alpha)
    for pair in report.pairs:
        if pair.label != label:
            continue
        both = votes[[READERS.index(pair.first), READERS.index(pair.second)]]
        both = both[:, ~np.isnan(both).any(axis=0)].astype(int)
        square = np.zeros((4, 4))
        np.add.at(square, tuple(both), 1)
        assert pair.kappa.value == pytest.approx(cohen_kappa_score(*both))
        assert pair.kappa.value == pytest.approx(
            inter_rater.cohens_kappa(square, return_results=False)
        )
        assert (pair.segments, pair.observed) == (both.shape[1], (both[0] == both[1]).mean())
    assert len(report.pairs) == 3 * 5


def test_intervals_hold_the_value_and_are_drawn_by_article():
    few, many = (random_votes(0, documents=documents) for documents in (2, 240))
    report = compare_readers(few)
    assert report.documents == 2 and report.readers == dict.fromkeys(READERS, 240)
    for one in report.groups:
        assert one.fleiss.low <= one.fleiss.value <= one.fleiss.high
        assert one.alpha.low <= one.alpha.value <= one.alpha.high
    # The same votes, once in two articles and once each in its own.
    alpha = compare_readers(many).groups[0].alpha
    assert alpha.value == pytest.approx(report.groups[0].alpha.value)
    assert alpha.high - alpha.low > 0.05
    whole = [replace(one, document_id="d") for one in few]
    single = compare_readers(whole).groups[0].alpha
    assert single.low == pytest.approx(single.value) == pytest.approx(single.high)


def test_the_same_votes_give_the_same_intervals():
    assert compare_readers(random_votes(0.3)) == compare_readers(random_votes(0.3))


def test_a_label_nobody_used_has_no_coefficient():
    report = compare_readers([segment("fact", "none"), segment("none", "none")])
    undefined = {one.label for one in report.groups if one.alpha is None}
    assert undefined == {"speculation", "recommendation"}
    assert {one.label for one in report.pairs if one.kappa is None} == undefined


def test_readers_are_chosen_and_the_adjudicator_is_none():
    votes = {"ana": "fact", "ben": "none", "unguided": "fact", "adjudicator": "fact"}
    segments = [with_votes(votes), with_votes(votes | {"ben": "fact"})]
    assert set(compare_readers(segments).readers) == {"ana", "ben"}
    assert set(compare_readers(segments, ["ana", "unguided"]).readers) == {"ana", "unguided"}
    for readers, expected in (
        (["ana", "eve"], "expected one of ana, ben, unguided, adjudicator, found eve"),
        (["ana", "ana"], "expected two different readers"),
        (["ana"], "expected two different readers"),
    ):
        with pytest.raises(HedgerowError, match=expected):
            compare_readers(segments, readers)
    with pytest.raises(HedgerowError, match="expected segments that two readers labelled"):
        compare_readers([with_votes({"ana": "fact"}), with_votes({"ben": "fact"})])


def test_agree_prints_tables_and_writes_json(monkeypatch, capsys, tmp_path):
    gold, out = tmp_path / "gold.jsonl", tmp_path / "report.json"
    segments = [
        replace(one, start=2 * number, end=2 * number + 1)
        for number, one in enumerate(random_votes(0.3))
    ]
    gold.write_text("".join(json.dumps(to_row(one)) + "\n" for one in segments))
    monkeypatch.setattr(sys, "argv", ["hedgerow", "gold", "agree", str(gold), "-o", str(out)])
    with pytest.raises(SystemExit) as exit_info:
        main()
    assert not exit_info.value.code
    printed = capsys.readouterr().out
    report = compare_readers(segments)
    alpha = report.groups[0].alpha
    assert f"{alpha.value:.3f} [{alpha.low:.3f}, {alpha.high:.3f}]" in printed
    assert "ana and ben" in printed and "12 articles" in printed
    assert json.loads(out.read_text())["groups"][0]["alpha"]["value"] == alpha.value
