"""What differs in a queued run from the run before it, in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from cnnstudio.core.network_difference import network_difference
from cnnstudio.core.project import Project
from cnnstudio.data.problem import DataError
from cnnstudio.data.settings import DataSettings
from cnnstudio.runs.differences import setting_differences
from cnnstudio.runs.plan import PlanError, TrainingPlan


def what_differs(before: Project | None, after: Project) -> list[str]:
    """Settings and layers of `after` that are not as in `before`, one text each; empty when all is the same.

    Without a `before`, the plan's most telling settings.
    """
    plan = _plan(after)
    if before is None:
        names = ("optimizer", "learning_rate", "epochs", "batch_size")
        return [f"{name} {_short(plan[name])}" for name in names if name in plan]
    found = setting_differences([{**_plan(before), **_data(before)}, {**plan, **_data(after)}])
    words = [f"{one.name} {_short(one.values[1])}" for one in found]
    return [*_layers(before, after), *words]


def _layers(before: Project, after: Project) -> list[str]:
    if before.network == after.network:
        return []
    found = network_difference(before.network, after.network)
    counts = [f"+{len(found.added)}"] if found.added else []
    counts += [f"−{len(found.removed)}"] if found.removed else []
    if found.changed:
        counts.append(_tr("{count} changed").format(count=len(found.changed)))
    return [_tr("layers {counts}").format(counts=" ".join(counts))] if counts else []


def _plan(project: Project) -> Mapping[str, object]:
    try:
        return TrainingPlan.from_json(project.training).to_json()
    except PlanError:
        return project.training.to_json()


def _data(project: Project) -> dict[str, object]:
    try:
        settings = DataSettings.from_json(project.data).to_json()
    except DataError:
        settings = project.data.to_json()
    path = settings.pop("path", "")
    return {"data": Path(str(path)).name or path, **settings}


def _short(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _tr(text: str) -> str:
    return QCoreApplication.translate("QueueWords", text)
