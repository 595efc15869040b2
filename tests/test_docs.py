import re
from pathlib import Path

import pytest
import typer

import hedgerow
from hedgerow.cli.main import app

ROOT = Path(__file__).parents[1]


def commands(group, path=("hedgerow",)):
    for name, command in getattr(group, "commands", {}).items():
        yield (*path, name), command
        yield from commands(command, (*path, name))


COMMANDS = list(commands(typer.main.get_command(app)))


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=lambda value: str(value))
def test_every_command_and_option_has_help_and_every_command_a_place_in_the_readme(path, command):
    assert command.help
    for parameter in command.params:
        assert parameter.help, f"{' '.join(path)}: {parameter.name} has no help"
    assert " ".join(path) in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_public_name_has_a_docstring():
    for name in hedgerow.__all__:
        value = getattr(hedgerow, name)
        if callable(value) and not hasattr(value, "__args__"):
            assert value.__doc__, name


def test_every_module_has_a_place_in_the_description_of_the_code():
    package = ROOT / "pipeline" / "hedgerow"
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for path in package.rglob("*.py"):
        name = ".".join(path.relative_to(package).with_suffix("").parts)
        if path.name != "__init__.py" and not name.startswith("cli."):
            assert f"`{name}`" in text, f"docs/architecture.md: {name} is in no row of its table"


def test_links_between_documents_lead_somewhere():
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("data/*.md")]:
        for target in re.findall(
            r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8")
        ):
            assert (document.parent / target).exists(), f"{document.name} → {target}"


def test_python_example_of_the_readme_names_what_exists():
    block = re.search(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S
    )
    assert block is not None
    for name in re.findall(r"hedgerow\.(\w+)", block[1]):
        assert hasattr(hedgerow, name)


def test_every_test_that_a_promise_names_is_there():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    for path in re.findall(r"`((?:tests|benchmarks)/[\w/.]+)`", text):
        assert (ROOT / path).is_file(), path
    tests = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/*.py"))
    for name in re.findall(r"`(test_\w+)", text):
        assert f"def {name}(" in tests, name


def test_the_limits_are_those_of_the_program():
    from hedgerow import limits

    text = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
    for number in (
        limits.MAX_CHARS,
        limits.MAX_EXPANSION,
        limits.MODEL_CHARS,
        round(limits.TIMEOUT_SECONDS),
        round(limits.FREE_BYTES / 1e6),
    ):
        assert re.search(rf"\b{number:,}\b", text), number
