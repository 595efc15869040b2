import json
from dataclasses import replace

import pytest

from hedgerow import Context, Cue, HedgerowError, LabeledSegment
from hedgerow.datacheck import Collection, find_problems, measure_diversity, read_collections

LONG = "The harbour board closed two of its nine berths on Tuesday after divers found cracks."


def segment(text=LONG, label="fact", document="d", index=0, start=None, votes=None, **extra):
    start = index * 1000 if start is None else start
    votes = {"first": label or "none", "second": label or "none"} if votes is None else votes
    return LabeledSegment(
        document, index, start, start + len(text), "sentence", text, Context(), label,
        votes=votes, extra=extra,
    )  # fmt: skip


def problems(*segments, train=(), name="gold"):
    return find_problems([Collection(name, list(segments)), Collection("train", list(train))])


def test_sound_data_has_no_problems():
    agreed = segment()
    settled = segment(
        "It may close the rest.", "speculation", index=1,
        votes={"first": "fact", "second": "speculation", "adjudicator": "speculation"},
    )  # fmt: skip
    assert (
        problems(
            agreed, settled, train=[segment("Nothing like the other at all, said one of them.")]
        )
        == []
    )


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ({"first": "fact"}, "expected two readers' votes, found 1"),
        ({"first": "fact", "second": "none"}, "nobody adjudicated"),
        ({"first": "none", "second": "none"}, "not what the votes decided"),
        ({"first": "fact", "second": "none", "adjudicator": "none"}, "not what the votes decided"),
    ],
)
def test_votes_must_decide_the_label(votes, expected):
    (found,) = problems(segment(votes=votes))
    assert expected in found


def test_reader_without_the_guide_decides_nothing():
    votes = {"first": "fact", "second": "fact", "unguided": "speculation"}
    assert problems(segment(votes=votes)) == []


def test_segments_must_follow_each_other():
    (found,) = problems(segment("One fell."), segment("Two rose.", index=1, start=5))
    assert "d, segment 1" in found
    (found,) = problems(segment("One fell."), segment("Two rose.", index=2))
    assert "d, segment 2" in found


def test_cue_outside_its_segment_is_found():
    broken = replace(segment(), cues=(Cue(900, 903, "hedge"),))
    (found,) = problems(broken)
    assert "inside it" in found


def test_duplicates_are_found_whatever_their_case_and_marks():
    (found,) = problems(segment(), segment(LONG.upper().replace(".", "!"), document="e"))
    assert "the same segment 2 times (d:0, e:0)" in found
    assert problems(segment("By Ola Strand"), segment("By Ola Strand", document="e")) == []


def test_minimal_pairs_may_repeat_themselves():
    pair = [segment(document="p", pair="lead-in"), segment(document="p", index=1, pair="lead-in")]
    assert problems(*pair) == []


def test_leak_between_gold_and_train_is_named():
    near = LONG.replace("Tuesday", "Friday")
    (found,) = problems(segment(), train=[segment(near, document="t7")])
    assert "train: t7, segment 0" in found and "stand in gold too (d)" in found


def test_folder_without_data(tmp_path):
    with pytest.raises(HedgerowError, match="found neither; name the folder that holds gold/"):
        read_collections(tmp_path)


def test_gold_folder_itself_is_told_to_give_the_folder_around_it(tmp_path):
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "articles.jsonl").touch()
    with pytest.raises(HedgerowError, match=f"found neither; name {tmp_path}$"):
        read_collections(tmp_path / "gold")


def test_another_file_can_be_checked_against(tmp_path):
    row = {"document_id": "a", "text": LONG, "label": "fact"}
    for path in (tmp_path / "train" / "segments.jsonl", tmp_path / "mine.jsonl"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(row) + "\n")
    collections = read_collections(tmp_path, [tmp_path / "mine.jsonl"])
    assert [collection.name for collection in collections] == ["train", "mine.jsonl"]
    assert len(find_problems(collections)) == 1


def test_repetitive_text_is_less_diverse():
    varied = [
        segment(f"{a} went {b} with {c} today.")
        for a, b, c in zip("abcdef", "ghijkl", "mnopqr", strict=True)
    ]
    same = [segment("The mayor went home with friends today.")] * 6
    assert measure_diversity(varied).vocabulary > measure_diversity(same).vocabulary
    assert measure_diversity(varied).distinct_bigrams > measure_diversity(same).distinct_bigrams
