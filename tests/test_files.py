import os
import stat
from pathlib import Path

import pytest

from hedgerow.errors import HedgerowError
from hedgerow.files import (
    check_folder,
    check_output,
    new_folder,
    open_output,
    read_json_lines,
)


def test_output_appears_whole_with_missing_folders_made(tmp_path):
    path = tmp_path / "deep" / "out.txt"
    with open_output(path) as stream:
        stream.write("done")
        assert not path.exists()
    assert path.read_text() == "done"
    assert os.listdir(path.parent) == ["out.txt"]


def test_error_inside_leaves_the_old_file_and_no_temporary(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), open_output(path, force=True) as stream:
        stream.write("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_existing_file_needs_force(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    with pytest.raises(HedgerowError, match="--force"), open_output(path):
        pass
    with open_output(path, force=True) as stream:
        stream.write("new")
    assert path.read_text() == "new"


def test_unwritable_place_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    for opened in (open_output, new_folder):
        with pytest.raises(HedgerowError, match="found a file; choose another place with --out"):
            opened(tmp_path / "file" / "out").__enter__()


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a place nobody may write to")
@pytest.mark.parametrize("opened", [open_output, new_folder])
def test_place_where_nothing_can_be_made_is_one_clear_error(opened):
    with pytest.raises(HedgerowError, match="can't be written"):
        opened(Path("/proc/self/hedgerow-out")).__enter__()


def test_finished_file_has_ordinary_permissions(tmp_path):
    with open_output(tmp_path / "out.txt") as stream:
        stream.write("x")
    (tmp_path / "plain.txt").write_text("x")
    mode = stat.S_IMODE((tmp_path / "out.txt").stat().st_mode)
    assert mode == stat.S_IMODE((tmp_path / "plain.txt").stat().st_mode)


def test_json_lines_name_the_broken_line(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1}\n\n{"b"\n')
    rows = read_json_lines(path)
    assert next(rows) == (f"{path}:1", {"a": 1})
    with pytest.raises(HedgerowError, match=r"rows\.jsonl:3: expected one JSON object"):
        next(rows)


def test_force_never_replaces_a_folder_that_holds_no_model(tmp_path):
    (tmp_path / "keep").mkdir()
    (tmp_path / "keep" / "thesis.txt").write_text("x")
    for force in (True, False):
        with pytest.raises(HedgerowError, match="something else; choose another with --out"):
            check_folder(tmp_path / "keep", force=force)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "manifest.json").write_text("{}")
    with pytest.raises(HedgerowError, match="--force"):
        check_folder(tmp_path / "model")
    check_folder(tmp_path / "model", force=True)


def test_folder_link_or_device_is_no_place_for_a_file(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for place in (tmp_path, tmp_path / "link"):
        with pytest.raises(HedgerowError, match="folder, link or device"):
            check_output(place, force=True)
