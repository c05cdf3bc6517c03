"""The window's process stays free of Keras: training lives in the engine's process, so the window never waits for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BACKENDS = ["jax", "keras", "onnxruntime", "tensorflow", "tf2onnx", "torch"]

# Starts the program as a user does, lets the event loop run a while after the window came up, and looks.
SCRIPT = f"""
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

event_loop = QApplication.exec
turns = 0

def look():
    global turns
    visible = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    turns += bool(visible)
    if turns < 20:
        return
    timer.stop()
    loaded = [name for name in {BACKENDS!r} if name in sys.modules]
    seen = {{"windows": [window.metaObject().className() for window in visible], "loaded": loaded}}
    print("SEEN" + json.dumps(seen), flush=True)
    QApplication.closeAllWindows()
    QApplication.quit()

def watched(*_):
    timer.start()
    return event_loop()

if __name__ == "__main__":
    timer = QTimer(interval=50)
    timer.timeout.connect(look)
    QApplication.exec = watched
    sys.argv = ["cnnstudio"]
    from cnnstudio.cli import main
    sys.exit(main())
"""


@pytest.mark.slow
def test_the_window_opens_without_a_keras_backend_in_its_process(checkout: Path, tmp_path: Path) -> None:
    script = tmp_path / "watched.py"
    script.write_text(SCRIPT, "utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    seen = [json.loads(line[4:]) for line in done.stdout.splitlines() if line.startswith("SEEN")]
    assert len(seen) == 1, f"The window did not open (exit {done.returncode}).\n{done.stdout}\n{done.stderr}"
    assert seen[0]["windows"]
    assert seen[0]["loaded"] == []
    assert done.returncode == 0, done.stderr


HEAVY = ["matplotlib", "numpy", "PIL", "psutil", "pyqtgraph"]


def test_the_window_stands_before_arrays_pictures_and_plots_are_loaded(checkout: Path) -> None:
    script = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "import cnnstudio.app.start\n"
        "application = QApplication([])\n"
        "cnnstudio.app.start.Studio()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
        "import os\nos._exit(0)\n"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(checkout),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONUNBUFFERED": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stdout + done.stderr
