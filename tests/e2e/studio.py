"""A running studio as a test sees it: questions about what it shows, real hands on its screen."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.e2e.display import Display

CHECKOUT = Path(__file__).parents[2]


class Studio:
    """The real program in a process of its own, on a display of its own."""

    def __init__(self, display: Display, *arguments: str, env: dict[str, str] | None = None) -> None:
        self.display = display
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.watched_studio", *arguments],
            cwd=CHECKOUT,
            env={**display.env, **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._pending = b""
        self._line(timeout=60)

    # ------------------------------------------------------------------------------------------ questions

    def ask(self, question: str, **values: Any) -> Any:
        """One answer of the running program."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"ask": question, **values}).encode() + b"\n")
        self.process.stdin.flush()
        reply = json.loads(self._line(timeout=60))
        assert "error" not in reply, reply
        return reply["answer"]

    def wait(self, what: Callable[[], Any], *, seconds: float = 20, said: str = "") -> Any:
        """What `what()` gives once it is true."""
        end = time.monotonic() + seconds
        while True:
            value = what()
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"Not within {seconds} s: {said or what}")
            time.sleep(0.05)

    def widget(self, name: str, *, seconds: float = 20) -> Any:
        """Where the visible widget of this name is and what it says, once it is there."""
        return self.wait(lambda: self.ask("widget", name=name), seconds=seconds, said=f"a visible {name}")

    def network(self) -> tuple[dict[str, Any], set[tuple[str, str]]]:
        """Nodes by id, and wires as (source, target)."""
        network = self.ask("network")
        nodes = {node["id"]: node for node in network["nodes"]}
        return nodes, {(edge["source"], edge["target"]) for edge in network["edges"]}

    # ---------------------------------------------------------------------------------------------- hands

    def click(self, name: str, **how: Any) -> None:
        """Click in the middle of a widget once it stands still."""
        self.widget(name)
        self.display.click(*middle(self.wait(lambda: self._at_rest(name), said=f"{name} at rest")), **how)

    def _at_rest(self, name: str) -> list[int] | None:
        first = self.ask("widget", name=name)
        time.sleep(0.1)
        second = self.ask("widget", name=name)
        return second["rect"] if first and second and first["rect"] == second["rect"] else None

    def shot(self, path: Path) -> None:
        """Keep a picture of the screen."""
        self.display.screenshot(path)

    def close(self) -> None:
        """End the program, however it stands."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.wait(timeout=15)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _line(self, *, timeout: float) -> bytes:
        assert self.process.stdout is not None
        end = time.monotonic() + timeout
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._pending:
                assert self.process.poll() is None, f"The studio ended with {self.process.returncode}."
                assert time.monotonic() < end, "The studio does not answer: its window is frozen."
                if selector.select(timeout=0.5):
                    self._pending += os.read(self.process.stdout.fileno(), 1 << 16)
        line, _, self._pending = self._pending.partition(b"\n")
        return line


def middle(rect: list[int]) -> tuple[int, int]:
    """The middle of x, y, width, height."""
    return rect[0] + rect[2] // 2, rect[1] + rect[3] // 2
