"""What to label next: rows that teach most, and a random share that keeps estimates honest.

Every chosen row carries its inclusion probability π: 1 for a row that a strategy chose, since it
would be chosen again, and n / (N - m) for the n rows drawn at random from the N - m that no
strategy chose. The mean of anything y over all N candidates is estimated without bias by
``numpy.average(y, weights=1 / π)`` (Horvitz & Thompson 1952, A Generalization of Sampling Without
Replacement From a Finite Universe): the weights add up to N.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from hedgerow.baselines import KeywordClassifier
from hedgerow.classification import model_input
from hedgerow.errors import HedgerowError
from hedgerow.linear import make_vectorizer
from hedgerow.probabilities import Probabilities
from hedgerow.records import Segment

Strategy: TypeAlias = Literal["uncertainty", "disagreement", "diversity"]
Reason: TypeAlias = Strategy | Literal["random"]
Rows: TypeAlias = npt.NDArray[np.int64]

STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)


@dataclass(frozen=True, slots=True)
class Choice:
    """One row that was chosen.

    Attributes:
        row: its position among the candidates.
        reason: the strategy that chose it, or "random".
        inclusion_probability: see the module.
    """

    row: int
    reason: Reason
    inclusion_probability: float


class _Pool(NamedTuple):
    segments: Sequence[Segment]
    probabilities: Probabilities
    seed: int


def choose(
    segments: Sequence[Segment],
    probabilities: Probabilities,
    number: int,
    *,
    strategies: Sequence[Strategy] = STRATEGIES,
    random_share: float = 0.2,
    seed: int = 0,
) -> list[Choice]:
    """Chooses the segments to label next.

    The strategies take turns at equal parts of what the random share leaves; where one finds too
    few rows, the next takes more, and at the end the random draw does. No strategy chooses the same
    words in the same context twice.

    Args:
        segments: the candidates; headings, by-lines and table headers make no claim and don't
            belong here.
        probabilities: of shape (segments, classes), what the model says of them.
        number: how many to choose; all candidates if there are fewer.
        strategies: "uncertainty" takes the smallest margins between the two most probable classes
            (Scheffer et al. 2001, Active Hidden Markov Models for Information Extraction);
            "disagreement" the segments where the keyword rules say something else, those first
            in which the model holds that for most probable; "diversity" the segment nearest each
            centre of a k-means clustering of their TF-IDF vectors (Zhdanov 2019, Diverse
            Mini-Batch Active Learning).
        random_share: part of ``number`` that is drawn at random, from 0 to 1.
        seed: of the draw and the clustering.

    Returns:
        the choices in the order of the candidates.

    Raises:
        HedgerowError: ``number`` or ``random_share`` is out of range.
    """
    if number < 1 or not 0 <= random_share <= 1:
        raise HedgerowError(
            "select: expected a number of 1 or more and a random share from 0 to 1, found "
            f"{number} and {random_share}; change --number or --random-share"
        )
    number = min(number, len(segments))
    quota = number - round(random_share * number) if strategies else 0
    chosen: dict[int, Strategy] = {}
    pool = _Pool(segments, probabilities, seed)
    distinct = _first_of_each(segments)
    for turn, strategy in enumerate(strategies):
        wanted = (quota - len(chosen)) // (len(strategies) - turn)
        free = distinct[~np.isin(distinct, list(chosen))]
        chosen |= dict.fromkeys(_TAKERS[strategy](pool, free, wanted), strategy)
    rest = np.setdiff1d(np.arange(len(segments)), list(chosen))
    drawn = np.random.default_rng(seed).choice(rest, number - len(chosen), replace=False)
    choices = [Choice(row, strategy, 1.0) for row, strategy in chosen.items()]
    choices += [Choice(int(row), "random", len(drawn) / len(rest)) for row in drawn]
    return sorted(choices, key=lambda choice: choice.row)


def _first_of_each(segments: Sequence[Segment]) -> Rows:
    """Rows whose words no earlier row has in the same context: boilerplate repeats."""
    first: dict[tuple[str, str], int] = {}
    for row, one in enumerate(segments):
        first.setdefault(model_input(one), row)
    return np.array(list(first.values()), dtype=np.int64)


def _take_uncertain(pool: _Pool, free: Rows, wanted: int) -> list[int]:
    ordered = np.sort(pool.probabilities[free], axis=1)
    margins = ordered[:, -1] - ordered[:, -2]
    return [int(row) for row in free[np.argsort(margins, kind="stable")[:wanted]]]


def _take_disagreeing(pool: _Pool, free: Rows, wanted: int) -> list[int]:
    by_rule = KeywordClassifier().predict_proba([pool.segments[row] for row in free]).argmax(axis=1)
    differing = by_rule != pool.probabilities[free].argmax(axis=1)
    rows = free[differing]
    # Where the model is sure, it is mostly the rules that err.
    doubts = pool.probabilities[rows, by_rule[differing]]
    return [int(row) for row in rows[np.argsort(-doubts, kind="stable")[:wanted]]]


def _take_diverse(pool: _Pool, free: Rows, wanted: int) -> list[int]:
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.metrics.pairwise import euclidean_distances

    if not 0 < wanted < len(free):
        return [int(row) for row in free[:wanted]]
    texts = [pool.segments[row].text for row in free]
    vectors = make_vectorizer(min_df=1).fit_transform(texts)
    clustering = MiniBatchKMeans(wanted, random_state=pool.seed, n_init=1).fit(vectors)
    nearest: list[int] = []
    for cluster, center in enumerate(clustering.cluster_centers_):
        members = np.flatnonzero(clustering.labels_ == cluster)
        if len(members):
            distances = euclidean_distances(vectors[members], center[None])
            nearest.append(int(free[members[distances[:, 0].argmin()]]))
    return nearest


_TAKERS: dict[Strategy, Callable[[_Pool, Rows, int], list[int]]] = {
    "uncertainty": _take_uncertain,
    "disagreement": _take_disagreeing,
    "diversity": _take_diverse,
}
