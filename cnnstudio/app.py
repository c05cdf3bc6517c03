"""The studio: one window, its workspaces and the engine process, joined. The only place that knows both sides."""

from __future__ import annotations

import importlib
import logging
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox
from shiboken6 import isValid

from cnnstudio.core.message import Message
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import ProjectFileError
from cnnstudio.data.keeping.limits import Limits, set_limits
from cnnstudio.data.problem import DataError
from cnnstudio.data.sample import sample_folder
from cnnstudio.data.settings import DataSettings
from cnnstudio.layers import catalogue
from cnnstudio.layers.fixes import offer_fixes
from cnnstudio.resource_files import resource
from cnnstudio.runs.protocol import Ready
from cnnstudio.runs.run_folder import RunFolder, runs_under
from cnnstudio.ui.augmentation.preview import AugmentationPreview
from cnnstudio.ui.augmentation.view import AugmentationView
from cnnstudio.ui.data.data_workspace import DataWorkspace
from cnnstudio.ui.housekeeping import Housekeeping
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.main_window import MainWindow
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.train.runs_table import run_title
from cnnstudio.ui.train.workspace import TrainWorkspace
from cnnstudio.zoo import templates

if TYPE_CHECKING:
    from cnnstudio.ui.train.predict_dialog import PredictDialog

ENGINE = "cnnstudio.engine.server:serve"
WARM_AFTER = 400
"""Milliseconds after the window is shown: the engine's start must not slow down the window's."""

SAMPLE_AGAIN = 100
"""Milliseconds until the sample's project asks again for its turn."""

logger = logging.getLogger(__name__)


def user_folder() -> Path:
    """Where runs of unsaved projects, recovery files and logs are kept."""
    return platformdirs.user_data_path("cnnstudio", appauthor=False)


class Studio(QObject):
    """The joints: what one part asks for, another part does."""

    def __init__(self, *, engine: str = ENGINE) -> None:
        super().__init__()
        self.session = Session(catalogue(), self)
        self.jobs = Jobs(engine, log=user_folder() / "engine.log", parent=self)
        self.aside = Jobs(engine, log=user_folder() / "engine.log", parent=self)
        """An engine for results, pictures and exports while the first one trains; started when it is wanted."""
        self.window = MainWindow(self.session, offer_fixes=offer_fixes)
        self.data = DataWorkspace(self.session, self.window)
        self.train = TrainWorkspace(
            self.session,
            self.jobs,
            user_folder() / "runs",
            self.window,
            queue_file=user_folder() / "queue.json",
            aside=self.aside,
        )
        self.augmentation = AugmentationPreview(self.session, self._free_engine, self)
        self.data.add_page(AugmentationView(self.augmentation, self.data), self.tr("Augmentation"))
        self.window.design.inspector.add_before_and_after(
            AugmentationView(self.augmentation, self.window, small=True)
        )
        self._plots = _PlotImport(self)
        self._sample: _SampleUnpacking | None = None
        self._starting_sample = False
        self._pictures: PredictDialog | None = None
        self._pictures_aside = False
        self.window.add_workspace("data", self.tr("Data"), "data", self.data)
        self.window.add_workspace("train", self.tr("Train"), "train", self.train)
        self._housekeeping = Housekeeping(self)
        self._connect()
        self.window.set_device(
            self.tr("starting…"), self.tr("The training engine is starting in the background.")
        )

    def show(self, path: Path | None = None) -> None:
        """Show the window, and the project in a file; warm the engine up a moment later."""
        self.window.show()
        if path is not None:
            self.window.open_path(path)
        QTimer.singleShot(WARM_AFTER, self, self._warm_up)

    def _warm_up(self) -> None:
        """What the user will want soon, prepared while the window is used already."""
        self.jobs.start()
        self._plots.start()
        self._housekeeping.begin()

    def _connect(self) -> None:
        self.session.changed.connect(self._housekeeping.note_edit)
        window, train, data = self.window, self.train, self.data
        window.train_requested.connect(train.start)
        window.export_requested.connect(self._on_export)
        self.session.settings_restored.connect(self._show_settings)
        window.sample_requested.connect(self._on_sample_project)
        window.closed.connect(self._on_closed)
        window.add_close_guard(train.may_close)
        window.files.path_changed.connect(self._on_path)
        data.sample_requested.connect(self._on_sample_data)
        data.training_images_known.connect(train.set_image_count)
        data.report_shown.connect(self.augmentation.show_report)
        train.image_count_wanted.connect(data.look)
        data.keeping_known.connect(train.show_keeping)
        window.image_limits_chosen.connect(self._limit_images)
        self._limit_images(window.settings.image_limits)
        train.shown_by_start.connect(self._show_train)
        train.design_wanted.connect(self._show_design)
        train.data_wanted.connect(self._show_data)
        train.export_wanted.connect(self._export)
        train.images_wanted.connect(self._show_images)
        train.predict_wanted.connect(self._predict)
        train.compare_wanted.connect(self._compare)
        train.report_wanted.connect(self._report)
        window.file_drop.pictures_dropped.connect(self._on_pictures)
        self.jobs.became_ready.connect(self._on_ready)
        self._plots.ready.connect(train.prepare)
        self.jobs.state_changed.connect(self._on_engine_state)
        self.jobs.died.connect(self._on_engine_died)
        self.jobs.warm_up_failed.connect(self._on_warm_up_failed)

    # --- workspaces ----------------------------------------------------------------------------

    def _limit_images(self, limits: Limits) -> None:
        """Let this process and both engines keep decoded images within the user's limits."""
        set_limits(limits)
        self.jobs.limit_images(limits)
        self.aside.limit_images(limits)
        self.data.tell_keeping()

    def _show_train(self) -> None:
        self.window.show_workspace("train")

    def _show_design(self) -> None:
        self.window.show_workspace("design")

    def _show_data(self) -> None:
        self.window.show_workspace("data")

    def _show_settings(self, place: str) -> None:
        """Undo and redo are seen where they did something."""
        self.window.show_workspace("data" if place == "data" else "train")

    def _on_path(self) -> None:
        """Runs of a saved project are kept beside it."""
        path = self.window.files.path
        self.train.set_runs_folder(path.parent / "runs" if path is not None else user_folder() / "runs")

    # --- the sample ----------------------------------------------------------------------------

    def _on_sample_project(self) -> None:
        """LeNet-5 on the sample, ready to train."""
        self._starting_sample = True
        self._unpack_sample()

    def _on_sample_data(self) -> None:
        self._starting_sample = False
        self._unpack_sample()

    def _unpack_sample(self) -> None:
        if self._sample is not None:
            return
        self.window.start_page.show_unpacking(True)
        self._sample = _SampleUnpacking(self)
        self._sample.ready.connect(self._on_sample)
        self._sample.failed.connect(self._on_sample_failed)
        self._sample.finished.connect(self._on_sample_over)
        self._sample.start()

    def _on_sample(self, folder: Path) -> None:
        if not self._starting_sample:
            self.data.choose_folder(folder)
            return
        template = templates()["lenet5"]
        if self.session.is_growing:  # another network is being drawn: not into the middle of it
            QTimer.singleShot(SAMPLE_AGAIN, self, lambda: self._on_sample(folder))
            return
        project = Project(
            name=self.tr("{title} on the sample").format(title=template.title),
            network=template.build(),
            data=Params(DataSettings(path=str(folder)).to_json()),
        )
        self.window.files.show_project(project)

    def _on_sample_failed(self, error: DataError) -> None:
        self._tell(self.tr("The sample is not available"), translated(error.message), translated(error.hint))

    def _on_sample_over(self) -> None:
        self.window.start_page.show_unpacking(False)
        if self._sample is not None:
            self._sample.deleteLater()
            self._sample = None

    # --- export --------------------------------------------------------------------------------

    def _on_export(self) -> None:
        self._export(self.train.newest_run())

    def _export(self, run: RunFolder | None) -> None:
        from cnnstudio.ui.export_dialog import ExportDialog  # seldom needed at the start

        runs = [folder for folder in runs_under(self.train.trainer.runs_folder) if folder.has_model]
        dialog = ExportDialog(self._free_engine(), runs, chosen=run, parent=self.window)
        dialog.exec()
        dialog.deleteLater()

    def _show_images(self, run: RunFolder, true: str, predicted: str) -> None:
        from cnnstudio.ui.train.cell_images import CellImages  # seldom needed at the start

        dialog = CellImages(self._free_engine(), run, true, predicted, self.window)
        dialog.exec()
        dialog.deleteLater()

    def _on_pictures(self, paths: list[Path]) -> None:
        """Pictures dropped anywhere on the window go to the selected run's model, else to the newest one."""
        self._try_pictures(self.train.newest_run(), paths)

    def _is_training(self) -> bool:
        return self.train.trainer.is_training

    def _waits_for_training(self) -> bool:
        """Whether the shown dialog for pictures asks the engine that trains: it was opened before the run began."""
        return self._is_training() and not self._pictures_aside

    def _free_engine(self) -> Jobs:
        """The engine that answers at once: a second one while the first trains."""
        return self.aside if self._is_training() else self.jobs

    def _predict(self, run: RunFolder) -> None:
        self._try_pictures(run, [])

    def _try_pictures(self, run: RunFolder | None, paths: list[Path]) -> None:
        from cnnstudio.ui.train.predict_dialog import PredictDialog  # seldom needed at the start

        runs = [folder for folder in runs_under(self.train.trainer.runs_folder) if folder.has_model]
        if not runs:
            self._tell(
                self.tr("There is no trained model yet"),
                self.tr(
                    "A picture dropped here is classified by a trained network, and none was trained yet."
                ),
                self.tr("Train this network first. To train on pictures, choose their folder in Data."),
            )
            return
        dialog = self._pictures
        if dialog is None or not isValid(dialog) or not dialog.isVisible():
            dialog = self._pictures = PredictDialog(
                self._free_engine(), runs, self.window, training=self._waits_for_training
            )
            self._pictures_aside = self._is_training()
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.choose_run(run)
        dialog.show()
        dialog.raise_()
        if paths:
            dialog.show_pictures(paths)
        else:
            dialog.choose()

    def _report(self, run: RunFolder) -> None:
        from cnnstudio.ui.train.report_saving import save_report  # seldom needed at the start

        said = save_report(run, self.train.measured(run), self.session.catalogue, self.window)
        if said:
            self.window.notice(said)

    def _compare(self, run: RunFolder) -> None:
        try:
            project = run.project()
        except ProjectFileError as error:
            self._tell(self.tr("Nothing to compare with"), translated(error.message), translated(error.hint))
            return
        self.window.show_workspace("design")
        self.window.design.comparison.show(project.network, run_title(run))

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
        if self._sample is not None:
            self._sample.wait()
        self._plots.wait()
        set_limits(None)
        self.data.stop()
        self.train.close_down()
        self.aside.close()
        self.jobs.close()
        application = QApplication.instance()
        if application is not None:
            application.quit()

    def _tell(self, title: str, text: str, hint: str) -> None:
        box = QMessageBox(QMessageBox.Icon.Warning, title, text, QMessageBox.StandardButton.Ok, self.window)
        box.setInformativeText(hint)
        box.exec()
        box.deleteLater()


def _device_line(device: Mapping[str, object]) -> str:
    """`NVIDIA T4, 15 GB`, and why it is not used when it is not."""
    memory = device.get("memory")
    text = str(device.get("name", ""))
    if isinstance(memory, int) and memory:
        text = f"{text}, {memory / 2**30:.0f} GB"
    reason = device.get("reason")
    return f"{text}: {translated(reason)}" if isinstance(reason, Message) and reason else text


class _PlotImport(QThread):
    """Imports what the plots need away from the window's thread: it takes longer than many frames."""

    ready = Signal()

    def run(self) -> None:
        importlib.import_module("cnnstudio.ui.train.page")
        self.ready.emit()


class _SampleUnpacking(QThread):
    """Unpacks the sample data away from the window's thread."""

    ready = Signal(object)
    failed = Signal(object)

    def run(self) -> None:
        try:
            self.ready.emit(sample_folder())
        except DataError as error:
            self.failed.emit(error)


class _LastResort:
    """An error nobody expected: written to the log, told in one sentence, and the window goes on."""

    def __init__(self) -> None:
        self.telling = False

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        logger.error("%s", details)
        if self.telling or QApplication.instance() is None or QThread.currentThread() is not _gui_thread():
            return
        self.telling = True
        box = QMessageBox(
            QMessageBox.Icon.Warning,
            "CNN Studio",
            QApplication.translate(
                "Studio", "Something went wrong in the program itself. Your work is still open."
            ),
            QMessageBox.StandardButton.Ok,
            QApplication.activeWindow(),
        )
        box.setInformativeText(
            QApplication.translate(
                "Studio", "Please save it, and report what is below with what you did last."
            )
        )
        box.setDetailedText(details)
        box.exec()
        self.telling = False


def _gui_thread() -> QThread | None:
    application = QApplication.instance()
    return application.thread() if application is not None else None


def _start_logging() -> None:
    folder = user_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.FileHandler(folder / "studio.log", delay=True, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler()
    logging.basicConfig(level=logging.WARNING, handlers=[handler], format="%(asctime)s %(name)s %(message)s")


def main(arguments: Sequence[str] = ()) -> int:
    """Open the window, with the project named in `arguments` if one is; gives the exit code."""
    os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
    application = QApplication.instance() or QApplication([sys.argv[0]])
    application.setApplicationName("cnnstudio")
    application.setApplicationVersion("")
    assert isinstance(application, QApplication)
    application.setApplicationDisplayName("CNN Studio")
    application.setDesktopFileName("cnnstudio")
    application.setWindowIcon(QIcon(str(resource("icons/app.svg"))))
    application.setQuitOnLastWindowClosed(True)
    _start_logging()
    sys.excepthook = _LastResort()
    studio = Studio()
    studio.show(Path(arguments[0]) if arguments else None)
    return QApplication.exec()
