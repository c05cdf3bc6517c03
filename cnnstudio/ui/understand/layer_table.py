"""The table of layers from input to output: shapes and figures of weights, and gradients as bars on a log scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetrics,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QPen,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from cnnstudio.ui.shape_text import count_text
from cnnstudio.ui.theme import GRID, theme, theme_state
from cnnstudio.ui.train.markers import marker_stamp
from cnnstudio.ui.understand.layer_rows import (
    Measure,
    WeightRow,
    as_csv,
    as_markdown,
    decades,
    number_text,
    power_text,
    shape_of,
    table_cells,
)

Index = QModelIndex | QPersistentModelIndex
NAME, SHAPE, COUNT, MEAN, SPREAD, GRADIENT = range(6)
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
_ROW, _ROW_OF_TWO = 3 * GRID + 4, 4 * GRID + 4
_MARKER = 8
_SHAPES_TOLD = 2


def side_color(side: int) -> QColor:
    """The colour of the first or of the second network."""
    return QColor(theme().plot[side])


class _GradientBars(QStyledItemDelegate):
    """A bar for each network, from the lowest decade to its gradient, with a marker at its end and its number."""

    def __init__(self, table: LayerTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        colors = theme()
        rect: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colors.accent_soft))
        if isinstance(row, WeightRow):
            self._paint_row(painter, rect, row)
        painter.restore()

    def _paint_row(self, painter: QPainter, rect: QRect, row: WeightRow) -> None:
        table, colors = self._table, theme()
        area = table.bar_area(rect)
        beside = QRectF(
            area.right() + GRID, rect.top(), rect.right() - area.right() - GRID - 2, rect.height()
        )
        if table.scale is not None:
            low, high = table.scale
            painter.setPen(QPen(QColor(colors.border), 1))
            step = max(1, math.ceil((high - low) / max(1.0, area.width() / 24)))
            for power in range(low, high + 1, step):
                x = table.place(area, float(power))
                painter.drawLine(int(x), rect.top(), int(x), rect.bottom() - 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sides = range(2 if table.compares else 1)
        height = rect.height() / len(sides)
        metrics = painter.fontMetrics()
        for side in sides:
            value = row.gradient(side, table.measure)
            band = QRectF(area.left(), rect.top() + side * height, area.width(), height)
            words = beside if value is not None else QRectF(rect.adjusted(GRID, 0, -2, 0))
            words = QRectF(words.left(), band.top(), words.width(), height)
            painter.setPen(QColor(colors.text if value is not None else colors.text_muted))
            text = metrics.elidedText(
                table.gradient_text(row, side), Qt.TextElideMode.ElideRight, int(words.width())
            )
            painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
            if value is None or table.scale is None or not math.isfinite(value) or value <= 0.0:
                continue
            if math.log10(value) < table.scale[0]:  # a weight's, far below those of whole layers
                self._paint_beyond(painter, band, side_color(side))
                continue
            end = table.place(area, math.log10(value))
            bar = QRectF(area.left(), band.center().y() - 2, max(1.0, end - area.left()), 4)
            color = side_color(side)
            painter.fillRect(bar, color)
            stamp = marker_stamp(
                side, color.rgba(), color.rgba(), _MARKER, painter.device().devicePixelRatioF()
            )
            size = stamp.width() / stamp.devicePixelRatio()
            painter.drawPixmap(
                QRectF(end - size / 2, band.center().y() - size / 2, size, size).toRect(), stamp
            )

    @staticmethod
    def _paint_beyond(painter: QPainter, band: QRectF, color: QColor) -> None:
        """An arrow that points to where the scale does not reach."""
        x, y = band.left(), band.center().y()
        painter.setPen(QPen(color, 2))
        painter.drawPolyline([QPointF(x + 7, y - 4), QPointF(x + 2, y), QPointF(x + 7, y + 4)])

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), self._table.row_height)


class _Cells(QStyledItemDelegate):
    def __init__(self, table: LayerTable) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width() + GRID, self._table.row_height)


class LayerTable(QTreeView):
    """Layers, opened to their weights with the right arrow; `layer_chosen` names the layer of the current row."""

    layer_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("understandLayers")
        self.setAccessibleName(self.tr("Layers from input to output"))
        self._rows: tuple[WeightRow, ...] = ()
        self._titles: tuple[str, ...] = ()
        self._model = QStandardItemModel(0, GRADIENT + 1, self)
        self.measure: Measure = "norm"
        self.scale: tuple[int, int] | None = None
        """The decades between which bars are drawn."""
        self.setModel(self._model)
        self.setItemDelegate(_Cells(self))
        self.setItemDelegateForColumn(GRADIENT, _GradientBars(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformRowHeights(True)
        self.setIndentation(2 * GRID)
        header = self.header()
        header.setStretchLastSection(True)
        header.setStyleSheet("QHeaderView::section { padding-left: 6px; padding-right: 5px; }")
        header.setHighlightSections(False)
        header.setSectionsMovable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._name_columns()
        copy = QAction(self.tr("Copy"), self)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_markdown)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.expanded.connect(self._fit_columns)
        self.collapsed.connect(self._fit_columns)
        theme_state().changed.connect(self.viewport().update)

    # --- what is shown ---------------------------------------------------------------------------------

    @property
    def compares(self) -> bool:
        """Whether there is a second network."""
        return len(self._titles) > 1

    @property
    def row_height(self) -> int:
        return _ROW_OF_TWO if self.compares else _ROW

    @property
    def rows(self) -> tuple[WeightRow, ...]:
        """The layers as shown."""
        return self._rows

    @property
    def current_layer(self) -> str:
        """The layer of the current row; empty when there is none."""
        row = self.currentIndex().siblingAtColumn(NAME).data(ROW_ROLE)
        return row.layer if isinstance(row, WeightRow) else ""

    def show_rows(self, rows: Sequence[WeightRow], titles: Sequence[str], measure: Measure) -> None:
        """Show these layers of one network or two; what was chosen and opened stays so."""
        if tuple(rows) == self._rows and tuple(titles) == self._titles and measure == self.measure:
            return
        same = [row.name for row in rows] == [row.name for row in self._rows]
        before = self.current_layer
        opened = {
            self._model.item(number, NAME).text()
            for number in range(self._model.rowCount())
            if self.isExpanded(self._model.index(number, NAME))
        }
        place = self.verticalScrollBar().value()
        self._rows, self._titles, self.measure = tuple(rows), tuple(titles), measure
        self.scale = decades(rows, measure)
        self.selectionModel().blockSignals(True)
        self._model.setRowCount(0)
        for row in rows:
            items = self._items(row)
            for part in row.parts:
                items[NAME].appendRow(self._items(part))
            self._model.appendRow(items)
        self.selectionModel().blockSignals(False)
        self._name_columns()
        for number, row in enumerate(rows):
            if row.name in opened:
                self.setExpanded(self._model.index(number, NAME), True)
        self._fit_columns()
        if same:
            self.verticalScrollBar().setValue(place)
        if not self.choose(before) and rows:
            self.choose(rows[0].name)

    def choose(self, layer: str) -> bool:
        """Make a layer the current row; whether it is there."""
        for number, row in enumerate(self._rows):
            if row.name == layer:
                self.selectionModel().setCurrentIndex(
                    self._model.index(number, NAME),
                    QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
                )
                return True
        return False

    def gradient_text(self, row: WeightRow, side: int) -> str:
        """The gradient in figures, or why there is none."""
        value = row.gradient(side, self.measure)
        if value is not None:
            return number_text(value)
        if self.scale is not None and not row.trainable and side == 0:
            return self.tr("not learned")
        return "–"

    def place(self, area: QRectF, power: float) -> float:
        """Where a decimal logarithm stands in the area of bars."""
        low, high = self.scale or (0, 1)
        return area.left() + (power - low) / max(1, high - low) * area.width()

    def bar_area(self, rect: QRect) -> QRectF:
        """Where bars are drawn in a cell: what its number leaves."""
        figures = QFontMetrics(self.font()).horizontalAdvance("0.00e-00") + GRID
        return QRectF(
            rect.left() + GRID,
            rect.top(),
            max(GRID, rect.width() - figures - 2 * GRID),
            rect.height(),
        )

    def _items(self, row: WeightRow) -> list[QStandardItem]:
        shown = row.shapes[:_SHAPES_TOLD]
        shapes = " + ".join(shape_of(shape) for shape in shown)
        if len(row.shapes) > len(shown):
            shapes += " + …"
        texts = (
            row.name,
            shapes,
            count_text(row.count),
            number_text(row.mean),
            number_text(row.spread),
            " / ".join(self.gradient_text(row, side) for side in range(max(1, len(self._titles)))),
        )
        help_text = self._help(row)
        items = []
        for column, text in enumerate(texts):
            item = QStandardItem(text)
            item.setData(row, ROW_ROLE)
            item.setToolTip(help_text)
            if column in (COUNT, MEAN, SPREAD):
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            items.append(item)
        items[NAME].setAccessibleDescription(help_text)
        return items

    def _help(self, row: WeightRow) -> str:
        if row.parts:
            title = f"{row.name} ({row.type})"
        else:
            title = f"{row.layer}: {row.name}"
            if not row.trainable:
                title = self.tr("{name}, not learned").format(name=title)
        lines = [
            title,
            *(
                self.tr("{name} {shape}: {low} to {high}, mean {mean}, spread {spread}").format(
                    name=part.name,
                    shape=shape_of(part.shapes[0]),
                    low=number_text(part.low),
                    high=number_text(part.high),
                    mean=number_text(part.mean),
                    spread=number_text(part.spread),
                )
                for part in (row.parts or (row,))
            ),
        ]
        for side, network in enumerate(self._titles):
            if row.norms[side] is None:
                continue
            lines.append(
                self.tr("gradient in {network}: L2 norm {norm}, root mean square {rms}").format(
                    network=network,
                    norm=number_text(row.gradient(side, "norm")),
                    rms=number_text(row.gradient(side, "rms")),
                )
            )
        if row.of_second and self.compares:
            lines.append(self.tr("only in {network}").format(network=self._titles[1]))
        return "\n".join(lines)

    def _name_columns(self) -> None:
        gradient = self.tr("gradient")
        measure = self.tr("L2 norm") if self.measure == "norm" else self.tr("root mean square")
        if self.scale is not None:
            gradient = self.tr("gradient, {low} … {high}").format(
                low=power_text(self.scale[0]), high=power_text(self.scale[1])
            )
        names = (
            self.tr("layer"),
            self.tr("shape"),
            self.tr("values"),
            self.tr("mean"),
            self.tr("spread"),
            gradient,
        )
        helps = (
            self.tr(
                "Layers with weights, from input to output; the right arrow opens a layer to its weights"
            ),
            self.tr(
                "Shapes of the weights in Keras's order of axes: height × width × channels in × channels out of a convolution"
            ),
            self.tr("How many numbers there are"),
            self.tr("The mean; of a layer that of its first weights (its kernel, its gamma)"),
            self.tr("The standard deviation; of a layer that of its first weights (its kernel, its gamma)"),
            self.tr(
                "How large the loss's gradient is for these weights on one batch of training images: its {measure}, on"
                " a logarithmic scale"
            ).format(measure=measure),
        )
        for column, (name, told) in enumerate(zip(names, helps, strict=True)):
            item = QStandardItem(name)
            item.setToolTip(told)
            if column in (COUNT, MEAN, SPREAD):
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._model.setHorizontalHeaderItem(column, item)

    def _fit_columns(self) -> None:
        header = self.header()
        metrics = QFontMetrics(self.font())
        names = [
            metrics.horizontalAdvance(part.name) + (2 if part is not row else 0) * GRID
            for number, row in enumerate(self._rows)
            for part in (row, *(row.parts if self.isExpanded(self._model.index(number, NAME)) else ()))
        ]
        for column, most in ((NAME, 20), (SHAPE, 18), (COUNT, 12), (MEAN, 10), (SPREAD, 10)):
            wanted = max(self.sizeHintForColumn(column), header.sectionSizeHint(column))
            if column == NAME:
                wanted = max(names, default=0) + 4 * GRID
            header.resizeSection(column, min(wanted, most * GRID))

    # --- what is done ----------------------------------------------------------------------------------

    def copy_markdown(self) -> None:
        """Put the whole table, weight by weight, on the clipboard as Markdown."""
        QGuiApplication.clipboard().setText(
            as_markdown(*table_cells(self._rows, self._titles), text_columns=4)
        )

    def copy_csv(self) -> None:
        """The same as comma-separated values."""
        QGuiApplication.clipboard().setText(as_csv(*table_cells(self._rows, self._titles)))

    def _show_menu(self, point: object) -> None:
        menu = QMenu(self)
        menu.addAction(self.tr("Copy as Markdown")).triggered.connect(self.copy_markdown)
        menu.addAction(self.tr("Copy as CSV")).triggered.connect(self.copy_csv)
        menu.exec(self.viewport().mapToGlobal(point))  # type: ignore[call-overload]  # a QPoint
        menu.deleteLater()

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().drawRow(painter, option, index)
        rect: QRect = option.rect
        painter.setPen(QColor(theme().border))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def _on_current(self, current: Index, _previous: Index) -> None:
        row = current.data(ROW_ROLE) if current.isValid() else None
        if isinstance(row, WeightRow):
            self.layer_chosen.emit(row.layer)
