"""The measured speeds are of what they say."""

import pytest

from hedgerow import Document, HedgerowError
from hedgerow.bench import measure_speed

ARTICLE = Document("a", "The dam might be closed. Leave now.\n\n- The river rose on Friday.")


def test_each_model_is_run_each_way(tiny_model):
    found = measure_speed([str(tiny_model), "keywords"], [ARTICLE], rounds=2)
    assert [one.way for one in found] == ["hedgerow", "pipeline", "hedgerow"]
    for one in found:
        assert 0 < one.slowest <= one.segments_per_second <= one.fastest
        assert one.megabytes > 10
        assert one.seconds_to_first > 0


def test_nothing_to_label_is_one_clear_line():
    with pytest.raises(HedgerowError, match="expected sentences, found none"):
        measure_speed(["keywords"], [Document("a", "## Heading alone")])


def test_missing_model_is_named():
    with pytest.raises(HedgerowError, match="no-such-model"):
        measure_speed(["no-such-model"], [ARTICLE])
