import io
import json
import sys

import pytest

from hedgerow.errors import HedgerowError
from hedgerow.reading import ReadingOptions, read_documents


def read(paths, **options):
    return list(read_documents(paths, ReadingOptions(**options)))


def fails(paths, **options):
    with pytest.raises(HedgerowError) as caught:
        read(paths, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_text_keeps_crlf_and_odd_spaces(tmp_path):
    file = tmp_path / "a.txt"
    file.write_bytes("One.\r\n\r\nTwo\u00a0three.\r\n".encode())
    (document,) = read([file])
    assert document.text == "One.\r\n\r\nTwo\u00a0three.\r\n"
    assert document.id == file.as_posix()


def test_byte_order_mark_is_dropped(tmp_path):
    file = tmp_path / "a.txt"
    file.write_bytes(b"\xef\xbb\xbfOne.")
    assert read([file])[0].text == "One."


def test_folder_is_read_recursively_in_order_and_skips_other_files(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.md").write_text("B.")
    (tmp_path / "sub" / "c.txt").write_text("C.")
    (tmp_path / "a.txt").write_text("A.")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert [document.text for document in read([tmp_path])] == ["A.", "B.", "C."]


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Piped.")))
    assert [(d.id, d.text) for d in read(["-"])] == [("stdin", "Piped.")]


def test_jsonl_fields_can_be_named_and_others_travel_along(tmp_path):
    file = tmp_path / "a.jsonl"
    row = {"url": "x1", "body": "One.", "outlet": "Post", "year": 2024}
    file.write_text(json.dumps(row) + "\n\n" + json.dumps({"body": "Two."}) + "\n")
    first, second = read([file], id_field="url", text_field="body")
    assert (first.id, first.text) == ("x1", "One.")
    assert first.extra == {"outlet": "Post", "year": 2024}
    assert second.id == f"{file.as_posix()}:3"


def test_html_keeps_headings_lists_and_tables(tmp_path):
    pytest.importorskip("trafilatura", reason="needs the extra html")
    file = tmp_path / "a.html"
    paragraph = "<p>The harbour office counted nine boats on Tuesday, two fewer than last year.</p>"
    file.write_text(
        "<html><body><nav><a href='/'>Home</a></nav><article><h1>Harbour count</h1>"
        f"{paragraph * 3}<h2>By type</h2><ul><li>Six trawlers</li><li>Three yachts</li></ul>"
        "<table><tr><th>Month</th><th>Boats</th></tr><tr><td>May</td><td>9</td></tr></table>"
        f"{paragraph}</article></body></html>"
    )
    text = read([file])[0].text
    assert "## By type" in text
    assert "- Six trawlers" in text
    assert "| May | 9 |" in text
    assert "Home" not in text


def test_wrong_encoding_names_the_byte_and_its_offset(tmp_path):
    file = tmp_path / "a.txt"
    file.write_bytes("Caf\u00e9 closed.".encode("cp1252"))
    message = fails([file])
    assert "0xe9 at offset 3" in message
    assert "--encoding" in message
    assert read([file], encoding="cp1252")[0].text == "Caf\u00e9 closed."


def test_wrong_encoding_in_jsonl_names_the_offset_in_the_file(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"text": "ok"}\n{"text": "caf\xe9"}\n')
    assert "a.jsonl:2" in fails([file])
    assert "0xe9 at offset 28" in fails([file])


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", b"", "empty file"),
        ("a.txt", b" \n\t\n", "empty file"),
        ("a.txt", b"GIF89a\x00\x00\xff", "binary file (NUL byte at offset 6)"),
        ("a.txt", b"\x00\x01\x02 text", "binary file (NUL byte at offset 0)"),
        ("a.pdf", b"%PDF", "found '.pdf'"),
        ("noext", b"text", "found 'no suffix'"),
        ("a.jsonl", b"", "empty file"),
        ("a.jsonl", b'{"text": "One."}\n{"text": \n', "a.jsonl:2: expected one JSON object"),
        ("a.jsonl", b"[1, 2]", "a.jsonl:1: expected a JSON object, found list"),
        ("a.jsonl", b'{"body": "One."}', "field 'text', found no such field"),
        ("a.jsonl", b'{"text": 5}', "found int '5'"),
        ("a.jsonl", b'{"text": ""}', "found str ''"),
        ("a.jsonl", b"[" * 100_000, "expected one JSON object"),
    ],
)
def test_bad_input_is_one_clear_line(tmp_path, name, content, expected):
    file = tmp_path / name
    file.write_bytes(content)
    assert expected in fails([file])


def test_missing_file_empty_folder_and_unknown_encoding(tmp_path):
    assert "found nothing" in fails([tmp_path / "gone.txt"])
    assert "found none" in fails([tmp_path])
    file = tmp_path / "a.txt"
    file.write_text("One.")
    assert "'klingon'" in fails([file], encoding="klingon")


def test_other_inputs_are_read_after_a_bad_one(tmp_path):
    good, bad, lines = tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "c.jsonl"
    good.write_text("Good.")
    bad.write_bytes(b"\xff\xfe\xff")
    lines.write_text('{"text": "First."}\n{broken\n{"text": "Third."}\n')
    errors = []
    documents = list(read_documents([bad, good, "gone.txt", lines], on_error=errors.append))
    assert [document.text for document in documents] == ["Good.", "First.", "Third."]
    assert len(errors) == 3


def test_half_a_character_rejects_that_record_alone(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "It may \\ud800 rain."}\n{"text": "It rained."}\n')
    errors = []
    assert [d.text for d in read_documents([file], on_error=errors.append)] == ["It rained."]
    assert "half a character (\\ud800) at character 7" in str(errors[0])


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-16", "cp1252"])
def test_jsonl_in_other_encodings(tmp_path, encoding):
    file = tmp_path / "a.jsonl"
    mark = "\ufeff" if encoding == "UTF-8" else ""
    file.write_bytes((mark + '{"text": "Café."}\n{"text": "Two."}\n').encode(encoding))
    assert [d.text for d in read([file], encoding=encoding)] == ["Café.", "Two."]


def test_unknown_encoding_of_jsonl_and_text_passed_as_a_path(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "One."}')
    assert "'klingon'" in fails([file], encoding="klingon")
    assert "standard input" in fails(["It may rain. " * 400])


@pytest.mark.parametrize("encoding", ["utf-7", "unicode_escape", "punycode", "undefined", "a\0b"])
def test_an_encoding_that_spells_no_text_is_one_line(tmp_path, encoding):
    file = tmp_path / "a.txt"
    file.write_bytes(b"It may +2AA- \\ud800 rain.")
    assert "expected" in fails([file], encoding=encoding)


def test_half_a_character_in_an_id_or_field_rejects_the_record(tmp_path):
    file = tmp_path / "a.jsonl"
    for record in ('"id": "\\udfff"', '"tags": [{"\\ud800": 1}]'):
        file.write_text(f'{{"text": "One.", {record}}}')
        assert "half a character" in fails([file])


def test_a_message_quotes_names_of_fields_as_one_short_line(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"a\nb\x1b[2J": 1} | {f"field {i}": i for i in range(9999)}))
    message = fails([file])
    assert "a b\ufffd[2J" in message
    assert len(message) < 2100


def test_numbers_that_json_does_not_know_are_read_as_none(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "One.", "x": [NaN, 1e999, -Infinity, 1.5]}')
    assert read([file])[0].extra == {"x": [None, None, None, 1.5]}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such names")
def test_a_file_name_that_is_no_unicode_is_shown_as_far_as_it_is(tmp_path):
    with open(f"{tmp_path}/a\udcff.txt", "w") as stream:
        stream.write("One.")
    assert read([tmp_path])[0].id == f"{tmp_path.as_posix()}/a?.txt"
