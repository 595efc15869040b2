"""The pages in a real browser: Debian's Chromium, driven by playwright (extra dev)."""

import shutil
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from hedgerow import ClaimLabeler, Document
from hedgerow.baselines import KeywordClassifier
from hedgerow.gold import read_gold
from hedgerow.gold_report import make_report
from hedgerow.pages import render_article
from hedgerow.report_page import render_report

from .conftest import HOSTILE_ARTICLES

CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
EXAMPLES = Path(__file__).parents[1] / "data" / "examples"
GOLD = Path(__file__).parents[1] / "data" / "gold"
# What is left of 210 mm between Chromium's margins, at 96 dots an inch.
A4 = 718


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("no Chromium on the PATH")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report_page(hostile_gold, tmp_path_factory):
    """The report of the keyword rules on the hostile gold, with some real gold beside it."""
    hostile, real = read_gold(hostile_gold), read_gold(GOLD)
    ids = {f"{letter}-01" for letter in "abcdefg"}
    hostile.segments.extend(one for one in real.segments if one.document_id in ids)
    hostile.documents.extend(one for one in real.documents if one.id in ids)
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render_report(make_report(KeywordClassifier(), hostile)), encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=["an example", *HOSTILE_ARTICLES], ids=lambda name: name[:9])
def article_page(request, tmp_path_factory):
    text = HOSTILE_ARTICLES.get(request.param)
    text = text or (EXAMPLES / "lake_towns_web.txt").read_text(encoding="utf-8")
    document = Document(request.param, text)
    (labeled,) = ClaimLabeler(KeywordClassifier()).label([document])
    path = tmp_path_factory.mktemp("page") / "article.html"
    path.write_text(render_article(document, labeled), encoding="utf-8")
    return path


@pytest.fixture
def open_page(browser):
    """Opens a file and, at the end, holds that it was quiet: no console error, no request."""
    contexts, troubles = [], []

    def open_page(path, *, width=1200, scheme="light", script=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: requests.append(request.url))
        requests = []
        page.goto(path.as_uri())
        page.wait_for_load_state("networkidle")
        assert [url.split("#")[0] for url in requests] == [path.as_uri()]
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def tab_to(page, selector, most=400):
    """Presses Tab until an element has the focus, as somebody without a mouse would."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} can't be reached by keyboard")


def shown(page):
    return page.locator("#error-list > li")


def choose(page, value):
    """Goes through the options of the focused list by arrow keys."""
    page.keyboard.press("Home")
    for _ in range(20):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no option {value!r}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_report_is_quiet_and_fits_and_has_contrast(open_page, report_page, width, scheme):
    page = open_page(report_page, width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = page.evaluate(CONTRAST)
    assert found["checked"] > 500
    assert found["failures"] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_article_is_quiet_and_fits_and_has_contrast(open_page, article_page, scheme):
    page = open_page(article_page, width=390, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("Tab")
    assert page.locator(".s:focus > .note").is_visible()
    found = page.evaluate(CONTRAST)
    assert found["checked"] > 5
    assert found["failures"] == []


def test_hostile_text_is_shown_and_not_obeyed(open_page, report_page):
    page = open_page(report_page)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    text = page.locator("#articles").inner_text()
    for part in (
        "<script>window.hacked = 1</script>",
        "{{ 7 * 7 }} {% raw %}",
        "</style></script>",
    ):
        assert part in text
    assert page.evaluate("window.hacked") is None
    assert page.locator("main script, main img, main i[class], [onmouseover]").count() == 0
    assert page.evaluate(
        "[...document.links].every((link) => link.hash && link.protocol == 'file:')"
    )
    # A line of a megabyte is cut, so that it doesn't bury the others.
    assert "x" * 400 in text and "x" * 700 not in text
    arabic = page.locator("#articles td", has_text="افتتح عام")
    assert arabic.evaluate("one => getComputedStyle(one).direction") == "rtl"


def test_article_page_keeps_the_direction_of_its_text(open_page, tmp_path):
    text = "قال المسؤولون إن الجسر قد يغلق يوم الاثنين.\n\nThe dam may close.\n"
    (labeled,) = ClaimLabeler(KeywordClassifier()).label([Document("rtl", text)])
    path = tmp_path / "article.html"
    path.write_text(render_article(Document("rtl", text), labeled), encoding="utf-8")
    directions = open_page(path).eval_on_selector_all(
        "main p", "all => all.map((one) => getComputedStyle(one).direction)"
    )
    assert directions == ["rtl", "ltr"]


def test_errors_are_filtered_by_keyboard(open_page, report_page):
    page = open_page(report_page)
    everything = page.locator("#error-count").inner_text()
    tab_to(page, "select[name=gold]")
    choose(page, "speculation")
    golds = shown(page).evaluate_all("all => all.map((one) => one.dataset.gold)")
    assert golds and set(golds) == {"speculation"}
    tab_to(page, "select[name=predicted]")
    choose(page, "fact")
    both = shown(page).evaluate_all("all => all.map((one) => one.dataset.predicted)")
    assert both and set(both) == {"fact"} and len(both) <= len(golds)
    assert "from" in page.locator("#error-count").inner_text()
    tab_to(page, "input[type=search]")
    page.keyboard.type("no such words anywhere")
    assert shown(page).count() == 0
    assert page.locator("#error-count").inner_text().startswith("0 of 0 shown")
    tab_to(page, "button[type=reset]")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "before => document.getElementById('error-count').textContent === before", arg=everything
    )


def test_errors_are_sorted_by_keyboard_and_more_are_shown(open_page, report_page):
    page = open_page(report_page)
    first = shown(page).first.inner_text()
    assert shown(page).count() == 50
    tab_to(page, "select[name=order]")
    choose(page, "shortest")
    lengths = page.locator("#error-list .text").evaluate_all(
        "all => all.map((one) => one.textContent.length)"
    )
    assert lengths == sorted(lengths) and lengths[0] < lengths[-1]
    choose(page, "article")
    places = shown(page).evaluate_all("all => all.map((one) => Number(one.dataset.place))")
    assert places == sorted(places)
    choose(page, "confident")
    assert shown(page).first.inner_text() == first
    tab_to(page, "#more")
    page.keyboard.press("Enter")
    assert shown(page).count() > 50
    assert page.evaluate("[...document.activeElement.parentElement.children]"
                         ".indexOf(document.activeElement)") == 50  # fmt: skip


def test_a_link_opens_the_article_it_points_into(open_page, report_page):
    page = open_page(report_page)
    assert page.locator("#articles details[open]").count() == 0
    tab_to(page, "#error-list a")
    page.keyboard.press("Enter")
    page.wait_for_selector("#articles tr:target", state="visible")
    assert page.locator("#articles details[open]").count() == 1


def test_report_is_whole_without_its_script(open_page, report_page):
    page = open_page(report_page, script=False)
    assert page.locator("#filters").is_hidden()
    assert page.locator("#more").is_hidden()
    total = int(page.locator("#error-count").inner_text().split()[0])
    assert shown(page).count() == total > 50


def test_report_prints_without_controls_and_on_white(open_page, report_page):
    page = open_page(report_page, width=A4, scheme="dark")
    page.emulate_media(media="print")
    for selector in ("nav", "#filters", "#more"):
        assert page.locator(selector).is_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(29, 35, 39)"
    assert page.evaluate(CONTRAST)["failures"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= A4
    assert page.pdf(format="A4").startswith(b"%PDF")


# Machado, Oliveira & Fernandes 2009, A Physiologically-based Model for Simulation of Color Vision
# Deficiency, severity 1.0, on linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def to_lab(linear):
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(linear, 0, 1) / [0.9505, 1, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_label_colours_stay_apart_for_colour_blind_readers(
    open_page, report_page, scheme, deficiency
):
    page = open_page(report_page, scheme=scheme)
    seen = []
    for name in ("fact", "speculation", "recommendation"):
        dot = page.locator(f".track.{name} .dot").first
        fill = dot.evaluate("one => getComputedStyle(one).fill")
        rgb = np.array([int(n) for n in fill[4:-1].split(",")]) / 255
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        seen.append(to_lab(np.array(DEFICIENCIES[deficiency]) @ linear))
    # A difference of 10 is seen at a glance; of 2 only side by side.
    assert min(np.linalg.norm(one - two) for one, two in combinations(seen, 2)) > 15
