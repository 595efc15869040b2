"""Commands on local files make no connection and no DNS look-up, and leave nothing behind.

Each runs in processes whose Python sockets are refused and noted, with a home folder of its own;
where the kernel allows it also in an empty network namespace, whose counters show what libraries
that are no Python code have tried.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COUNTERS = (
    "Ip:OutRequests",
    "Ip:OutNoRoutes",
    "Tcp:ActiveOpens",
    "Udp:OutDatagrams",
    "Ip6OutRequests",
    "Ip6OutNoRoutes",
)

# Python runs it in every process it starts, so in workers too. urllib3 looks for IPv6 by binding to
# the loopback interface, which asks nobody.
GUARD = """
import os, socket, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"):
        local = event == "socket.bind" and arguments[1][:1] in (("::1",), ("127.0.0.1",))
        if arguments[0].family not in (socket.AF_INET, socket.AF_INET6) or local:
            return
    elif not event.startswith(("socket.getaddrinfo", "socket.gethost", "socket.getname")):
        return
    with open(os.environ["SOCKET_LOG"], "a") as stream:
        print(event, arguments, file=stream)
    raise OSError("refused by the test")

sys.addaudithook(refuse)
"""

LOOK_UP = "import socket\ntry: socket.getaddrinfo('news.example', 80)\nexcept OSError: pass\n"


@pytest.fixture(scope="session")
def namespace() -> list[str]:
    """What to put before a command so that it runs without any network; empty if nothing does."""
    command = ["unshare", "--map-root-user", "--net", "--"]
    if shutil.which("unshare") is None:
        return []
    allowed = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    return command if allowed else []


@pytest.fixture
def launch(namespace, tmp_path):
    """Runs Python with sockets refused: (finished process, refused calls, counters, home)."""
    home, guard = tmp_path / "home", tmp_path / "guard"
    log, counts = tmp_path / "sockets.log", tmp_path / "counts"
    home.mkdir()
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(GUARD)
    log.touch()
    environment = {
        # Some libraries keep still where these are set, as a build server does.
        name: value
        for name, value in os.environ.items()
        if name != "CI" and not name.startswith(("HF_", "ORT_", "XDG_", "DO_NOT_TRACK"))
    } | {
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join((str(guard), str(ROOT / "pipeline"))),
        "SOCKET_LOG": str(log),
        "COUNTS": str(counts),
        "OMP_NUM_THREADS": "1",
    }

    def launch(*arguments: object, code: str = "from hedgerow.cli import main; main()"):
        # The namespace's counters go with its last process.
        script = '"$@"; code=$?; cat /proc/net/snmp /proc/net/snmp6 > "$COUNTS"; exit $code'
        inside = ["sh", "-c", script, "sh"] if namespace else []
        done = subprocess.run(
            [*namespace, *inside, sys.executable, "-c", code, *map(str, arguments)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        tried = read_counters(counts.read_text()) if namespace else {}
        return done, log.read_text().splitlines(), tried, home

    return launch


def read_counters(text: str) -> dict[str, int]:
    """Those of ``COUNTERS`` that are not zero."""
    found: dict[str, int] = {}
    lines = text.splitlines()
    for names, values in pairwise(lines):
        group = names.split(":", 1)[0]
        if ": " in names and values.startswith(group) and names.split()[1].isalpha():
            pairs = zip(names.split()[1:], values.split()[1:], strict=True)
            found |= {f"{group}:{name}": int(value) for name, value in pairs}
    found |= {name: int(value) for name, value in re.findall(r"^(Ip6\w+)\s+(\d+)$", text, re.M)}
    return {name: found[name] for name in COUNTERS if found.get(name)}


@pytest.fixture
def recipe(tiny_encoder, training_file, tmp_path):
    return [
        "train", ROOT / "configs/smoke.yaml", "--base-model", tiny_encoder,
        "--train-file", training_file, "--run-folder", tmp_path / "run",
        "--out", tmp_path / "model",
    ]  # fmt: skip


@pytest.fixture
def linear_recipe(training_file, tmp_path):
    path = tmp_path / "linear.yaml"
    path.write_text(
        f"name: words\narchitecture: linear\ntrain_files: [{training_file}]\n"
        "validation_fraction: 0.25\n"
    )
    return ["train", path, "--out", tmp_path / "words"]


ARTICLES = ROOT / "data/examples"
GOLD = "gold.jsonl"

COMMANDS = {
    "label": ["label", "--model", "small", ARTICLES],
    "label html": ["label", "--model", "linear", "--format", "html", "--out", "pages", "page.html"],
    "segment": ["segment", ARTICLES],
    "batch": ["batch", ARTICLES, "--model", "small", "--processes", "1", "--out", "shards"],
    "evaluate": ["evaluate", "--gold", GOLD, "--model", "small", "--out", "report.html"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_ask_nobody(name, launch, tmp_path):
    lines = (ROOT / "data/gold/segments.jsonl").read_text(encoding="utf-8").splitlines(True)
    (tmp_path / GOLD).write_text("".join(lines[:300]), encoding="utf-8")
    text = (ARTICLES / "ferry_terminal.txt").read_text(encoding="utf-8")
    (tmp_path / "page.html").write_text(
        '<html><head><link rel="stylesheet" href="http://news.example/a.css"></head><body><article>'
        + "".join(f"<p>{one}</p>" for one in text.split("\n\n"))
        + '<img src="http://news.example/a.png"></article></body></html>',
        encoding="utf-8",
    )
    done, refused, tried, home = launch(*COMMANDS[name])
    assert done.returncode == 0, done.stderr
    assert (refused, tried) == ([], {})
    assert not [*home.rglob("*")]


@pytest.mark.parametrize("kind", ["recipe", "linear_recipe"])
def test_training_on_local_files_asks_nobody(kind, launch, request):
    done, refused, tried, home = launch(*request.getfixturevalue(kind))
    assert done.returncode == 0, done.stderr
    assert (refused, tried) == ([], {})
    assert not [*home.rglob("*")]


def test_a_look_up_in_python_would_be_noticed(launch):
    _, refused, _, _ = launch(code=LOOK_UP)
    assert refused and "news.example" in refused[0]


def test_a_look_up_behind_the_back_of_python_would_be_noticed(launch, namespace):
    if not namespace:
        pytest.skip("the kernel allows no network namespace to this user")
    libc = "import ctypes\nctypes.CDLL(None).getaddrinfo(b'news.example', b'80', None, b' ' * 64)\n"
    _, refused, tried, _ = launch(code=libc)
    assert not refused
    assert tried


def test_runtime_library_is_told_not_to_report_before_it_starts():
    code = (
        "import os, hedgerow.runtime, sys\n"
        "assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'\n"
        "assert 'onnxruntime' in sys.modules\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "pipeline")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    # Nothing else of the package imports it, and so nothing earlier.
    importing = [
        path.name
        for path in (ROOT / "pipeline").rglob("*.py")
        if re.search(r"^(import|from) onnxruntime", path.read_text(encoding="utf-8"), re.M)
    ]
    assert importing == ["runtime.py"]
