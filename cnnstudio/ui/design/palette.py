"""The palette: every layer by category, found by typing, put on the canvas by dragging, Enter or double-click."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import (
    QEvent,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QDrag,
    QFont,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPalette,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.spec import Catalogue, LayerSpec
from cnnstudio.ui.canvas.mime import LAYER_MIME, layer_mime_data
from cnnstudio.ui.design.layer_card import LayerCard
from cnnstudio.ui.icons import icon, layer_icon
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID, theme, theme_state

_TYPE = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex

_ENDS_HELP = frozenset(
    {QEvent.Type.Leave, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.FocusOut}
)

CATEGORY_ORDER = (
    "input",
    "convolution",
    "pooling",
    "activation",
    "normalisation",
    "regularisation",
    "dense",
    "shape",
    "merging",
    "attention",
    "augmentation",
    "block",
)


class Palette(QFrame):
    """A search field above the layers of the catalogue."""

    insert_requested = Signal(str)
    """The layer type to put on the canvas after the selection."""
    dismissed = Signal()
    """Escape in an empty search field or in the list: the keyboard goes back to the canvas."""

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setAccessibleName(self.tr("Layer palette"))
        self.setProperty("surface", "panel")
        self.setMinimumWidth(160)
        self._catalogue = catalogue
        self._search = QLineEdit(self)
        self._search.setObjectName("paletteSearch")
        self._search.setAccessibleName(self.tr("Search layers"))
        self._search.setPlaceholderText(self.tr("Search layers"))
        self._search.setClearButtonEnabled(True)
        clear = self._search.findChild(QAction, "_q_qlineeditclearaction")
        if isinstance(clear, QAction):
            clear.setIcon(icon("close"))
        self._search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._search.textChanged.connect(self._filter)
        self._search.returnPressed.connect(self._insert_current)
        self._search.installEventFilter(self)
        self._model = _LayerModel(self)
        self._tree = _LayerTree(self)
        self._tree.setModel(self._model)
        self._tree.setItemDelegate(_LayerDelegate(self._tree))
        self._tree.doubleClicked.connect(self._insert)
        self._tree.activated_by_key.connect(self._insert_current)
        self._tree.left_upwards.connect(self.focus_search)
        self._tree.dismissed.connect(self.dismissed)
        self._tree.help_wanted.connect(self._show_card)
        self._tree.help_over.connect(self._hide_card)
        self._card: LayerCard | None = None
        self._nothing = QLabel(self.tr("No layer is called that. Try “conv”, “pool” or “norm”."), self)
        self._nothing.setProperty("role", "muted")
        self._nothing.setWordWrap(True)
        self._nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID + 4, GRID // 2, 0)
        column.setSpacing(GRID)
        search_row = QVBoxLayout()
        search_row.setContentsMargins(0, 0, GRID // 2, 0)
        search_row.addWidget(self._search)
        column.addLayout(search_row)
        column.addWidget(self._nothing)
        column.addWidget(self._tree, 1)
        theme_state().changed.connect(self._tree.viewport().update)
        self._filter("")

    def show_catalogue(self, catalogue: Catalogue) -> None:
        """Offer other layers."""
        if catalogue.keys() != self._catalogue.keys():
            self._catalogue = catalogue
            self._filter(self._search.text())

    def focus_search(self) -> None:
        """Let the user type a layer's name."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    @property
    def shown_types(self) -> tuple[str, ...]:
        """The layer types in the list now, from top to bottom."""
        return tuple(self._model.types())

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        found = [spec for spec in self._catalogue.values() if all(word in _haystack(spec) for word in words)]
        if words:
            found.sort(key=lambda spec: _rank(spec, words))
        self._model.show_layers(_by_category(found), category_text=self._category_text)
        self._tree.expandAll()
        self._nothing.setVisible(not found)
        best = self._model.index_of(found[0].type) if words and found else QModelIndex()
        self._tree.setCurrentIndex(best)

    def _insert_current(self) -> None:
        self._insert(self._tree.currentIndex())

    def _insert(self, index: QModelIndex) -> None:
        layer_type = index.data(_TYPE)
        if isinstance(layer_type, str):
            self.insert_requested.emit(layer_type)

    def _show_card(self, index: QModelIndex) -> None:
        spec = self._catalogue.get(str(index.data(_TYPE)))
        if spec is None:
            self._hide_card()
            return
        if self._card is None:
            self._card = LayerCard(self)
        row = self._tree.visualRect(index)
        corner = self._tree.viewport().mapToGlobal(row.topLeft())
        right = self.mapToGlobal(self.rect().topRight()).x()
        self._card.show_beside(spec, QRect(corner, QSize(right - corner.x(), row.height())))

    def _hide_card(self) -> None:
        if self._card is not None:
            self._card.hide()

    def _category_text(self, category: str) -> str:
        names = {
            "input": self.tr("Input"),
            "convolution": self.tr("Convolution"),
            "pooling": self.tr("Pooling"),
            "activation": self.tr("Activation"),
            "normalisation": self.tr("Normalisation"),
            "regularisation": self.tr("Regularisation"),
            "dense": self.tr("Dense"),
            "shape": self.tr("Shape"),
            "merging": self.tr("Merging"),
            "attention": self.tr("Attention"),
            "augmentation": self.tr("Augmentation"),
            "block": self.tr("Blocks"),
        }
        return names.get(category, category.capitalize())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # With nothing typed there is nothing to undo here: the keys are the network's.
        if (
            watched is self._search
            and event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not self._search.text()
            and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo))
        ):
            event.ignore()
            return True
        if watched is self._search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Down:
                self._tree.setFocus(Qt.FocusReason.TabFocusReason)
                if not self._tree.currentIndex().isValid():
                    self._tree.setCurrentIndex(self._model.first_layer())
                return True
            if event.key() == Qt.Key.Key_Escape:
                if self._search.text():
                    self._search.clear()
                else:
                    self.dismissed.emit()
                return True
        return super().eventFilter(watched, event)


class _LayerModel(QStandardItemModel):
    """Categories, and in them layers that can be dragged."""

    def show_layers(
        self, categories: Mapping[str, Sequence[LayerSpec]], *, category_text: Callable[[str], str]
    ) -> None:
        """Show these layers and nothing else."""
        self.clear()
        for category, specs in categories.items():
            head = QStandardItem(category_text(category))
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            for spec in specs:
                item = QStandardItem(layer_icon(spec.type, spec.category), spec.type)
                item.setData(spec.type, _TYPE)
                item.setData(
                    translated(spec.help) if spec.help else spec.type,
                    Qt.ItemDataRole.AccessibleDescriptionRole,
                )
                item.setFlags(
                    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
                )
                head.appendRow(item)
            self.appendRow(head)

    def types(self) -> list[str]:
        """All layer types shown, in order."""
        return [str(index.data(_TYPE)) for index in self._layers()]

    def index_of(self, layer_type: str) -> QModelIndex:
        """Where a layer is in the list."""
        return next((i for i in self._layers() if i.data(_TYPE) == layer_type), QModelIndex())

    def first_layer(self) -> QModelIndex:
        """The topmost layer."""
        return next(iter(self._layers()), QModelIndex())

    def _layers(self) -> list[QModelIndex]:
        heads = [self.index(row, 0) for row in range(self.rowCount())]
        return [self.index(row, 0, head) for head in heads for row in range(self.rowCount(head))]

    def mimeTypes(self) -> list[str]:
        return [LAYER_MIME]

    def mimeData(self, indexes: Sequence[_Index]) -> QMimeData:
        layer_type = next((index.data(_TYPE) for index in indexes), None)
        return layer_mime_data(layer_type) if isinstance(layer_type, str) else QMimeData()


class _LayerTree(QTreeView):
    """The list of layers; Enter inserts, the arrow up from the first layer leads back to the search field."""

    activated_by_key = Signal()
    left_upwards = Signal()
    dismissed = Signal()
    help_wanted = Signal(QModelIndex)
    """The pointer rests on this layer."""
    help_over = Signal()
    """It has gone to another layer or away, or something is done."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("paletteList")
        self.setAccessibleName(self.tr("Layers"))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setIconSize(QSize(18, 18))
        self.setMouseTracking(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._explained = QPersistentModelIndex()

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Drag with a small icon beside the pointer: the canvas shows where the card will be."""
        index = self.currentIndex()
        if index.data(_TYPE) is None:
            return
        drag = QDrag(self)
        drag.setMimeData(self.model().mimeData([index]))
        drag.setPixmap(index.data(Qt.ItemDataRole.DecorationRole).pixmap(QSize(20, 20)))
        drag.setHotSpot(QPoint(-12, -12))
        drag.exec(Qt.DropAction.CopyAction)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            self._explained = QPersistentModelIndex(index)
            self.help_wanted.emit(index)
            return True
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            left = QPersistentModelIndex(self.indexAt(event.position().toPoint())) != self._explained
        else:
            left = event.type() in _ENDS_HELP
        if left:
            self.help_over.emit()
        return super().viewportEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.help_over.emit()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.help_over.emit()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated_by_key.emit()
            return
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
            return
        before = self.currentIndex()
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Up and self.currentIndex() == before:
            self.left_upwards.emit()


class _LayerDelegate(QStyledItemDelegate):
    """Paints category names as small capitals, and layers as icon and name."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colors = theme()
        if index.data(_TYPE) is None:
            painter.save()
            font = QFont(option.font)
            font.setPointSizeF(font.pointSizeF() * 0.82)
            font.setWeight(QFont.Weight.DemiBold)
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.8)
            painter.setFont(font)
            painter.setPen(colors.color("text_muted"))
            rect = option.rect.adjusted(GRID // 2, 0, 0, -4)
            flags = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
            painter.drawText(rect, flags, str(index.data()).upper())
            painter.restore()
            return
        copy = QStyleOptionViewItem(option)
        copy.palette.setColor(QPalette.ColorRole.Highlight, colors.color("accent_soft"))
        copy.palette.setColor(QPalette.ColorRole.HighlightedText, colors.color("text"))
        super().paint(painter, copy, index)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        size = super().sizeHint(option, index)
        if index.data(_TYPE) is None:
            return QSize(size.width(), 30 if index.row() else 22)
        return QSize(size.width(), max(26, size.height()))


def _haystack(spec: LayerSpec) -> str:
    return " ".join((spec.type, spec.category, spec.prefix, *spec.keywords)).casefold()


def _rank(spec: LayerSpec, words: Sequence[str]) -> tuple[int, int]:
    """Names that start with what was typed first, then names that hold it, then keywords; short names first.

    Equals keep the catalogue's order.
    """
    name = spec.type.casefold()
    if name.startswith(words[0]):
        tier = 0
    elif words[0] in name or any(word == words[0] for word in spec.keywords):
        tier = 1
    else:
        tier = 2
    return tier, len(name)


def _by_category(specs: Sequence[LayerSpec]) -> dict[str, list[LayerSpec]]:
    present = {spec.category for spec in specs}
    order = [*CATEGORY_ORDER, *sorted(present - set(CATEGORY_ORDER))]
    return {
        category: [spec for spec in specs if spec.category == category]
        for category in order
        if category in present
    }
