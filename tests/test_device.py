"""An encoder in torch says what the eight-bit one says; a device that isn't there is one line."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from hedgerow import (
    CLASSES,
    ClaimClassifier,
    ClaimLabeler,
    Document,
    HedgerowError,
    Segment,
    load_classifier,
)
from hedgerow.devices import count_gpus, resolve_device, spread_devices
from hedgerow.encoders import Encoder, OnnxNetwork, open_encoder
from hedgerow.errors import DeviceError
from hedgerow.model_folder import open_model, write_manifest
from hedgerow.torch_network import TorchNetwork
from hedgerow.training.dequantization import dequantize

from .conftest import ROWS, WORDS

SENTENCES = [
    ("The ferry between the two harbours was cancelled on Tuesday, the operator said.", ""),
    ("Two more piers could close before winter.", ""),
    ("Anglers should keep off the ice until the council has measured it.", ""),
    ("Collapse of the oyster beds", "If the rains fail, several consequences could follow:"),
    ("Metering every orchard", "The agency recommends:"),
    ("Why did nobody see it coming?", ""),
    ("Hauliers fear that the tunnel will stay shut into November, although no date is set.", ""),
    ("Prices rose by 4.2 percent.", ""),
]
needs_no_gpu = pytest.mark.skipif(count_gpus() > 0, reason="says what happens without a GPU")
needs_gpu = pytest.mark.skipif(count_gpus() == 0, reason="needs a GPU that torch can use")


@pytest.fixture(scope="module", params=["bert", "mpnet"])
def random_model(request, tiny_encoder, tmp_path_factory):
    """A random classifier in torch, and the model folder of its eight-bit export."""
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        MPNetConfig,
        MPNetForSequenceClassification,
        PreTrainedTokenizerFast,
    )

    from hedgerow.training.export import export_onnx
    from hedgerow.training.quantization import quantize

    names = ["input_ids", "attention_mask"]
    if request.param == "bert":
        names.append("token_type_ids")
        config_class, model_class = BertConfig, BertForSequenceClassification
    else:
        config_class, model_class = MPNetConfig, MPNetForSequenceClassification
    tokenizer = PreTrainedTokenizerFast.from_pretrained(tiny_encoder, model_input_names=names)
    config = config_class(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        num_labels=len(CLASSES) + 1,
    )
    torch.manual_seed(0)
    model = model_class(config).eval()
    with torch.no_grad():
        # As in trained ones nothing is 0 or 1, words matter, and a channel is larger than others.
        for name, parameter in model.named_parameters():
            size = 0.1
            if "word_embeddings" in name:
                size = 1.0
            elif name.endswith("weight") and "LayerNorm" not in name and "embeddings" not in name:
                size = 0.3
            parameter.add_(torch.randn_like(parameter) * size)
            if name.endswith("LayerNorm.weight"):
                parameter[3] *= 3
    folder = tmp_path_factory.mktemp(request.param) / "tiny"
    folder.mkdir()
    export_onnx(model, tokenizer, folder.parent / "full.onnx", 32)
    pairs = [(text, "") for text, _ in ROWS]
    quantize(folder.parent / "full.onnx", folder / "model.onnx", tokenizer, pairs, 32)
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    described = config.to_dict() | {
        "id2label": dict(enumerate(CLASSES)),
        "hedgerow": {
            "backend": "onnx",
            "max_length": 32,
            "attribution": True,
            "temperature": 1.7,
            "bias": [0.1, -0.2, 0.0, 0.3],
        },
    }
    (folder / "config.json").write_text(json.dumps(described))
    write_manifest(folder)
    return model, folder


def on_cpu(folder, dtype=torch.float32):
    return Encoder(open_model(folder), TorchNetwork(open_model(folder), "cpu", dtype))


def test_parameters_are_those_of_before_quantization(random_model):
    model, folder = random_model
    found = dequantize(folder / "model.onnx", model.config.num_attention_heads)
    expected = {name: value.numpy() for name, value in model.state_dict().items()}
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        # What was moved from the values into the attention's output stays there.
        if any(part in name for part in (".value.", ".v.", ".attention.output.dense.w", ".o.w")):
            continue
        if value.ndim == 2 and "position" not in name and "token_type" not in name:
            # Seven bits of a matrix.
            error = np.linalg.norm(found[name] - value) / np.linalg.norm(value)
            assert error < 0.1, (name, error)
        else:
            np.testing.assert_allclose(found[name], value, atol=1e-4, rtol=1e-4, err_msg=name)


PAIRS = [
    ("The council closed the bridge on Monday.", ""),
    ("Leave now.", ""),
    ("Low water", "The report said it might be:"),
    ("the river rose " * 40, "residents should: " * 40),
    *((f"{word} high water on Friday", "") for word in WORDS.split()),
]


def test_torch_gives_the_probabilities_of_the_eight_bit_model(random_model):
    _, folder = random_model
    opened = open_model(folder)
    ours = Encoder(opened, OnnxNetwork(opened, 16, 1)).predict(PAIRS)
    exact, rounded = on_cpu(folder).predict(PAIRS), on_cpu(folder, torch.bfloat16).predict(PAIRS)
    for given in (exact, rounded):
        # Activations are in eight bits there and not here.
        np.testing.assert_allclose(given.classes, ours.classes, atol=0.1)
        np.testing.assert_allclose(given.attributed, ours.attributed, atol=0.1)
    # They tell the inputs apart, so there is something to agree on.
    assert np.ptp(ours.classes, axis=0).max() > 0.2


def test_batches_are_cut_by_word_pieces_and_change_nothing(random_model, monkeypatch):
    _, folder = random_model
    whole = on_cpu(folder).predict(PAIRS)
    monkeypatch.setattr(TorchNetwork, "word_pieces_at_once", 40)
    np.testing.assert_allclose(on_cpu(folder).predict(PAIRS).classes, whole.classes, atol=1e-5)


def test_shipped_model_labels_the_same_in_torch():
    folder = open_model("small")
    ours = Encoder(folder, OnnxNetwork(folder, 16, 1)).predict(SENTENCES)
    for dtype in (torch.float32, torch.bfloat16):
        given = on_cpu(folder.path, dtype).predict(SENTENCES)
        assert given.classes.argmax(1).tolist() == ours.classes.argmax(1).tolist()
        np.testing.assert_allclose(given.classes, ours.classes, atol=0.05)
        np.testing.assert_allclose(given.attributed, ours.attributed, atol=0.05)


def test_unknown_graph_is_one_clear_line(tiny_model, tmp_path):
    import onnx

    folder = tmp_path / "other"
    folder.mkdir()
    for file in tiny_model.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    graph = onnx.load(folder / "model.onnx")
    for node in graph.graph.node:
        if node.op_type == "MatMulIntegerToFloat":
            node.op_type = "MatMul"
    onnx.save(graph, folder / "model.onnx")
    write_manifest(folder)
    with pytest.raises(DeviceError, match="expected an eight-bit BERT or MPNet of hedgerow train"):
        on_cpu(folder)


def test_unknown_architecture_is_one_clear_line(tiny_model, tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    for file in tiny_model.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    config = json.loads((folder / "config.json").read_text()) | {"model_type": "roberta"}
    (folder / "config.json").write_text(json.dumps(config))
    write_manifest(folder)
    with pytest.raises(DeviceError, match="its model type is roberta; train it again"):
        on_cpu(folder)


@pytest.mark.parametrize("device", ["gpu", "cuda:", "cuda:-1", "CUDA", ""])
def test_what_is_no_device_is_refused(device):
    with pytest.raises(HedgerowError, match="expected cpu, cuda, cuda:N or auto"):
        load_classifier("keywords", device=device)


@needs_no_gpu
def test_without_a_gpu_auto_is_the_cpu():
    assert resolve_device("auto") == "cpu"
    article = Document("a", "Residents should boil water until Friday.")
    (labeled,) = ClaimLabeler("small", device="auto").label([article])
    assert [one.label for one in labeled] == ["recommendation"]


@needs_no_gpu
def test_without_a_gpu_cuda_is_refused_where_it_is_asked_for(tiny_model):
    for load in (load_classifier, ClaimClassifier.from_pretrained, ClaimLabeler):
        with pytest.raises(DeviceError, match=r"expected a GPU that torch can use, found none"):
            load(tiny_model, device="cuda")


@needs_no_gpu
@pytest.mark.parametrize(
    "command",
    [
        ["label", "article.txt"],
        ["batch", "article.txt", "--out", "out"],
        ["evaluate", "--gold", "gold.jsonl"],
        ["bench", "article.txt"],
    ],
    ids=lambda command: command[0],
)
def test_commands_refuse_a_gpu_that_is_not_there(run, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    Path("article.txt").write_text("It may rain.")
    Path("gold.jsonl").write_text('{"document_id": "a", "text": "It may rain.", "label": null}\n')
    status, _, errors = run(*command, "--model", "small", "--device", "cuda:1")
    assert status == 1
    assert len(errors) == 1 and "device 'cuda:1'" in errors[0] and "device cpu" in errors[0]
    assert not Path("out").exists()


def test_device_auto_works_in_the_commands(run, tmp_path):
    article = tmp_path / "article.txt"
    article.write_text("It may rain.")
    status, lines, _ = run("label", article, "--model", "small", "--device", "auto")
    assert status == 0 and lines


def test_classifier_travels_with_its_device_and_without_weights():
    classifier = ClaimClassifier(open_model("small"), device="cuda:3")
    again = pickle.loads(pickle.dumps(classifier))
    assert again.device == "cuda:3" and again.identifier == classifier.identifier
    if count_gpus() <= 3:
        with pytest.raises(DeviceError, match="device 'cuda:3'"):
            again.predict_proba([Segment("d", 0, 10, "sentence", "Leave now.")])


def test_processes_share_what_there_is():
    assert spread_devices("cpu") == ["cpu"]
    assert spread_devices("cuda:1") == ["cuda:1"]
    assert len(spread_devices("cuda")) == max(1, count_gpus())


@needs_gpu
@pytest.mark.parametrize("model", ["small", "base"])
def test_gpu_labels_as_the_cpu(model):
    folder = open_model(model)
    ours, given = (
        open_encoder(folder, batch_size=16, threads=1, device=device).predict(SENTENCES)
        for device in ("cpu", "cuda")
    )
    assert given.classes.argmax(1).tolist() == ours.classes.argmax(1).tolist()
    np.testing.assert_allclose(given.classes, ours.classes, atol=0.05)
    np.testing.assert_allclose(given.attributed, ours.attributed, atol=0.05)
