import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hedgerow import CLASSES, HedgerowError
from hedgerow.annotation.formats import FORMATS
from hedgerow.annotation.label_studio import labelling_config
from hedgerow.annotation.rows import RowFile, read_rows
from hedgerow.annotation.tasks import JUDGEMENT_LABELS, SPAN_LABELS, build_tasks
from hedgerow.annotation.votes import add_votes
from hedgerow.records import Document
from hedgerow.rows import from_row

LABELS = [None if name == "none" else name for name in CLASSES]
RECORDED = Path(__file__).parent / "data" / "label_studio"
READER_FIELDS = ("label", "attributed", "source", "cues", "hard", "votes")


def row_file(rows, text=None):
    documents = [] if text is None else [Document("d", text)]
    return RowFile(rows, [from_row({"label": None} | row, "row") for row in rows], documents)


def answer_label_studio(path):
    """Accepts every prediction, as a labeller who presses Submit does."""
    tasks = json.loads(path.read_text(encoding="utf-8"))
    for number, task in enumerate(tasks):
        results = task.pop("predictions", [{"result": []}])[0]["result"]
        for result in results:
            if "text" in result["value"]:
                words = result["value"]["text"]
                result["value"]["text"] = words.replace("\r", "\\n").replace("\n", "\\n")
        task["annotations"] = [
            {"id": number, "completed_by": 1, "was_cancelled": False, "result": results}
        ]
    path.write_text(json.dumps(tasks), encoding="utf-8")


def answer_prodigy(path):
    answers = {"answer": "accept", "_annotator_id": "annotator-1", "_input_hash": 7}
    rows = [json.loads(line) | answers for line in path.read_text("utf-8").split("\n") if line]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def answer_doccano(path):
    rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    for number, row in enumerate(rows):
        row |= {"id": number, "Comments": []}
        for name in {"cats", "entities", "label"} & set(row):
            row[name] = sorted(row[name])
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


ANSWERS = {
    "label-studio": answer_label_studio,
    "prodigy": answer_prodigy,
    "doccano": answer_doccano,
}


def export(tool, file, path, **options):
    with path.open("w", encoding="utf-8", newline="") as stream:
        FORMATS[tool].write_tasks(build_tasks(file, **options), stream)


def travel(tool, file, into, path, **options):
    """Rows through a tool whose labeller accepts everything, back into other rows."""
    export(tool, file, path, **options)
    ANSWERS[tool](path)
    return add_votes(into, FORMATS[tool].read_annotations(path, "annotator-1", pytest.fail)).rows


@st.composite
def articles(draw):
    """An article with astral characters, odd spaces and CRLF, and gold rows of its segments."""
    words = st.text(st.sampled_from("may 😀𝒜é’\u00a0x\r\n\\n“”"), min_size=1, max_size=12)
    text, rows = "", []
    for index in range(draw(st.integers(1, 4))):
        text += draw(st.sampled_from(["", "\r\n\r\n", " ", "😀 ", "\u00a0"]))
        segment = "a" + draw(words)
        start, end = len(text), len(text) + len(segment)
        text += segment
        inside = st.tuples(st.integers(start, end - 1), st.integers(start + 1, end)).filter(
            lambda span: span[0] < span[1]
        )
        cues = draw(st.sets(st.tuples(inside, st.sampled_from(SPAN_LABELS[:-1])), max_size=3))
        source = draw(st.none() | inside)
        rows.append(
            {"document_id": "d", "index": index, "start": start, "end": end}
            | {"kind": "sentence", "text": segment, "heading": "H", "genre": ["x", {"y": 1.5}]}
            | {"label": draw(st.sampled_from(LABELS)), "attributed": draw(st.booleans())}
            | {"source": source and {"start": source[0], "end": source[1]}}
            | {"cues": [{"start": a, "end": b, "kind": kind} for (a, b), kind in sorted(cues)]}
            | {"hard": draw(st.booleans())}
        )
    return text + draw(st.sampled_from(["", "\r\n"])), rows


@pytest.mark.parametrize("unit", ["segment", "article"])
@pytest.mark.parametrize("tool", FORMATS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(article=articles())
def test_a_round_trip_loses_nothing(tool, unit, tmp_path, article):
    text, rows = article
    file = row_file(rows, text)
    voted = [row | {"votes": {"annotator-1": row["label"] or "none"}} for row in rows]
    path = tmp_path / "tasks"
    # Back into the same rows: only the vote is new.
    assert travel(tool, file, file, path, unit=unit) == voted
    # Into rows without any label: all that a reader says of a segment went through the tool.
    bare = [{name: row[name] for name in row if name not in READER_FIELDS} for row in rows]
    back = travel(tool, file, row_file(bare, text), path, unit=unit)
    assert [from_row(row, "") for row in back] == [from_row(row, "") for row in voted]


ROW = {
    "document_id": "d", "index": 3, "start": 10, "end": 32, "kind": "sentence",
    "text": "😀 The dam may be open.", "label": "fact", "cues": [], "licence": "CC BY 4.0",
}  # fmt: skip
ROW["end"] = 10 + len(ROW["text"])


def read_one(tool, row, tmp_path, change=lambda task: None, reader="ana", **options):
    """One row through a tool whose labeller makes one change."""
    path = tmp_path / "export"
    export(tool, row_file([row]), path, **options)
    ANSWERS[tool](path)
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content[0] if tool == "label-studio" else content)
    path.write_text(json.dumps(content), encoding="utf-8")
    return list(FORMATS[tool].read_annotations(path, reader, lambda error: pytest.fail(str(error))))


def label_as(name, *spans):
    def change(task):
        results = [r for r in task["annotations"][0]["result"] if r["from_name"] != "label"]
        if name:
            value = {"choices": [name]}
            results.append({"from_name": "label", "type": "choices", "value": value})
        for start, end, label, words in spans:
            value = {"start": start, "end": end, "text": words, "labels": [label]}
            results.append({"from_name": "spans", "type": "labels", "value": value})
        task["annotations"][0]["result"] = results

    return change


@pytest.mark.parametrize("span", [(10, 13), (11, 14)], ids=["code points", "UTF-16 code units"])
def test_offsets_of_newer_and_older_label_studio_reach_the_same_words(span, tmp_path):
    change = label_as("speculation", (*span, "hedge", "may"))
    annotations = read_one("label-studio", ROW, tmp_path, change)
    (row,) = add_votes(row_file([ROW]), annotations).rows
    assert row["cues"] == [{"start": 20, "end": 23, "kind": "hedge"}]
    assert row["label"] == "speculation" and row["votes"] == {"ana": "speculation"}
    assert row["licence"] == "CC BY 4.0"


@pytest.mark.parametrize("export", ["export.json", "export_article.json"])
def test_what_a_real_label_studio_server_exported_has_the_same_offsets(export):
    """Recorded by scripts/label_studio_check.py; one segment was labelled on the page itself."""
    gold = read_rows(RECORDED / "gold")
    bare = [{name: row[name] for name in row if name not in READER_FIELDS} for row in gold.rows]
    text = gold.documents[0].text
    assert "\U0001f6a2" in text and "\r\n" in text and "\u00a0" in text
    annotations = FORMATS["label-studio"].read_annotations(RECORDED / export, "first", pytest.fail)
    imported = add_votes(row_file(bare, text), annotations)
    assert [from_row(row, "") for row in imported.rows] == gold.segments
    origins = (RECORDED / "export.json").read_text(encoding="utf-8").count('"origin": "manual"')
    assert origins >= 4


def test_a_span_whose_words_stand_elsewhere_is_refused(tmp_path):
    path = tmp_path / "export"
    export("label-studio", row_file([ROW]), path)
    ANSWERS["label-studio"](path)
    tasks = json.loads(path.read_text(encoding="utf-8"))
    label_as("fact", (3, 6, "hedge", "may"))(tasks[0])
    path.write_text(json.dumps(tasks), encoding="utf-8")
    with pytest.raises(HedgerowError, match=r"task None, annotation 0: expected 'may' at 3–6"):
        list(FORMATS["label-studio"].read_annotations(path, "ana"))


def test_taking_cues_away_counts_only_where_they_were_shown(tmp_path):
    row = ROW | {"cues": [{"start": 20, "end": 23, "kind": "hedge"}], "hard": True}

    def clear(task):
        task["annotations"][0]["result"] = []
        label_as("fact")(task)

    shown = add_votes(row_file([row]), read_one("label-studio", row, tmp_path, clear)).rows
    blind = add_votes(
        row_file([row]), read_one("label-studio", row, tmp_path, clear, blind=True)
    ).rows
    assert shown[0]["cues"] == [] and shown[0]["hard"] is False
    assert blind[0] == row | {"votes": {"ana": "fact"}}


@pytest.mark.parametrize("tool", FORMATS)
@pytest.mark.parametrize("unit", ["segment", "article"])
def test_blind_tasks_tell_nothing_of_the_label(tool, unit, tmp_path):
    text = "x" * 10 + ROW["text"]
    row = ROW | {"cues": [{"start": 20, "end": 23, "kind": "hedge"}], "attributed": True}
    shown, blind, blind_none = (tmp_path / name for name in ("shown", "blind", "blind_none"))
    export(tool, row_file([row], text), shown, unit=unit)
    export(tool, row_file([row], text), blind, unit=unit, blind=True)
    other = ROW | {"label": None, "hard": True}
    export(tool, row_file([other], text), blind_none, unit=unit, blind=True)
    assert blind.read_bytes() == blind_none.read_bytes() != shown.read_bytes()


def test_label_follows_the_readers_and_a_dispute_waits_for_the_adjudicator(tmp_path):
    annotations = read_one("label-studio", ROW, tmp_path, label_as("none"), "second")
    agreed = add_votes(row_file([ROW | {"votes": {"first": "none"}}]), annotations).rows
    disputed = add_votes(row_file([ROW | {"votes": {"first": "fact"}}]), annotations).rows
    settled = ROW | {"votes": {"first": "fact", "adjudicator": "fact"}}
    assert agreed[0]["label"] is None
    assert disputed[0]["label"] == "fact"
    assert disputed[0]["votes"] == {"first": "fact", "second": "none"}
    assert add_votes(row_file([settled]), annotations).rows[0]["label"] == "fact"


def test_a_models_rows_become_gold_only_where_a_reader_labelled_them(tmp_path):
    predicted = ROW | {"model": "base@sha256:0", "scores": {"fact": 0.9}, "abstained": False}
    other = predicted | {"index": 4, "start": 60, "end": 60 + len(ROW["text"])}
    annotations = read_one("label-studio", predicted, tmp_path, label_as("speculation"))
    imported = add_votes(row_file([predicted, other]), annotations)
    assert imported.rows == [ROW | {"label": "speculation", "votes": {"ana": "speculation"}}]
    assert (imported.votes, imported.left_out) == (1, 1)


def test_a_blind_vote_on_a_models_row_leaves_nothing_of_the_model(tmp_path):
    predicted = ROW | {
        "model": "base@sha256:0", "attributed": True, "source": {"start": 12, "end": 15},
        "cues": [{"start": 20, "end": 23, "kind": "hedge"}],
    }  # fmt: skip
    change = label_as("none", (6, 9, "directive", "dam"))
    annotations = read_one("label-studio", predicted, tmp_path, change, blind=True)
    (row,) = add_votes(row_file([predicted]), annotations).rows
    given = {"label": None, "cues": [{"start": 16, "end": 19, "kind": "directive"}]}
    assert row == ROW | given | {"votes": {"ana": "none"}}


def test_of_two_readers_the_last_ones_cues_count(tmp_path):
    marked = read_one(
        "label-studio", ROW, tmp_path, label_as("fact", (10, 13, "hedge", "may")), "first"
    )
    unmarked = read_one("label-studio", ROW, tmp_path, reader="second")
    first, second = (
        add_votes(row_file([ROW]), both).rows[0]["cues"]
        for both in (unmarked + marked, marked + unmarked)
    )
    assert (len(first), len(second)) == (1, 0)


def refusals(annotations, rows):
    errors = []
    imported = add_votes(row_file(rows), annotations, errors.append)
    return imported, [str(error) for error in errors]


def test_what_does_not_fit_the_rows_is_refused_and_the_rest_done(tmp_path):
    (fitting,) = read_one("label-studio", ROW, tmp_path)
    moved = replace(fitting, reference=replace(fitting.reference, start=11))
    altered = replace(fitting, text=ROW["text"].replace("dam", "dim"))
    (unlabelled,) = read_one("label-studio", ROW, tmp_path, label_as(None))
    (two_sources,) = read_one(
        "label-studio", ROW, tmp_path,
        label_as("fact", (2, 5, "source", "The"), (6, 9, "source", "dam")),
    )  # fmt: skip
    (changed_mind,) = read_one("label-studio", ROW, tmp_path, label_as("none"))
    annotations = [moved, altered, unlabelled, two_sources, fitting, changed_mind]
    imported, errors = refusals(annotations, [ROW])
    assert imported.rows == [ROW | {"votes": {"ana": "fact"}}]
    for error, expected in zip(
        errors,
        (
            "expected a segment that the rows have",
            "expected the text '😀 The dam",
            "expected one of the four labels",
            "expected one source",
            "expected one vote of 'ana' for a segment, found fact and now none",
        ),
        strict=True,
    ):
        assert expected in error and "task" in error


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"accept": ["fact", "none"]}, "expected one label for a segment, found fact, none"),
        ({"accept": ["rumour"]}, "expected labels out of fact, speculation"),
        ({"accept": ["fact", None]}, "found None; rename"),
        ({"accept": [["fact"]]}, "found ['fact']; rename"),
        ({"spans": [{"start": False, "end": True, "label": "hedge"}]}, "spans inside the text"),
        ({"spans": [{"start": 3, "end": 99, "label": "hedge"}]}, "spans inside the text of 22"),
        ({"spans": [{"start": 3, "label": "hedge"}]}, "choices and spans of a task"),
        ({"hedgerow": {"document_id": "d"}}, "expected the field 'hedgerow'"),
        ({"answer": None}, "expected an answered task"),
        ({"text": None}, "expected the text that was shown, found NoneType"),
        ({"text": {"": ""}}, "expected the text that was shown, found dict"),
    ],
)
def test_broken_lines_of_an_export_are_named(change, expected, tmp_path):
    path = tmp_path / "export.jsonl"
    export("prodigy", row_file([ROW]), path)
    ANSWERS["prodigy"](path)
    good = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(good | change) + "\n" + json.dumps(good), encoding="utf-8")
    errors = []
    annotations = list(FORMATS["prodigy"].read_annotations(path, "ana", errors.append))
    assert len(annotations) == 1
    assert str(errors[0]).startswith(f"{path}:1: ") and expected in str(errors[0])


def test_skipped_tasks_are_no_votes(tmp_path):
    def skip(task):
        task["annotations"][0]["was_cancelled"] = True

    assert read_one("label-studio", ROW, tmp_path, skip) == []
    assert read_one("prodigy", ROW, tmp_path, lambda task: task.update(answer="ignore")) == []


def test_one_name_for_two_annotators_is_refused(tmp_path):
    def add_another(task):
        task["annotations"].append(task["annotations"][0] | {"completed_by": {"id": 2}})

    with pytest.raises(HedgerowError, match="found annotator-1, annotator-2"):
        read_one("label-studio", ROW, tmp_path, add_another)
    found = read_one("label-studio", ROW, tmp_path, add_another, reader=None)
    assert [one.reader for one in found] == ["annotator-1", "annotator-2"]


def test_a_selected_row_brings_its_neighbours_and_others_find_theirs():
    first = ROW | {"index": 0, "text": "One.", "start": 0, "end": 4}
    second = ROW | {"index": 1, "text": "Two.", "start": 5, "end": 9}
    alone = ROW | {"index": 7, "previous": "Six.", "next": "Eight."}
    tasks = list(build_tasks(row_file([first, second, alone])))
    assert [(task.before, task.after) for task in tasks] == [
        ("", "Two."), ("One.", ""), ("Six.", "Eight."),
    ]  # fmt: skip


def test_rows_that_cannot_be_told_apart_are_not_exported():
    with pytest.raises(HedgerowError, match="expected each segment once"):
        build_tasks(row_file([ROW, ROW]))


@pytest.mark.parametrize("unit", ["segment", "article"])
def test_the_labelling_config_has_every_label_and_no_other(unit):
    config = ElementTree.fromstring(labelling_config(unit))
    choices = {one.get("value") for one in config.iter("Choice")}
    labels = {one.get("value") for one in config.iter("Label")}
    if unit == "segment":
        assert choices == {*CLASSES, "yes", "no", "hard"} and labels == set(SPAN_LABELS)
    else:
        assert labels == {*JUDGEMENT_LABELS, *SPAN_LABELS, "segment"}
    hotkeys = [one.get("hotkey") for one in config.iter() if one.get("hotkey")]
    assert len(set(hotkeys)) == len(hotkeys)


@pytest.mark.parametrize("tool", FORMATS)
def test_labelling_new_articles_from_the_command_line(tool, run, tmp_path):
    article = tmp_path / "article.txt"
    article.write_text("It may rain on Monday.\r\nThe dam closed in June.\n", newline="")
    rows, tasks, gold = (tmp_path / name for name in ("rows.jsonl", "tasks.json", "gold.jsonl"))
    assert run("label", article, "-m", "keywords", "-f", "jsonl", "-o", rows)[0] == 0
    status, out, _ = run("gold", "export", rows, "-f", tool, "-o", tasks)
    assert status == 0 and out[0].startswith("2 tasks in")
    assert (tmp_path / "tasks.xml").exists() == (tool == "label-studio")
    ANSWERS[tool](tasks)
    command = ("gold", "import", tasks, "--gold", rows, "-f", tool, "--reader", "ana", "-o", gold)
    assert run(*command)[:2] == (
        0, [f"2 votes; 2 rows in {gold}, 0 without a reader's label left out"],
    )  # fmt: skip
    assert [one.votes for one in read_rows(gold).segments] == [
        {"ana": "speculation"}, {"ana": "fact"},
    ]  # fmt: skip
    status, _, errors = run(*command)
    assert status == 1 and "--force" in errors[0]


def test_a_bad_line_ends_with_status_1_and_the_rest_is_written(run, tmp_path):
    rows, tasks, gold = (tmp_path / name for name in ("rows.jsonl", "tasks.jsonl", "gold.jsonl"))
    rows.write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    run("gold", "export", rows, "-f", "doccano", "-o", tasks)
    broken = json.dumps({"text": "x", "cats": [], "entities": []})
    tasks.write_text(tasks.read_text("utf-8") + broken + "\n", encoding="utf-8")
    status, _, errors = run("gold", "import", tasks, "--gold", rows, "-f", "doccano", "-o", gold)
    assert (status, len(errors)) == (1, 1) and "tasks.jsonl:2" in errors[0]
    assert read_rows(gold).segments[0].votes == {"tasks": "fact"}


def test_articles_need_their_texts(run, tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    tasks = tmp_path / "tasks.json"
    status, _, errors = run("gold", "export", rows, "--unit", "article", "-o", tasks)
    assert status == 1 and "expected a gold folder" in errors[0]
    assert not tasks.exists()
