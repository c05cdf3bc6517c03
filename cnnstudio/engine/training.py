"""Training a project on a data folder into a run folder, and going on with a run. What the command line and the server call.

Everything is written as it comes: a kill at any instant keeps all finished epochs.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

import keras

from cnnstudio.core.message import Message
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.data.settings import DataSettings
from cnnstudio.engine.backend import versions, with_running_backend
from cnnstudio.engine.control import RunControl
from cnnstudio.engine.failures import EngineError
from cnnstudio.engine.pixels import pixel_range
from cnnstudio.engine.run_data import data_settings_of
from cnnstudio.engine.run_listener import Emit
from cnnstudio.engine.run_session import RunSession
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.record import RunRecord
from cnnstudio.runs.run_folder import CHECKPOINT, RunFolder


def train(
    project: Project,
    data_dir: Path,
    run_dir: Path,
    *,
    emit: Emit,
    control: RunControl | None = None,
    plan: TrainingPlan | None = None,
    run_id: str = "",
) -> RunRecord:
    """Train `project` on the images in `data_dir` and write `run_dir`, a new or empty folder.

    `plan` defaults to the project's training settings. Emits run events, the last one a RunEnded. Gives what
    run.json holds at the end; its `state` is `finished` or `stopped`. Raises EngineError, PlanError, RunFolderError
    and their like with a message and a cure; when the run folder exists by then, it says `failed` and why.
    """
    plan = with_running_backend(plan or TrainingPlan.from_json(project.training))
    run_id = run_id or uuid.uuid4().hex[:12]
    data_dir = data_dir.absolute()  # whoever measures the run later may stand in another folder
    project = replace(project, training=Params(plan.to_json()))
    settings = DataSettings.from_json(project.data)
    record = RunRecord(
        run_id=run_id,
        name=project.name,
        plan=plan,
        seed=plan.seed,
        data={"path": str(data_dir), "settings": settings.to_json()},
        pixels=pixel_range(project.network),
        versions=versions(),
    )
    session = RunSession(project, data_dir, settings, plan, emit, control or RunControl(), record)
    return session.guarded(lambda: session.start(run_dir))


def resume(
    run_dir: Path,
    *,
    emit: Emit,
    control: RunControl | None = None,
    data_dir: Path | None = None,
    epochs: int = 0,
) -> RunRecord:
    """Go on with a run after its last finished epoch, up to `epochs` in all (0: as planned).

    A run that was over before its first epoch was starts again. `data_dir` is where the images are now; None: where
    they were. Emits and raises as `train`.
    """
    folder = RunFolder.open(run_dir)
    if folder.is_live:
        raise EngineError(
            Message("The run is being trained by another process."),
            Message("Wait for its end, or stop it first."),
        )
    if not folder.can_resume:
        raise EngineError(
            Message("The run cannot go on: its saved state, {file}, is gone.", file=CHECKPOINT),
            Message("Start a new run, from its project.cnn."),
        )
    record = folder.record
    # the saved state is plain arrays: any backend can go on from it
    plan = replace(record.plan, epochs=epochs or record.plan.epochs, backend=keras.backend.backend())
    settings = data_settings_of(record)
    where = data_dir.absolute() if data_dir is not None else Path(str(record.data.get("path", "")))
    project = replace(folder.project(), training=Params(plan.to_json()))
    session = RunSession(project, where, settings, plan, emit, control or RunControl(), record)
    return session.guarded(lambda: session.go_on(folder))
