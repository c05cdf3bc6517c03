"""A screen of its own for a test: Xvfb with a window manager, and hands that move a real mouse (xdotool)."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

TOOLS = ("Xvfb", "xdotool", "openbox", "import")


def missing_tools() -> list[str]:
    """The programs an end-to-end test needs and this machine lacks."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


class Display:
    """An X server without a screen, running while the `with` block does."""

    def __init__(self, width: int = 1440, height: int = 900) -> None:
        self.size = f"{width}x{height}"
        self.name = ""
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        read, write = os.pipe()
        server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(write),
                "-screen",
                "0",
                f"{self.size}x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        self._processes.append(server)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.name = f":{pipe.readline().strip()}"
        self._processes.append(
            subprocess.Popen(["openbox"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait(timeout=10)

    @property
    def env(self) -> dict[str, str]:
        """The environment of a program that is to appear here."""
        return {**os.environ, "DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb"}

    def xdotool(self, *arguments: object) -> None:
        """Move the mouse or press keys, as a person would."""
        subprocess.run(
            ["xdotool", *map(str, arguments)], env=self.env, check=True, timeout=30, capture_output=True
        )

    def screenshot(self, path: Path) -> None:
        """Save what the screen shows."""
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["import", "-window", "root", str(path)], env=self.env, check=True, timeout=30)

    # ------------------------------------------------------------------------------------------- gestures

    def click(self, x: int, y: int, *, button: int = 1, count: int = 1) -> None:
        self.xdotool("mousemove", x, y)
        self.xdotool("click", "--repeat", count, "--delay", 60, button)

    def drag(self, start: tuple[int, int], end: tuple[int, int], *, steps: int = 12) -> None:
        """Press at `start`, move as a hand does, release at `end`."""
        (x0, y0), (x1, y1) = start, end
        self.xdotool("mousemove", x0, y0)
        time.sleep(0.05)
        self.xdotool("mousedown", 1)
        for step in range(1, steps + 1):
            self.xdotool("mousemove", x0 + (x1 - x0) * step // steps, y0 + (y1 - y0) * step // steps)
            time.sleep(0.015)
        time.sleep(0.1)
        self.xdotool("mouseup", 1)

    def key(self, *keys: str) -> None:
        self.xdotool("key", "--delay", 40, *keys)

    def type(self, text: str) -> None:
        self.xdotool("type", "--delay", 25, text)
