"""``hedgerow compare`` and ``hedgerow evaluate --fail-if-worse-than`` as a user runs them."""

import json

import pytest

TEXT = "It may rain on Monday. The dam closed in June. Residents must leave now. Could it be so?"
SPANS = [(0, 22), (23, 46), (47, 72), (73, 88)]
LABELS = ["speculation", "fact", "recommendation", "none"]


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def gold_rows(articles):
    return [
        {
            "document_id": f"a{i}", "index": j, "start": start, "end": end,
            "text": TEXT[start:end], "label": label,
        }
        for i in range(articles)
        for j, ((start, end), label) in enumerate(zip(SPANS, LABELS, strict=True))
    ]  # fmt: skip


def write_gold(folder, articles):
    folder.mkdir()
    write_lines(folder / "segments.jsonl", gold_rows(articles))
    write_lines(folder / "articles.jsonl", [{"id": f"a{i}", "text": TEXT} for i in range(articles)])
    return folder


@pytest.fixture
def gold(tmp_path):
    """Twelve equal articles; the keyword rules take their question for speculation."""
    return write_gold(tmp_path / "gold", 12)


@pytest.fixture
def worse(tmp_path):
    """The gold rows as a system would print them that calls everything fact."""
    return write_lines(tmp_path / "worse.jsonl", [r | {"label": "fact"} for r in gold_rows(12)])


def test_rows_of_another_system_on_the_gold_segments(run, gold, worse, tmp_path):
    out = tmp_path / "out.json"
    arguments = ("compare", "keywords", worse, "--gold", gold, "--changes", 2)
    status, lines, errors = run(*arguments, "--out", out)
    assert (status, errors) == (0, [])
    assert lines[-1].startswith("B is worse than A by 0.756") and "more than noise" in lines[-1]
    shown = "\n".join(lines)
    for part in (f"B  {worse}", "24 segments that only A has right", "a0:0–22", "… 22 more",
                 "McNemar: 24 segments only A has right, 0 only B, p = 1.2e-07"):  # fmt: skip
        assert part in shown
    written = json.loads(out.read_text())
    assert written["end_to_end"] is None
    found = written["on_gold_segments"]
    assert found["verdict"] == {"outcome": "worse", "text": lines[-1]}
    assert len(found["changes"]) == 36 and found["changes"][0]["text"] == TEXT[:22]
    assert run(*arguments, "--fail-if-worse")[0] == 1
    assert run("compare", worse, "keywords", "--gold", gold, "--fail-if-worse")[0] == 0
    status, _, errors = run(*arguments, "--out", out)
    assert status == 1 and "--force" in errors[0]


def test_models_are_compared_with_and_without_hedgerows_splits(run, gold):
    status, lines, _ = run("compare", "keywords", "linear", "--gold", gold)
    assert status == 0
    assert any("Labels on gold segments" in line for line in lines)
    assert any("Labels end to end" in line for line in lines)


def test_printed_rows_equal_the_model_that_printed_them(run, gold, tmp_path):
    # A sentence that no gold segment has: the rows are split otherwise than the gold.
    articles = gold / "articles.jsonl"
    rows = [{"id": f"a{i}", "text": TEXT + " And more.", "outlet": "Post"} for i in range(12)]
    write_lines(articles, rows)
    labelled, batch = tmp_path / "labelled.jsonl", tmp_path / "batch"
    run("label", "-m", "keywords", "-f", "jsonl", "-o", labelled, articles)
    run("batch", articles, "--model", "keywords", "--format", "jsonl", "--processes", 1,
        "--shard-records", 5, "--keep", "outlet", "--out", batch)  # fmt: skip
    assert len(list(batch.glob("part-*.jsonl"))) == 3
    for printed in (labelled, batch):
        out = tmp_path / f"{printed.name}.json"
        status, lines, errors = run("compare", "keywords", printed, "--gold", gold, "--out", out)
        assert (status, errors) == (0, [])
        assert lines[-1].startswith("no difference beyond noise")
        written = json.loads(out.read_text())
        assert written["on_gold_segments"] is None
        assert written["end_to_end"]["changes"] == []


def test_rows_without_offsets_take_the_order_of_the_gold(run, tmp_path):
    rows = [{k: r[k] for k in ("document_id", "text", "label")} for r in gold_rows(12)]
    gold = write_lines(tmp_path / "gold.jsonl", rows)
    worse = write_lines(tmp_path / "worse.jsonl", [r | {"label": None} for r in rows])
    status, lines, _ = run("compare", gold, worse, "--gold", gold)
    assert status == 0 and lines[-1].startswith("B is worse than A by 1.000")


def test_segments_that_a_system_skipped_count_as_none(run, gold, tmp_path):
    kept = [r for r in gold_rows(12) if r["index"] != 1]
    file = write_lines(tmp_path / "kept.jsonl", kept)
    lines = run("compare", gold / "segments.jsonl", file, "--gold", gold)[1]
    assert "B has nothing for 12 of 48 gold segments, which counts as none." in lines


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda rows: rows[4:], "expected rows of all 12 gold articles, found none of 1, such as"),
        (
            lambda rows: [rows[0], *rows],
            "expected segments that don't overlap, found 0–22 and 0–22",
        ),
        (
            lambda rows: [r | {"text": r["text"].upper()} for r in rows],
            "expected 'It may rain on Monday.' at 0–22 of 'a0', found 'IT MAY RAIN ON MONDAY.'",
        ),
        (
            lambda rows: [{k: v for k, v in r.items() if k != "label"} for r in rows],
            "rows.jsonl:1: expected the field 'label'",
        ),
        (lambda rows: [r | {"label": "opinion"} for r in rows], "rows.jsonl:1: expected label"),
        (lambda rows: [], "expected labelled segments, found an empty file"),
    ],
)
def test_rows_that_do_not_fit_are_one_line(run, gold, tmp_path, change, expected):
    file = write_lines(tmp_path / "rows.jsonl", change(gold_rows(12)))
    status, lines, errors = run("compare", "keywords", file, "--gold", gold)
    assert (status, lines, len(errors)) == (1, [], 1)
    assert expected in errors[0] and "rows.jsonl" in errors[0]


def test_what_can_not_be_compared_is_one_line(run, gold, tmp_path):
    shards = tmp_path / "shards"
    shards.mkdir()
    (shards / "part-000000.parquet").write_bytes(b"")
    status, _, errors = run("compare", "keywords", shards, "--gold", gold)
    assert (status, len(errors)) == (1, 1) and "--format jsonl" in errors[0]
    status, _, errors = run("compare", "keywords", "gone", "--gold", gold)
    assert (status, len(errors)) == (1, 1) and "'gone'" in errors[0]
    halves = [
        r | {"start": r["start"] + at, "end": r["start"] + at + 5, "text": r["text"][at : at + 5]}
        for r in gold_rows(12)
        for at in (0, 5)
    ]
    halved = write_lines(tmp_path / "halved.jsonl", halves)
    status, _, errors = run("compare", "keywords", halved, "--gold", gold / "segments.jsonl")
    assert (status, len(errors)) == (1, 1)
    assert "expected a row for each gold segment, since keywords has no segments" in errors[0]


def test_few_articles_never_pass_the_check(run, tmp_path):
    gold = write_gold(tmp_path / "small", 3)
    status, lines, errors = run("compare", "keywords", "keywords", "--gold", gold)
    assert status == 0 and lines[-1].startswith("can't tell: 3 articles")
    status, _, errors = run("compare", "keywords", "keywords", "--gold", gold, "--fail-if-worse")
    assert status == 1 and "--fail-if-worse: can't tell" in errors[0]


def test_evaluate_fails_if_worse_than_an_earlier_report(run, gold, tmp_path):
    report = tmp_path / "report.json"
    arguments = ("evaluate", "--gold", gold, "-m", "keywords", "--no-baselines")
    run(*arguments, "--out", report)
    status, lines, errors = run(*arguments, "--fail-if-worse-than", report)
    assert (status, errors) == (0, [])
    assert lines[-1].startswith(f"no difference beyond noise: this model − that of {report} = +0")
    better = json.loads(report.read_text())
    for level in ("on_gold_segments", "end_to_end"):
        for confusion in better[level]["by_document"].values():
            confusion[3] = [0, 0, 0, 1]
    report.write_text(json.dumps(better))
    status, lines, errors = run(*arguments, "--fail-if-worse-than", report)
    assert status == 1 and lines[-1].startswith("this model is worse than that of")
    assert errors[0].startswith("hedgerow: --fail-if-worse-than: this model is worse")
    before = report.read_bytes()
    status, _, errors = run(*arguments, "--fail-if-worse-than", report, "--out", report, "--force")
    assert status == 1 and "expected another file" in errors[0]
    assert report.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "Invalid JSON"),
        ("[]", "found"),
        ('{"on_gold_segments": {"model": "m"}}', "on_gold_segments.by_document: Field required"),
        (
            '{"on_gold_segments": {"by_document": {"a0": [[1]]}}, "end_to_end": null}',
            "at on_gold_segments.by_document.a0",
        ),
        (None, "No such file"),
    ],
)
def test_a_file_that_is_no_report_is_refused_before_anything_runs(
    run, gold, tmp_path, content, expected
):
    report = tmp_path / "report.json"
    if content is not None:
        report.write_text(content)
    status, lines, errors = run(
        "evaluate", "--gold", gold, "-m", "keywords", "--fail-if-worse-than", report
    )
    assert (status, lines, len(errors)) == (1, [], 1)
    assert f"{report}: expected a report" in errors[0] and expected in errors[0]


def test_a_report_on_other_gold_is_refused(run, gold, tmp_path):
    report = tmp_path / "report.json"
    arguments = ("evaluate", "-m", "keywords", "--no-baselines", "--gold")
    run(*arguments, write_gold(tmp_path / "other", 13), "--out", report)
    status, _, errors = run(*arguments, gold, "--fail-if-worse-than", report)
    assert status == 1 and "found others in 1 articles, such as 'a12'" in errors[0]
    write_lines(gold / "segments.jsonl", [r | {"label": "fact"} for r in gold_rows(12)])
    run(*arguments, gold, "--out", report, "--force")
    write_lines(gold / "segments.jsonl", gold_rows(12))
    status, _, errors = run(*arguments, gold, "--fail-if-worse-than", report)
    assert status == 1 and "found others in 12 articles" in errors[0]
