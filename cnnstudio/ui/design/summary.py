"""The summary panel: the layer table, sortable, copied as Markdown or CSV."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QVBoxLayout, QWidget

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.change import Change
from cnnstudio.runs.memory_forecast import planned_memory
from cnnstudio.runs.plan import PlanError, TrainingPlan
from cnnstudio.ui.design.summary_model import (
    NODE_ROLE,
    SummaryModel,
    SummaryOrder,
    SummaryRow,
    as_csv,
    as_markdown,
    summary_rows,
)
from cnnstudio.ui.prepared import AT_ONCE
from cnnstudio.ui.session import Session
from cnnstudio.ui.shape_text import shape_order


class Summary(QWidget):
    """Activating a row shows its node; the table follows the selection."""

    node_activated = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model = SummaryModel(self)
        self._order = SummaryOrder(self)
        self._order.setSourceModel(self._model)
        self._order.setDynamicSortFilter(True)
        self.table = QTableView(self)
        self.table.setObjectName("summaryTable")
        self.table.setAccessibleName(self.tr("Layer table"))
        self.table.setModel(self._order)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(26)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setResizeContentsPrecision(60)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for section in (0, 1):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setStyleSheet("QHeaderView::section { padding-left: 7px; padding-right: 6px; }")
        header.setMinimumSectionSize(56)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.table.activated.connect(self._on_activated)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 0)
        column.addWidget(self.table)
        self.copy_markdown_action = QAction(self.tr("Copy as Markdown"), self)
        self.copy_markdown_action.triggered.connect(self.copy_markdown)
        self.copy_csv_action = QAction(self.tr("Copy as CSV"), self)
        self.copy_csv_action.triggered.connect(self.copy_csv)
        copy = QAction(self.tr("Copy"), self.table)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_markdown)
        self.table.addAction(copy)
        session.analysed.connect(self.show_analysis)
        session.changed.connect(self._on_changed)
        session.selection_changed.connect(self._follow_selection)
        shape_order().changed.connect(self._model.redraw)
        self._following = False
        self.show_analysis(session.analysis)

    def show_analysis(self, analysis: Analysis) -> None:
        """Show the figures of this analysis; while hidden, wait until shown."""
        if self.isVisible() or (not self._model.rowCount() and len(analysis.nodes) <= AT_ONCE):
            self._model.show_rows(self._rows_of(analysis))

    def _rows_of(self, analysis: Analysis) -> tuple[SummaryRow, ...]:
        session = self._session
        try:
            plan = TrainingPlan.from_json(session.document.project.training)
        except PlanError:
            plan = TrainingPlan()
        memory = planned_memory(session.whole, plan)
        self._model.batch_size = plan.batch_size
        training = {
            node_id: memory.of("/".join((*session.path, node_id)), plan.batch_size)
            for node_id in session.network.nodes
        }
        return summary_rows(session.network, analysis, training)

    def _on_changed(self, change: Change) -> None:
        if not change and self.isVisible():  # the plan may be another
            self.show_analysis(self._session.analysis)

    def rows(self) -> list[tuple[str, ...]]:
        """The cells as shown, in the order shown."""
        order = [
            self._order.mapToSource(self._order.index(row, 0)).row() for row in range(self._order.rowCount())
        ]
        return [self._model.texts(row) for row in order]

    def copy_markdown(self) -> None:
        """Put the table on the clipboard as Markdown."""
        QGuiApplication.clipboard().setText(as_markdown(self._model.headers(), self.rows()))

    def copy_csv(self) -> None:
        """Put the table on the clipboard as comma-separated values."""
        QGuiApplication.clipboard().setText(as_csv(self._model.headers(), self.rows()))

    def _show_menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction(self.copy_markdown_action)
        menu.addAction(self.copy_csv_action)
        menu.exec(self.table.viewport().mapToGlobal(point))
        menu.deleteLater()

    def _on_selected(self, selected: QItemSelection, _deselected: QItemSelection) -> None:
        rows = {index.row() for index in selected.indexes()}
        if not self._following and len(rows) == 1:
            node = self._order.index(rows.pop(), 0).data(NODE_ROLE)
            if isinstance(node, str):
                self.node_activated.emit(node)

    def _on_activated(self, index: QModelIndex) -> None:
        node = index.data(NODE_ROLE)
        if isinstance(node, str):
            self.node_activated.emit(node)

    def _follow_selection(self, selection: frozenset[str]) -> None:
        if not self.isVisible():
            return
        self._following = True
        self.table.clearSelection()
        if len(selection) == 1:
            wanted = next(iter(selection))
            for row in range(self._order.rowCount()):
                index = self._order.index(row, 0)
                if index.data(NODE_ROLE) == wanted:
                    self.table.selectRow(row)
                    self.table.scrollTo(index)
                    break
        self._following = False

    def showEvent(self, event: QShowEvent) -> None:
        self._model.show_rows(self._rows_of(self._session.analysis))
        self._follow_selection(self._session.selection)
        super().showEvent(event)
