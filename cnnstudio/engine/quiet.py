"""Keeps the chatter of TensorFlow's C++ and Keras's warnings off the terminal. Call it before anything imports them."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path


def silence_native_output(log: Path | None = None) -> None:
    """Send what native code writes to standard error to `log`, or nowhere; Python's `sys.stderr` still shows.

    TensorFlow logs before it reads its own settings, so only the descriptor itself can be turned.
    """
    warnings.filterwarnings("ignore", module=r"keras(\.|$)")
    warnings.filterwarnings("ignore", module=r"tensorflow(\.|$)")
    sys.stderr.flush()
    shown = os.dup(2)
    sink = os.open(log or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(sink, 2)
    os.close(sink)
    sys.stderr = os.fdopen(shown, "w", buffering=1, encoding="utf-8", errors="replace")
