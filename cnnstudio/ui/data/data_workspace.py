"""The Data workspace: joins folder bar, classes, pictures, facts and findings around the project's data section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from cnnstudio.core.change import Change
from cnnstudio.core.message import Message
from cnnstudio.data.groups import told_of
from cnnstudio.data.leakage import Division, divided
from cnnstudio.data.problem import DataError, Problem, printable
from cnnstudio.data.report import DataReport
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources import readers
from cnnstudio.data.table_settings import TableSettings
from cnnstudio.data.tables.table import Table, read_table
from cnnstudio.layers.head import fit_end, fit_input
from cnnstudio.ui.data.class_table import ClassTable
from cnnstudio.ui.data.facts_panel import FactsPanel, data_shape
from cnnstudio.ui.data.finding_detail import FindingDetail
from cnnstudio.ui.data.findings_list import FindingsList
from cnnstudio.ui.data.folder_bar import FolderBar
from cnnstudio.ui.data.folder_example import FolderExample
from cnnstudio.ui.data.folder_scan import FolderScan
from cnnstudio.ui.data.image_place import ImagePlace
from cnnstudio.ui.data.latest_work import LatestWork
from cnnstudio.ui.data.made_when_asked import MadeWhenAsked
from cnnstudio.ui.data.quarantine_view import QuarantineView
from cnnstudio.ui.data.table_dialog import TableDialog
from cnnstudio.ui.data.thumbnail_wall import ThumbnailWall
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.settings_edits import set_data, set_training
from cnnstudio.ui.theme import GRID

FACTS_WIDTH = 288


def _as_read(settings: DataSettings) -> DataSettings:
    """The settings without those that only split: when they change, the images must be looked at again."""
    usual = DataSettings()
    return replace(
        settings,
        validation_split=usual.validation_split,
        test_split=usual.test_split,
        seed=usual.seed,
        stratified=usual.stratified,
        group_by=usual.group_by,
        keep_alike=usual.keep_alike,
        extra={},
    )


class DataWorkspace(QWidget):
    """Follows the document's data section: whatever sets its path, this scans the folder when it is shown."""

    sample_requested = Signal()
    scanned = Signal(object)
    """The `DataReport` of the project's folder."""
    keeping_known = Signal(object)
    """The `Keeping` of the images when they are decoded, each time that it may be another; None: not known."""
    report_shown = Signal(object)
    """The `DataReport` that is in sight now; None: there is none any more."""
    training_images_known = Signal(int)
    """How many images the split leaves for training, each time that this is found out; 0 when it is not known any more."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._scan: FolderScan | None = None
        self._ending: list[FolderScan] = []
        self._scanned: DataSettings | None = None
        self._split: DataSettings | None = None
        self._fitted = session.document.network
        self._splitting = LatestWork(self)
        self._reading = LatestWork(self)
        self._place = ImagePlace(self)
        self.report: DataReport | None = None
        self.setObjectName("dataWorkspace")
        self.setProperty("surface", "panel")
        self.setAcceptDrops(True)
        self.bar = FolderBar(self)
        self.table = ClassTable(self)
        self.wall = ThumbnailWall(self)
        self.findings = FindingsList(self)
        self.detail = FindingDetail(self)
        self.quarantine = QuarantineView(self)
        self.facts = FactsPanel(self)
        self._tabs = QTabWidget(self)
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self.wall, self.tr("Images"))
        problems = QSplitter(Qt.Orientation.Vertical, self)
        problems.setHandleWidth(1)
        problems.setChildrenCollapsible(False)
        problems.addWidget(self.findings)
        problems.addWidget(self.detail)
        problems.setSizes([220, 300])
        self._tabs.addTab(problems, self.tr("Problems"))
        self._tabs.addTab(self.quarantine, self.tr("Left out"))
        self._empty = FolderExample(self)
        self._tabs.setContentsMargins(GRID, 0, 0, 0)
        columns = QSplitter(Qt.Orientation.Horizontal, self)
        columns.setHandleWidth(1)
        for widget, stretch in ((self.table, 2), (self._tabs, 4), (self.facts, 0)):
            columns.addWidget(widget)
            columns.setStretchFactor(columns.count() - 1, stretch)
        columns.setSizes([360, 640, FACTS_WIDTH])
        columns.setChildrenCollapsible(False)
        self.facts.setMinimumWidth(FACTS_WIDTH)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(columns)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(self.bar)
        column.addWidget(self._pages, 1)
        self._connect()
        self._follow()

    def choose_folder(self, folder: Path) -> None:
        """Make this folder or file the project's data and scan it. What was said of another is forgotten."""
        path, settings = str(folder.expanduser().absolute()), self._settings()
        if path != settings.path:
            settings = replace(settings, path=path, reader="", table=TableSettings(), quarantine=())
        self._set(settings)
        self._follow(again=True)

    def add_page(self, page: QWidget, title: str) -> None:
        """Another tab beside the images and the problems."""
        self._tabs.addTab(page, title)

    def tell_keeping(self) -> None:
        """Find out where the images will be kept, as the data or the limits are others now."""
        self._place.look(self.report, self._session.document.network)

    def look(self) -> None:
        """Scan the project's data though this is not in sight, unless that was done: somebody asks how many there are."""
        if self._scanned is None and self._settings().path:
            self._follow(again=True)

    @property
    def is_scanning(self) -> bool:
        """Whether images are being looked at."""
        return self._scan is not None

    def stop(self) -> None:
        """End what runs in the background, for the program's end."""
        self._cancel()
        self._splitting.stop()
        self._reading.stop()
        self._place.stop()
        self.facts.rules.stop()
        for scan in self._ending:
            scan.wait()
        self._ending.clear()
        for wall in (self.wall, self.detail.pictures, self.quarantine.pictures):
            wall.pictures.stop()

    def _connect(self) -> None:
        self.bar.data_chosen.connect(self.choose_folder)
        self.bar.sample_requested.connect(self.sample_requested)
        self.bar.rescan_requested.connect(self._on_rescan)
        self.bar.cancel_requested.connect(self._on_cancel)
        self.table.group_chosen.connect(self._show_group)
        self.facts.split_edited.connect(self._on_split)
        self.facts.rules.edited.connect(self._on_rules)
        self.facts.resize_rule.edited.connect(self._on_rules)
        self.findings.problem_chosen.connect(self._on_problem)
        self.detail.quarantine_requested.connect(self._on_quarantine)
        self.detail.remedy_requested.connect(self._on_remedy)
        self.quarantine.put_back_requested.connect(self._on_put_back)
        self.facts.reading_requested.connect(self._on_reading)
        self.facts.input_requested.connect(self._on_input)
        self.facts.classes_requested.connect(self._on_classes)
        self._session.changed.connect(self._on_changed)
        self._place.known.connect(self.facts.show_keeping)
        self._place.known.connect(self.keeping_known)
        self._splitting.answered.connect(self._on_split_found)
        self._splitting.working.connect(self.facts.show_splitting)
        self._reading.answered.connect(self._on_table_read)
        self._reading.failed.connect(self._on_table_unread)
        self._reading.working.connect(partial(self.facts.show_reading, busy=True))

    # --- settings ------------------------------------------------------------------------------

    def _settings(self) -> DataSettings:
        try:
            return DataSettings.from_json(self._session.document.project.data)
        except DataError:
            return DataSettings()

    def _set(self, settings: DataSettings) -> None:
        set_data(self._session, settings)

    def _on_changed(self, _change: Change) -> None:
        network = self._session.document.network
        if network is not self._fitted:  # one that grows on the canvas is the document's when it is whole
            self._fitted = network
            self.facts.show_fit(self.report, network)
            self._place.follow(self.report, network)
        self._follow()

    def _follow(self, *, again: bool = False) -> None:
        """Show what the project says; scan its folder when it is another one and this is in sight."""
        try:
            settings = DataSettings.from_json(self._session.document.project.data)
        except DataError as error:
            self.bar.show_path("")
            self._fail(error)
            return
        self.bar.show_path(settings.path)
        self.facts.show_settings(settings)
        self.quarantine.show_quarantine(self._root(settings), settings.quarantine)
        count = len(settings.quarantine)
        self._name_tab(2, self.tr("Left out {count}").format(count=count) if count else self.tr("Left out"))
        if _as_read(settings) == self._scanned and not again:
            self._split_anew(settings)
            return
        self._cancel()
        self._splitting.drop()
        self.facts.show_no_split()
        self._reading.drop()
        self.facts.show_reading(busy=False)
        knew, self.report = self.report is not None, None
        self._scanned = None
        if not settings.path:
            self.bar.say("")
            self._show_report(None)
        elif self.isVisible() or again:
            self._start(Path(settings.path))
        else:
            if knew:  # of other data; of these nobody has looked
                self.tell_keeping()
                self.report_shown.emit(None)
                self._tell_hints(None)
            self.training_images_known.emit(0)

    # --- scanning ------------------------------------------------------------------------------

    def _start(self, folder: Path) -> None:
        settings = self._settings()
        self._scanned = _as_read(settings)
        scan = FolderScan(folder, settings, self)
        scan.progressed.connect(self._on_progress)
        scan.unpacking.connect(self._on_unpacking)
        scan.found.connect(self._on_found)
        scan.failed.connect(self._on_failed)
        scan.finished.connect(self._on_finished)
        self._scan = scan
        self.bar.show_progress(0, 0)
        scan.start()

    def _cancel(self) -> None:
        if self._scan is not None:
            self._scan.cancel()
            self._let_end()
            self.bar.end_progress()

    def _let_end(self) -> None:
        """The scan has said what it had to say; its thread ends by itself, a moment later."""
        if self._scan is not None:
            self._ending.append(self._scan)
            self._scan = None

    def _on_progress(self, done: int, total: int) -> None:
        if self.sender() is self._scan:
            self.bar.show_progress(done, total)

    def _on_unpacking(self, done: int, total: int) -> None:
        if self.sender() is self._scan:
            self.bar.show_unpacking(done, total)

    def _on_found(self, division: Division) -> None:
        if self.sender() is not self._scan:
            return
        self._let_end()
        self.report = report = division.report
        self.bar.end_progress()
        left_out = sum(1 for problem in report.problems if problem.severity == "error")
        if report.error is not None:
            self.bar.say(f"{translated(report.error.message)} {translated(report.error.hint)}", "error")
        elif left_out:
            left = (
                self.tr("1 file, folder or row is left out, see Problems.")
                if left_out == 1
                else self.tr("{bad} files, folders or rows are left out, see Problems.").format(bad=left_out)
            )
            self.bar.say(f"{self._count_text(report)}; {left}", "warning")
        else:
            self.bar.say(f"{self._count_text(report)}. " + self.tr("Every file was read to its end."))
        self._show_report(report, division)
        self._split_anew(self._settings())
        self.scanned.emit(report)

    def _count_text(self, report: DataReport) -> str:
        text = {
            "classification": self.tr("{images:,} images in {count} classes"),
            "multi_label": self.tr("{images:,} images with {count} labels"),
            "regression": self.tr("{images:,} images, each with {count} numbers to learn"),
        }[report.task]
        if report.task == "regression" and len(report.told) == 1:
            text = self.tr("{images:,} images, each with a number to learn")
        return text.format(images=len(report.images), count=len(report.told))

    def _on_failed(self, error: DataError) -> None:
        if self.sender() is self._scan:
            self._let_end()
            self._fail(error)

    def _on_finished(self) -> None:
        scan = self.sender()
        if isinstance(scan, FolderScan):
            if scan is self._scan:  # it ended without a word
                self._scan = None
            elif scan in self._ending:
                self._ending.remove(scan)
            scan.deleteLater()

    def _fail(self, error: DataError) -> None:
        self.bar.end_progress()
        self.bar.say(f"{translated(error.message)} {translated(error.hint)}", "error")
        self._show_report(None)

    def _on_cancel(self) -> None:
        self._cancel()
        self.bar.say(self.tr("Not read to the end."), "warning")

    def _on_rescan(self) -> None:
        self._follow(again=True)

    # --- showing -------------------------------------------------------------------------------

    def _show_report(self, report: DataReport | None, division: Division | None = None) -> None:
        self.table.show_report(report)
        self._show_problems(report)
        self.facts.show_report(report)
        self._split = division.settings if division is not None else None
        if division is not None:
            self.facts.show_split(division)
        self.training_images_known.emit(self.facts.to_train_on)
        self.facts.show_fit(report, self._session.document.network)
        self.tell_keeping()
        self.report_shown.emit(report)
        self._tell_hints(report)
        has_something = report is not None and bool(report.images or report.problems)
        self._pages.setCurrentIndex(1 if has_something else 0)

    def _show_problems(self, report: DataReport | None) -> None:
        self.findings.show_report(report)
        count = len(report.problems) if report is not None else 0
        self._name_tab(1, self.tr("Problems {count}").format(count=count) if count else self.tr("Problems"))

    def _name_tab(self, number: int, text: str) -> None:
        """Qt lays the page out and paints it even for the same text again."""
        if self._tabs.tabText(number) != text:
            self._tabs.setTabText(number, text)

    def _tell_hints(self, report: DataReport | None) -> None:
        """Let the rules of thumb know the classes, images and sizes of the data."""
        known = report is not None and report.trainable
        single = report is not None and report.task == "classification"
        sizes = report.sizes if report is not None and known else ()
        context = replace(
            self._session.hint_context,
            classes=len(report.classes) if report is not None and known and single else None,
            task=report.task if report is not None and known else None,
            samples=len(report.images) if report is not None and known else None,
            image_size=(sizes[0][1], sizes[0][0]) if sizes else None,
        )
        self._session.set_hint_context(context)

    def _show_group(self, number: int) -> None:
        report = self.report
        if report is None or number < 0:
            self.wall.show_paths([])
            return
        members = self.table.groups[number].members
        told = 0 if report.task == "classification" else len(members)
        self.wall.show_paths(
            MadeWhenAsked(len(members), lambda row: report.root / report.images[members[row]].path),
            MadeWhenAsked(told, lambda row: told_of(report, int(members[row]))),
        )

    def _on_split(self, validation: float, test: float, seed: int) -> None:
        self._set(replace(self._settings(), validation_split=validation, test_split=test, seed=seed))

    def _on_rules(self, values: dict[str, Any]) -> None:
        self._set(replace(self._settings(), **values))

    def _split_anew(self, settings: DataSettings) -> None:
        """Find out how other settings split the images that are there, and what their split leaks."""
        report = self.report
        if report is not None and settings != self._split:
            self._split = settings
            self._splitting.ask(lambda _cancelled: divided(report, settings))

    def _on_split_found(self, division: Division) -> None:
        self.report = division.report
        self._show_problems(self.report)
        self.facts.show_split(division)
        self.training_images_known.emit(self.facts.to_train_on)

    # --- remedies ------------------------------------------------------------------------------

    def _root(self, settings: DataSettings) -> Path:
        """The folder that paths are relative to."""
        return self.report.root if self.report is not None else Path(settings.path)

    def _on_problem(self, problem: Problem | None) -> None:
        self.detail.show_problem(problem, self._root(self._settings()))

    def _on_quarantine(self, paths: Sequence[str]) -> None:
        settings = self._settings()
        known = dict.fromkeys((*settings.quarantine, *map(printable, paths)))
        self._set(replace(settings, quarantine=tuple(known)))

    def _on_put_back(self, paths: Sequence[str]) -> None:
        settings = self._settings()
        kept = tuple(path for path in settings.quarantine if path not in set(paths))
        self._set(replace(settings, quarantine=kept))

    def _on_remedy(self, remedy: str) -> None:
        if remedy == "keep_alike":
            self._on_rules({"keep_alike": True})
        elif remedy == "class_weights":
            training = self._session.document.project.training
            set_training(self._session, training.with_value("class_weights", "balanced"))
            self.bar.say(
                self.tr("Small classes weigh more now: class_weights is “balanced” in the training plan.")
            )
        else:
            self._on_rules({"resize": remedy})

    def _on_reading(self) -> None:
        """Ask how the table is read, and read it so."""
        settings = self._settings()
        path = Path(settings.path)
        self._reading.ask(lambda _cancelled: read_table(path, settings.table))

    def _on_table_read(self, table: Table) -> None:
        self.facts.show_reading(busy=False)
        settings = self._settings()
        dialog = TableDialog(Path(settings.path), table, settings.table, self)
        if dialog.exec() == TableDialog.DialogCode.Accepted and dialog.settings() != settings.table:
            self._set(replace(settings, table=dialog.settings()))
            self._follow(again=True)
        dialog.deleteLater()

    def _on_table_unread(self, error: DataError) -> None:
        self.facts.show_reading(busy=False)
        self._fail(error)

    def _on_input(self) -> None:
        shape = data_shape(self.report) if self.report is not None else None
        if shape is not None:
            self._session.apply_whole(
                partial(fit_input, shape=shape), Message("Take the input size from the data")
            )

    def _on_classes(self) -> None:
        if self.report is not None:
            self._session.apply_whole(
                partial(fit_end, outputs=len(self.report.told), task=self.report.task),
                Message("Take the outputs from the data"),
            )

    # --- Qt ------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.bar.clearFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile() and _is_data(Path(urls[0].toLocalFile())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.choose_folder(Path(event.mimeData().urls()[0].toLocalFile()))


def _is_data(path: Path) -> bool:
    """Whether what is dragged over the page is a folder, or a file that is read."""
    return path.is_dir() or any(reader.recognises(path) for reader in readers().values())
