r"""Fits the weights of ``hedgerow.attribution_model``; tells by cross-validation what they gain.

    python scripts/fit_attribution.py --rows real_train.jsonl runs/written-model \
        --rows held_out.jsonl base --rows data/gold base

Each ``--rows`` names labelled rows and a model that was *not* trained on them: probabilities on
training rows are too good, and the regression would trust the model too much. Each model has
weights of its own, all share those of the other signs. Of a gold folder only the development half
is read. Prints F1 of the rules, the model, either of them, and the regression
(ten folds by document), and the constants to put into the module.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from hedgerow import load_classifier
from hedgerow.attribution import find_attributions, read_signs
from hedgerow.attribution_model import FEATURES, compute_features
from hedgerow.errors import HedgerowError
from hedgerow.gold import is_development, read_gold
from hedgerow.records import LabeledSegment

FOLDS = 10
SURE = (0.35, 0.4, 0.42, 0.45, 0.5)
OWN = [FEATURES.index("model"), FEATURES.index("others: model")]
Flags = npt.NDArray[np.bool_]


class Table(NamedTuple):
    """The claims of some documents.

    Attributes:
        features: of shape (claims, features).
        gold: whether each is attributed, of shape (claims,).
        folds: the fold of each one's document, of shape (claims,).
    """

    features: npt.NDArray[np.float64]
    gold: Flags
    folds: npt.NDArray[np.int64]


def read_table(path: Path, model: str) -> Table:
    """The features of labelled rows.

    Raises:
        HedgerowError: the rows can't be read, or the model has no second output.
    """
    documents: dict[str, list[LabeledSegment]] = defaultdict(list)
    for one in read_gold(path).segments:
        if not path.is_dir() or is_development(one.document_id):
            documents[one.document_id].append(one)
    classifier = load_classifier(model)
    parts: list[Table] = []
    for document, rows in documents.items():
        segments = [one.segment for one in rows]
        probabilities = classifier.score(segments).attributed
        if probabilities is None:
            raise HedgerowError(f"{model}: expected a model with a second output, found none")
        reported = [one.attributed for one in find_attributions(segments)]
        signs = read_signs(segments, reported)
        claims = np.array([one.claim for one in signs])
        fold = hashlib.sha256(document.encode()).digest()[1] % FOLDS
        parts.append(
            Table(
                compute_features(signs, probabilities)[claims],
                np.array([one.attributed for one in rows])[claims],
                np.full(claims.sum(), fold),
            )
        )
    return join_tables(parts)


def join_tables(tables: Sequence[Table]) -> Table:
    """All rows of some tables."""
    return Table(*(np.concatenate(columns) for columns in zip(*tables, strict=True)))


def give_own_weights(tables: Sequence[Table], models: Sequence[str]) -> list[Table]:
    """The tables with the columns that a model fills, and a bias, once for each model."""
    names = sorted(set(models))
    filled: list[Table] = []
    for table, model in zip(tables, models, strict=True):
        own = np.zeros((len(table.gold), len(names), len(OWN) + 1))
        own[:, names.index(model), :-1] = table.features[:, OWN]
        own[:, names.index(model), -1] = 1
        shared = np.delete(table.features, OWN, axis=1)
        columns = np.column_stack([shared, own.reshape(len(table.gold), -1)])
        filled.append(table._replace(features=columns))
    return filled


def fit(table: Table) -> tuple[npt.NDArray[np.float64], float]:
    """Weights and bias; the penalty is on features of equal spread."""
    spread = table.features.std(axis=0) + 1e-9
    regression = LogisticRegression(C=0.3, max_iter=2000).fit(table.features / spread, table.gold)
    return regression.coef_[0] / spread, float(regression.intercept_[0])


def f1(found: Flags, gold: Flags) -> str:
    """F1 as text."""
    return f"{2 * (found & gold).sum() / max(found.sum() + gold.sum(), 1):.3f}"


def main() -> int:
    """Reads the command line and prints scores and constants."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--rows", nargs=2, action="append", required=True, metavar=("ROWS", "MODEL")
    )
    arguments = parser.parse_args()
    models = [model for _, model in arguments.rows]
    try:
        tables = [read_table(Path(path), model) for path, model in arguments.rows]
    except HedgerowError as error:
        print(f"fit_attribution: {error}", file=sys.stderr)
        return 1
    filled = give_own_weights(tables, models)
    whole = join_tables(filled)
    fits = [fit(Table(*(column[whole.folds != fold] for column in whole))) for fold in range(FOLDS)]
    for (path, _), table, columns in zip(arguments.rows, tables, filled, strict=True):
        scores = np.array(
            [
                row @ fits[fold][0] + fits[fold][1]
                for row, fold in zip(columns.features, columns.folds, strict=True)
            ]
        )
        chances = 1 / (1 + np.exp(-scores))
        reported, likely = table.features[:, 1] > 0, table.features[:, 0] >= 0
        joined = ", ".join(f"{f1(chances >= sure, table.gold)} from {sure}" for sure in SURE)
        print(
            f"{path}: {len(table.gold)} claims; F1 rules {f1(reported, table.gold)}, "
            f"model {f1(likely, table.gold)}, either {f1(reported | likely, table.gold)}, "
            f"regression {joined}"
        )
    shared = [name for i, name in enumerate(FEATURES) if i not in OWN]
    names = shared + [
        f"{name} ({model})"
        for model in sorted(set(models))
        for name in (*(FEATURES[i] for i in OWN), "more bias")
    ]
    weights, bias = fit(whole)
    for name, weight in zip(names, weights, strict=True):
        print(f"{weight:8.2f}  {name}")
    print(f"{bias:8.2f}  bias of all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
