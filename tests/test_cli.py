import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hedgerow.cli import main

from .conftest import ROWS

EXAMPLES = Path(__file__).parents[1] / "data" / "examples"


@pytest.fixture
def article(tmp_path):
    file = tmp_path / "article.txt"
    file.write_text("It may rain on Monday. The dam closed in June.\n")
    return file


def test_help_and_import_load_neither_model_nor_torch():
    code = (
        "import sys, hedgerow\n"
        "from hedgerow.cli.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'transformers', 'onnxruntime', 'sklearn', 'numpy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(main.__globals__["__file__"]).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    for command in ("label", "segment", "evaluate", "train", "gold"):
        assert command in done.stdout


def test_labelling_loads_no_torch(article):
    code = (
        "import sys\n"
        "from hedgerow.cli.main import app\n"
        f"try: app(['label', {str(article)!r}])\n"
        "except SystemExit as stop: assert not stop.code\n"
        "assert not {'torch', 'transformers'} & set(sys.modules)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(main.__globals__["__file__"]).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert "speculation" in done.stdout


def test_terminal_view_is_the_default(run, article):
    status, out, err = run("label", "-m", "keywords", article)
    assert (status, err) == (0, [])
    assert out[1].split()[0] == "speculation"
    assert out[2].split()[0] == "fact"


def test_jsonl_rows_point_into_the_article(run, article):
    _, out, _ = run("label", "-m", "keywords", "-f", "jsonl", article)
    rows = [json.loads(line) for line in out]
    text = article.read_text()
    assert [row["label"] for row in rows] == ["speculation", "fact"]
    assert all(text[row["start"] : row["end"]] == row["text"] for row in rows)


@pytest.mark.parametrize("command", [("label", "-m", "keywords", "-f", "jsonl"), ("segment",)])
def test_other_fields_of_a_record_travel_along_without_replacing_ours(run, tmp_path, command):
    file = tmp_path / "a.jsonl"
    record = {"url": "x1", "body": "It may rain.", "outlet": "Post", "kind": "story"}
    file.write_text(json.dumps(record) + "\n")
    _, out, _ = run(*command, "--id-field", "url", "--text-field", "body", file)
    row = json.loads(out[0])
    assert (row["document_id"], row["outlet"], row["kind"]) == ("x1", "Post", "sentence")


def test_csv_file(run, article, tmp_path):
    out = tmp_path / "out.csv"
    assert run("label", "-m", "keywords", "-f", "csv", "-o", out, article)[0] == 0
    with out.open(newline="") as stream:
        assert [row["label"] for row in csv.DictReader(stream)] == ["speculation", "fact"]


def test_one_page_per_article(run, tmp_path):
    pages = tmp_path / "pages"
    status, out, err = run("label", "-m", "keywords", "-f", "html", "-o", pages, EXAMPLES)
    assert (status, err) == (0, [])
    assert len(out) == len(list(EXAMPLES.iterdir())) == len(list(pages.iterdir()))
    assert all(Path(line).read_text().startswith("<!doctype html>") for line in out)


def test_page_names_can_not_leave_the_folder_or_meet(run, tmp_path):
    lines = tmp_path / "a.jsonl"
    ids = ["../../evil", "..", "a/b", "a b", "A B", "新聞" * 100]
    lines.write_text("".join(json.dumps({"id": i, "text": "It rained."}) + "\n" for i in ids))
    assert run("label", "-m", "keywords", "-f", "html", "-o", tmp_path / "p", lines)[0] == 0
    assert len(list((tmp_path / "p").iterdir())) == len(ids)
    assert {p.name for p in tmp_path.iterdir()} == {"a.jsonl", "p"}


def test_segment_prints_rows_without_a_model(run, article):
    _, out, _ = run("segment", article)
    assert [json.loads(line)["text"] for line in out] == [
        "It may rain on Monday.",
        "The dam closed in June.",
    ]


def test_bad_inputs_are_one_line_each_and_the_others_are_done(run, article, tmp_path):
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\x00")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "odd.pdf").write_bytes(b"%PDF")
    (tmp_path / "rows.jsonl").write_text('{"text": "One fell."}\n{oops\n{"text": "Two fell."}\n')
    names = ["gone.txt", "empty.txt", "picture.txt", "latin.txt", "odd.pdf", "rows.jsonl"]
    status, out, err = run(
        "label", "-m", "keywords", "-f", "jsonl", *(tmp_path / name for name in names), article
    )
    assert status == 1
    assert [json.loads(line)["text"] for line in out] == [
        "One fell.", "Two fell.", "It may rain on Monday.", "The dam closed in June."
    ]  # fmt: skip
    assert len(err) == len(names)
    for line, name in zip(err, names, strict=True):
        assert line.startswith("hedgerow: ") and name in line
    assert "rows.jsonl:2" in err[-1]


def test_existing_output_needs_force(run, article, tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("old")
    status, _, err = run("label", "-m", "keywords", "-f", "jsonl", "-o", out, article)
    assert status == 1 and "--force" in err[0] and out.read_text() == "old"
    assert run("label", "-m", "keywords", "-f", "jsonl", "--force", "-o", out, article)[0] == 0
    assert out.read_text() != "old"
    pages = tmp_path / "pages"
    for expected in (0, 1):
        assert run("label", "-m", "keywords", "-f", "html", "-o", pages, article)[0] == expected


def test_pages_need_a_folder(run, article):
    status, _, err = run("label", "-f", "html", article)
    assert status == 1 and "--out" in err[0]


def test_missing_or_tampered_model(run, article, tiny_model, tmp_path):
    status, _, err = run("label", "-m", tmp_path / "gone", article)
    assert status == 1 and "found neither" in err[0]
    folder = shutil.copytree(tiny_model, tmp_path / "copy")
    with (folder / "model.onnx").open("ab") as stream:
        stream.write(b"x")
    status, _, err = run("label", "-m", folder, article)
    assert status == 1 and "model.onnx" in err[0] and len(err) == 1


def test_unknown_format_and_command_say_what_is_known(run, article):
    status, _, err = run("label", "-f", "xml", article)
    assert (status, len(err)) == (2, 1)
    assert err[0].startswith("hedgerow: ") and "jsonl" in err[0]
    assert err[0].endswith("; see hedgerow label --help") and "Value error" not in err[0]
    status, _, err = run("labell")
    assert (status, len(err)) == (2, 1) and "Did you mean 'label'?" in err[0]


@pytest.mark.parametrize("command", [["label"], ["segment"], ["batch", "--out", "out"]])
def test_empty_path_is_not_taken_for_the_current_folder(run, command):
    status, _, err = run(*command, "")
    assert (status, len(err)) == (1, 1) and "found an empty one" in err[0]


def test_reader_that_goes_away_ends_the_command_without_a_word(tmp_path):
    file = tmp_path / "long.txt"
    file.write_text("The dam closed in June. " * 20_000)
    code = "from hedgerow.cli import main; import sys; sys.argv[0] = 'hedgerow'; main()"
    environment = os.environ | {"PYTHONPATH": str(Path(main.__globals__["__file__"]).parents[2])}
    process = subprocess.Popen(
        [sys.executable, "-c", code, "segment", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert process.stdout and process.stderr
    process.stdout.readline()
    process.stdout.close()
    process.wait(timeout=60)
    assert process.stderr.read() == b""
    process.stderr.close()


def test_an_output_that_takes_few_characters_ends_nothing(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("“It may rain,” he said.", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from hedgerow.cli import main; main()", "segment", str(file)],
        capture_output=True,
        env=os.environ
        | {"PYTHONPATH": str(Path(main.__globals__["__file__"]).parents[2])}
        | {"PYTHONIOENCODING": "ascii"},
    )
    assert json.loads(done.stdout)["text"] == "“It may rain,” he said."


@pytest.fixture
def gold_file(tmp_path):
    file = tmp_path / "gold.jsonl"
    rows = [
        {"document_id": f"d{i % 3}", "text": t, "label": label} for i, (t, label) in enumerate(ROWS)
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def test_evaluate_prints_scores_and_writes_json(run, gold_file, tmp_path):
    out = tmp_path / "report.json"
    status, lines, err = run("evaluate", "--gold", gold_file, "-m", "keywords", "-o", out)
    assert (status, err) == (0, [])
    shown = "\n".join(lines)
    for part in ("macro-F1, three labels", "Confusion", "speculation", "linear@sha256"):
        assert part in shown
    report = json.loads(out.read_text())
    assert report["on_gold_segments"]["segments"] == len(ROWS)
    assert report["baselines"][0]["model"].startswith("linear@")


def test_evaluate_fails_under_a_threshold(run, gold_file):
    arguments = ("evaluate", "--gold", gold_file, "-m", "keywords", "--no-baselines")
    assert run(*arguments, "--fail-under", "macro_f1=0.1")[0] == 0
    status, _, err = run(*arguments, "--fail-under", "macro_f1=0.999", "--fail-under", "none_f1=1")
    assert status == 1 and "macro_f1" in err[0] and "none_f1" in err[0]
    for wrong in ("macro=0.5", "macro_f1", "macro_f1=high", "macro_f1=nan", "split_f1=0.9"):
        status, _, err = run(*arguments, "--fail-under", wrong)
        assert status == 1 and "expected" in err[0]


def test_gold_check_prints_the_mix_and_fails_on_a_problem(run, tmp_path):
    rows = [
        {"document_id": "t", "index": i, "text": text, "label": label, "votes": {"a": label}}
        for i, (text, label) in enumerate(ROWS)
    ]
    (tmp_path / "train").mkdir()
    file = tmp_path / "train" / "segments.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    status, out, err = run("gold", "check", tmp_path)
    assert (status, err) == (0, [])
    assert out[-1].startswith("No problems")
    assert any("recommendation" in line for line in out)
    long = "The mayor said that the dam was closed on Monday and opened on Friday."
    file.write_text("".join(json.dumps(row | {"text": long}) + "\n" for row in rows))
    status, _, err = run("gold", "check", tmp_path)
    assert status == 1 and "the same segment 10 times" in err[0]


def test_gold_suspects_lists_the_planted_error_first(run, tmp_path):
    file = tmp_path / "rows.jsonl"
    rows = [
        {"document_id": f"d{i % 6}", "text": text, "label": "fact" if i == 7 else label}
        for i, (text, label) in enumerate(ROWS[:9] * 4)
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    status, out, _ = run("gold", "suspects", file, "--top", "1")
    assert status == 0
    assert out[0].endswith("fact → recommendation\tResidents must leave now.")


def test_train_writes_a_folder_that_labels(
    run, tiny_encoder, training_file, article, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    recipe = Path(__file__).parents[1] / "configs" / "smoke.yaml"
    arguments = ("train", recipe, "--base-model", tiny_encoder, "--train-file", training_file)
    status, out, _ = run(*arguments, "-o", "made")
    assert status == 0 and "macro_f1" in out[-1]
    assert run("label", "-m", "made", article)[0] == 0
    status, _, err = run(*arguments, "-o", "made")
    assert status == 1 and "--force" in err[0]


def test_train_with_a_wrong_encoder_is_one_line(run, training_file, tmp_path):
    recipe = Path(__file__).parents[1] / "configs" / "smoke.yaml"
    status, _, err = run(
        "train",
        recipe,
        "--base-model",
        tmp_path,
        "--train-file",
        training_file,
        "-o",
        tmp_path / "m",
    )
    assert status == 1
    assert err[-1].startswith("hedgerow: base_model") and "--base-model" in err[-1]


def test_version(run):
    assert run("--version")[1] == ["hedgerow 0.1.0"]


def test_batch_and_query_end_to_end(run, tmp_path):
    pytest.importorskip("duckdb")
    archive = tmp_path / "a.jsonl"
    rows = [{"id": str(i), "text": "The dam closed. It may rain.", "outlet": "x"} for i in range(4)]
    archive.write_text("".join(json.dumps(row) + "\n" for row in rows) + "no JSON\n")
    out = tmp_path / "out"
    options = ("--out", out, "--model", "keywords", "--keep", "outlet", "--processes", 1)
    status, lines, errors = run("batch", archive, *options)
    assert status == 1
    assert lines == [
        f"{out}: 4 articles, 8 segments (4 fact, 4 speculation), 1 rejected; 1 shards; "
        + lines[0].rsplit("; ", 1)[1]
    ]
    assert "expected at most 5% rejected, found 1 of 5" in errors[-1]
    assert run("batch", archive, *options, "--max-rejected", "20%")[0] == 0
    sql = "select outlet, label, count(*) as n from segments group by all order by label"
    status, lines, _ = run("query", out, sql, "--format", "csv")
    assert (status, lines) == (0, ["outlet,label,n", "x,fact,4", "x,speculation,4"])
    assert json.loads(run("query", out, sql, "--format", "jsonl")[1][0])["n"] == 4
    assert "speculation" in "\n".join(run("query", out, sql)[1])
    status, _, errors = run("query", out, "selec")
    assert (status, len(errors)) == (1, 1)


def test_batch_of_nothing_is_one_line(run, tmp_path):
    status, _, errors = run("batch", tmp_path / "none", "--out", tmp_path / "out")
    assert (status, len(errors)) == (1, 1)
    assert not (tmp_path / "out").exists()
