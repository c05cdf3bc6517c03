"""train and resume: a run in this process, followed on standard error. Keras is imported once all else is checked."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

from cnnstudio.commands.data_settings import DATA_SETTINGS, with_data_settings
from cnnstudio.commands.failure import DONE, ENDED_BADLY, INTERRUPTED, CommandError, InputError
from cnnstudio.commands.interrupt import SoftStop
from cnnstudio.commands.output import remark, say
from cnnstudio.commands.progress import Bar, TrainingBar
from cnnstudio.commands.projects import open_project
from cnnstudio.commands.report import problem_text
from cnnstudio.commands.settings import read_settings
from cnnstudio.commands.train_queue import train_all
from cnnstudio.core.analysis import Analyser
from cnnstudio.core.message import Message
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.data.settings import DataSettings
from cnnstudio.layers import catalogue
from cnnstudio.runs.backends import BACKENDS, chosen, is_installed, title
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.record import RunRecord
from cnnstudio.runs.run_folder import RunFolder


def train(arguments: Namespace) -> int:
    """`train`: a project on images into a run folder, or several projects one after another."""
    if len(arguments.files) > 1:
        return train_all(arguments, _checked)
    project, data, plan = _checked(arguments.files[0], arguments)
    return train_project(project, data, arguments.output, plan)


def _checked(file: Path, arguments: Namespace) -> tuple[Project, Path, TrainingPlan]:
    """What `train` was asked to train. Raises CommandError and PlanError where that cannot be."""
    settings = read_settings(arguments.param)
    if arguments.device is not None:
        settings["device"] = arguments.device
    project, data, plan = what_to_train(file, arguments.data, settings)
    refuse_errors(project)
    return project, data, plan


def what_to_train(
    file: Path, data: Path | None, settings: Mapping[str, object]
) -> tuple[Project, Path, TrainingPlan]:
    """A project file, its images or others, and its plan with some settings changed. Raises InputError, PlanError."""
    project, plan = _configured(open_project(file), settings)
    if data is not None and "quarantine" not in settings:
        project = _without_strange_quarantine(project, file, data)
    data = data or _data_of(project, file)
    if not data.exists():
        raise InputError(
            Message("The images' folder or file {path} is not there.", path=str(data)),
            hint=Message("Name it with --data."),
        )
    return project, data, plan


def train_project(project: Project, data: Path, run_dir: Path, plan: TrainingPlan) -> int:
    """Train, show how it goes, say where the result is. Ctrl-C stops softly."""
    refuse_errors(project)
    use_backend(plan.backend)
    with Bar("Starting Keras") as bar:
        from cnnstudio.engine.control import RunControl
        from cnnstudio.engine.training import train as train_run

        control = RunControl()
        with SoftStop(control) as stop:
            record = train_run(project, data, run_dir, emit=TrainingBar(bar), control=control, plan=plan)
    return _told(record, run_dir, interrupted=stop.happened)


def resume(arguments: Namespace) -> int:
    """`resume`: go on with a run after its last finished epoch."""
    run = RunFolder.open(arguments.run_dir)
    use_backend_of(run)
    with Bar("Starting Keras") as bar:
        from cnnstudio.engine.control import RunControl
        from cnnstudio.engine.training import resume as resume_run

        control = RunControl()
        with SoftStop(control) as stop:
            record = resume_run(
                run.path,
                emit=TrainingBar(bar),
                control=control,
                data_dir=arguments.data,
                epochs=arguments.epochs,
            )
    return _told(record, run.path, interrupted=stop.happened)


def refuse_errors(project: Project) -> None:
    """Raises CommandError for a network with errors, before Keras is loaded."""
    analysis = Analyser(catalogue()).analyse(project.network)
    for problem in analysis.diagnostics:
        if problem.severity == "error":
            lines = list(problem_text(analysis.network, problem))
            raise CommandError(
                Message("The network has an error. {problem}", problem=lines[0].partition(": ")[2]),
                hint=problem.hint,
            )


def use_backend(name: str) -> None:
    """Choose Keras's backend and keep its chatter off the terminal; works only before Keras is imported.

    `auto` is what `KERAS_BACKEND` says, else TensorFlow. Raises BackendError when it is not installed.
    """
    os.environ["KERAS_BACKEND"] = chosen(name)
    if sys.stderr is sys.__stderr__ and "CNNSTUDIO_DEBUG" not in os.environ:
        from cnnstudio.engine.quiet import silence_native_output

        silence_native_output()


def use_backend_of(run: RunFolder) -> None:
    """The backend that a run was trained with; TensorFlow where that one is missing, as models fit every backend."""
    name = run.record.plan.backend
    if name in BACKENDS and not is_installed(name):
        remark(
            Message(
                "The run was trained with {backend}, which is not installed: {instead} is used.",
                backend=title(name),
                instead=title("tensorflow"),
            )
        )
        name = "tensorflow"
    use_backend(name)


def _configured(project: Project, settings: Mapping[str, object]) -> tuple[Project, TrainingPlan]:
    """The project and the plan with the settings of the command line. Raises InputError and PlanError."""
    known = [field.name for field in fields(TrainingPlan) if field.name != "extra"]
    for name in settings:
        if name not in known and name not in DATA_SETTINGS:
            raise InputError(
                Message("There is no training setting named {name}.", name=name),
                hint=Message("There are {names}.", names=", ".join([*known, *DATA_SETTINGS])),
            )
    data = {name: value for name, value in settings.items() if name in DATA_SETTINGS}
    training = {name: value for name, value in settings.items() if name in known}
    plan = TrainingPlan.from_json({**project.training.to_json(), **training})
    project = replace(project, data=Params(with_data_settings(project.data.to_json(), data)))
    DataSettings.from_json(project.data)  # raises for a value that cannot be used
    return project, plan


def _without_strange_quarantine(project: Project, file: Path, data: Path) -> Project:
    """The project as it is for `data`: what it leaves out of its own images says nothing of others.

    Where its own are not there, `data` are taken for them, moved.
    """
    left_out, own = project.data.get("quarantine"), project.data.get("path")
    if not left_out or not isinstance(own, str) or not own:
        return project
    named = file.parent / own
    if not named.exists() or named.resolve() == data.resolve():
        return project
    remark(
        Message(
            "{data} are other images than the project's, {own}: none is left out because one of its name is there.",
            data=str(data),
            own=str(named),
        )
    )
    section = {key: value for key, value in project.data.to_json().items() if key != "quarantine"}
    return replace(project, data=Params(section))


def _data_of(project: Project, file: Path) -> Path:
    named = project.data.get("path")
    if not isinstance(named, str) or not named:
        raise InputError(
            Message("The project does not say where the images are."), hint=Message("Name them with --data.")
        )
    return file.parent / named


def _told(record: RunRecord, run_dir: Path, *, interrupted: bool) -> int:
    best = "  ".join(f"{name} {value:.4f}" for name, value in record.metrics.items())
    if record.best_epoch:
        say(
            f"{record.state.capitalize()} after epoch {record.epochs_done}. Best epoch {record.best_epoch}: {best}"
        )
        say(f"Run folder: {run_dir}")
    else:
        remark(Message("The run ended before its first epoch did; no model was kept."))
    if interrupted:
        return INTERRUPTED
    return DONE if record.state in ("finished", "stopped") else ENDED_BADLY
