import importlib.metadata
import subprocess
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    from hatchling.builders.wheel import WheelBuilder

    folder = tmp_path_factory.mktemp("dist")
    return Path(next(iter(WheelBuilder(str(ROOT)).build(directory=str(folder)))))


def test_wheel_holds_what_labelling_needs(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for name in (
        "hedgerow/__init__.py",
        "hedgerow/py.typed",
        "hedgerow/templates/article.html.j2",
        "hedgerow/templates/palette.css.j2",
        "hedgerow/templates/report.css.j2",
        "hedgerow/templates/report.html.j2",
        "hedgerow/templates/report.js",
        "hedgerow/templates/report_charts.html.j2",
        "hedgerow/models/base/model.onnx",
        "hedgerow/models/base/manifest.json",
        "hedgerow/models/linear/model.safetensors",
    ):
        assert name in names
    assert not any(name.startswith(("tests/", "data/")) for name in names)


def test_wheel_stays_under_60_megabytes(wheel):
    assert wheel.stat().st_size < 60_000_000


def test_model_in_the_wheel_is_whole_and_labels(wheel, tmp_path):
    from hedgerow import ClaimClassifier, Segment

    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    model = ClaimClassifier.from_pretrained(tmp_path / "hedgerow" / "models" / "base")
    text = "Analysts believe the talks might fail."
    assert model.predict([Segment("", 0, len(text), "sentence", text)]) == ["speculation"]
    assert not [*(tmp_path / "hedgerow" / "models").rglob("*.pkl")]


@pytest.fixture(scope="module")
def wheel_of_sdist(tmp_path_factory):
    """The wheel that is made from the sdist alone."""
    from hatchling.builders.sdist import SdistBuilder
    from hatchling.builders.wheel import WheelBuilder

    folder = tmp_path_factory.mktemp("sdist")
    packed = next(iter(SdistBuilder(str(ROOT)).build(directory=str(folder))))
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    (source,) = (path for path in folder.iterdir() if path.is_dir())
    return Path(next(iter(WheelBuilder(str(source)).build(directory=str(folder)))))


def needed_distributions(metadata: str) -> set[str]:
    """Everything that a wheel needs without extras, by the metadata of what is installed here."""
    waiting = [
        line.removeprefix("Requires-Dist: ")
        for line in metadata.splitlines()
        if line.startswith("Requires-Dist: ")
    ]
    found: set[str] = set()
    while waiting:
        requirement = Requirement(waiting.pop())
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if wanted and requirement.name not in found:
            found.add(requirement.name)
            waiting += importlib.metadata.requires(requirement.name) or []
    return found


@pytest.mark.parametrize("made_from", ["wheel", "wheel_of_sdist"])
def test_it_labels_in_an_environment_of_what_it_asks_for_and_nothing_else(
    made_from, request, tmp_path
):
    """No index is asked: the dependencies are linked from here, by the wheel's own metadata."""
    venv.create(tmp_path / "env", symlinks=True)
    (python,) = tmp_path.glob("env/*/python")
    (site,) = tmp_path.glob("env/lib/python*/site-packages")
    with zipfile.ZipFile(request.getfixturevalue(made_from)) as archive:
        archive.extractall(site)
        (name,) = (one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode()
    for needed in needed_distributions(metadata):
        distribution = importlib.metadata.distribution(needed)
        for top in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
            target = site / top
            if not target.exists():
                target.symlink_to(distribution.locate_file(top))
    example = site / "hedgerow" / "examples" / "ferry_terminal.txt"
    done = subprocess.run(
        [python, "-I", "-W", "error", "-c", "from hedgerow.cli import main; main()",
         "label", "--model", "small", "--format", "jsonl", example],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert '"label": "speculation"' in done.stdout
    absent = "from importlib.util import find_spec as f; assert not (f('torch') or f('pytest'))"
    subprocess.run([python, "-I", "-c", absent], check=True)
