"""open: the window. The only command that imports Qt."""

from __future__ import annotations

from argparse import Namespace


def open_window(arguments: Namespace) -> int:
    """`open [FILE]`: the window, with a project if one is named."""
    from cnnstudio.app import main

    return main([] if arguments.file is None else [str(arguments.file)])
