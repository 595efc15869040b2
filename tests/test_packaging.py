import zipfile
from pathlib import Path

import pytest

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
