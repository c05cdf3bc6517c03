"""demo: LeNet trained on the sample images and exported, without a window."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from cnnstudio.commands.exporting import export_to
from cnnstudio.commands.failure import DONE
from cnnstudio.commands.output import say
from cnnstudio.commands.training import train_project
from cnnstudio.core.message import Message
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.data.sample import SAMPLE_NAME, sample_folder
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.zoo import templates

_EXPORTS = {
    "keras": "lenet.keras",
    "onnx": "lenet.onnx",
    "litert": "lenet.tflite",
    "saved_model": "lenet_saved_model",
    "python": "lenet.py",
}


def demo(arguments: Namespace) -> int:
    """`demo`: the whole way, from sample images to saved models."""
    images = sample_folder()
    template = templates()["lenet5"]
    run_dir = _unused(arguments.output)
    say(str(Message("Training {name} on {data}.", name=template.title, data=SAMPLE_NAME)))
    project = Project(
        name=template.title, network=template.build(), data=Params(kind="image_folder", path=str(images))
    )
    plan = TrainingPlan(epochs=arguments.epochs, batch_size=32)
    code = train_project(project, images, run_dir, plan)
    if code != DONE:
        return code
    say(f"Curves: {run_dir / 'curves.png'}")
    say("Exports, each read back in its own runtime and compared with the original:")
    for format_name, name in _EXPORTS.items():
        export_to(run_dir, format_name, run_dir / "exports" / name)
    return DONE


def _unused(folder: Path) -> Path:
    """`folder`, or with a number behind its name when there is something in it."""
    number, found = 2, folder
    while found.exists() and (not found.is_dir() or any(found.iterdir())):
        found = folder.with_name(f"{folder.name}-{number}")
        number += 1
    return found
