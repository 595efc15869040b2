"""Inputs that are large, or unfold to something large: memory and time stay bounded."""

from __future__ import annotations

import gzip
import subprocess
import sys
import textwrap

import pytest

from hedgerow import ClaimLabeler, Document, HedgerowError, segment
from hedgerow.baselines import KeywordClassifier
from hedgerow.pages import render_article
from hedgerow.reading import ReadingOptions, parse_file, read_documents
from hedgerow.training.config import read_config

from .checks import check_message

MEGABYTE = 1_000_000


def run_in_little_memory(script, *arguments, megabytes=400):
    """What a script prints that may use that much address space, and no more than a minute."""
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({megabytes << 20},) * 2)\n"
    done = subprocess.run(
        [sys.executable, "-c", limit + textwrap.dedent(script), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        env={"PYTHONPATH": ":".join(sys.path), "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


READ_BATCH = """
    import sys
    from hedgerow.batch.raw import RecordReader
    from hedgerow.batch.sources import find_sources
    for record, _ in RecordReader(find_sources(sys.argv[1:])[0]).read():
        print(type(record).__name__, getattr(record, "reason", ""))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits address space")
@pytest.mark.parametrize("name", ["bomb.txt.gz", "bomb.jsonl.gz", "bomb.csv.gz"])
def test_a_gzip_bomb_is_one_broken_record(tmp_path, name):
    path = tmp_path / name
    member = gzip.compress(b"x" * MEGABYTE)
    opening = gzip.compress(b"id,text\n1," if "csv" in name else b"")
    path.write_bytes(opening + member * 300)
    lines = run_in_little_memory(READ_BATCH, path)
    assert lines[0].startswith("BrokenRecord expected")
    assert all(line.startswith("BrokenRecord") for line in lines)


def test_archives_and_packed_files_are_named_not_unpacked(tmp_path):
    for name in ("a.zip", "a.txt.gz"):
        (tmp_path / name).write_bytes(b"PK\x03\x04")
        with pytest.raises(HedgerowError, match="say what it is with --input-format"):
            list(read_documents([tmp_path / name]))


@pytest.mark.parametrize("tag", ["div", "b", "table", "ul><li"])
def test_html_with_a_million_nested_tags_is_refused_in_one_line(tag):
    pytest.importorskip("trafilatura", reason="needs the extra html")
    page = f"<html><body>{f'<{tag}>' * MEGABYTE}<p>It may rain on Monday.</p>".encode()
    with pytest.raises(HedgerowError) as caught:
        parse_file("page", page, "html", ReadingOptions())
    check_message(caught.value)


def test_a_heading_of_ten_megabytes_is_one_heading():
    (heading,) = segment("# " + "It may rain " * 850_000)
    assert heading.kind == "heading"
    assert len(heading.text) == 850_000 * 12 - 1


def test_a_line_of_ten_megabytes_without_a_space_is_one_segment():
    assert len(segment("a" * 10 * MEGABYTE)) == 1


def test_thousands_of_tiny_sentences_come_out_everywhere():
    document = Document("d", "Yes. No.\n" * 1_000)
    (labeled,) = ClaimLabeler(KeywordClassifier()).label([document])
    assert len(labeled) == 2_000
    assert render_article(document, labeled).count('class="s ') == 2_000


@pytest.mark.parametrize(
    "value",
    ["[" * 100_000, "[" * 900 + "]" * 900, "9" * 100_000, '{"a":' * 50_000, '"' + "x" * 100_000],
    ids=lambda value: value[:6],
)
def test_json_of_great_depth_or_length_is_one_bad_line(tmp_path, value):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"text": "One.", "x": {value}}}\n{{"text": "Two."}}\n', encoding="utf-8")
    errors = []
    assert [one.text for one in read_documents([path], on_error=errors.append)] == ["Two."]
    check_message(errors[0])


def test_csv_cells_beyond_the_limit_are_broken_rows(tmp_path, monkeypatch):
    import csv

    from hedgerow.batch.raw import RecordReader
    from hedgerow.batch.sources import find_sources

    path = tmp_path / "a.csv"
    path.write_text(f'id,text\n1,"{"x" * 5000}"\n2,It may rain.\n', encoding="utf-8")
    before = csv.field_size_limit()
    try:
        reader = RecordReader(find_sources([str(path)])[0], max_bytes=1000)
        records = [record for record, _ in reader.read()]
    finally:
        csv.field_size_limit(before)
    assert "field limit" in records[0].reason
    assert records[-1].content == {"id": "2", "text": "It may rain."}


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        ("a: &a [x, x]\n" + "b: &b [*a, *a, *a, *a]\n", "an alias"),
        ("a: &a {x: 1}\nname: {<<: [*a, *a]}\n", "an alias"),
        ("[" * 5_000, "recursion"),
        ("x" * 200_000, "at most 100000 bytes"),
        ("seed: !!int x", "expected YAML"),
        ("seed: !!timestamp x", "expected YAML"),
        ("name: !!python/object/apply:os.getcwd []", "could not determine a constructor"),
        ("name: x\nbase_model: y\nweight_decay: .inf", "finite number"),
    ],
)
def test_yaml_bombs_and_wrong_tags_are_one_line(tmp_path, recipe, expected):
    path = tmp_path / "recipe.yaml"
    path.write_text(recipe, encoding="utf-8")
    with pytest.raises(HedgerowError, match=expected) as caught:
        read_config(path)
    check_message(caught.value)


def test_a_yaml_bomb_fills_no_memory(tmp_path):
    path = tmp_path / "recipe.yaml"
    bomb = ["a0: &a0 {x: 1}"] + [
        f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}" for i in range(1, 12)
    ]
    path.write_text("\n".join(bomb), encoding="utf-8")
    with pytest.raises(HedgerowError, match="an alias"):
        read_config(path)
