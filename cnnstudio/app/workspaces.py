"""Data, Train and Understand, made when the window stands already, and what joins them with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cnnstudio.app.folders import user_folder
from cnnstudio.app.trained_models import TrainedModels
from cnnstudio.ui.augmentation.preview import AugmentationPreview
from cnnstudio.ui.augmentation.view import AugmentationView
from cnnstudio.ui.data.data_workspace import DataWorkspace
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.main_window import MainWindow
from cnnstudio.ui.train.workspace import TrainWorkspace

if TYPE_CHECKING:
    from cnnstudio.ui.lab.workspace import LabWorkspace
    from cnnstudio.ui.understand.workspace import UnderstandWorkspace


class Workspaces(QObject):
    """The workspaces beside Design. They read the session as it is now, and follow it from then on."""

    def __init__(
        self, window: MainWindow, jobs: Jobs, aside: Jobs, *, want_sample: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._jobs = jobs
        self._aside = aside
        session = window.session
        self.data = DataWorkspace(session, window)
        self.train = TrainWorkspace(
            session,
            jobs,
            user_folder() / "runs",
            window,
            queue_file=user_folder() / "queue.json",
            aside=aside,
        )
        self.models = TrainedModels(window, self.train, self.free_engine, self)
        self.augmentation = AugmentationPreview(
            session, self.free_engine, self, would_start_another=self._would_start_another
        )
        self.train.trainer.ended.connect(self._on_run_over)
        self.train.trainer.died.connect(self._on_run_over)
        before_and_after = AugmentationView(self.augmentation, self.data)
        before_and_after.layer_wanted.connect(self._put_behind_input)
        self.data.add_page(before_and_after, self.tr("Augmentation"))
        window.design.inspector.add_before_and_after(AugmentationView(self.augmentation, window, small=True))
        window.add_close_guard(self.train.may_close)
        window.files.path_changed.connect(self._on_path)
        self._on_path()
        self.data.sample_requested.connect(want_sample)
        self.data.training_images_known.connect(self.train.set_image_count)
        self.data.report_shown.connect(self.augmentation.show_report)
        self.data.keeping_known.connect(self.train.show_keeping)
        self.train.image_count_wanted.connect(self.data.look)
        self.train.offer.changed.connect(window.top_bar.show_offer)
        self.train.shown_by_start.connect(self._show_train)
        self.train.design_wanted.connect(self._show_design)
        self.train.data_wanted.connect(self._show_data)
        self.data.tell_keeping()

    @cached_property
    def understand(self) -> UnderstandWorkspace:
        """The Understand workspace, made when it is first wanted."""
        from cnnstudio.ui.understand.workspace import UnderstandWorkspace

        made = UnderstandWorkspace(
            self._window.session, self.free_engine, lambda: self.train.trainer.runs_folder, self._window
        )
        made.data_wanted.connect(self._show_data)
        self.train.trainer.ended.connect(made.look_for_runs)
        return made

    @cached_property
    def lab(self) -> LabWorkspace:
        """The Lab, made when it is first wanted."""
        from cnnstudio.ui.lab.workspace import LabWorkspace

        lab = LabWorkspace(self._window.session, self._window)
        lab.data_wanted.connect(self._look_for_lab)
        lab.layer_wanted.connect(self._put_filter)
        self.data.report_shown.connect(lab.show_report)
        lab.show_report(self.data.report)
        return lab

    def free_engine(self) -> Jobs:
        """The engine that answers at once: a second one while the first trains."""
        return self._aside if self.train.trainer.is_training else self._jobs

    def _would_start_another(self) -> bool:
        return self.free_engine() is self._aside and self._aside.state in ("off", "dead")

    def _put_behind_input(self, layer_type: str) -> None:
        """A layer where the images enter the network; what it does is shown at once, so Data stays in view."""
        session, entry = self._window.session, self.augmentation.input_id
        if entry is not None and session.open_level(()):
            session.select([entry])
            self._window.design.canvas.insert_layer(layer_type)

    def _on_run_over(self) -> None:
        self.augmentation.look()

    def close_down(self) -> None:
        """End what runs, for the program's end."""
        self.data.stop()
        if "understand" in self.__dict__:
            self.understand.stop()
        if "lab" in self.__dict__:
            self.lab.stop()
        self.train.close_down()

    def _look_for_lab(self) -> None:
        self.data.look()
        if not self.data.is_scanning:  # what can be known of the data is known
            self.lab.show_report(self.data.report)

    def _put_filter(self, params: dict[str, object]) -> None:
        self._show_design()
        self._window.design.canvas.insert_layer("FixedFilter2D", params=params)

    def _show_train(self) -> None:
        self._window.show_workspace("train")

    def _show_design(self) -> None:
        self._window.show_workspace("design")

    def _show_data(self) -> None:
        self._window.show_workspace("data")

    def _on_path(self) -> None:
        """Runs of a saved project are kept beside it."""
        path = self._window.files.path
        self.train.set_runs_folder(path.parent / "runs" if path is not None else user_folder() / "runs")
