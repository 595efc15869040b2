"""What a model folder from somewhere may and may not do to whoever loads it."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

import pytest

from hedgerow import load_classifier
from hedgerow.errors import HedgerowError
from hedgerow.files import new_folder, open_output
from hedgerow.model_folder import open_model, write_manifest
from hedgerow.records import Segment

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pipeline" / "hedgerow"
TEXT = "The dam may close."


@pytest.fixture
def folder(tiny_model, tmp_path):
    """A copy of the tiny model that a test may damage."""
    return shutil.copytree(tiny_model, tmp_path / "copy")


@pytest.fixture
def linear(tmp_path):
    """A copy of the linear model that a test may damage."""
    return shutil.copytree(ROOT / "models" / "linear", tmp_path / "linear")


def score(folder):
    return load_classifier(folder).score([Segment("", 0, len(TEXT), "sentence", TEXT)])


@pytest.mark.parametrize(
    "name", ["../outside.bin", "/etc/hostname", "sub/inside.bin", "..", "", "C:\\inside.bin"]
)
def test_manifest_that_names_files_elsewhere_is_refused(folder, name):
    (folder.parent / "outside.bin").write_bytes(b"x")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = {"sha256": "0" * 64, "bytes": 1}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(HedgerowError, match="leads elsewhere"):
        open_model(folder)


@pytest.mark.parametrize("name", ["model.onnx", "config.json", "manifest.json"])
def test_link_in_place_of_a_file_is_refused(folder, name):
    (folder / name).rename(folder.parent / name)
    (folder / name).symlink_to(folder.parent / name)
    with pytest.raises(HedgerowError, match=f"{name}.*leads elsewhere"):
        open_model(folder)


def test_what_the_manifest_does_not_list_is_refused(folder):
    (folder / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(HedgerowError, match=r"pytorch_model\.bin unlisted"):
        open_model(folder)
    (folder / "pytorch_model.bin").unlink()
    (folder / "weights").mkdir()
    with pytest.raises(HedgerowError, match="weights unlisted"):
        open_model(folder)


@pytest.mark.parametrize("location", ["../outside.bin", "absolute"])
def test_weights_outside_of_the_folder_are_never_read(folder, location):
    import onnx
    from onnx import TensorProto

    outside = folder.parent / "outside.bin"
    model = onnx.load(folder / "model.onnx")
    tensor = next(one for one in model.graph.initializer if one.data_type == TensorProto.FLOAT)
    outside.write_bytes(onnx.numpy_helper.to_array(tensor).tobytes())
    for field in ("raw_data", "float_data"):
        tensor.ClearField(field)
    tensor.data_location = TensorProto.EXTERNAL
    where = str(outside) if location == "absolute" else location
    tensor.external_data.add(key="location", value=where)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    write_manifest(folder)
    with pytest.raises(HedgerowError, match="expected files that load"):
        score(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.onnx", b""),
        ("model.onnx", b"\x80\x04\x95 a pickle, say"),
        ("tokenizer.json", b"{}"),
        ("tokenizer.json", b"\xff"),
    ],
)
def test_files_that_do_not_load_are_one_clear_error(folder, name, content):
    (folder / name).write_bytes(content)
    write_manifest(folder)
    with pytest.raises(HedgerowError, match="expected files that load"):
        score(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.safetensors", b"\x80\x04\x95 a pickle, say"),
        ("vocabulary.json", b'["one", "two"]'),
        ("vocabulary.json", b"["),
    ],
)
def test_arrays_that_do_not_load_are_one_clear_error(linear, name, content):
    (linear / name).write_bytes(content)
    write_manifest(linear)
    with pytest.raises(HedgerowError, match="expected files that load"):
        score(linear)


def test_settings_of_another_kind_are_one_clear_error(folder):
    config = json.loads((folder / "config.json").read_text())
    config["hedgerow"]["max_length"] = "all of it"
    (folder / "config.json").write_text(json.dumps(config))
    write_manifest(folder)
    with pytest.raises(HedgerowError, match="expected files that load"):
        score(folder)


def test_shipped_models_hold_nothing_that_could_run():
    suffixes = {path.suffix for path in (ROOT / "models").rglob("*") if path.is_file()}
    assert suffixes <= {".onnx", ".safetensors", ".bin", ".json", ".md"}
    for path in (ROOT / "models").rglob("*.bin"):
        # Raw numbers beside an ONNX file; a pickle or a zip of PyTorch would say so.
        assert path.read_bytes()[:2] not in (b"\x80\x02", b"\x80\x04", b"PK")


def test_encoder_folder_that_brings_pickled_weights_or_code_is_refused(tiny_encoder, tmp_path):
    from hedgerow.training.config import read_config
    from hedgerow.training.trainer import load_base

    folder = shutil.copytree(tiny_encoder, tmp_path / "encoder")
    config = read_config(ROOT / "configs" / "smoke.yaml", base_model=str(folder))
    mark = tmp_path / "ran"
    (folder / "code.py").write_text(f"open({str(mark)!r}, 'w')\nclass Model: pass\n")
    settings = json.loads((folder / "config.json").read_text())
    settings["model_type"] = "unheard-of"
    settings["auto_map"] = {"AutoConfig": "code.Model", "AutoModel": "code.Model"}
    (folder / "config.json").write_text(json.dumps(settings))
    with pytest.raises(HedgerowError, match="base_model"):
        load_base(config)
    assert not mark.exists()

    shutil.copy(tiny_encoder / "config.json", folder / "config.json")
    (folder / "model.safetensors").unlink()
    bomb = b"cposix\nsystem\n(S'touch " + str(mark).encode() + b"'\ntR."
    (folder / "pytorch_model.bin").write_bytes(bomb)
    with pytest.raises(HedgerowError, match="base_model"):
        load_base(config)
    assert not mark.exists()


FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve", "subprocess"}
FORBIDDEN_CALLS = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "os.execv", "os.fork",
    "torch.load", "np.load", "numpy.load", "yaml.unsafe_load", "yaml.full_load", "tempfile.mktemp",
}  # fmt: skip


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def problems_of(source: str) -> list[str]:
    """What a module does that could run what it reads."""
    tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names if one.name in FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module in FORBIDDEN_MODULES:
            found.append(node.module)
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in (
            "yaml.Loader", "yaml.UnsafeLoader", "yaml.FullLoader",
        ):  # fmt: skip
            found.append(ast.unparse(node))
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            found += [
                ast.unparse(k) for k, v in pairs if k is not None and _allows(ast.unparse(k), v)
            ]
    for name, call in calls(tree):
        if name in FORBIDDEN_CALLS or (name == "yaml.load" and len(call.args) < 2):
            found.append(name)
        found += [f"{name}({one.arg}=…)" for one in call.keywords if _allows(one.arg, one.value)]
    return found


def _allows(name: str | None, value: ast.expr) -> bool:
    switches = {"shell", "trust_remote_code", "allow_pickle"}
    is_false = isinstance(value, ast.Constant) and value.value is False
    return (name or "").strip("'") in switches and not is_false


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_no_module_can_run_what_it_reads(path):
    assert problems_of(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle", "from joblib import load", "eval('1')", "yaml.load(text)",
        "yaml.load(text, yaml.FullLoader)", "run('ls', shell=True)", "torch.load(path)",
        "options = {'trust_remote_code': True}", "f(trust_remote_code=wanted)",
        "g(allow_pickle=True)", "os.system('ls')",
    ],
)  # fmt: skip
def test_the_check_of_modules_finds_what_it_looks_for(source):
    assert problems_of(source)


def test_temporary_files_are_private(tmp_path):
    seen = []

    def note():
        for path in tmp_path.iterdir():
            seen.append(stat.S_IMODE(path.stat().st_mode))

    with open_output(tmp_path / "rows.jsonl") as stream:
        stream.write("x")
        note()
    assert seen == [0o600]
    seen.clear()
    with new_folder(tmp_path / "model" / "deep") as folder:
        (folder / "a").write_text("x")
        seen.append(stat.S_IMODE(folder.parent.stat().st_mode))
    assert seen == [0o700]
    with tempfile.TemporaryDirectory() as scratch:
        assert stat.S_IMODE(os.stat(scratch).st_mode) == 0o700


def test_modules_that_write_files_are_known():
    """A new one has to be looked at: may its path leave the output? May others read half of it?"""
    writing = re.compile(r"open\([^)]*[\"'][wax]b?[\"']|\.write_text\(|\.write_bytes\(|save_file\(")
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if writing.search(path.read_text(encoding="utf-8"))
    }
    assert found == {
        "files.py",  # open_output and new_folder
        "annotation/adjudication.py",  # the log of the decisions, which only grows
        "batch/store.py",  # inside the output folder, under a temporary name
        "model_folder.py", "linear.py", "cascading.py", "calibrating.py",  # inside new_folder
        "training/card.py", "training/export.py", "training/linear.py",  # inside new_folder
        "training/trainer.py",  # run.json of the run folder
        "training/study.py",  # the lock inside the folder of a search
    }  # fmt: skip


@pytest.mark.parametrize("name", ["../../outside.jsonl", "/etc/hostname", "notes.jsonl"])
def test_manifest_of_a_batch_run_names_only_its_own_shards(tmp_path, name):
    from hedgerow.batch.store import shard_files

    entry = {"shard": 0, "files": {name: "0", "part-000000.jsonl": "0"}}
    (tmp_path / "manifest.jsonl").write_text(json.dumps(entry) + "\n")
    assert shard_files(tmp_path) == [tmp_path / "part-000000.jsonl"]


@pytest.mark.parametrize("name", ["rejected", ".lock", "part-000000.jsonl", "run.json"])
def test_batch_writes_through_no_link(tmp_path, run, name):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    target = elsewhere if name == "rejected" else elsewhere / "file"
    (out / name).symlink_to(target)
    (tmp_path / "a.jsonl").write_text('{"text": "The dam closed."}\n{"text": 7}\n')
    status, _, err = run(
        "batch", tmp_path / "a.jsonl", "-m", "keywords", "-f", "jsonl", "--out", out
    )
    assert (status, len(err)) == (1, 1)
    assert "link" in err[0]
    assert not [path for path in elsewhere.iterdir() if path.stat().st_size]
