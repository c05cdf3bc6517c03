"""What the benchmarks of frames share: a clock in the window's thread, a bare one beside it, their figures and goals.

A precise 16 ms timer notes when it really fires: what is later than a frame, the user feels.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer

GOALS = {"median": 16.5, "p99": 20.0, "worst": 50.0}
"""Milliseconds between two ticks of a 16 ms timer."""


class FrameClock(QObject):
    """Notes the milliseconds between two ticks, with the moment, what went on, and how long the thread really worked."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[tuple[float, float, str, float]] = []
        self.phase = "idle"
        self._last = 0.0
        self._worked = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._worked = time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def of(self, phase: str) -> list[float]:
        """The milliseconds of the frames of one phase."""
        return [frame for _, frame, name, _ in self.frames if name == phase]

    def print_slowest(self, count: int) -> None:
        """List the slowest frames, each with its moment, its phase, and how long the window's thread worked in it."""
        first = self.frames[0][0]
        for moment, frame, phase, worked in sorted(self.frames, key=lambda item: -item[1])[:count]:
            print(
                f"   {frame:6.1f} ms at {moment - first:6.2f} s, {phase}; the window's thread worked {worked:.1f} ms of it"
            )

    def _tick(self) -> None:
        now = time.perf_counter()
        worked = time.thread_time()
        self.frames.append((now, 1000 * (now - self._last), self.phase, 1000 * (worked - self._worked)))
        self._last, self._worked = now, worked


class BareClock:
    """The same clock in a process that does nothing else: what the machine itself allows meanwhile."""

    def __init__(self, seconds: float) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(seconds)], stdout=subprocess.PIPE, text=True
        )

    def figures(self) -> dict[str, float]:
        """Waits for its end."""
        found: dict[str, float] = json.loads(self._process.communicate()[0])
        return found


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def figures(frames: list[float]) -> dict[str, float]:
    return {"median": statistics.median(frames), "p99": percentile(frames, 0.99), "worst": max(frames)}


def print_head() -> None:
    print(f"{'':22}{'median':>9}{'p99':>9}{'worst':>9}   ms between two ticks of a 16 ms timer")


def print_figures(name: str, found: dict[str, float], decimals: int = 1) -> None:
    print(f"{name:22}" + "".join(f"{value:9.{decimals}f}" for value in found.values()))


def print_ratios(busy: dict[str, float], idle: dict[str, float], machine: dict[str, float]) -> None:
    """How busy frames compare with a bare timer's, with the idle window's, and with the goals."""
    for name, reference in (("bare timer", machine), ("idle", idle), ("goal", GOALS)):
        print_figures(f"ratio to {name}", {part: busy[part] / reference[part] for part in busy}, 2)


def is_good(busy: dict[str, float]) -> bool:
    """Whether the goals are met."""
    return all(busy[name] <= goal for name, goal in GOALS.items())


def _main(seconds: float) -> None:
    application = QCoreApplication([])
    clock = FrameClock()
    clock.start()
    QTimer.singleShot(int(1000 * seconds), application.quit)
    application.exec()
    print(json.dumps(figures(clock.of("idle"))))


if __name__ == "__main__":
    _main(float(sys.argv[1]))
