"""What a run needs before its first batch: the images at the network's size, and the network, built and compiled."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.message import Message
from cnnstudio.core.project import Project
from cnnstudio.data.settings import DataSettings
from cnnstudio.engine.backend import be_deterministic
from cnnstudio.engine.builder import build
from cnnstudio.engine.datasets import ImageData, input_shape_of, read_folder
from cnnstudio.engine.devices import DeviceInfo, allow_memory_growth, choose_device, keras_device, processor
from cnnstudio.engine.failures import EngineError
from cnnstudio.engine.freezing import freeze
from cnnstudio.engine.heads import Head, head_of
from cnnstudio.engine.losses import compile_model
from cnnstudio.engine.resident import ResidentModel
from cnnstudio.layers import catalogue
from cnnstudio.runs.plan import TrainingPlan

_SAY_EVERY = 0.2
"""Seconds between two words on how far the reading is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A compiled model on its device, and what its end means."""

    device: DeviceInfo
    model: keras.Model
    head: Head


def read_images(
    project: Project,
    data_dir: Path,
    settings: DataSettings,
    *,
    say: Callable[[Message], None],
    cancelled: Callable[[], bool],
) -> tuple[ImageData, tuple[int, int, int]]:
    """The images to train on, and their height, width and channels. `say` is told how far it is.

    Raises EngineError, DataError and Cancelled.
    """
    say(Message("Reading the images"))
    analysis = Analyser(catalogue()).analyse(project.network)
    shapes = {node_id: node.output_shape for node_id, node in analysis.nodes.items()}
    if not analysis.ok:
        build(project.network, catalogue())  # raises, naming the layer
    shape = input_shape_of(project.network, shapes)
    last = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal last
        now = time.perf_counter()
        if now - last >= _SAY_EVERY:
            last = now
            say(Message("Reading the images: {percent} %", percent=round(100 * done / max(1, total))))

    data = read_folder(data_dir, settings, shape, progress=progress, cancelled=cancelled)
    if not len(data.train):
        raise EngineError(
            Message("There are no images to train on."),
            Message("Use a smaller validation share, or put more images into the folder."),
        )
    return data, shape


def prepare(project: Project, plan: TrainingPlan, data: ImageData) -> Prepared:
    """Build and compile the network for the classes, labels or numbers of the data, its weights drawn from the plan's seed.

    Raises EngineError.
    """
    allow_memory_growth()
    device = choose_device(plan.device)
    if plan.deterministic:
        be_deterministic()
    keras.utils.set_random_seed(plan.seed)
    with keras.device(keras_device(device)):
        model = _built(project, plan)
        head = head_of(
            model,
            len(told_by(data)),
            plan.loss,
            task=data.task,
            label_smoothing=plan.label_smoothing,
        )
        freeze(model, project.network, plan.frozen)
        if _fetches_itself(device, head, plan):
            model = ResidentModel.of(model)
        count = len(data.train)
        compile_model(model, head, plan, -(-count // min(plan.batch_size, count)))
        # else its variables are made while the first step is traced, each by two graphs that TensorFlow never lets go of
        model.optimizer.build(model.trainable_variables)
    return Prepared(device=device, model=model, head=head)


def _fetches_itself(device: DeviceInfo, head: Head, plan: TrainingPlan) -> bool:
    """Whether the model takes its batches out of memory by itself: where that was measured and nothing else is asked."""
    usual = head.ends == 1 and plan.class_weights == "none" and not plan.use_ema
    return usual and device.kind == "cpu" and keras.backend.backend() == "tensorflow"


def spare_model(project: Project, plan: TrainingPlan) -> keras.Model:
    """A model of the same network, for writing one epoch's weights while the next is training."""
    with keras.device(processor()):
        return _built(project, plan)


def told_by(data: ImageData) -> tuple[str, ...]:
    """What the values at the network's end stand for: classes, labels or the names of numbers."""
    return data.classes if data.task == "classification" else data.target_names


def counts(data: ImageData) -> dict[str, object]:
    """What run.json says of the images: how many are in each part, where they were kept when decoded and how many bytes
    that took, what their paths start from, what was left out.
    """
    return {
        "train": len(data.train),
        "validation": len(data.validation),
        "test": len(data.test),
        "kept": {"where": data.keeping.where, "bytes": data.keeping.size},
        "root": str(data.root),
        "left_out": [problem.path for problem in data.left_out][:1000],
    }


def _built(project: Project, plan: TrainingPlan) -> keras.Model:
    return build(
        project.network, catalogue(), name=project.name or None, mixed_precision=plan.mixed_precision
    )
