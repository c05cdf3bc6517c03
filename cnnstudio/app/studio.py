"""The studio: one window, its workspaces and the engine process, joined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from cnnstudio.app.folders import user_folder
from cnnstudio.app.later_imports import LaterImports
from cnnstudio.app.sample import Sample
from cnnstudio.core.message import Message
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.data.keeping.limits import Limits, set_limits
from cnnstudio.data.problem import DataError
from cnnstudio.data.settings import DataSettings
from cnnstudio.layers import catalogue
from cnnstudio.layers.fixes import offer_fixes
from cnnstudio.runs.protocol import Ready
from cnnstudio.ui.housekeeping import Housekeeping
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.main_window import MainWindow
from cnnstudio.ui.session import Session, translated
from cnnstudio.zoo import templates

if TYPE_CHECKING:
    from cnnstudio.app.workspaces import Workspaces
    from cnnstudio.ui.augmentation.preview import AugmentationPreview
    from cnnstudio.ui.data.data_workspace import DataWorkspace
    from cnnstudio.ui.lab.workspace import LabWorkspace
    from cnnstudio.ui.train.workspace import TrainWorkspace

ENGINE = "cnnstudio.engine.server:serve"
WARM_AFTER = 400
"""Milliseconds after the window is shown: the engine's start must not slow down the window's."""

SAMPLE_AGAIN = 100
"""Milliseconds until the sample's project asks again for its turn."""


class Studio(QObject):
    """The joints: what one part asks for, another part does.

    The window stands first, with the start page and Design. Data and Train are made a moment later, or at once by
    whoever asks for them.
    """

    def __init__(self, *, engine: str = ENGINE) -> None:
        super().__init__()
        self.session = Session(catalogue(), self)
        self.jobs = Jobs(engine, log=user_folder() / "engine.log", parent=self)
        self.aside = Jobs(engine, log=user_folder() / "engine.log", parent=self)
        """An engine for results, pictures and exports while the first one trains; started when it is wanted."""
        self.window = MainWindow(self.session, offer_fixes=offer_fixes)
        self._sample = Sample(self)
        self._later = LaterImports("cnnstudio.app.workspaces", parent=self)
        self._plots = LaterImports(
            "cnnstudio.ui.train.page",
            "cnnstudio.ui.understand.workspace",
            "cnnstudio.ui.lab.workspace",
            parent=self,
        )
        self.window.add_workspace("data", self.tr("Data"), "data", lambda: self.data)
        self.window.add_workspace("train", self.tr("Train"), "train", lambda: self.train)
        self.window.add_workspace(
            "understand", self.tr("Understand"), "understand", lambda: self._workspaces.understand
        )
        self.window.add_workspace("lab", self.tr("Lab"), "lab", lambda: self.lab)
        self._preparing = self._timer(self._later.start)
        self._warming = self._timer(self._warm_up)
        self._housekeeping = Housekeeping(self, wait_while=self._looks_at_images)
        self._connect()
        self.window.set_device(
            self.tr("starting…"), self.tr("The training engine is starting in the background.")
        )

    def show(self, path: Path | None = None) -> None:
        """Show the window, and the project in a file; prepare the rest and warm the engine up a moment later."""
        self._housekeeping.begin()
        self.window.fill_small_screen()
        self.window.show()
        if path is not None:
            self.window.open_path(path)
        self._preparing.start(0)
        self._warming.start(WARM_AFTER)

    def _timer(self, due: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(due)
        return timer

    def _warm_up(self) -> None:
        """What the user will want soon, prepared while the window is used already."""
        self.jobs.start()
        self._plots.start()
        self._housekeeping.settle()

    # --- workspaces ----------------------------------------------------------------------------

    @cached_property
    def _workspaces(self) -> Workspaces:
        from cnnstudio.app.workspaces import Workspaces

        return Workspaces(self.window, self.jobs, self.aside, want_sample=self._sample.want_data, parent=self)

    @property
    def data(self) -> DataWorkspace:
        """The Data workspace."""
        return self._workspaces.data

    @property
    def train(self) -> TrainWorkspace:
        """The Train workspace."""
        return self._workspaces.train

    @property
    def lab(self) -> LabWorkspace:
        """The Lab."""
        return self._workspaces.lab

    @property
    def augmentation(self) -> AugmentationPreview:
        """What shows the doing of augmentation layers."""
        return self._workspaces.augmentation

    @property
    def _has_workspaces(self) -> bool:
        return "_workspaces" in self.__dict__

    def _looks_at_images(self) -> bool:
        return self._has_workspaces and self.data.is_scanning

    def _make_workspaces(self) -> None:
        self.window.make_workspace("data")
        QTimer.singleShot(0, self, self._make_train)  # in a turn of its own

    def _make_train(self) -> None:
        self.window.make_workspace("train")

    def _make_plots(self) -> None:
        self.train.prepare_by_turns()

    def _connect(self) -> None:
        window = self.window
        self.session.changed.connect(self._housekeeping.note_work)
        self._housekeeping.spare(window.design.canvas)
        self.session.settings_restored.connect(self._show_settings)
        window.train_requested.connect(self._on_train)
        window.export_requested.connect(self._on_export)
        window.sample_requested.connect(self._sample.want_project)
        window.closed.connect(self._on_closed)
        window.image_limits_chosen.connect(self._limit_images)
        window.file_drop.pictures_dropped.connect(self._on_pictures)
        self._limit_images(window.settings.image_limits)
        self._sample.busy.connect(window.start_page.show_unpacking)
        self._sample.project_wanted.connect(self._on_sample_project)
        self._sample.data_wanted.connect(self._on_sample_data)
        self._sample.failed.connect(self._on_sample_failed)
        self._later.imported.connect(self._make_workspaces)
        self._plots.imported.connect(self._make_plots)
        self.jobs.became_ready.connect(self._on_ready)
        self.jobs.state_changed.connect(self._on_engine_state)
        self.jobs.died.connect(self._on_engine_died)
        self.jobs.warm_up_failed.connect(self._on_warm_up_failed)

    def _limit_images(self, limits: Limits) -> None:
        """Let this process and both engines keep decoded images within the user's limits."""
        set_limits(limits)
        self.jobs.limit_images(limits)
        self.aside.limit_images(limits)
        if self._has_workspaces:
            self.data.tell_keeping()

    def _show_settings(self, place: str) -> None:
        """Undo and redo are seen where they did something."""
        self.window.show_workspace("data" if place == "data" else "train")

    def _on_train(self) -> None:
        self.train.start()

    def _on_export(self) -> None:
        self._workspaces.models.export(self.train.newest_run())

    def _on_pictures(self, paths: list[Path]) -> None:
        self._workspaces.models.take_pictures(paths)

    # --- the sample ----------------------------------------------------------------------------

    def _on_sample_data(self, folder: Path) -> None:
        self.data.choose_folder(folder)

    def _on_sample_project(self, folder: Path) -> None:
        """LeNet-5 on the sample, ready to train."""
        if self.session.is_growing:  # another network is being drawn: not into the middle of it
            QTimer.singleShot(SAMPLE_AGAIN, self, lambda: self._on_sample_project(folder))
            return
        template = templates()["lenet5"]
        project = Project(
            name=self.tr("{title} on the sample").format(title=template.title),
            network=template.build(),
            data=Params(DataSettings(path=str(folder)).to_json()),
        )
        self.window.files.show_project(project)

    def _on_sample_failed(self, error: DataError) -> None:
        self.window.tell(
            self.tr("The sample is not available"), translated(error.message), translated(error.hint)
        )

    # --- the engine ----------------------------------------------------------------------------

    def _on_ready(self, ready: Ready) -> None:
        usable = [device for device in ready.devices if device.get("usable")]
        lines = [_device_line(device) for device in ready.devices]
        lines.append(", ".join(f"{name} {version}" for name, version in ready.versions.items()))
        self.window.set_device(str(usable[0]["name"]) if usable else ready.backend, "\n".join(lines))

    def _on_engine_state(self, state: str) -> None:
        if state == "starting":
            self.window.set_device(
                self.tr("starting…"), self.tr("The training engine is starting in the background.")
            )

    def _on_engine_died(self, reason: object) -> None:
        self.window.set_device(self.tr("engine stopped"), str(reason))
        self.window.notice(str(reason))

    def _on_warm_up_failed(self, reason: Message) -> None:
        said = self.tr("The training engine could not load: {reason}").format(reason=translated(reason))
        self.window.set_device(self.tr("not ready"), said)
        self.window.notice(said)

    # --- the end -------------------------------------------------------------------------------

    def _on_closed(self) -> None:
        self._housekeeping.end()
        self._preparing.stop()
        self._warming.stop()
        self._sample.wait()
        for imports in (self._later, self._plots):
            imports.imported.disconnect()  # nothing is made for a window that goes
            imports.wait()
        set_limits(None)
        if self._has_workspaces:
            self._workspaces.close_down()
        self.aside.close()
        self.jobs.close()
        application = QApplication.instance()
        if application is not None:
            application.quit()


def _device_line(device: Mapping[str, object]) -> str:
    """`NVIDIA T4, 15 GB`, and why it is not used when it is not."""
    memory = device.get("memory")
    text = str(device.get("name", ""))
    if isinstance(memory, int) and memory:
        text = f"{text}, {memory / 2**30:.0f} GB"
    reason = device.get("reason")
    return f"{text}: {translated(reason)}" if isinstance(reason, Message) and reason else text
