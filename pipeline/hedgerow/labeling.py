"""Documents to labelled segments: segmentation, classification and evidence in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from hedgerow.attribution import find_attributions
from hedgerow.classification import CLAIMLESS_KINDS, Classifier, load_classifier
from hedgerow.cues import find_cues
from hedgerow.errors import HedgerowError
from hedgerow.probabilities import Scores, most_probable
from hedgerow.records import CLASSES, Document, LabeledSegment, Segment
from hedgerow.segmentation import segment

# Enough segments that sorting them by length fills batches of equal length, few enough that the
# first results of a long run appear at once.
SEGMENTS_AT_ONCE = 512


_BATCH_COLUMNS = (
    "document_id", "index", "start", "end", "kind", "text", "label", "abstained", "scores",
    "attributed", "speaker", "model",
)  # fmt: skip
_COPIED_COLUMNS = tuple(
    name for name in _BATCH_COLUMNS if name not in ("label", "scores", "speaker", "model")
)


class ClaimLabeler:
    """Labels whole documents with one model."""

    def __init__(
        self,
        classifier: Classifier | str | Path = "base",
        *,
        threads: int = 1,
        device: str = "cpu",
        max_risk: float | None = None,
    ) -> None:
        """Takes a classifier, or the name or folder of one.

        Args:
            classifier: a classifier, a bundled name, or a model folder.
            threads: CPU threads for a model named here.
            device: for a model named here: ``cpu``, ``cuda``, ``cuda:N`` or ``auto``.
            max_risk: share of wrong labels allowed among those given; where the model is not
                sure enough to keep it, a segment gets no label and ``abstained`` is True.

        Raises:
            HedgerowError: the model is missing or damaged, can't keep ``max_risk``, or there is no
                such device.
        """
        self.classifier = (
            load_classifier(classifier, threads=threads, device=device)
            if isinstance(classifier, str | Path)
            else classifier
        )
        self.threshold = 0.0 if max_risk is None else risk_threshold(self.classifier, max_risk)

    def label(self, documents: Iterable[Document]) -> Iterator[list[LabeledSegment]]:
        """Yields each document's labelled segments, in the order of the documents.

        Documents are taken in groups of about 512 segments, so that the model sees full batches.
        A document's ``extra`` travels along in each of its records.
        """
        group: list[tuple[Document, list[Segment]]] = []
        waiting = 0
        for document in documents:
            group.append((document, segment(document.text, document.id)))
            waiting += len(group[-1][1])
            if waiting >= SEGMENTS_AT_ONCE:
                yield from self._label_group(group)
                group, waiting = [], 0
        yield from self._label_group(group)

    def __call__(self, batch: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """Labels a batch of articles, as ``datasets`` and Ray Data hand it over.

        ``datasets.Dataset.map(labeler, batched=True, remove_columns=…)`` and
        ``ray.data.Dataset.map_batches(ClaimLabeler)`` take it directly: the model loads once in
        each process.

        Args:
            batch: columns of one batch: ``text`` and, if there, ``id``; others are carried along.

        Returns:
            columns with one row a segment: those carried along, ``document_id``, ``index``,
            ``start``, ``end``, ``kind``, ``text``, ``label`` (one of ``CLASSES``; ``none`` too
            where ``abstained`` is true), ``abstained``, ``scores`` (in the order of ``CLASSES``),
            ``attributed``, ``speaker`` (the words that name the source), ``model``.

        Raises:
            HedgerowError: there is no column ``text``.
        """
        if "text" not in batch:
            raise HedgerowError(
                f"expected a column 'text', found {', '.join(map(str, batch)) or 'none'}; rename it"
            )
        texts = [str(text) for text in batch["text"]]
        ids = [str(one) for one in batch.get("id", [""] * len(texts))]
        carried = [name for name in batch if name not in ("text", "id")]
        rows: dict[str, list[Any]] = {name: [] for name in (*carried, *_BATCH_COLUMNS)}
        documents = [Document(one, text) for one, text in zip(ids, texts, strict=True)]
        for position, labeled in enumerate(self.label(documents)):
            for one in labeled:
                for name in carried:
                    rows[name].append(batch[name][position])
                for name in _COPIED_COLUMNS:
                    rows[name].append(getattr(one, name))
                rows["label"].append(one.class_name)
                rows["scores"].append(list(one.scores.values()))
                rows["speaker"].append(one.quote(one.source) if one.source else "")
                rows["model"].append(one.model)
        return rows

    def _label_group(
        self, group: list[tuple[Document, list[Segment]]]
    ) -> Iterator[list[LabeledSegment]]:
        scores = self.classifier.score([one for _, segments in group for one in segments])
        end = 0
        for document, segments in group:
            start, end = end, end + len(segments)
            yield build_records(
                segments,
                scores.take(slice(start, end)),
                self.classifier.identifier,
                document.extra,
                self.threshold,
            )


def build_records(
    segments: Sequence[Segment],
    scores: Scores,
    model: str,
    extra: Mapping[str, Any] | None = None,
    threshold: float = 0.0,
) -> list[LabeledSegment]:
    """Joins the segments of one document, their class probabilities and the evidence in them.

    Args:
        segments: all segments of one document, in order.
        scores: what the classifier said of them.
        model: identifier written into every record.
        extra: other fields of the document, for every record.
        threshold: below this highest probability a segment gets no label.
    """
    records: list[LabeledSegment] = []
    labels = most_probable(scores.classes)
    attributions = find_attributions(segments, scores.attributed)
    for index, (one, label, row, attribution) in enumerate(
        zip(segments, labels, scores.classes.tolist(), attributions, strict=True)
    ):
        abstained = max(row) < threshold
        records.append(
            LabeledSegment(
                document_id=one.document_id,
                index=index,
                start=one.start,
                end=one.end,
                kind=one.kind,
                text=one.text,
                context=one.context,
                label=None if abstained else label,
                abstained=abstained,
                scores=dict(zip(CLASSES, row, strict=True)),
                attributed=attribution.attributed,
                source=attribution.source,
                # A heading makes no claim, so no word in it can speak for a label.
                cues=() if one.kind in CLAIMLESS_KINDS else find_cues(one),
                model=model,
                extra=extra or {},
            )
        )
    return records


def risk_threshold(classifier: Classifier, max_risk: float) -> float:
    """The probability from which on a classifier's labels are wrong no more often than allowed.

    Raises:
        HedgerowError: it is not calibrated, or can't keep so low a risk.
    """
    from hedgerow.abstention import choose_threshold

    folder = getattr(classifier, "folder", None)
    table = folder.settings.get("risk", []) if folder is not None else []
    return choose_threshold(table, max_risk, classifier.identifier)


@lru_cache(maxsize=1)
def _default_labeler() -> ClaimLabeler:
    return ClaimLabeler()


def label(text: str, document_id: str = "") -> list[LabeledSegment]:
    """Splits one article and labels its segments with the default model.

    Args:
        text: the article; offsets in the result point into it.
        document_id: copied into every record.
    """
    return next(_default_labeler().label([Document(document_id, text)]))
