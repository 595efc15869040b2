import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hedgerow.annotation.adjudication import DecisionFile, adjudicate, find_disputes
from hedgerow.annotation.rows import read_rows
from hedgerow.cli import main

VOTES = [
    {"first": "fact", "second": "fact"},
    {"first": "fact", "second": "speculation"},
    {"first": "none", "second": "recommendation"},
    {"first": "fact", "second": "none", "adjudicator": "none"},
    {"first": "fact", "second": "fact", "unguided": "none"},
    {"first": "speculation", "second": "fact", "third": "fact"},
]


@pytest.fixture
def gold(tmp_path):
    rows = [
        {
            "document_id": "d", "index": index, "start": 10 * index, "end": 10 * index + 6,
            "kind": "sentence", "text": f"Seg {index}.", "heading": "The heading",
            "label": "fact", "genre": "local", "votes": votes,
        }
        for index, votes in enumerate(VOTES)
    ]  # fmt: skip
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command line with keys on standard input: (status, output, error lines)."""

    def run(*arguments, keys=""):
        monkeypatch.setattr(sys, "argv", ["hedgerow", "gold", "adjudicate", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(keys))
        with pytest.raises(SystemExit) as exit_info:
            main()
            sys.exit(0)
        captured = capsys.readouterr()
        return exit_info.value.code or 0, captured.out, captured.err.splitlines()

    return run


def decided(gold):
    path = gold.with_suffix(".decisions.jsonl")
    return [(row["index"], row["label"]) for row in map(json.loads, path.read_text().splitlines())]


def test_a_dispute_is_shown_in_context_and_nobody_is_named(gold, run):
    status, output, _ = run(gold, keys="q")
    assert status == 0
    assert "1 of 3 · d" in output and "2 of 3" not in output
    for shown in ("The heading", "Seg 0.", "Seg 1.", "Seg 2.", "Votes: 1 fact, 1 speculation"):
        assert shown in output
    assert "first" not in output
    assert "first fact, second speculation" in run(gold, "--names", keys="q")[1]


def test_keys_decide_skip_and_go_back(gold, run):
    # f on 1, 2 skipped, back from 5 over 2 to 1, which becomes s; 2 skipped again, r on 5.
    status, output, _ = run(gold, keys="f\nx bbs r")
    assert status == 0 and "Decided: fact" in output
    assert decided(gold) == [(1, "fact"), (1, "speculation"), (5, "recommendation")]
    assert "2 of 3 disputes decided" in output


def test_the_next_call_goes_on_and_a_later_decision_replaces_an_earlier_one(gold, run):
    run(gold, keys="f")
    output = run(gold, keys="bnr")[1]
    assert "2 of 3 · d" in output.split("Keys:")[0]
    assert decided(gold) == [(1, "fact"), (1, "none"), (2, "recommendation")]
    assert run(gold, keys="s")[1].count("of 3 · d") == 1
    assert "3 of 3 disputes decided" in run(gold)[1]


def test_apply_writes_the_adjudicators_vote_and_the_label_and_nothing_else(gold, run):
    before = [json.loads(line) for line in gold.read_text().splitlines()]
    run(gold, keys="snr")
    status, output, _ = run(gold, "--apply")
    assert status == 0 and "3 decisions written" in output
    after = [json.loads(line) for line in gold.read_text().splitlines()]
    for index, label in ((1, "speculation"), (2, "none"), (5, "recommendation")):
        before[index]["votes"]["adjudicator"] = label
        before[index]["label"] = None if label == "none" else label
    assert after == before
    content = gold.read_bytes()
    assert "0 decisions written" in run(gold, "--apply")[1]
    assert gold.read_bytes() == content
    assert run(gold, keys="f")[:2] == (
        0,
        "no disputes: no segment has different votes that nobody has settled\n",
    )


def test_apply_without_decisions_leaves_the_gold_alone(gold, run):
    status, _, errors = run(gold, "--apply")
    assert status == 1 and "gold.decisions.jsonl: expected decisions to apply" in errors[0]


def test_apply_can_write_elsewhere(gold, run, tmp_path):
    content = gold.read_bytes()
    run(gold, keys="s")
    out = tmp_path / "new.jsonl"
    assert run(gold, "--apply", "-o", out)[0] == 0
    assert gold.read_bytes() == content
    assert read_rows(out).segments[1].votes["adjudicator"] == "speculation"
    status, _, errors = run(gold, "--apply", "-o", out)
    assert status == 1 and "--force" in errors[0]
    status, _, errors = run(gold, "-o", out)
    assert status == 1 and "expected --apply" in errors[0]


def test_decisions_that_do_not_fit_are_named_and_the_rest_applied(gold, run):
    run(gold, keys="ssr")
    gold.write_text(
        gold.read_text()
        .replace("Seg 2.", "Set 2.")
        .replace('"third": "fact"', '"third": "fact", "adjudicator": "fact"')
    )
    status, output, errors = run(gold, "--apply")
    assert status == 1 and "1 decisions written" in output
    assert "segment 2 ('Seg 2.'), which it doesn't have" in errors[0]
    assert "found fact in the gold and recommendation here" in errors[1]


def test_a_kill_loses_no_decision(gold):
    process = subprocess.Popen(
        [sys.executable, "-c", "from hedgerow.cli import main; main()",
         "gold", "adjudicate", str(gold)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(Path(main.__globals__["__file__"]).parents[2])},
    )  # fmt: skip
    process.stdin.write("s")
    process.stdin.flush()
    assert any("2 of 3" in line for line in process.stdout)
    process.kill()
    process.communicate()
    assert decided(gold) == [(1, "speculation")]


@pytest.mark.parametrize(("left", "count"), [('{"document_id": "d", "ind', 1), (None, 2)])
def test_a_torn_last_line_is_dropped_and_a_whole_one_kept(gold, left, count):
    file = DecisionFile.open(gold.with_suffix(".decisions.jsonl"))
    disputes = find_disputes(read_rows(gold))
    file.add(disputes[0], "fact")
    if left is None:
        file.add(disputes[1], "none")
        file.path.write_text(file.path.read_text().rstrip("\n"))
    else:
        file.path.write_text(file.path.read_text() + left)
    again = DecisionFile.open(file.path)
    again.add(disputes[2], "fact")
    assert len(decided(gold)) == len(DecisionFile.open(file.path).decisions) == count + 1


@pytest.mark.parametrize("line", ['{"document_id": "d"}', '{"label": "rumour"}'])
def test_a_line_that_is_no_decision_is_named(gold, run, line):
    run(gold, keys="s")
    path = gold.with_suffix(".decisions.jsonl")
    broken = json.loads(path.read_text()) | json.loads(line)
    if "label" not in json.loads(line):
        del broken["label"]
    path.write_text(json.dumps(broken) + "\n")
    status, _, errors = run(gold, keys="s")
    assert status == 1 and f"{path}:1: expected" in errors[0]


def test_keys_that_mean_nothing_do_nothing(gold, tmp_path):
    shown = []
    decisions = DecisionFile.open(tmp_path / "decisions.jsonl")
    disputes = find_disputes(read_rows(gold))
    adjudicate(disputes, decisions, "?\x1b[A\r\nq", lambda position, _: shown.append(position))
    assert shown == [0] and not decisions.path.exists()
