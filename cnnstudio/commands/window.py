"""open: the window. The only command that imports Qt."""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace

from cnnstudio.commands.failure import CommandError
from cnnstudio.core.message import Message

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
"""Any of these tells Qt where windows go."""


def open_window(arguments: Namespace) -> int:
    """`open [FILE]`: the window, with a project if one is named."""
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in _DISPLAYS):
        raise CommandError(
            Message("There is no display to open a window on."),
            hint=Message("Set DISPLAY or WAYLAND_DISPLAY, or work without a window: cnnstudio --help"),
        )
    gc.disable()  # what a start makes stays; from then on the window's housekeeping collects
    from cnnstudio.app.start import main

    return main([] if arguments.file is None else [str(arguments.file)])
