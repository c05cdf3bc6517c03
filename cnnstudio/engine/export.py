"""Exporting: write a temporary sibling, read it back in its own runtime, compare, and only then put it in place.

A file that differs from the original, or that its runtime cannot load, is never left behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from cnnstudio.core.keras_names import clean_name
from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.project import Project
from cnnstudio.engine.evaluation import load_trained
from cnnstudio.engine.export_apart import export_apart
from cnnstudio.engine.exporting.format import (
    Arrays,
    ExportFormat,
    Trained,
    as_arrays,
    in_order,
    largest_difference,
)
from cnnstudio.engine.exporting.formats import FORMATS
from cnnstudio.engine.exporting.samples import noise, real_images
from cnnstudio.engine.failures import CancelledError, EngineError, first_line, is_out_of_memory
from cnnstudio.engine.run_data import data_settings_of
from cnnstudio.runs.run_folder import RunFolder

Progress = Callable[[int, int], None]
IsCancelled = Callable[[], bool]

_STEPS = 4
_HALF_PRECISION_TOLERANCE = 2e-2


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file that was written and found right. `size`: bytes of all parts together."""

    path: Path
    format: str
    size: int
    largest_difference: float | None
    """Between its outputs and the original's, relative above 1; None where there is no runtime to ask."""
    images: int
    """How many images were compared."""
    real: bool
    """Whether they were real images rather than noise."""
    note: Message = NO_MESSAGE

    def to_reply(self) -> dict[str, object]:
        """As plain values for another process; `note` stays a Message."""
        return {
            "path": str(self.path),
            "format": self.format,
            "size": self.size,
            "largest_difference": self.largest_difference,
            "images": self.images,
            "real": self.real,
            "note": self.note,
        }

    @classmethod
    def from_reply(cls, reply: Mapping[str, Any]) -> Exported:
        """What `to_reply` gave."""
        return cls(**{**reply, "path": Path(reply["path"])})


def export_run(
    run_dir: Path,
    format_name: str,
    path: Path,
    *,
    options: Mapping[str, object] | None = None,  # noqa: ARG001 - of formats to come
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> Exported:
    """Write a run's best model in a format, by TensorFlow. Raises EngineError, RunFolderError and CancelledError."""
    _format(format_name)
    folder = RunFolder.open(run_dir)
    if keras.backend.backend() != "tensorflow":
        return Exported.from_reply(
            export_apart(run_dir, format_name, path, progress=progress, cancelled=cancelled)
        )
    trained = load_trained(run_dir)
    where = folder.record.data.get("path")
    inputs: Arrays = []
    if isinstance(where, str) and where:
        settings = data_settings_of(folder.record)
        inputs = real_images(Path(where), settings, trained.input_shape, pixels=trained.pixels)
    return export_model(
        trained.model,
        format_name,
        path,
        project=folder.project(),
        classes=trained.classes,
        pixels=trained.pixels,
        inputs=inputs,
        progress=progress,
        cancelled=cancelled,
    )


def export_model(
    model: keras.Model,
    format_name: str,
    path: Path,
    *,
    project: Project | None = None,
    classes: tuple[str, ...] = (),
    pixels: str = "0..1",
    inputs: Arrays | None = None,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> Exported:
    """Write `model` in a format and compare what is read back on `inputs` (default: noise).

    `progress(done, total)` counts steps, `cancelled()` is asked between them. Raises EngineError; `path` is then
    as it was.
    """
    form = _format(format_name)
    path = _named(path, form)
    trained = Trained(model=model, project=project, classes=classes, pixels=pixels)
    if form.needs_project and project is None:
        raise EngineError(Message("The format {format} needs the project.", format=form.name))
    step = _Steps(progress, cancelled)
    step()
    real = bool(inputs)
    given = inputs or noise([tuple(one.shape[1:]) for one in model.inputs], pixels=pixels)
    expected = as_arrays(model.predict_on_batch(given if len(given) > 1 else given[0]))
    step()
    with _beside(path) as folder:
        written = folder / path.name
        _write(form, trained, written)
        step()
        difference = _compare(form, trained, written, given, expected)
        step()
        parts = [folder / part.name for part in form.parts(path)]
        _describe(trained, parts[-1], form)
        parts.insert(0, _description_of(parts[-1], form))
        size = sum(_size(part) for part in parts if not part.is_relative_to(parts[-1]) or part == parts[-1])
        for part in parts:
            if part.parent == folder:
                _put_in_place(part, path.parent / part.name)
    return Exported(
        path=path,
        format=form.name,
        size=size,
        largest_difference=difference,
        images=0 if difference is None else len(given[0]),
        real=real,
        note=form.note(trained),
    )


class _Steps:
    """Tells how far it is, and gives up when asked to."""

    def __init__(self, progress: Progress | None, cancelled: IsCancelled | None) -> None:
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0

    def __call__(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise CancelledError
        if self._progress is not None:
            self._progress(self._done, _STEPS)
        self._done += 1


def _format(name: str) -> ExportFormat:
    found = FORMATS.get(name)
    if found is None:
        raise EngineError(
            Message("There is no export format {name}.", name=name),
            Message("There are {names}.", names=", ".join(FORMATS)),
        )
    return found


def _named(path: Path, form: ExportFormat) -> Path:
    """`path` with the ending of the format: its runtime may insist on it."""
    if form.suffix and not path.name.endswith(form.suffix):
        path = path.with_name(path.name.removesuffix(".h5") + form.suffix)
    if path.is_dir() and not form.is_folder:
        raise EngineError(Message("{path} is a folder.", path=str(path)), Message("Name a file."))
    if form.is_folder and path.exists() and not (path.is_dir() and _may_replace(path)):
        raise EngineError(
            Message("{path} exists and is not an exported model.", path=str(path)),
            Message("Name a new folder."),
        )
    return path


def _may_replace(folder: Path) -> bool:
    return (folder / "saved_model.pb").is_file() or not any(folder.iterdir())


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A folder in the same place as `path`, gone afterwards whatever happens."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".export-", dir=path.parent))
    except OSError as error:
        raise EngineError(
            Message("{path} cannot be written: {reason}.", path=str(path), reason=error.strerror or error),
            Message("Choose a folder that you may write to."),
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(form: ExportFormat, trained: Trained, path: Path) -> None:
    try:
        form.write(trained, path)
    except (OSError, MemoryError):
        raise
    except Exception as error:
        if isinstance(getattr(error, "message", None), Message):
            raise
        if is_out_of_memory(error):
            raise MemoryError from error
        raise EngineError(
            Message(
                "The model cannot be written as {format}: {reason}",
                format=form.name,
                reason=first_line(error),
            ),
            Message("Another format may do; keras always does."),
        ) from error


def _compare(
    form: ExportFormat, trained: Trained, path: Path, given: Arrays, expected: Arrays
) -> float | None:
    try:
        found = form.outputs(trained, path, given)
    except MemoryError:
        raise
    except Exception as error:
        raise EngineError(
            Message(
                "A file was written as {format}, but it cannot be used, so it was not kept: {reason}",
                format=form.name,
                reason=first_line(error),
            ),
            Message("A layer of this network is beyond that format; another format may do."),
        ) from error
    if found is None:
        return None
    difference = largest_difference(expected, in_order(expected, found))
    tolerance = _HALF_PRECISION_TOLERANCE if _is_half_precision(trained.model) else form.tolerance
    if not difference <= tolerance:
        raise EngineError(
            Message(
                "The file written as {format} gives other results than the original (difference {difference}), "
                "so it was not kept.",
                format=form.name,
                difference=f"{difference:.2g}",
            ),
            Message("Another format may do; keras always does."),
        )
    return difference


def _is_half_precision(model: keras.Model) -> bool:
    return any(getattr(layer, "compute_dtype", "") in ("float16", "bfloat16") for layer in model.layers)


def _description_of(path: Path, form: ExportFormat) -> Path:
    """Where the description of an exported file lies: beside it, or inside of a folder."""
    return path / "assets.extra" / "model.json" if form.is_folder else path.with_name(f"{path.name}.json")


def _describe(trained: Trained, path: Path, form: ExportFormat) -> None:
    """Class names and what the network is fed, for who uses the file."""
    model = trained.model
    described = {
        "name": trained.name,
        "graph_name": clean_name(trained.name),
        "format": form.name,
        "classes": list(trained.classes),
        "inputs": [
            {"name": one.name, "shape": [None, *one.shape[1:]], "dtype": "float32", "pixels": trained.pixels}
            for one in model.inputs
        ],
        "outputs": [{"shape": [None, *one.shape[1:]]} for one in model.outputs],
        "axes": "batch, height, width, channels",
    }
    target = _description_of(path, form)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _put_in_place(written: Path, path: Path) -> None:
    if written.is_dir():
        if path.exists():
            shutil.rmtree(path)
    else:
        with written.open("rb") as file:
            os.fsync(file.fileno())
    written.replace(path)


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return path.stat().st_size
