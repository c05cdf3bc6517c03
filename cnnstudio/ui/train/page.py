"""What the Train workspace shows: plan and forecast left, the two plots in the middle, runs right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.params import Value
from cnnstudio.runs.diagnosis import Finding, RunCurves, diagnose
from cnnstudio.runs.naming import run_number
from cnnstudio.runs.run_folder import RECORD, RunFolder
from cnnstudio.runs.training_run import TrainingRun
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.settings_edits import set_training
from cnnstudio.ui.theme import GRID
from cnnstudio.ui.train.notice import Notice
from cnnstudio.ui.train.page_parts import TrainParts
from cnnstudio.ui.train.plot import CurvePlot
from cnnstudio.ui.train.plot_export import ask_and_save
from cnnstudio.ui.train.queue_runner import QueueRunner
from cnnstudio.ui.train.run_curves import curves_of, quantities_of
from cnnstudio.ui.train.run_library import LoadedRun, RunLibrary
from cnnstudio.ui.train.runs_table import run_title
from cnnstudio.ui.train.trainer import Trainer
from cnnstudio.ui.train.turns import Turns

RUNS_REMEMBERED = 8
"""Runs whose curves stay in memory beside those that are shown; others are read again when they are chosen."""
READING_MS = 2000
"""What the curves say is worked out no more often than this, however short the epochs are."""


class TrainPage(QWidget):
    """Follows the trainer at its own pace: events only leave a mark, a timer draws."""

    data_wanted = Signal()
    resume_asked = Signal(object)
    export_asked = Signal(object)
    images_wanted = Signal(object, str, str)
    report_asked = Signal(object)
    compare_asked = Signal(object)
    predict_asked = Signal(object)
    """Try the model of this `RunFolder` on pictures."""

    def __init__(
        self,
        session: Session,
        trainer: Trainer,
        queue: QueueRunner,
        library: RunLibrary,
        parts: TrainParts,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._trainer = trainer
        self._queue = queue
        self._library = library
        self._loaded: dict[Path, LoadedRun] = {}
        self._chosen: list[RunFolder] = []
        self._wanted: list[Path] = []
        self._read_epochs = 0
        self._since_reading = QElapsedTimer()
        self._told_start: Path | None = None
        self._images = 0
        self._forecast: dict[str, object] = {}
        self._plan = parts.plan
        self.form = parts.plan.form
        self.forecast = parts.plan.forecast
        self.strip = parts.strip
        self.notice = Notice()
        self.loss = parts.loss
        self.accuracy = parts.accuracy
        self.runs = parts.runs
        self.diagnosis = parts.runs.diagnosis
        self.result = parts.result
        self._explain_plots(training=False)
        self.tabs = self._make_tabs()
        self._pages = QStackedWidget()
        self._build()
        self._turns = Turns(
            (self._draw_loss, self._show_numbers, self._draw_accuracy, self._show_epochs), self
        )
        self._connect()
        if trainer.is_training:
            self._on_started()

    # --- building --------------------------------------------------------------------------------------

    def _make_tabs(self) -> QTabBar:
        tabs = QTabBar()
        tabs.setObjectName("trainTabs")
        tabs.setAccessibleName(self.tr("Curves or result"))
        tabs.setExpanding(False)
        tabs.addTab(self.tr("Curves"))
        tabs.addTab(self.tr("Result"))
        return tabs

    def _build(self) -> None:
        """From outside in: whatever gets another parent is styled again with all that it holds."""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._plan)
        middle = QVBoxLayout()
        row.addLayout(middle, 1)
        middle.setContentsMargins(GRID + 4, GRID + 4, GRID + 4, GRID + 4)
        middle.setSpacing(GRID)
        middle.addWidget(self.notice)
        middle.addWidget(self.strip)
        middle.addWidget(self.tabs)
        middle.addWidget(self._pages, 1)
        curves = QWidget()
        self._pages.addWidget(curves)
        plots = QVBoxLayout(curves)
        plots.setContentsMargins(0, 0, 0, 0)
        plots.setSpacing(GRID + 2)
        plots.addWidget(self.loss, 1)
        plots.addWidget(self.accuracy, 1)
        self._pages.addWidget(self.result)
        row.addWidget(self.runs)
        self.show_reading(None)

    def _connect(self) -> None:
        trainer, strip = self._trainer, self.strip
        self.form.data_wanted.connect(self.data_wanted)
        self.diagnosis.settings_chosen.connect(self._on_remedy)
        self.accuracy.quantity_chosen.connect(self._draw_accuracy)
        for plot in (self.loss, self.accuracy):
            plot.export_asked.connect(self._on_plot_export)
        self.result.predict_asked.connect(self.predict_asked)
        self.tabs.currentChanged.connect(self._on_tab)
        strip.start_asked.connect(trainer.start)
        strip.pause_asked.connect(trainer.pause)
        strip.continue_asked.connect(trainer.go_on)
        strip.stop_after_epoch_asked.connect(trainer.stop_after_epoch)
        strip.stop_now_asked.connect(trainer.stop_now)
        strip.stop_all_asked.connect(self._queue.stop_all)
        self._queue.changed.connect(self._on_queue)
        self._on_queue()
        trainer.started.connect(self._on_started)
        trainer.progressed.connect(self._turns.news)
        trainer.ended.connect(self._on_over)
        trainer.died.connect(self._on_over)
        self._library.listed.connect(self._on_listed)
        self._library.loaded.connect(self._on_loaded)
        self._library.problem.connect(self._on_library_problem)
        self.runs.table.chosen_changed.connect(self._on_chosen)
        self.runs.table.runs.renamed.connect(self._on_renamed)
        self.runs.noted.connect(self._on_noted)
        self.runs.discard_asked.connect(self._on_discard)
        self.runs.resume_asked.connect(self.resume_asked)
        self.runs.export_asked.connect(self.export_asked)
        self.runs.images_wanted.connect(self.images_wanted)
        self.runs.report_asked.connect(self.report_asked)
        self.runs.compare_asked.connect(self.compare_asked)

    # --- what others tell ------------------------------------------------------------------------------

    def show_forecast(self, forecast: Mapping[str, object] | None) -> None:
        """Show what the planned run would take; None while that is not known."""
        self._forecast = dict(forecast or {})
        self.forecast.show_forecast(forecast, self._images or self._images_of_last_run())

    @property
    def largest_batch(self) -> int | None:
        """How many images are forecast to fit at once; None when that is not known."""
        return self.forecast.largest_batch

    def set_image_count(self, images: int) -> None:
        """How many images there are to train on; 0 when that is not known."""
        self._images = images
        self.show_forecast(self._forecast)

    def _explain_plots(self, *, training: bool) -> None:
        """What stands in the plots while they are empty."""
        self.loss.empty_text.setText(
            self.tr("The loss is drawn here with the first batch.")
            if training
            else self.tr("Press Start: the loss is drawn here, batch by batch.")
        )
        self.accuracy.empty_text.setText(self.tr("And here the share of images that are recognised."))

    def show_reading(
        self, run: TrainingRun | None, folder: RunFolder | None = None, network: Network | None = None
    ) -> None:
        """Say what the curves of a run mean; `folder` knows the facts of its data, `network` is what it trained."""
        findings: tuple[Finding, ...] = ()
        if run is not None:
            record = folder.record if folder is not None else None
            findings = diagnose(RunCurves.of_record(run, record, network))
        self.runs.show_findings(findings)

    @property
    def _network_that_trains(self) -> Network | None:
        return self._trainer.project.network if self._trainer.project is not None else None

    def _on_remedy(self, settings: Mapping[str, Value]) -> None:
        training = self._session.document.project.training
        for name, value in settings.items():
            training = training.with_value(name, value)
        set_training(self._session, training)

    def _record_of(self, path: Path | None) -> RunFolder | None:
        row = self.runs.table.runs.row_of(path) if path is not None else -1
        return self.runs.table.runs.folders[row] if row >= 0 else None

    def scan(self) -> None:
        """Look again which runs there are."""
        self._library.scan(self._trainer.runs_folder)

    def _images_of_last_run(self) -> int:
        path = self._session.document.project.data.get("path")
        for folder in self.runs.table.runs.folders:
            count = folder.record.data.get("train")
            if folder.record.data.get("path") == path and isinstance(count, int):
                return count
        return 0

    # --- the run that trains ---------------------------------------------------------------------------

    def _on_started(self) -> None:
        run, folder = self._trainer.run, self._trainer.folder
        self._explain_plots(training=True)
        if folder is not None:
            self._loaded.pop(folder, None)
        if not self._trainer.unattended:
            self.notice.hide()
            self.tabs.setCurrentIndex(0)
        if self.tabs.currentIndex() == 0:  # who reads a result is not disturbed by the queue
            # an empty choice, or a list read before the run's folder is there would bring the old ones back
            self.runs.table.choose([])
            self._chosen = []
            self._wanted = [folder] if folder is not None else []
            self.runs.show_confusion(None, None)
        self.runs.show_training(folder)
        for plot in (self.loss, self.accuracy):
            plot.reset_view()
        if run is not None:
            self.strip.show_run(run, stopping=False)
        self.show_reading(None)
        self._read_epochs = 0
        self._since_reading.start()
        self._turns.news()
        self.scan()

    def _on_queue(self) -> None:
        self.strip.show_queue(self._queue.goes_on)

    def _show_numbers(self) -> None:
        if self._trainer.is_training and self._trainer.run is not None:
            self.strip.show_run(self._trainer.run, stopping=self._trainer.stopping)
            self.forecast.show_run(self._trainer.run)

    def _show_epochs(self) -> None:
        """What changes with an epoch: the run's row, and now and then what its curves say."""
        run, folder = self._trainer.run, self._trainer.folder
        if run is None or not self._trainer.is_training:
            return
        table = self.runs.table.runs
        listed = folder is None or folder.parent != self._trainer.runs_folder or table.row_of(folder) >= 0
        if not listed and run.step:
            self.scan()
        due = self._read_epochs != run.epochs_done and self._since_reading.hasExpired(READING_MS)
        if due and not self._looks_back:
            self._read_epochs = run.epochs_done
            self._since_reading.restart()
            self.show_reading(run, self._record_of(folder), self._network_that_trains)
        elif table.live_epochs != (run.epochs_done, run.state):
            table.show_live(folder, run)

    def _draw(self, plot: CurvePlot) -> None:
        curves = []
        shown = self._shown()
        if plot is self.accuracy:
            self.accuracy.offer(quantities_of(run for _, run in shown))
        for style, (folder, run) in enumerate(shown):
            curves.append(curves_of(run, plot.quantity, name=self._name_of(folder, run), style=style))
        plot.set_curves(curves)
        plot.refresh()

    def _draw_loss(self) -> None:
        self._draw(self.loss)

    def _draw_accuracy(self) -> None:
        self._draw(self.accuracy)

    def _shown(self) -> list[tuple[Path, TrainingRun]]:
        """The runs on the axes: the one that trains first, then those selected."""
        shown: list[tuple[Path, TrainingRun]] = []
        run, folder = self._trainer.run, self._trainer.folder
        if self._trainer.is_training and run is not None and folder is not None:
            shown.append((folder, run))
        for chosen in self._chosen:
            loaded = self._loaded.get(chosen.path)
            known = loaded.run if loaded is not None else run if chosen.path == folder else None
            if known is not None and all(path != chosen.path for path, _ in shown):
                shown.append((chosen.path, known))
        return shown

    def _name_of(self, path: Path, run: TrainingRun) -> str:
        loaded = self._loaded.get(path)
        if loaded is not None:
            return run_title(loaded.folder)
        row = self.runs.table.runs.row_of(path)
        if row >= 0:
            return run_title(self.runs.table.runs.folders[row])
        project = self._trainer.project
        return f"{(project.name if project is not None else '') or run.run_id} · {run_number(path)}"

    def _on_over(self, *_: object) -> None:
        self.runs.table.runs.show_live(None, None)
        self.runs.show_training(None)
        self._explain_plots(training=False)
        self.strip.show_idle(self._trainer.run)
        self.forecast.show_run(None)
        self.show_reading(self._trainer.run, self._record_of(self._trainer.folder), self._network_that_trains)
        folder = self._trainer.folder
        if folder is not None and (folder / RECORD).is_file():  # a run that failed at once leaves none
            self._loaded.pop(folder, None)
            self._library.load(folder)
            others = [chosen.path for chosen in self._chosen if chosen.path != folder]
            self._wanted = [folder, *others] if len(others) > 1 else [folder]
        self.scan()

    # --- runs on disk ----------------------------------------------------------------------------------

    def _on_listed(self, folders: list[RunFolder]) -> None:
        self.form.sections.show_runs(folders)
        self._tell_start(folders)
        known = {folder.path for folder in folders}
        for path in [path for path in self._loaded if path not in known]:
            del self._loaded[path]
        wanted: list[Path] = []
        if self._wanted and self._wanted[0] in known:
            wanted, self._wanted = self._wanted, []
        self.runs.show_folders(folders, wanted)
        self.show_forecast(self._forecast)

    def _tell_start(self, folders: list[RunFolder]) -> None:
        """Say once of the run that trains where its first weights came from."""
        live = next((one for one in folders if one.path == self._trainer.folder), None)
        if live is None or not self._trainer.is_training or live.path == self._told_start:
            return
        self._told_start = live.path
        if lines := self.runs.table.runs.start_lines(live.record.started_from):
            self.notice.say("\n".join(lines), severity="hint")

    def _on_chosen(self, chosen: list[RunFolder]) -> None:
        self._chosen = list(chosen)
        live = self._trainer.folder if self._trainer.is_training else None
        for folder in chosen:
            if folder.path not in self._loaded and folder.path != live:
                self._library.load(folder.path)
        self._show_chosen()

    def _on_loaded(self, loaded: LoadedRun) -> None:
        self._loaded[loaded.folder.path] = loaded
        self._forget_curves()
        if any(folder.path == loaded.folder.path for folder in self._chosen):
            self._show_chosen()

    def _forget_curves(self) -> None:
        """Let go of runs read long ago: a night's queue must not gather the curves of all its runs."""
        kept = {chosen.path for chosen in self._chosen} | set(self._wanted)
        others = [path for path in self._loaded if path not in kept]
        for path in others[:-RUNS_REMEMBERED]:
            del self._loaded[path]

    @property
    def _looks_back(self) -> bool:
        """Whether one run is chosen while another trains."""
        return (
            self._trainer.is_training
            and len(self._chosen) == 1
            and self._chosen[0].path != self._trainer.folder
        )

    def _show_chosen(self) -> None:
        shown = self._shown()
        styles = {path: style for style, (path, _) in enumerate(shown)}
        self.runs.table.runs.show_styles(styles)
        if self._trainer.is_training:
            self._turns.news()
        else:
            self._draw_loss()
            self._draw_accuracy()
        one = self._chosen[0] if len(self._chosen) == 1 else None
        loaded = self._loaded.get(one.path) if one is not None else None
        self.result.show_run(loaded.folder if loaded is not None else one, training=self._trainer.is_training)
        if loaded is not None and (self._looks_back or not self._trainer.is_training):
            self.runs.show_confusion(loaded.folder, loaded.confusion)
            self.show_reading(loaded.run, loaded.folder, loaded.network)
            if not self._trainer.is_training:
                self.strip.show_idle(loaded.run)
        elif self._trainer.is_training and not self._looks_back:
            self.runs.show_confusion(
                None, None
            )  # what another run came to is not said of the one that trains
            run = self._trainer.run
            if run is not None and run.epochs_done:
                self.show_reading(run, self._record_of(self._trainer.folder), self._network_that_trains)
            else:
                self.show_reading(None)
        elif one is None:
            self.runs.show_confusion(None, None)
            self.show_reading(None)
            self.strip.show_idle(None)

    def _on_tab(self, number: int) -> None:
        self._pages.setCurrentIndex(number)
        self.runs.spare_confusion(self._pages.currentWidget() is self.result)

    def _on_renamed(self, folder: RunFolder, name: str) -> None:
        self._loaded.pop(folder.path, None)
        self._library.annotate(folder, self._trainer.runs_folder, name=name)

    def _on_noted(self, folder: RunFolder, notes: str) -> None:
        self._library.annotate(folder, self._trainer.runs_folder, notes=notes)

    def _on_discard(self, folders: list[RunFolder]) -> None:
        self._library.discard([folder.path for folder in folders], self._trainer.runs_folder)

    def _on_library_problem(self, message: Message) -> None:
        self.notice.say(translated(message), severity="warning")

    # --- saving a plot ---------------------------------------------------------------------------------

    def _on_plot_export(self, kind: str) -> None:
        plot = self.loss if self.sender() is self.loss else self.accuracy
        folder = self._trainer.folder or self._trainer.runs_folder
        if self._chosen:
            folder = self._chosen[0].path
        ask_and_save(plot, kind, folder, self)
