import pickle

import numpy as np
import pytest
from datasets import Dataset

from hedgerow import CLASSES, ClaimClassifier, Context, HedgerowError, Segment
from hedgerow.classification import load_classifier, model_input

from .conftest import ROWS


def sentence(text, kind="sentence", **context):
    return Segment("d", 0, len(text), kind, text, Context(**context))


SEGMENTS = [
    sentence("The council closed the bridge on Monday."),
    sentence("The dam might be closed, residents said, and the river could fall low on Friday."),
    sentence("Open the dam now."),
    sentence("Low water", "list_item", lead_in="The report said it might be:"),
]


@pytest.fixture(scope="module")
def classifier(tiny_model):
    return ClaimClassifier.from_pretrained(tiny_model)


def test_rows_are_probabilities_in_class_order(classifier):
    probabilities = classifier.predict_proba(SEGMENTS)
    assert probabilities.shape == (len(SEGMENTS), len(CLASSES))
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_result_does_not_depend_on_order_or_company(classifier):
    together = classifier.predict_proba(SEGMENTS)
    alone = np.vstack([classifier.predict_proba([one]) for one in SEGMENTS])
    # Dynamic quantization scales each batch by its own range, so equal only to about a percent.
    np.testing.assert_allclose(together, alone, atol=0.02)
    np.testing.assert_array_equal(classifier.predict_proba(SEGMENTS * 3)[-4:], together)


@pytest.mark.parametrize("kind", ["heading", "byline", "table_header"])
def test_claimless_kinds_are_none_whatever_they_say(classifier, kind):
    assert classifier.predict([sentence("Residents must leave now", kind)]) == [None]


def test_no_segments_give_no_rows(classifier):
    assert classifier.predict_proba([]).shape == (0, len(CLASSES))


def test_endless_text_and_context_are_cut_not_refused(classifier):
    long = "the river rose " * 5000
    assert classifier.predict_proba([sentence(long, "list_item", lead_in=long)]).shape == (1, 4)


def test_list_items_and_rows_read_their_lead_in():
    assert model_input(sentence("x", "list_item", heading="H", lead_in="L")) == ("x", "L")
    assert model_input(sentence("x", "table_row", heading="H", lead_in="L")) == ("x", "L")
    assert model_input(sentence("x", "list_item", heading="H")) == ("x", "H")


def test_sentences_are_read_alone():
    assert model_input(sentence("x", heading="H", previous="P")) == ("x", "")


def test_lead_in_reaches_the_model(classifier):
    item = SEGMENTS[3]
    bare = item._replace(context=Context())
    assert not np.array_equal(classifier.predict_proba([item]), classifier.predict_proba([bare]))


def test_pickle_drops_the_weights_and_predicts_the_same(classifier):
    before = classifier.predict_proba(SEGMENTS)
    pickled = pickle.dumps(classifier)
    assert len(pickled) < 2000
    again = pickle.loads(pickled)
    assert again.identifier == classifier.identifier
    np.testing.assert_array_equal(again.predict_proba(SEGMENTS), before)


def test_map_batch_in_parallel_datasets_map(classifier):
    rows = Dataset.from_dict({"text": [one.text for one in SEGMENTS[:3]] * 4})
    mapped = rows.map(classifier.map_batch, batched=True, batch_size=6, num_proc=2)
    expected = classifier.predict(SEGMENTS[:3]) * 4
    assert list(mapped["label"]) == expected
    assert np.array(mapped["scores"]).shape == (12, 4)


@pytest.fixture(scope="module")
def exported(tiny_encoder, training_file, tmp_path_factory):
    """A random classifier in torch, its export in single precision and the quantized one."""
    from hedgerow.training.config import TrainingConfig
    from hedgerow.training.export import export_onnx
    from hedgerow.training.quantization import quantize
    from hedgerow.training.trainer import load_base

    folder = tmp_path_factory.mktemp("exported")
    tokenizer, model = load_base(
        TrainingConfig(name="t", base_model=str(tiny_encoder), train_files=[str(training_file)])
    )
    export_onnx(model, tokenizer, folder / "full.onnx", 32)
    pairs = [(text, "") for text, _ in ROWS]
    quantize(folder / "full.onnx", folder / "model.onnx", tokenizer, pairs, 32)
    return tokenizer, model, folder


@pytest.mark.parametrize(("file", "tolerance"), [("full.onnx", 1e-3), ("model.onnx", 0.05)])
@pytest.mark.parametrize(
    "inputs",
    [
        ["The dam might be closed.", "Leave now."],
        ["The bridge opened on Friday."],
        [("Low water", "The report said:"), ("High water and low water", "Residents should:")],
    ],
    ids=["padded", "alone", "pairs"],
)
def test_exported_model_equals_torch_closely(exported, file, tolerance, inputs):
    import onnxruntime
    import torch

    tokenizer, model, folder = exported
    session = onnxruntime.InferenceSession(folder / file)
    encoded = tokenizer(inputs, padding=True, return_tensors="np")
    (logits,) = session.run(None, {n.name: encoded[n.name] for n in session.get_inputs()})
    with torch.no_grad():
        expected = model(**{k: torch.tensor(v) for k, v in encoded.items()}).logits.numpy()
    np.testing.assert_allclose(logits, expected, atol=tolerance)


def test_embeddings_go_beside_the_model_where_one_file_would_be_too_large(
    exported, tmp_path, monkeypatch
):
    import onnxruntime

    from hedgerow.training import quantization

    tokenizer, _, folder = exported
    monkeypatch.setattr(quantization, "_MAX_BYTES", 1000)
    pairs = [(text, "") for text, _ in ROWS]
    quantization.quantize(folder / "full.onnx", tmp_path / "model.onnx", tokenizer, pairs, 32)
    assert (tmp_path / "word_embeddings.bin").is_file()
    encoded = tokenizer(["Leave now."], return_tensors="np")
    given = [
        onnxruntime.InferenceSession(path).run(
            None,
            {name: encoded[name] for name in ("input_ids", "attention_mask", "token_type_ids")},
        )[0]
        for path in (tmp_path / "model.onnx", folder / "model.onnx")
    ]
    np.testing.assert_array_equal(*given)


def test_unknown_backend_is_refused(tiny_model):
    with pytest.raises(HedgerowError, match="neither; check the name"):
        load_classifier("no-such-model")
