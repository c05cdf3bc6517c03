"""The Train workspace as the window holds it: cheap until it is first shown, the trainer works from the start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QSystemTrayIcon, QVBoxLayout, QWidget

from cnnstudio.core.message import Message
from cnnstudio.core.params import Params
from cnnstudio.data.keeping.limits import Keeping
from cnnstudio.runs.backends import BackendError, chosen
from cnnstudio.runs.out_of_memory import batch_size_to_try, is_about_memory
from cnnstudio.runs.plan import PlanError, TrainingPlan
from cnnstudio.runs.record import RunFolderError
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.runs.training_run import TrainingRun
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.settings_edits import set_training
from cnnstudio.ui.train.forecaster import Forecaster
from cnnstudio.ui.train.queue_runner import QueueRunner
from cnnstudio.ui.train.run_library import RunLibrary
from cnnstudio.ui.train.start_offer import StartOffer
from cnnstudio.ui.train.trainer import Refusal, Trainer

if TYPE_CHECKING:
    from cnnstudio.ui.train.page import TrainPage
    from cnnstudio.ui.train.page_parts import TrainParts

NOTIFICATION_MS = 10_000


class TrainWorkspace(QWidget):
    """Plan, curves and runs. `start` may be called from anywhere; call `close_down` before the program ends."""

    design_wanted = Signal()
    """The network must be cured first."""
    data_wanted = Signal()
    """Data must be chosen first."""
    export_wanted = Signal(object)
    """Export the model of this `RunFolder`."""
    images_wanted = Signal(object, str, str)
    """Show the images of a confusion matrix's cell: a `RunFolder`, the true and the predicted class."""
    report_wanted = Signal(object)
    """Save a report on this `RunFolder`."""
    compare_wanted = Signal(object)
    """Mark on the canvas how the network of this `RunFolder` differs from the open one."""
    predict_wanted = Signal(object)
    """Try the model of this `RunFolder` on pictures."""
    image_count_wanted = Signal()
    """The number of images to train on is to be forecast with, and nobody has looked for it."""
    shown_by_start = Signal()
    """A run was asked for or refused: this workspace should come to the front."""

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        runs_folder: Path,
        parent: QWidget | None = None,
        *,
        queue_file: Path | None = None,
        aside: Jobs | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("trainWorkspace")
        self.setProperty("surface", "window")
        self._session = session
        self._jobs = jobs
        self._aside = aside
        self.trainer = Trainer(session, jobs, runs_folder, self)
        self.queue = QueueRunner(session, self.trainer, queue_file, self)
        self.offer = StartOffer(session, self.trainer, self.queue, self)
        self.library = RunLibrary(self)
        self.forecaster = Forecaster(session, jobs, self)
        self.page: TrainPage | None = None
        self._parts: TrainParts | None = None
        self._making = QTimer(self)
        self._making.timeout.connect(self._make_part)
        self._images = 0
        self._keeping: Keeping | None = None
        self._refusal: Refusal | None = None
        self._smaller_batch = 0
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.trainer.refused.connect(self._on_refused)
        self.trainer.started.connect(self._on_started)
        self.trainer.remarked.connect(self._on_remarked)
        self.trainer.ended.connect(self._on_ended)
        self.trainer.died.connect(self._on_died)
        jobs.died.connect(self._on_engine_died)

    # --- what the window calls -------------------------------------------------------------------------

    def start(self) -> None:
        """Train the open project or let it wait for its turn, as `offer` says, or say why that is not possible."""
        self.shown_by_start.emit()
        self.prepare()
        if self.offer.current == "queue":
            self.queue.add()
        else:
            self.trainer.start()

    def prepare(self) -> None:
        """Build what is shown, now rather than when first shown (it costs a moment)."""
        if self.page is not None:
            return
        from cnnstudio.ui.train.page import TrainPage  # noqa: PLC0415 - pyqtgraph costs the start of the window

        self._making.stop()
        parts = self._parts or self._new_parts()
        self._parts = None
        page = TrainPage(self._session, self.trainer, self.queue, self.library, parts, self)
        self._layout.addWidget(page)
        self.page = page
        page.data_wanted.connect(self.data_wanted)
        page.form.rate_wanted.connect(self.find_rate)
        page.resume_asked.connect(self.resume)
        page.export_asked.connect(self.export_wanted)
        page.images_wanted.connect(self.images_wanted)
        page.predict_asked.connect(self.predict_wanted)
        page.report_asked.connect(self.report_wanted)
        page.compare_asked.connect(self.compare_wanted)
        self._session.changed.connect(self._follow_backend)
        self._jobs.became_ready.connect(self._follow_backend)
        page.set_image_count(self._images)
        page.forecast.show_keeping(self._keeping)
        page.form.show_devices(self._jobs.ready)
        self._jobs.became_ready.connect(page.form.show_devices)
        self.forecaster.found.connect(page.show_forecast)
        page.scan()
        self.queue.problem.connect(self._on_queue_problem)
        self.queue.load()

    def prepare_by_turns(self) -> None:
        """Build what is shown as `prepare` does, a part in each turn of the event loop: nobody is waiting for it."""
        if self.page is None and self._parts is None:
            self._parts = self._new_parts()
            self._making.start(0)

    def _new_parts(self) -> TrainParts:
        from cnnstudio.ui.train.page_parts import TrainParts  # noqa: PLC0415 - pyqtgraph, as above

        return TrainParts(self._session, self.trainer, self.queue, self._jobs, self._aside)

    def _make_part(self) -> None:
        if self._parts is None or not self._parts.make_next():
            self.prepare()

    def _follow_backend(self, _news: object = None) -> None:
        """Let the idle engine compute with the plan's backend, so that devices and forecast are true."""
        if self.page is None or self._jobs.busy or self._jobs.state != "ready":
            return
        try:
            plan = TrainingPlan.from_json(self._session.document.project.training)
            self._jobs.use_backend(chosen(plan.backend))
        except (PlanError, BackendError):
            return  # the form says what is wrong

    def find_rate(self) -> None:
        """Look for a learning rate by trying, or say why that is not possible."""
        from cnnstudio.ui.train.rate_dialog import RateDialog  # noqa: PLC0415 - pyqtgraph, as above

        refusal = self.trainer.obstacle()
        if refusal is None and self.trainer.is_training:
            refusal = Refusal(
                message=Message("A run is training."),
                hint=Message("Look for a learning rate when it is over, or stop it first."),
                place="plan",
            )
        if refusal is not None:
            self._on_refused(refusal)
            return
        dialog = RateDialog(self._session, self._jobs, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.rate_chosen.connect(self._on_rate_chosen)
        dialog.open()

    def _on_rate_chosen(self, rate: float) -> None:
        training = self._session.document.project.training
        set_training(self._session, training.with_value("learning_rate", rate))

    def set_runs_folder(self, folder: Path) -> None:
        """Keep and look for runs in this folder from now on."""
        if folder != self.trainer.runs_folder:
            self.trainer.runs_folder = folder
            if self.page is not None:
                self.page.scan()

    def set_image_count(self, images: int) -> None:
        """How many images there are to train on, for the forecast; 0 when that is not known."""
        self._images = images
        if self.page is not None:
            self.page.set_image_count(images)
        if not images and self.isVisible():
            self.image_count_wanted.emit()

    def show_keeping(self, keeping: Keeping | None) -> None:
        """Where the project's images will be kept when they are decoded; None while that is not known."""
        self._keeping = keeping
        if self.page is not None:
            self.page.forecast.show_keeping(keeping)

    def resume(self, folder: RunFolder) -> None:
        """Go on with a run after its last finished epoch."""
        self.trainer.resume(folder)

    def newest_run(self) -> RunFolder | None:
        """The selected run, else the newest one with a model, for an export from elsewhere in the window."""
        folders: list[RunFolder] = []
        if self.page is not None:
            folders = [*self.page.runs.table.chosen, *self.page.runs.table.runs.folders]
        return next((folder for folder in folders if folder.has_model), None)

    def measured(self, run: RunFolder) -> Mapping[str, Any] | None:
        """What the Result page measured of this run; None when it did not."""
        return self.page.result.measured(run) if self.page is not None else None

    def may_close(self) -> bool:
        """Ask, while a run trains, whether the window may close; the run is then stopped and kept."""
        if not self.trainer.is_training:
            return True
        box = QMessageBox(self)
        box.setObjectName("closeWhileTraining")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Training goes on"))
        box.setText(self.tr("The network is being trained."))
        box.setInformativeText(
            self.tr("If you stop now, all finished epochs are kept and the run can be resumed later.")
        )
        if self.queue.queue.waiting:
            box.setInformativeText(
                box.informativeText() + " " + self.tr("The runs in the queue wait for the next time.")
            )
        stop = box.addButton(self.tr("Stop and keep"), QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(self.tr("Go on training"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.exec()
        if box.clickedButton() is not stop:
            return False
        self.queue.stop_all()
        return True

    def close_down(self) -> None:
        """Let go of threads and timers; the engine is ended by its owner, `Jobs.close`."""
        self._making.stop()
        if self._parts is not None:
            self._parts.discard()
            self._parts = None
        self.forecaster.set_active(False)
        self.queue.close()
        self.library.close()
        if self.page is not None:
            self.page.result.stop()

    # --- what happens ----------------------------------------------------------------------------------

    def _on_started(self) -> None:
        self.forecaster.tell_memory()
        self.forecaster.set_active(False)

    def _on_remarked(self, remark: Message) -> None:
        self.prepare()
        if self.page is not None:
            self.page.notice.say(translated(remark), severity="warning")

    def _on_refused(self, refusal: Refusal) -> None:
        self.prepare()
        self._refusal = refusal
        text = " ".join(translated(part) for part in (refusal.message, refusal.hint) if part)
        button = {"design": self.tr("Go to Design"), "data": self.tr("Choose data"), "plan": ""}[
            refusal.place
        ]
        if self.page is not None:
            self.page.notice.say(text, severity="warning", button=button, action=self._go_where_it_is_cured)

    def _on_queue_problem(self, message: Message) -> None:
        if self.page is not None:
            self.page.notice.say(translated(message), severity="warning")

    def _go_where_it_is_cured(self) -> None:
        place = self._refusal.place if self._refusal is not None else "plan"
        if place == "design":
            self.design_wanted.emit()
        elif place == "data":
            self.data_wanted.emit()

    def _on_ended(self, run: TrainingRun | None, _folder: Path | None) -> None:
        if run is None:
            return
        if run.state == "failed" and self.page is not None:
            text = " ".join(translated(part) for part in (run.message, run.hint) if part)
            if not (is_about_memory(run.message) and self._offer_smaller_batch(run, text)):
                self.page.notice.say(text or self.tr("The training failed."))
        self.forecaster.set_active(self.isVisible())
        self._notify(run)

    def _on_died(self, reason: Message) -> None:
        if self.page is None:
            return
        folder = self.trainer.folder
        run = self.trainer.run
        if folder is not None and run is not None and run.epochs_done:
            text = self.tr("{reason} Your finished epochs are safe. Resume?")
            text = text.format(reason=translated(reason))
            if self.queue.goes_on:
                self.page.notice.say(text)  # later, from the list of runs
            else:
                self.page.notice.say(text, button=self.tr("Resume"), action=self._resume_last)
        else:
            text = self.tr("{reason} No epoch was finished yet.").format(reason=translated(reason))
            if not (run is not None and is_about_memory(reason) and self._offer_smaller_batch(run, text)):
                self.page.notice.say(text, button=self.tr("Start again"), action=self._start_again)
        QApplication.alert(self.window())

    def _offer_smaller_batch(self, run: TrainingRun, text: str) -> bool:
        """Offer to train again with the batch size that fits, in one click; False when none is left to try."""
        if self.page is None:
            return False
        size = batch_size_to_try(run.plan.batch_size, self.page.largest_batch)
        if not size:
            return False
        self._smaller_batch = size
        button = self.tr("Use batch size {size} and start again").format(size=size)
        self.page.notice.say(text, button=button, action=self._start_with_smaller_batch)
        return True

    def _start_with_smaller_batch(self) -> None:
        training = self._session.document.project.training.to_json()
        set_training(self._session, Params({**training, "batch_size": self._smaller_batch}))
        self._start_again()

    def _start_again(self) -> None:
        """Train the open project: now, or when its turn comes where the queue went on."""
        if self.trainer.is_training:
            self.queue.add()
        else:
            self.start()

    def _on_engine_died(self, reason: Message) -> None:
        if self.page is not None and not self.page.notice.isVisibleTo(self.page):
            self.page.notice.say(
                translated(reason),
                severity="warning",
                button=self.tr("Start it again"),
                action=self._jobs.start,
            )

    def _resume_last(self) -> None:
        folder = self.trainer.folder
        if folder is None:
            return
        try:
            self.trainer.resume(RunFolder.open(folder))
        except RunFolderError as error:
            if self.page is not None:
                self.page.notice.say(translated(error.message))

    def _notify(self, run: TrainingRun) -> None:
        """Tell of the end on the desktop, unless the user is looking at the window."""
        if QApplication.activeWindow() is not None:
            return
        QApplication.alert(self.window())
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        tray = QSystemTrayIcon(self.window().windowIcon(), self)
        tray.show()
        accuracy = run.best_metrics.get("val_accuracy")
        text = self.tr("The training is over.")
        if accuracy is not None:
            text = self.tr("Best validation accuracy {accuracy}, in epoch {epoch}.").format(
                accuracy=f"{accuracy:.3f}", epoch=run.best_epoch
            )
        tray.showMessage("CNN Studio", text, self.window().windowIcon(), NOTIFICATION_MS)
        QTimer.singleShot(NOTIFICATION_MS, tray, tray.deleteLater)

    def showEvent(self, event: QShowEvent) -> None:
        self.prepare()
        super().showEvent(event)
        if not self.trainer.is_training:
            self.forecaster.set_active(True)
        if not self._images:
            self.image_count_wanted.emit()
        if self.page is not None:
            self.page.scan()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.forecaster.set_active(False)
