"""What is known of one network that is looked at: asks the engine for weights, then gradients, then single layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from cnnstudio.core.message import Message
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import project_text
from cnnstudio.data.problem import DataError
from cnnstudio.data.settings import DataSettings
from cnnstudio.runs.gradient_flow import FlowFinding, LayerGradient, judge
from cnnstudio.runs.protocol import Failure, MeasureGradients, ReadWeights
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.jobs import Job, Jobs
from cnnstudio.ui.session import translated

Reply = Mapping[str, Any]
_MOST_KEPT = 8
"""Networks, and layers of each, whose figures are kept for the next look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A network to look at: a run's best model, or a project's network as a run would begin with it."""

    key: tuple[object, ...]
    """Another key, another network or other weights."""
    title: str
    run: RunFolder | None = None
    project: str = ""
    data: str = ""
    """Where the images of a project are; of a run, where they are to be looked for if not where they were."""

    @classmethod
    def of_run(cls, run: RunFolder, title: str, other_data: str = "") -> Subject:
        """The best model of a run as it is on disk now; `other_data`: where to look for images that are gone."""
        try:
            status = run.model.stat()
            stamp: tuple[object, ...] = (status.st_mtime_ns, status.st_size)
        except OSError:
            stamp = ()
        own = str(run.record.data.get("path", "") or "")
        data = other_data if own and other_data and not Path(own).exists() else ""
        return cls(key=("run", str(run.path), *stamp, data), title=title, run=run, data=data)

    @classmethod
    def of_project(cls, project: Project, title: str) -> Subject:
        """The network of a project with fresh weights."""
        text = project_text(project)
        return cls(key=("project", text), title=title, project=text, data=data_path(project))

    def asks(self) -> dict[str, str]:
        """What a request says of it."""
        return {"run_dir": str(self.run.path)} if self.run is not None else {"project": self.project}


def data_path(project: Project) -> str:
    """Where a project's images are; empty where it names none."""
    try:
        return DataSettings.from_json(project.data).path
    except DataError:
        return ""


@dataclass(slots=True)
class _Known:
    weights: Reply
    gradients: Reply | None = None


class Inspection(QObject):
    """Looks at one `Subject` at a time. What was found is kept, so that looking back costs nothing."""

    changed = Signal()
    """Look at the attributes again."""
    layer_told = Signal(str, object)
    """A layer's name and its values: of each weight `values`, `counts` and `edges`."""
    layer_failed = Signal(str, str)
    """A layer's name and why its values cannot be shown."""

    def __init__(self, engine: Callable[[], Jobs], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._job: Job | None = None
        self._layer_job: Job | None = None
        self._layer = ""
        self._known: dict[tuple[object, ...], _Known] = {}
        self._layers: dict[tuple[tuple[object, ...], str], Reply] = {}
        self.subject: Subject | None = None
        self.weights: Reply | None = None
        self.gradients: Reply | None = None
        self.said = ""
        """What went wrong and what helps; empty when nothing did."""
        self.wants_data = False
        """Whether what is missing is data."""
        self.doing = ""
        """What is being done; empty when nothing is."""

    def look_at(self, subject: Subject | None, *, again: bool = False) -> None:
        """Find out about this network; None: about none. `again` asks once more what was asked in vain."""
        if (
            not again
            and self.subject is not None
            and subject is not None
            and subject.key == self.subject.key
            and not self.said
        ):
            self.subject = subject
            return
        self.stop()
        self.subject = subject
        known = self._known.get(subject.key) if subject is not None else None
        self.weights = known.weights if known is not None else None
        self.gradients = known.gradients if known is not None else None
        self.said, self.wants_data = "", False
        if subject is not None and known is None:
            self._ask_weights(subject)
        self.changed.emit()
        if subject is not None and known is not None and known.gradients is None:
            self._ask_gradients(subject)

    def stop(self) -> None:
        """Give up what is being asked."""
        for job in (self._job, self._layer_job):
            if job is not None:
                job.cancel()
        self._job = self._layer_job = None
        self._layer = ""
        self.doing = ""

    def ask_layer(self, name: str) -> None:
        """Ask for the values of one layer; `layer_told` or `layer_failed` follows."""
        subject = self.subject
        if subject is None:
            return
        if self._layer_job is not None:
            self._layer_job.cancel()
            self._layer_job = None
        known = self._layers.get((subject.key, name))
        if known is not None:
            self._layer = ""
            self.layer_told.emit(name, known)
            return
        self._layer = name
        job = self._engine().request(ReadWeights, layer=name, **subject.asks())
        self._layer_job = job
        job.succeeded.connect(self._on_layer)
        job.failed.connect(self._on_layer_failed)

    # --- what was found --------------------------------------------------------------------------------

    def flow(self) -> tuple[LayerGradient, ...]:
        """The layers' gradients from input to output; empty before they are measured."""
        if self.gradients is None:
            return ()
        return tuple(
            LayerGradient(
                name=row["name"],
                norm=row["norm"],
                count=row["count"],
                normalises=str(row["type"]).endswith("Normalization"),
            )
            for row in self.gradients["layers"]
        )

    def finding(self) -> FlowFinding | None:
        """What the gradients say; None before they are measured."""
        return judge(self.flow()) if self.gradients is not None else None

    # --- asking ----------------------------------------------------------------------------------------

    def _ask_weights(self, subject: Subject) -> None:
        self.doing = self.tr("Reading the weights…")
        job = self._engine().request(ReadWeights, **subject.asks())
        self._job = job
        job.succeeded.connect(self._on_weights)
        job.failed.connect(self._on_failed)

    def _ask_gradients(self, subject: Subject) -> None:
        if subject.run is None and not subject.data:
            self.said = self.tr(
                "No data is chosen, so there is no loss whose gradient could be measured. Choose images in Data."
            )
            self.wants_data = True
            self.changed.emit()
            return
        self.doing = self.tr("Measuring the gradients…")
        job = self._engine().request(MeasureGradients, data=subject.data, **subject.asks())
        self._job = job
        job.progressed.connect(self._on_progress)
        job.succeeded.connect(self._on_gradients)
        job.failed.connect(self._on_failed)
        self.changed.emit()

    def _on_weights(self, value: Reply) -> None:
        if self.sender() is not self._job or self.subject is None:
            return
        self._job, self.doing = None, ""
        self.weights = value
        _keep(self._known, self.subject.key, _Known(value))
        self.changed.emit()
        self._ask_gradients(self.subject)

    def _on_progress(self, _done: int, _total: int, message: Message) -> None:
        if self.sender() is self._job and message:
            self.doing = translated(message)
            self.changed.emit()

    def _on_gradients(self, value: Reply) -> None:
        if self.sender() is not self._job or self.subject is None:
            return
        self._job, self.doing = None, ""
        self.gradients = value
        known = self._known.get(self.subject.key)
        if known is not None:
            known.gradients = value
        self.changed.emit()

    def _on_failed(self, failure: Failure) -> None:
        if self.sender() is not self._job:
            return
        self._job, self.doing = None, ""
        if not failure.cancelled:
            self.said = _sentence(failure)
        self.changed.emit()

    def _on_layer(self, value: Reply) -> None:
        if self.sender() is not self._layer_job or self.subject is None:
            return
        name, self._layer, self._layer_job = self._layer, "", None
        _keep(self._layers, (self.subject.key, name), value["values"])
        self.layer_told.emit(name, value["values"])

    def _on_layer_failed(self, failure: Failure) -> None:
        if self.sender() is not self._layer_job:
            return
        name, self._layer, self._layer_job = self._layer, "", None
        if not failure.cancelled:
            self.layer_failed.emit(name, _sentence(failure))


def _sentence(failure: Failure) -> str:
    return " ".join(translated(part) for part in (failure.message, failure.hint) if part)


def _keep(found: dict[Any, Any], key: object, value: object) -> None:
    """Remember, and forget what was found long ago."""
    found.pop(key, None)
    found[key] = value
    while len(found) > _MOST_KEPT:
        found.pop(next(iter(found)))
