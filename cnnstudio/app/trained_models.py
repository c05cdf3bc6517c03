"""What the window does with models that were trained: export, try on pictures, look at images, report, compare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from shiboken6 import isValid

from cnnstudio.core.project_file import ProjectFileError
from cnnstudio.runs.run_folder import RunFolder, runs_under
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.main_window import MainWindow
from cnnstudio.ui.session import translated
from cnnstudio.ui.train.runs_table import run_title
from cnnstudio.ui.train.workspace import TrainWorkspace

if TYPE_CHECKING:
    from cnnstudio.ui.train.predict_dialog import PredictDialog


class TrainedModels(QObject):
    """Opens what is wanted of a run, each thing with the engine that answers at once."""

    def __init__(
        self, window: MainWindow, train: TrainWorkspace, free_engine: Callable[[], Jobs], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._train = train
        self._free_engine = free_engine
        self._pictures: PredictDialog | None = None
        self._pictures_aside = False
        train.export_wanted.connect(self.export)
        train.images_wanted.connect(self.show_images)
        train.predict_wanted.connect(self.predict)
        train.compare_wanted.connect(self.compare)
        train.report_wanted.connect(self.report)

    def _with_models(self) -> list[RunFolder]:
        return [folder for folder in runs_under(self._train.trainer.runs_folder) if folder.has_model]

    def export(self, run: RunFolder | None) -> None:
        """Ask what to export of this run, or of another one."""
        from cnnstudio.ui.export_dialog import ExportDialog

        dialog = ExportDialog(self._free_engine(), self._with_models(), chosen=run, parent=self._window)
        dialog.exec()
        dialog.deleteLater()

    def show_images(self, run: RunFolder, true: str, predicted: str) -> None:
        """The images of one cell of the confusion matrix."""
        from cnnstudio.ui.train.cell_images import CellImages

        dialog = CellImages(self._free_engine(), run, true, predicted, self._window)
        dialog.exec()
        dialog.deleteLater()

    def predict(self, run: RunFolder) -> None:
        """Choose pictures and see what the run's model says of them."""
        self._try(run, [])

    def take_pictures(self, paths: list[Path]) -> None:
        """Pictures dropped anywhere on the window go to the selected run's model, else to the newest one."""
        self._try(self._train.newest_run(), paths)

    def _try(self, run: RunFolder | None, paths: list[Path]) -> None:
        from cnnstudio.ui.train.predict_dialog import PredictDialog

        runs = self._with_models()
        if not runs:
            self._window.tell(
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
                self._free_engine(), runs, self._window, training=self._waits_for_training
            )
            self._pictures_aside = self._train.trainer.is_training
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.choose_run(run)
        dialog.show()
        dialog.raise_()
        if paths:
            dialog.show_pictures(paths)
        else:
            dialog.choose()

    def _waits_for_training(self) -> bool:
        """Whether the shown dialog for pictures asks the engine that trains: it was opened before the run began."""
        return self._train.trainer.is_training and not self._pictures_aside

    def report(self, run: RunFolder) -> None:
        """Save a report on this run."""
        from cnnstudio.ui.train.report_saving import save_report

        catalogue = self._window.session.catalogue
        said = save_report(run, self._train.measured(run), catalogue, self._window)
        if said:
            self._window.notice(said)

    def compare(self, run: RunFolder) -> None:
        """Mark on the canvas how this run's network differs from the open one."""
        try:
            project = run.project()
        except ProjectFileError as error:
            self._window.tell(
                self.tr("Nothing to compare with"), translated(error.message), translated(error.hint)
            )
            return
        self._window.show_workspace("design")
        self._window.design.comparison.show(project.network, run_title(run))
