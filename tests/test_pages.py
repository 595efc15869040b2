from html.parser import HTMLParser

import pytest

from hedgerow import ClaimLabeler, Document
from hedgerow.baselines import KeywordClassifier
from hedgerow.pages import render_article

ARTICLE = """Bridge vote

The council may close the bridge, officials said on Monday. It opened in 1931.

Residents should:
- leave early
- check the notice

Road | Effect |
---|---|
A4 | could flood |
"""


class Page(HTMLParser):
    """Collects tags with attributes, and the visible text per class of a segment."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)

    def segments(self):
        return [a["class"].split()[1] for _, a in self.tags if a.get("class", "").startswith("s ")]


def render(text, name="a1"):
    document = Document(name, text)
    (labeled,) = ClaimLabeler(KeywordClassifier()).label([document])
    return render_article(document, labeled), labeled


def test_every_segment_is_on_the_page_with_its_label_and_reachable_by_key():
    html, labeled = render(ARTICLE)
    page = Page(html)
    assert page.segments() == [one.class_name for one in labeled]
    assert sum("tabindex" in a for _, a in page.tags) == len(labeled)
    joined = " ".join("".join(page.text).split())
    for part in ("leave early", "A4 | could flood", "Bridge vote", "hedge cue", "column header"):
        assert part in joined


def test_structure_is_kept():
    page = Page(render(ARTICLE)[0])
    tags = [tag for tag, _ in page.tags]
    assert tags.count("h2") == 1
    assert tags.count("li") == 4 + 2  # the legend's and the article's
    assert sum(a.get("class") == "table" for _, a in page.tags) == 2


def test_paragraphs_and_headings_hold_inline_elements_only():
    """A block inside a paragraph would make a browser close the paragraph before it."""

    class Nesting(HTMLParser):
        open, found = None, []

        def handle_starttag(self, tag, attrs):
            if tag in ("p", "h2"):
                self.open = tag
            elif self.open:
                self.found.append(tag)

        def handle_endtag(self, tag):
            if tag == self.open:
                self.open = None

    parser = Nesting()
    parser.feed(render(ARTICLE)[0])
    assert set(parser.found) == {"span", "b", "bdi"}


def test_page_is_self_contained():
    html, _ = render(ARTICLE)
    page = Page(html)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    assert not any(name in a for _, a in page.tags for name in ("src", "href", "onclick"))
    assert "default-src 'none'" in html


def test_labels_are_told_without_colour():
    html, _ = render("It may rain. You should leave.")
    letters = [text for text in Page(html).text if text in ("S", "R")]
    assert letters[-2:] == ["S", "R"]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> said it may rain.",
        'He said "<img src=x onerror=alert(1)>" may fail.',
        "{{ 7 * 7 }} may rain {% raw %}.",
        "NUL \x00 and bell \x07 may rain.",
        "Lone \ud800 surrogate may rain.",
    ],
)
def test_hostile_text_is_shown_not_run(text):
    html, _ = render(text, name=text)
    page = Page(html)
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert "49" not in html.split("<main>")[1]
    html.encode("utf-8")
    assert not any(c in html for c in "\x00\x07")


def test_wrapped_sentences_stay_in_one_paragraph():
    wrapped = (
        "The council closed the old bridge over the river Tarn on Monday after a\n"
        "crack was found in its second pier, officials said in a short statement.\n"
        "It opened in 1931 and was last repaired nine years ago by a firm that has\n"
        "since gone out of business.\n"
    )
    paragraphs = [tag for tag, _ in Page(render(wrapped)[0]).tags if tag == "p"]
    apart = wrapped.replace("statement.\nIt", "statement.\n\nIt")
    assert len([tag for tag, _ in Page(render(apart)[0]).tags if tag == "p"]) == len(paragraphs) + 1
