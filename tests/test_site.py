import re
from pathlib import Path

import pytest
import yaml

import hedgerow

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CONFIG = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
INCLUDED = CONFIG["extra"]["included"]


def pages(navigation):
    for entry in navigation:
        for target in entry.values():
            yield from pages(target) if isinstance(target, list) else [target]


def test_navigation_names_every_page_once_and_no_other():
    written = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    assert sorted(pages(CONFIG["nav"])) == sorted([*written, *INCLUDED])


def test_pages_from_elsewhere_in_the_repository_are_there():
    for page, source in INCLUDED.items():
        assert (ROOT / source).is_file(), f"{page} is made from {source}"


def test_pictures_are_there_and_light_enough():
    named = {
        name
        for page in DOCS.glob("*.md")
        for name in re.findall(r"\]\((images/[^)#]+)", page.read_text(encoding="utf-8"))
    }
    assert named == {path.relative_to(DOCS).as_posix() for path in DOCS.glob("images/*")}
    assert all((DOCS / name).stat().st_size < 300_000 for name in named)


@pytest.mark.parametrize("name", hedgerow.__all__)
def test_every_public_name_has_a_place_in_the_reference(name):
    assert f"::: hedgerow.{name}\n" in (DOCS / "api.md").read_text(encoding="utf-8")


@pytest.fixture
def hooks(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import site_hooks

    return site_hooks


@pytest.mark.parametrize(
    ("page", "link", "expected"),
    [
        ("models.md", "../data/README.md", "data-card.md"),
        ("models.md", "batch.md#ray", "batch.md#ray"),
        ("data-card.md", "LABELLING.md", "labelling-guide.md"),
        ("data-card.md", "../docs/labelling.md", "labelling.md"),
        ("model-cards/base.md", "../../docs/models.md#limits", "../models.md#limits"),
        ("index.md", "https://example.org/a.md", "https://example.org/a.md"),
    ],
)
def test_links_for_the_repository_lead_to_pages_of_the_site(hooks, page, link, expected):
    assert hooks.rewrite_links(f"see [it]({link}).", page, INCLUDED) == f"see [it]({expected})."


def test_a_link_to_a_file_that_is_no_page_is_a_warning(hooks, caplog):
    hooks.rewrite_links("[recipe](../configs/base.yaml)", "training.md", INCLUDED)
    assert "training.md: configs/base.yaml is no page of the site" in caplog.text


def test_page_of_commands_has_the_help_of_every_command(hooks):
    text = "\n".join(hooks.describe_commands())
    for command in ("label", "evaluate", "gold select", "gold adjudicate"):
        assert f"## hedgerow {command}\n\n```text\nUsage: hedgerow {command} [OPTIONS]" in text
    assert "Give no label where more than this share of labels" in text


def test_table_of_recipe_keys_has_every_key_with_default_and_meaning(hooks, caplog):
    pytest.importorskip("griffe", reason="the extra docs is not installed")
    from hedgerow.training.config import TrainingConfig

    rows = [line.split(" | ") for line in list(hooks.describe_recipe())[2:]]
    assert [name.strip("| `") for name, *_ in rows] == list(TrainingConfig.model_fields)
    assert ["| `epochs`", "`4`", "passes over the training rows, at most. |"] in rows
    assert not caplog.text


def test_what_a_browser_would_fetch_from_another_host_is_a_warning(hooks, caplog):
    from types import SimpleNamespace

    page = SimpleNamespace(file=SimpleNamespace(src_uri="index.md"))
    local = '<a href="https://example.org">read</a><script src="a.js"></script>'
    hooks.on_post_page(local, page, None)
    assert not caplog.text
    hooks.on_post_page('<link href="https://example.org/a.css">', page, None)
    assert "index.md: asks another host for https://example.org/a.css" in caplog.text
