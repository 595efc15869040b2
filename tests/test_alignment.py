from hedgerow import Context, LabeledSegment
from hedgerow.alignment import align


def segment(start, end, label="fact", document="d"):
    return LabeledSegment(
        document, 0, start, end, "sentence", "x" * (end - start), Context(), label
    )


def test_each_gold_segment_gets_the_prediction_that_covers_most_of_it():
    gold = [segment(0, 10), segment(11, 30), segment(31, 40)]
    predicted = [segment(0, 14), segment(15, 30), segment(31, 40)]
    pairs = align(predicted, gold)
    assert [pair.predicted for pair in pairs] == predicted
    assert [pair.same_span for pair in pairs] == [False, False, True]


def test_one_prediction_may_cover_several_gold_segments():
    gold = [segment(0, 10), segment(11, 20)]
    whole = segment(0, 20)
    assert [pair.predicted for pair in align([whole], gold)] == [whole, whole]


def test_untouched_gold_and_other_documents_have_no_partner():
    gold = [segment(0, 10), segment(50, 60), segment(0, 10, document="e")]
    pairs = align([segment(0, 10), segment(10, 20)], gold)
    assert [pair.predicted is None for pair in pairs] == [False, True, True]


def test_result_keeps_the_order_of_the_gold():
    gold = [segment(11, 20), segment(0, 10), segment(5, 8, document="a")]
    assert [pair.gold for pair in align(gold, gold)] == gold
    assert all(pair.same_span for pair in align(gold, gold))
