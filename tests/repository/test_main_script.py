"""main.py is imported again by every process the engine spawns, so importing it must do nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_importing_main_loads_nothing_of_the_program(checkout: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, main; print([name for name in sys.modules if name.startswith('cnnstudio')])",
        ],
        cwd=checkout,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "[]"
