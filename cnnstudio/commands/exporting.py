"""export: a run's best model in another format, checked before it counts as written."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from cnnstudio.commands.failure import DONE
from cnnstudio.commands.output import say
from cnnstudio.commands.progress import Bar
from cnnstudio.commands.training import use_backend
from cnnstudio.runs.run_folder import RunFolder

if TYPE_CHECKING:
    from cnnstudio.engine.export import Exported


def export(arguments: Namespace) -> int:
    """`export`: write, read back, compare."""
    export_to(arguments.run_dir, arguments.format, arguments.output)
    return DONE


def export_to(run_dir: Path, format_name: str, path: Path) -> None:
    """Write one format and say how it compares."""
    run = RunFolder.open(run_dir)
    use_backend("tensorflow")  # it writes every format, and a run's model fits every backend
    with Bar(f"Exporting {format_name}") as bar:
        from cnnstudio.engine.export import export_run

        exported = export_run(run.path, format_name, path, progress=bar.show)
    say(export_line(exported))
    if exported.note:
        say(f"  {exported.note}")


def export_line(exported: Exported) -> str:
    """`onnx: model.onnx (179 KB), largest difference 3e-08 on 16 images`."""
    line = f"{exported.format}: {exported.path} ({_size_text(exported.size)})"
    if exported.largest_difference is None:
        return line
    kind = "images" if exported.real else "random inputs"
    if exported.largest_difference == 0:
        return f"{line}, exact on {exported.images} {kind}"
    return f"{line}, largest difference {exported.largest_difference:.1e} on {exported.images} {kind}"


def _size_text(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1e3))} KB"
