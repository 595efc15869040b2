"""Takes gold rows through a real Label Studio server and back, and compares every offset.

Needs Label Studio in an environment of its own, named with --label-studio; with --browser also
playwright here, and a Chromium: then one segment is labelled by hand, by selecting words on the
page, to see what the page itself counts.

    python -m venv lsenv && lsenv/bin/pip install label-studio
    python scripts/label_studio_check.py --label-studio lsenv/bin/label-studio

The server listens on 127.0.0.1, keeps its SQLite database in a temporary folder, asks nobody for
newer versions, sends no analytics, and is ended by its process id.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args
from urllib.error import URLError
from urllib.request import Request, urlopen

from hedgerow.annotation import label_studio
from hedgerow.annotation.rows import RowFile, read_rows
from hedgerow.annotation.tasks import Unit, build_tasks
from hedgerow.annotation.votes import add_votes
from hedgerow.records import LabeledSegment
from hedgerow.rows import from_row

GOLD = Path(__file__).parents[1] / "tests" / "data" / "label_studio" / "gold"
EMAIL = "reader@example.org"
START_SECONDS = 180
SETTLE_MS = 1500

BY_HAND = 1
"""Index of the row that is labelled in the browser: it has astral characters and a CRLF."""

READERS_FIELDS = ("label", "attributed", "source", "cues", "hard", "votes")

# Where a word stands on the page, so that it can be selected with the mouse.
RECTANGLE = """
([first, last]) => {
  const root = document.querySelector('.segment .lsf-htx-richtext');
  const find = (word) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
      const at = node.textContent.indexOf(word);
      if (at >= 0) {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        return range.getBoundingClientRect();
      }
    }
  };
  const [a, b] = [find(first), find(last)];
  return [a.left, (a.top + a.bottom) / 2, b.right, (b.top + b.bottom) / 2];
}
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    url: str
    token: str
    password: str

    def call(self, method: str, path: str, body: object = None) -> Any:
        """One request to the API: JSON in, JSON out."""
        request = Request(
            f"{self.url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Token {self.token}", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=60) as response:
            return json.load(response)


@contextmanager
def start_server(program: Path) -> Iterator[Server]:
    """Starts Label Studio on a free port of the loopback address, and ends it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(f"http://127.0.0.1:{port}", secrets.token_hex(20), secrets.token_urlsafe(16))
    with tempfile.TemporaryDirectory() as folder, open(Path(folder) / "log", "wb") as log:
        process = subprocess.Popen(
            [
                program, "start", "--no-browser", "--internal-host", "127.0.0.1",
                "--port", str(port), "--data-dir", folder, "--enable-legacy-api-token",
                "--username", EMAIL, "--password", server.password, "--user-token", server.token,
            ],
            env=os.environ
            | {
                "LABEL_STUDIO_BASE_DATA_DIR": folder,
                "LATEST_VERSION_CHECK": "false",
                "COLLECT_ANALYTICS": "false",
                "FEATURE_FLAGS_OFFLINE": "true",
                "SENTRY_DSN": "",
                "FRONTEND_SENTRY_DSN": "",
            },
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            wait_until_up(server, process, Path(folder) / "log")
            yield server
        finally:
            # A session of its own makes the process and its children one group.
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def wait_until_up(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns once the server answers."""
    for _ in range(START_SECONDS):
        if process.poll() is not None:
            raise SystemExit(f"Label Studio ended:\n{log.read_text(errors='replace')[-2000:]}")
        try:
            server.call("GET", "/health")
            return
        except URLError:
            time.sleep(1)
    raise SystemExit(f"Label Studio did not answer within {START_SECONDS} s")


def make_tasks(file: RowFile, unit: Unit, by_hand: int | None) -> list[dict[str, Any]]:
    """The tasks as they are imported; the one to label by hand without its labels."""
    shown, blind = ([*build_tasks(file, unit, blind=one)] for one in (False, True))
    tasks = [blind[i] if i == by_hand else shown[i] for i in range(len(shown))]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as stream:
        label_studio.write_tasks(tasks, stream)
        stream.seek(0)
        found: list[dict[str, Any]] = json.load(stream)
    return found


def label_by_hand(
    server: Server, project: int, task: int, row: LabeledSegment, browser: str
) -> None:
    """Labels one task on the page: keys for labels, the mouse for spans."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"]).new_page(
            viewport={"width": 1400, "height": 1000}
        )
        page.goto(f"{server.url}/user/login/")
        page.fill("input[name=email]", EMAIL)
        page.fill("input[name=password]", server.password)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "login" not in url)
        page.goto(f"{server.url}/projects/{project}/data?task={task}")
        page.wait_for_selector(".lsf-htx-richtext")
        keys = {"hedge": "1", "directive": "2", "attribution": "3", "source": "4"}
        spans: list[tuple[str, str]] = [(cue.kind, row.quote(cue)) for cue in row.cues]
        if row.source is not None:
            spans.append(("source", row.quote(row.source)))
        for count, (kind, words) in enumerate(spans, start=1):
            # The page tells nowhere that it has taken an action in.
            page.wait_for_timeout(SETTLE_MS)
            page.keyboard.press(keys[kind])
            left, top, right, bottom = page.evaluate(
                RECTANGLE, [words.split()[0], words.split()[-1]]
            )
            page.mouse.move(left + 1, top)
            page.mouse.down()
            page.mouse.move(right - 1, bottom, steps=5)
            page.mouse.up()
            page.wait_for_function(f"document.querySelectorAll('.htx-highlight').length >= {count}")
        page.wait_for_timeout(SETTLE_MS)
        page.keyboard.press("y" if row.attributed else "x")
        page.keyboard.press(row.class_name[0])
        with page.expect_response(lambda response: "/annotations" in response.url):
            page.keyboard.press("Control+Enter")


def take_through(
    server: Server, file: RowFile, unit: Unit, browser: str | None
) -> list[dict[str, Any]]:
    """Makes a project, imports the tasks, labels them and returns the export."""
    config = label_studio.labelling_config(unit)
    project = server.call(
        "POST", "/api/projects", {"title": "Hedgerow check", "label_config": config}
    )["id"]
    tasks = make_tasks(file, unit, BY_HAND if browser else None)
    server.call("POST", f"/api/projects/{project}/import?commit_to_project=true", tasks)
    made = server.call("GET", f"/api/tasks?project={project}&fields=all&page_size=100")["tasks"]
    for task in sorted(made, key=lambda one: int(one["id"])):
        index = task["data"]["hedgerow"]["index"]
        if task["predictions"]:
            results = task["predictions"][0]["result"]
            server.call("POST", f"/api/tasks/{task['id']}/annotations/", {"result": results})
        elif browser:
            label_by_hand(server, project, task["id"], file.segments[index], browser)
    exported: list[dict[str, Any]] = server.call(
        "GET", f"/api/projects/{project}/export?exportType=JSON"
    )
    return sorted(exported, key=lambda one: int(one["id"]))


def compare(file: RowFile, export: Path) -> int:
    """Reads the export into rows without labels; how many differ from the gold rows."""
    bare = [
        {name: value for name, value in row.items() if name not in READERS_FIELDS}
        for row in file.rows
    ]
    segments = [from_row({"label": None} | row, "row") for row in bare]
    imported = add_votes(
        RowFile(bare, segments, file.documents), label_studio.read_annotations(export, "first")
    )
    back = [from_row(row, "row") for row in imported.rows]
    spans = sum(len(one.cues) + (one.source is not None) for one in back)
    wrong = [one for one in file.segments if one not in back]
    for one in wrong:
        print(f"differs: {one.index} {one.text!r}")
    print(
        f"{imported.votes} votes and {spans} spans read back; "
        f"{len(file.segments) - len(wrong)} of {len(file.segments)} rows equal the gold"
    )
    return len(wrong)


def main() -> None:
    """Runs the check; exit status 1 where a row came back changed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--label-studio", type=Path, default=Path("label-studio"))
    parser.add_argument("--gold", type=Path, default=GOLD, help="gold folder to take through")
    parser.add_argument("--unit", choices=get_args(Unit), default="segment")
    parser.add_argument("--browser", help="a Chromium, to label one segment task by hand")
    parser.add_argument("--record", type=Path, help="file to keep the export in")
    arguments = parser.parse_args()
    file = read_rows(arguments.gold)
    with start_server(arguments.label_studio) as server:
        version = server.call("GET", "/api/version")["release"]
        exported = take_through(server, file, arguments.unit, arguments.browser)
    with tempfile.TemporaryDirectory() as folder:
        export = arguments.record or Path(folder) / "export.json"
        export.write_text(
            json.dumps(exported, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        print(f"Label Studio {version}: {len(exported)} tasks exported")
        raise SystemExit(1 if compare(file, export) else 0)


if __name__ == "__main__":
    main()
