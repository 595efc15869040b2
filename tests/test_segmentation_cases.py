import json
from pathlib import Path

import pytest

import hedgerow

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "segmentation" / "cases.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_case_is_split_as_its_writer_marked_it(case):
    found = [[one.start, one.end, one.kind] for one in hedgerow.segment(case["text"])]
    assert found == case["spans"], case["why"]
