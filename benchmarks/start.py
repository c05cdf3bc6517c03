"""From `python main.py` to a window that answers, against a bare PySide6 window in the same interpreter.

Goal: within 1.0 s on 2 cores, with no Keras backend imported in the window's process.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 7
BARE = "from PySide6.QtWidgets import QApplication, QMainWindow\napp = QApplication([])\nwindow = QMainWindow()\nwindow.show()\n"
STUDIO = "import sys\nsys.argv = ['cnnstudio']\nimport cnnstudio.cli\n"
ANSWERED = """
import os, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
def usable():
    shown = any(w.isVisible() for w in QApplication.topLevelWidgets())
    if shown:
        backends = [m for m in ('keras', 'tensorflow', 'jax', 'torch') if m in sys.modules]
        print(f'{time.time()} {backends}', flush=True)
        os._exit(0)
    QTimer.singleShot(0, usable)
"""


def seconds_to(script: str) -> float:
    """Seconds from the start of the interpreter to the first turn of the event loop with a window shown."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    env.setdefault("QT_QPA_PLATFORM", "offscreen" if not env.get("DISPLAY") else "xcb")
    start = time.time()
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False
    )
    lines = [line for line in done.stdout.splitlines() if line.endswith("]")]
    if not lines:
        raise SystemExit(f"The window did not come up:\n{done.stderr}")
    moment, backends = lines[-1].split(" ", 1)
    assert backends == "[]", f"the window's process imported {backends}"
    return float(moment) - start


def main() -> None:
    """Alternate the two and print medians."""
    bare_script = f"import sys\n{BARE}{ANSWERED}\nQTimer.singleShot(0, usable)\napp.exec()\n"
    studio_script = (
        f"import sys\n{STUDIO}{ANSWERED}\n"
        "loop = QApplication.exec\n"
        "def watched(*_):\n    QTimer.singleShot(0, usable)\n    return loop()\n"
        "QApplication.exec = watched\ncnnstudio.cli.main([])\n"
    )
    seconds_to(bare_script), seconds_to(studio_script)
    bare, studio = [], []
    for _ in range(ROUNDS):
        bare.append(seconds_to(bare_script))
        studio.append(seconds_to(studio_script))
    ours, reference = statistics.median(studio), statistics.median(bare)
    print(
        f"studio: window answers after  {ours:.2f} s  (slowest {max(studio):.2f} s), {ours / 1.0:.2f} of the 1.0 s goal"
    )
    print(f"bare PySide6 window           {reference:.2f} s  ratio {ours / reference:.2f}")


if __name__ == "__main__":
    main()
