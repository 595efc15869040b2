"""Nothing but Python and its wheels is taken for granted: no call that only Linux or POSIX has."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "pipeline" / "hedgerow"
POSIX_MODULES = {
    "curses", "fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios",
    "tty",
}  # fmt: skip
POSIX_NAMES = {
    "os.fork", "os.getuid", "os.geteuid", "os.getpgid", "os.killpg", "os.mkfifo", "os.nice",
    "os.pread", "os.sched_getaffinity", "os.setsid", "os.statvfs", "os.uname", "os.wait",
    "signal.SIGALRM", "signal.SIGHUP", "signal.SIGKILL", "signal.SIGUSR1", "signal.alarm",
    "signal.pthread_sigmask", "signal.setitimer", "select.poll", "select.epoll",
    "time.clock_gettime", "time.tzset",
}  # fmt: skip


def unguarded(source: str) -> list[str]:
    """What a module uses of one system alone, outside of a try or a check that it is there."""
    tree = ast.parse(source)
    guarded: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            caught = {ast.unparse(one.type) for one in node.handlers if one.type is not None}
            if caught & {"ImportError", "OSError"}:
                guarded.update(inner for one in node.body for inner in ast.walk(one))
        # A function that asks hasattr first knows what it does.
        if isinstance(node, ast.FunctionDef) and "hasattr(" in ast.unparse(node):
            guarded.update(ast.walk(node))
    found: list[str] = []
    for node in ast.walk(tree):
        if node in guarded:
            continue
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names if one.name in POSIX_MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module in POSIX_MODULES:
            found.append(node.module)
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in POSIX_NAMES:
            found.append(ast.unparse(node))
        elif isinstance(node, ast.Constant) and str(node.value).startswith(("/proc/", "/dev/")):
            found.append(str(node.value))
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_modules_call_nothing_that_one_system_alone_has(path):
    assert unguarded(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    ["import fcntl", "from resource import getrusage", "os.fork()", "open('/proc/self/statm')"],
)
def test_the_check_finds_what_it_looks_for(source):
    assert unguarded(source)
    assert not unguarded(f"try:\n    {source}\nexcept (ImportError):\n    pass\n")
