"""What mkdocs needs besides mkdocs.yml: pages from elsewhere in the repository, and the commands.

The data card, the model cards and the guide lie where their users look for them, so the site takes
them in from there; links between documents are written for the repository and rewritten here. A
link that leads nowhere, and a page that would ask another host for something, are warnings, which
a strict build takes for errors.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from inspect import cleandoc
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
COMMANDS_MARK = "<!-- commands -->"
RECIPE_MARK = "<!-- recipe keys -->"
LINK = re.compile(r"(?<=\]\()(?!\w+:|#)(?P<path>[^)#\s]+)(?P<anchor>#[^)\s]*)?(?=\))")
# Elements that a browser fetches by itself; a plain <a> is fetched only when a reader follows it.
FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}

log = logging.getLogger("mkdocs.hooks.site")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that lie elsewhere in the repository."""
    from mkdocs.structure.files import File

    for page, source in config.extra["included"].items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Rewrites the links, and fills in what is made from the program itself."""
    included: dict[str, str] = config.extra["included"]
    if COMMANDS_MARK in markdown:
        markdown = markdown.replace(COMMANDS_MARK, "\n".join(describe_commands()))
    if RECIPE_MARK in markdown:
        markdown = markdown.replace(RECIPE_MARK, "\n".join(describe_recipe()))
    return rewrite_links(markdown, page.file.src_uri, included)


def rewrite_links(markdown: str, page: str, included: dict[str, str]) -> str:
    """Links between files of the repository as links between pages of the site.

    Args:
        markdown: text of a page.
        page: path of the page in the site, such as ``model-cards/base.md``.
        included: for pages that don't lie in docs/, the file they are made from.
    """
    page_of = {source: name for name, source in included.items()}
    folder = PurePosixPath(included.get(page, f"docs/{page}")).parent

    def rewrite(link: re.Match[str]) -> str:
        target = os.path.normpath(folder / link["path"])
        if target in page_of:
            wanted = page_of[target]
        elif target.startswith("docs/"):
            wanted = target.removeprefix("docs/")
        else:
            log.warning("%s: %s is no page of the site; name the file in words", page, target)
            return link[0]
        return os.path.relpath(wanted, PurePosixPath(page).parent) + (link["anchor"] or "")

    return LINK.sub(rewrite, markdown)


def describe_commands() -> Iterator[str]:
    """A section for each command: its name and what ``--help`` prints, without frames."""
    import typer

    from hedgerow.cli.main import app

    yield from _describe(typer.main.get_command(app), None, ("hedgerow",))


def _describe(command: Any, parent: Any, path: tuple[str, ...]) -> Iterator[str]:
    # Typer frames its help by rich, as wide as the terminal, unless the mode says otherwise.
    command.rich_markup_mode = None
    context = command.make_context(
        path[-1], [], parent=parent, resilient_parsing=True, terminal_width=88, max_content_width=88
    )
    yield f"## {' '.join(path)}\n\n```text\n{command.get_help(context).strip()}\n```\n"
    for name, child in getattr(command, "commands", {}).items():
        yield from _describe(child, context, (*path, name))


def describe_recipe() -> Iterator[str]:
    """A table of the keys of a recipe: defaults from the model's fields, the rest its docstring."""
    from griffe import Docstring, DocstringSectionKind

    from hedgerow.training.config import TrainingConfig

    sections = Docstring(cleandoc(TrainingConfig.__doc__ or "")).parse("google")
    meaning = {
        one.name: " ".join(one.description.split()).replace("``", "`")
        for section in sections
        if section.kind is DocstringSectionKind.attributes
        for one in section.value
    }
    yield "| key | default | what |"
    yield "| --- | --- | --- |"
    for name, field in TrainingConfig.model_fields.items():
        if name not in meaning:
            log.warning("the docstring of TrainingConfig has nothing about %r", name)
        default = field.get_default(call_default_factory=True)
        shown = "needed" if field.is_required() else f"`{json.dumps(default)}`"
        yield f"| `{name}` | {shown} | {meaning.get(name, '')} |"


class _FetchedAddresses(HTMLParser):
    """Collects what a browser would fetch from other hosts."""

    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        address = dict(attributes).get(FETCHED.get(tag, ""))
        if address and address.startswith(("http:", "https:", "//")):
            self.outside.append(address)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Warns of scripts, styles, fonts and images of other hosts."""
    parser = _FetchedAddresses()
    parser.feed(output)
    for address in parser.outside:
        log.warning("%s: asks another host for %s", page.file.src_uri, address)
    return output
