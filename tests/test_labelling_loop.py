"""The commands of docs/labelling.md, one after the other, with two readers who are rule sets."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

from hedgerow import Segment
from hedgerow.annotation.rows import read_rows
from hedgerow.baselines import KeywordClassifier, LinearClassifier
from hedgerow.cli import main

ROOT = Path(__file__).parents[1]


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command line, keys on standard input; its output, where it must succeed."""

    def run(*arguments, keys=""):
        monkeypatch.setattr(sys, "argv", ["hedgerow", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(keys))
        with pytest.raises(SystemExit) as exit_info:
            main()
            sys.exit(0)
        captured = capsys.readouterr()
        assert not exit_info.value.code, captured.err
        return captured.out

    return run


def label(tasks, export, classifier, annotator):
    """Answers blind Label Studio tasks as a reader would who thinks like a classifier."""
    answered = json.loads(tasks.read_text(encoding="utf-8"))
    for number, task in enumerate(answered):
        text = task["data"]["text"]
        (name,) = classifier.predict_proba([Segment("", 0, len(text), "sentence", text)])
        value = {"choices": [("fact", "speculation", "recommendation", "none")[name.argmax()]]}
        result = [{"from_name": "label", "type": "choices", "value": value}]
        task["annotations"] = [{"id": number, "completed_by": annotator, "result": result}]
    export.write_text(json.dumps(answered), encoding="utf-8")


def test_from_articles_to_gold(run, tmp_path):
    round1, tasks, ana, ben, gold = (
        tmp_path / name
        for name in ("round1.jsonl", "tasks.json", "ana.json", "ben.json", "gold1.jsonl")
    )
    run("gold", "select", ROOT / "data" / "examples", "--number", 40, "--out", round1)
    run("gold", "export", round1, "--blind", "--out", tasks)
    label(tasks, ana, KeywordClassifier(), 1)
    label(tasks, ben, LinearClassifier.from_pretrained(), 2)
    printed = run("gold", "import", ana, ben, "--gold", round1, "--out", gold)
    assert printed.startswith("80 votes; 40 rows")
    assert "annotator-1 and annotator-2" in run("gold", "agree", gold)
    disputes = [one for one in read_rows(gold).segments if len(set(one.votes.values())) > 1]
    assert 0 < len(disputes) < 40
    printed = run("gold", "adjudicate", gold, keys="s" * len(disputes))
    assert f"{len(disputes)} of {len(disputes)} disputes decided" in printed
    run("gold", "adjudicate", gold, "--apply")
    settled = {(one.document_id, one.index): one for one in read_rows(gold).segments}
    assert all(settled[one.document_id, one.index].label == "speculation" for one in disputes)
    assert all("inclusion_probability" in one.extra for one in settled.values())
    assert "on 40 segments" in run("evaluate", "--gold", gold, "--no-baselines")


def test_every_command_of_the_loop_is_in_the_guide():
    guide = (ROOT / "docs" / "labelling.md").read_text(encoding="utf-8")
    block = re.search(r"```\n(hedgerow gold select.*?)```", guide, re.S)[1]
    assert re.findall(r"hedgerow (?:gold )?(\w+)", block) == [
        "select", "export", "import", "agree", "adjudicate", "adjudicate", "evaluate",
    ]  # fmt: skip
