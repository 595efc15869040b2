"""What a data folder holds, as tables in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from rich.console import Console

from hedgerow.agreement import measure_agreement
from hedgerow.datacheck import UNGUIDED, Collection, measure_diversity
from hedgerow.display import printable
from hedgerow.records import CLASSES, LabeledSegment
from hedgerow.report_view import make_table

FIRST, SECOND = "first", "second"
"""Names of the two readers with the guide in the votes of the shipped gold."""


def show_collections(console: Console, collections: Sequence[Collection]) -> None:
    """Prints class, kind, genre and length mixes, diversity, and the gold's agreement."""
    _show_mixes(console, collections)
    _show_genres(console, collections)
    _show_diversity(console, collections)
    for collection in collections:
        _show_agreement(console, collection)


def _show_mixes(console: Console, collections: Sequence[Collection]) -> None:
    table = make_table("Segments", "", *(collection.name for collection in collections))
    counts = [Counter(one.class_name for one in collection.segments) for collection in collections]
    for name in CLASSES:
        table.add_row(name, *(str(count[name]) for count in counts))
    table.add_section()
    for title, measure in (
        ("all", len),
        ("documents", lambda segments: len({one.document_id for one in segments})),
        ("attributed", lambda segments: sum(one.attributed for one in segments)),
        ("hard", lambda segments: sum(one.hard for one in segments)),
        ("with cues", lambda segments: sum(bool(one.cues) for one in segments)),
        ("with a source", lambda segments: sum(one.source is not None for one in segments)),
        ("minimal pairs", _count_pairs),
        ("median words", lambda segments: median(len(one.text.split()) for one in segments)),
    ):
        table.add_row(title, *(f"{measure(collection.segments):g}" for collection in collections))
    console.print(table)


def _count_pairs(segments: Sequence[LabeledSegment]) -> int:
    return len({one.document_id for one in segments if one.extra.get("pair")})


def _show_genres(console: Console, collections: Sequence[Collection]) -> None:
    counts = [
        Counter(str(one.extra.get("genre", "not given")) for one in collection.segments)
        for collection in collections
    ]
    table = make_table("Genres", "genre", *(collection.name for collection in collections))
    for genre in sorted(set().union(*counts)):
        table.add_row(printable(genre), *(str(count[genre]) for count in counts))
    console.print(table)


def _show_diversity(console: Console, collections: Sequence[Collection]) -> None:
    table = make_table(
        "Wording of the sentences (20,000 words of documents drawn at random)",
        "set", "distinct words per 1,000", "distinct 2-grams", "20 commonest openings",
    )  # fmt: skip
    for collection in collections:
        found = measure_diversity(collection.segments)
        table.add_row(
            collection.name,
            f"{found.vocabulary:.0f}",
            f"{found.distinct_bigrams:.1%}",
            f"{found.common_openings:.1%}",
        )
    console.print(table)


def _show_agreement(console: Console, collection: Collection) -> None:
    easy = [one for one in collection.segments if not one.hard]
    for title, segments, other in (
        ("Agreement of two readers with the guide", collection.segments, SECOND),
        ("The same without the segments marked hard", easy, SECOND),
        ("Reader without the guide against the first reader", collection.segments, UNGUIDED),
    ):
        rows = measure_agreement(segments, FIRST, other)
        if not rows:
            continue
        table = make_table(
            f"{collection.name}: {title}", "label", "segments", "same", "Cohen's kappa", "alpha"
        )
        for row in rows:
            table.add_row(
                row.label,
                str(row.segments),
                f"{row.observed:.3f}",
                f"{row.kappa:.3f}",
                f"{row.alpha:.3f}",
            )
        console.print(table)
