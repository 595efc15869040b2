"""Takes the pictures of docs/images: an article page and the evaluation report, light and dark.

Needs playwright (extra browser) and a Chromium on the PATH; nothing outside this machine is asked.

    python scripts/screenshots.py
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any, Literal

from hedgerow import ClaimLabeler, Document, load_classifier
from hedgerow.gold import read_gold
from hedgerow.gold_report import make_report
from hedgerow.pages import render_article
from hedgerow.report_page import render_report

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
ARTICLE = "data/examples/lake_towns_web.txt"
POINTED_AT = "irrigation accounts for"
WIDTH, HEIGHT = 1100, 820
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
MOST_BYTES = 300_000


def write_pages(folder: Path) -> tuple[Path, Path]:
    """The article page and the report that the default model makes."""
    classifier = load_classifier("base")
    document = Document(ARTICLE, (ROOT / ARTICLE).read_text(encoding="utf-8"))
    (labeled,) = ClaimLabeler(classifier).label([document])
    article, report = folder / "article.html", folder / "report.html"
    article.write_text(render_article(document, labeled), encoding="utf-8")
    gold = read_gold(ROOT / "data" / "gold")
    report.write_text(render_report(make_report(classifier, gold)), encoding="utf-8")
    return article, report


def take(page: Any, name: str) -> None:
    """Saves what the window shows, and refuses what is too heavy for a page."""
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    if path.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{path}: expected at most {MOST_BYTES} bytes; show less of the page")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


def main() -> None:
    """Takes every picture anew."""
    from playwright.sync_api import sync_playwright

    browser_path = shutil.which("chromium")
    if browser_path is None:
        raise SystemExit("screenshots: expected chromium on the PATH, found none; install it")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        article, report = write_pages(Path(folder))
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for scheme in SCHEMES:
            # Without reduced motion the page would still be scrolling when the picture is taken.
            page = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT},
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            page.goto(article.as_uri())
            page.get_by_text(POINTED_AT).hover()
            take(page, f"article-{scheme}")
            page.goto(report.as_uri())
            take(page, f"report-{scheme}")
            page.locator("#errors").evaluate("element => element.scrollIntoView()")
            take(page, f"report-errors-{scheme}")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
