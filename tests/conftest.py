"""Fixtures: a tiny random encoder, and a model folder that it was trained and exported to."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

# Nothing in the tests may reach a hub, even by a library's own wish.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"
# Wide enough that no table cell is folded, whatever runs the tests.
os.environ["COLUMNS"] = "160"

WORDS = (
    "the a of to in and river dam council bridge mayor closed opened rose fell on monday friday "
    "may might could should must urged residents leave now it is was will be high low water "
    "report said that . , ? : - |"
)

ROWS = [
    ("The council closed the bridge on Monday.", "fact"),
    ("The river rose on Friday.", "fact"),
    ("The mayor said that the dam was closed.", "fact"),
    ("The dam might be closed in May.", "speculation"),
    ("The river could fall on Friday, the report said.", "speculation"),
    ("It may be high water.", "speculation"),
    ("The council should open the dam now.", "recommendation"),
    ("Residents must leave now.", "recommendation"),
    ("The mayor urged residents to leave the bridge.", "recommendation"),
    ("What is the water report?", "none"),
]


@pytest.fixture(scope="session")
def training_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty gold-shaped rows of our own, in eight documents."""
    path = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    rows = [
        {"document_id": f"d{i % 8}", "text": text, "label": label, "licence": "CC BY 4.0"}
        for i, (text, label) in enumerate(ROWS * 4)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one layer with random weights and a vocabulary of a few dozen words."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("encoder")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {word: i for i, word in enumerate([*special, *dict.fromkeys(WORDS.split())])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    names = ("pad", "unk", "cls", "sep", "mask")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **{f"{name}_token": token for name, token in zip(names, special, strict=True)},
    ).save_pretrained(folder)
    torch.manual_seed(0)
    BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=64,
        )
    ).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_model(
    tiny_encoder: Path, training_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A model folder made by the smoke recipe, as a user would make one."""
    from hedgerow.training.config import read_config
    from hedgerow.training.export import save_model
    from hedgerow.training.trainer import train

    folder = tmp_path_factory.mktemp("model")
    config = read_config(
        Path(__file__).parents[1] / "configs" / "smoke.yaml",
        base_model=str(tiny_encoder),
        train_files=[str(training_file)],
    )
    save_model(train(config, folder / "run"), config, folder / "tiny", force=False)
    return folder / "tiny"


HOSTILE_ARTICLES = {
    "<script>window.hacked = 1</script>": (
        "<script>window.hacked = 1</script> may close, officials said. It opened in 1931.\n\n"
        'He said "<img src=x onerror=window.hacked=1>" could fail. </style></script><b>Bold.\n\n'
        "Residents should:\n- leave early</li></ul>\n- check {{ 7 * 7 }} {% raw %}\n"
    ),
    'javascript:alert(1)"onmouseover="window.hacked=1': (
        "قال المسؤولون إن الجسر قد يغلق يوم الاثنين. افتتح عام 1931.\n\n"
        "An override \u202e may turn this round. NUL \x00 and bell \x07 may ring.\n\n"
        "Road | Effect |\n---|---|\nA4 | could flood |\n"
    ),
    "a line of a megabyte": "It may rain. " + "x" * 1_000_000 + " could fail.\n",
}


@pytest.fixture(scope="session")
def hostile_gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gold folder of three articles from hell and ten plain ones, every third label wrong.

    Segments are those that Hedgerow itself splits; votes come from three readers.
    """
    from hedgerow import CLASSES, ClaimLabeler, Document
    from hedgerow.baselines import KeywordClassifier

    folder = tmp_path_factory.mktemp("hostile")
    plain = {
        f"plain {i}": " ".join(f"{text} {text}" for text, _ in ROWS[i:]) for i in range(len(ROWS))
    }
    documents = [Document(id, text) for id, text in (HOSTILE_ARTICLES | plain).items()]
    articles = [{"id": one.id, "text": one.text, "genre": "local"} for one in documents]
    rows = []
    for labeled in ClaimLabeler(KeywordClassifier()).label(documents):
        for one in labeled:
            other = CLASSES[(CLASSES.index(one.class_name) + 1) % 4]
            label = other if len(rows) % 3 == 0 else one.class_name
            rows.append(
                {
                    "document_id": one.document_id,
                    "index": one.index,
                    "start": one.start,
                    "end": one.end,
                    "kind": one.kind,
                    "text": one.text,
                    "heading": one.context.heading,
                    "lead_in": one.context.lead_in,
                    "previous": one.context.previous,
                    "label": label,
                    "hard": len(rows) % 5 == 0,
                    "genre": "local" if len(rows) % 2 else "<i>science",
                    "votes": {"first": label, "second": label, "unguided": one.class_name},
                }
            )
    for name, content in (("articles.jsonl", articles), ("segments.jsonl", rows)):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in content))
    return folder


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command line in this process: (exit status, output lines, error lines)."""

    from hedgerow.cli import main

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["hedgerow", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_info:
            main()
            sys.exit(0)
        captured = capsys.readouterr()
        return exit_info.value.code or 0, captured.out.splitlines(), captured.err.splitlines()

    return run
