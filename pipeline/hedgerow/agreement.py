"""How far readers agree: kappa and alpha of any number of readers, over all labels and per label.

Every interval is a 95 % percentile bootstrap that draws whole documents, as in ``evaluation``. All
three coefficients are functions of tables that add up over documents, so a draw is a sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from hedgerow.classification import CLAIMLESS_KINDS
from hedgerow.datacheck import ADJUDICATOR, UNGUIDED
from hedgerow.errors import HedgerowError
from hedgerow.evaluation import Interval
from hedgerow.records import CLASSES, LabeledSegment

Floats: TypeAlias = npt.NDArray[np.float64]
Coefficient: TypeAlias = Callable[[Floats], Floats]

_RESAMPLINGS = 2000
_MISSING = -1


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of two readers on the segments that both labelled.

    Attributes:
        label: a class against all others, or ``all``.
        observed: share of segments with equal votes.
        kappa: Cohen 1960, A Coefficient of Agreement for Nominal Scales; 1 where both gave one
            and the same class throughout.
        alpha: Krippendorff 2018, Content Analysis, ch. 12, nominal; 1 as for kappa.
    """

    label: str
    segments: int
    observed: float
    kappa: float
    alpha: float


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two readers, on the segments that both labelled.

    Attributes:
        label: a class against all others, or ``all``.
        observed: share of segments with equal votes.
        kappa: Cohen's; None where it is not defined, since neither used more than one class.
    """

    first: str
    second: str
    label: str
    segments: int
    observed: float
    kappa: Interval | None


@dataclass(frozen=True, slots=True)
class GroupAgreement:
    """All readers together.

    Attributes:
        label: a class against all others, or ``all``.
        complete: segments that every reader labelled; Fleiss' kappa is over these.
        fleiss: Fleiss 1971, Measuring Nominal Scale Agreement Among Many Raters; None where it is
            not defined.
        shared: segments that two readers or more labelled; alpha is over these.
        alpha: Krippendorff's, nominal; None where it is not defined.
    """

    label: str
    complete: int
    fleiss: Interval | None
    shared: int
    alpha: Interval | None


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """How far some readers agree.

    Attributes:
        readers: name to number of segments labelled, without headings, by-lines and table headers.
        documents: how many articles the intervals are drawn from.
        groups: over all classes, then each class against the rest.
        pairs: the same for every two readers who share a segment.
    """

    readers: dict[str, int]
    documents: int
    groups: list[GroupAgreement]
    pairs: list[PairAgreement]

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for JSON."""
        return asdict(self)


def measure_agreement(
    segments: Sequence[LabeledSegment], first: str, second: str
) -> list[Agreement]:
    """Agreement of two named readers, over all classes and then each class against the rest.

    Only segments that make the reader choose are counted: headings, by-lines and table headers,
    ``none`` by convention, are left out.
    """
    votes, _ = _code_votes(segments, (first, second))
    shared = votes[(votes != _MISSING).all(axis=1)]
    if not len(shared):
        return []
    one_document = np.zeros(len(shared), dtype=np.int64)
    confusion = _confusions(shared, one_document, 1)[0]
    coincidence = _coincidences(shared, one_document, 1)[0]
    return [
        Agreement(
            label,
            len(shared),
            float(_observed(merge(confusion))),
            float(np.nan_to_num(cohen_kappa(merge(confusion)), nan=1.0)),
            float(np.nan_to_num(krippendorff_alpha(merge(coincidence)), nan=1.0)),
        )
        for label, merge in _codings()
    ]


def compare_readers(
    segments: Sequence[LabeledSegment], readers: Sequence[str] = (), *, seed: int = 0
) -> AgreementReport:
    """Agreement of any number of readers, with intervals; a reader may have left segments out.

    Headings, by-lines and table headers, ``none`` by convention, are left out.

    Args:
        segments: gold segments with votes.
        readers: whose votes to compare; all but the adjudicator's and the unguided's if empty.
        seed: of the bootstrap.

    Raises:
        HedgerowError: a reader has no votes, there are fewer than two, or they share no segment.
    """
    counts = Counter(
        name for one in segments if one.kind not in CLAIMLESS_KINDS for name in one.votes
    )
    names = list(readers) or sorted(set(counts) - {ADJUDICATOR, UNGUIDED})
    if unknown := [name for name in names if name not in counts]:
        raise HedgerowError(
            f"--reader: expected one of {', '.join(counts) or '(no votes at all)'}, found "
            f"{', '.join(unknown)}; name readers that have votes"
        )
    if len(set(names)) < 2 or len(set(names)) < len(names):
        raise HedgerowError(
            f"votes: expected two different readers or more, found {', '.join(names) or 'none'}; "
            "import another reader's votes with hedgerow gold import"
        )
    votes, documents = _code_votes(segments, names)
    given = votes != _MISSING
    shared = given.sum(axis=1) >= 2
    if not shared.any():
        raise HedgerowError(
            f"votes: expected segments that two readers labelled, found none for "
            f"{', '.join(names)}; let them label some of the same articles"
        )
    number, places = np.unique(documents[shared], return_inverse=True)
    resample = _Resampling(len(number), seed)
    votes, given = votes[shared], given[shared]
    complete = given.all(axis=1)
    every = _coincidences(votes, places, len(number))
    all_there = _coincidences(votes[complete], places[complete], len(number))
    groups = [
        GroupAgreement(
            label,
            int(complete.sum()),
            resample.interval(merge(all_there), fleiss_kappa),
            len(votes),
            resample.interval(merge(every), krippendorff_alpha),
        )
        for label, merge in _codings()
    ]
    pairs: list[PairAgreement] = []
    for first, second in combinations(range(len(names)), 2):
        both = given[:, first] & given[:, second]
        if not both.any():
            continue
        confusions = _confusions(votes[both][:, [first, second]], places[both], len(number))
        pairs += (
            PairAgreement(
                names[first],
                names[second],
                label,
                int(both.sum()),
                float(_observed(merge(confusions).sum(axis=0))),
                resample.interval(merge(confusions), cohen_kappa),
            )
            for label, merge in _codings()
        )
    return AgreementReport({name: counts[name] for name in names}, len(number), groups, pairs)


def cohen_kappa(confusion: Floats) -> Floats:
    """Cohen's kappa of confusion matrices of shape (…, classes, classes); NaN where undefined."""
    total = confusion.sum(axis=(-2, -1))
    expected = (confusion.sum(axis=-1) * confusion.sum(axis=-2)).sum(axis=-1) / total**2
    return _beyond_chance(_observed(confusion), expected)


def fleiss_kappa(coincidence: Floats) -> Floats:
    """Fleiss' kappa of coincidence matrices whose units all have the same number of votes."""
    shares = coincidence.sum(axis=-1) / coincidence.sum(axis=(-2, -1))[..., None]
    return _beyond_chance(_observed(coincidence), (shares**2).sum(axis=-1))


def krippendorff_alpha(coincidence: Floats) -> Floats:
    """Krippendorff's alpha, nominal, of coincidence matrices of shape (…, classes, classes)."""
    total = coincidence.sum(axis=(-2, -1))
    expected = (coincidence.sum(axis=-1) ** 2).sum(axis=-1) - total
    return _beyond_chance(_observed(coincidence), expected / (total * (total - 1)))


def _observed(table: Floats) -> Floats:
    agreeing = np.trace(table, axis1=-2, axis2=-1)
    return np.asarray(agreeing / table.sum(axis=(-2, -1)), dtype=np.float64)


def _beyond_chance(observed: Floats, expected: Floats) -> Floats:
    # Expected agreement of 1 means that one class was used throughout: 0 / 0.
    room = np.where(np.isclose(expected, 1), np.nan, 1 - expected)
    return np.asarray((observed - expected) / room, dtype=np.float64)


def _codings() -> Iterator[tuple[str, Callable[[Floats], Floats]]]:
    """All classes, then each against the rest: a name, and how to merge a table's classes."""
    yield "all", partial(_merge, np.eye(len(CLASSES)))
    for name in CLASSES:
        to_two = np.array([[other != name, other == name] for other in CLASSES], dtype=np.float64)
        yield name, partial(_merge, to_two)


def _merge(to_merged: Floats, tables: Floats) -> Floats:
    """Adds up rows and columns of tables; ``to_merged`` says which class goes where."""
    return np.asarray(to_merged.T @ tables @ to_merged)


def _code_votes(
    segments: Sequence[LabeledSegment], readers: Sequence[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any]]:
    """Votes as columns of ``CLASSES``, of shape (segments, readers), and the documents' ids."""
    kept = [one for one in segments if one.kind not in CLAIMLESS_KINDS]
    votes = [
        [CLASSES.index(one.votes[name]) if name in one.votes else _MISSING for name in readers]
        for one in kept
    ]
    documents = np.array([one.document_id for one in kept])
    return np.array(votes, dtype=np.int64).reshape(len(kept), len(readers)), documents


def _confusions(
    votes: npt.NDArray[np.int64], places: npt.NDArray[np.int64], documents: int
) -> Floats:
    """Confusion matrix of two readers per document: (documents, classes, classes)."""
    tables = np.zeros((documents, len(CLASSES), len(CLASSES)))
    np.add.at(tables, (places, votes[:, 0], votes[:, 1]), 1)
    return tables


def _coincidences(
    votes: npt.NDArray[np.int64], places: npt.NDArray[np.int64], documents: int
) -> Floats:
    """Krippendorff's coincidence matrix per document: (documents, classes, classes).

    Every ordered pair of votes on a segment counts, by one less than the number of its votes.
    """
    counts = (votes[:, :, None] == np.arange(len(CLASSES))).sum(axis=1).astype(np.float64)
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(len(CLASSES))
    pairs[:, diagonal, diagonal] -= counts
    pairs /= counts.sum(axis=1)[:, None, None] - 1
    tables = np.zeros((documents, len(CLASSES), len(CLASSES)))
    np.add.at(tables, places, pairs)
    return tables


class _Resampling:
    """The same bootstrap draws of documents for every coefficient."""

    def __init__(self, documents: int, seed: int) -> None:
        shares = np.full(documents, 1 / documents)
        rng = np.random.default_rng(seed)
        self._times_drawn = rng.multinomial(documents, shares, size=_RESAMPLINGS)

    def interval(self, tables: Floats, coefficient: Coefficient) -> Interval | None:
        """The coefficient of tables of shape (documents, classes, classes), with its interval."""
        # A table without segments, here or in a draw, has no coefficient.
        with np.errstate(invalid="ignore", divide="ignore"):
            value = coefficient(tables.sum(axis=0))
            drawn = coefficient(np.tensordot(self._times_drawn, tables, axes=1))
        if np.isnan(value):
            return None
        low, high = np.nanquantile(drawn, (0.025, 0.975)).tolist()
        return Interval(float(value), low, high)
