"""The data card's promise: the data load by name from a clone, without a network."""

from pathlib import Path

import pytest

from hedgerow import HedgerowError

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize(
    ("config", "split", "columns"),
    [
        ("gold", "test", {"document_id", "start", "end", "text", "label", "votes", "cues"}),
        ("gold_articles", "test", {"text"}),
        ("train", "train", {"document_id", "text", "label", "batch", "pair"}),
    ],
)
def test_each_configuration_loads_by_name(config, split, columns, tmp_path):
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset(str(DATA), config, split=split, cache_dir=str(tmp_path))
    assert columns <= set(loaded.column_names)
    assert len(loaded) >= 100


def test_no_model_is_trained_on_the_gold():
    pytest.importorskip("torch")
    from hedgerow.training.data import read_examples

    with pytest.raises(HedgerowError, match="expected a row that may be trained on"):
        read_examples([str(DATA / "gold" / "segments.jsonl")])
