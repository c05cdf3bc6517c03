"""What is laid over the picture and how: the kernel with its factor, stride, padding, dilation, and the flip."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.data.lab.filtering import Filtering
from cnnstudio.data.lab.kernel import Kernel, classic, name_of
from cnnstudio.layers.convolution.fixed_filter2d import KERNELS
from cnnstudio.ui.design.section import section_label
from cnnstudio.ui.icons import icon
from cnnstudio.ui.lab.kernel_grid import KernelGrid, NumberField
from cnnstudio.ui.theme import GRID, monospace

WIDTH = 328
SIZES = ((3, 3), (5, 5), (7, 7), (2, 2), (1, 3), (3, 1), (1, 5), (5, 1), (1, 7), (7, 1), (1, 1))
FIRST = "sobel_x"
_OWN = "own"
_NOTHING_DONE = Kernel(((Fraction(1),),)).resized(3, 3)
"""Gives the picture back: what one's own kernel begins with, as in the layer."""


class FilterPanel(QFrame):
    """Holds the `Filtering`; `changed` comes with each edit of it."""

    changed = Signal()
    kernel_chosen = Signal()
    """Another of the classic filters was chosen from the list."""
    put_wanted = Signal()
    """The filter is wanted as a layer in the network."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setFixedWidth(WIDTH)
        self._filtering = Filtering(kernel=classic(FIRST))
        self.filter = QComboBox(self)
        self.filter.setObjectName("labFilter")
        self.filter.setAccessibleName(self.tr("Filter"))
        for name in KERNELS:
            self.filter.addItem(self._title(name), name)
        self.filter.addItem(self.tr("Your own"), _OWN)
        self.filter.setMaxVisibleItems(self.filter.count())
        self.size_choice = QComboBox(self)
        self.size_choice.setObjectName("labSize")
        self.size_choice.setAccessibleName(self.tr("Size of the kernel, height × width"))
        for height, width in SIZES:
            self.size_choice.addItem(f"{height}×{width}", (height, width))
        self.size_choice.setMaxVisibleItems(self.size_choice.count())
        self.factor = NumberField(self)
        self.factor.setObjectName("labFactor")
        self.factor.setAccessibleName(self.tr("Factor in front of the kernel"))
        self.factor.setFont(monospace(self.font().pointSizeF() * 0.95))
        self.factor.setFixedWidth(72)
        self.grid = KernelGrid(self)
        self.flip = QCheckBox(self.tr("Flip the kernel (convolution)"), self)
        self.flip.setObjectName("labFlip")
        self.flip_text = QLabel(self)
        self.flip_text.setProperty("role", "muted")
        self.flip_text.setWordWrap(True)
        self.stride = self._spin("labStride", self.tr("Stride"), 8)
        self.dilation = self._spin("labDilation", self.tr("Dilation"), 4)
        self.padding = QComboBox(self)
        self.padding.setObjectName("labPadding")
        self.padding.setAccessibleName(self.tr("Padding"))
        for key, title in (("valid", "valid"), ("same", "same"), ("full", "full")):
            self.padding.addItem(title, key)
        self.padding.setToolTip(
            self.tr(
                "Zeros around the picture. valid (narrow): none. same: as many as keep the size at stride 1."
                " full (wide): K − 1 on every side."
            )
        )
        self.put = QPushButton(icon("design"), self.tr("Put on the canvas"), self)
        self.put.setObjectName("labPut")
        self.put.setToolTip(self.tr("Adds a FixedFilter2D with this kernel to the open network"))
        self._lay_out()
        self._connect()
        self._show()

    @property
    def filtering(self) -> Filtering:
        return self._filtering

    def set_kernel(self, kernel: Kernel) -> None:
        """Take another kernel."""
        self._take(replace(self._filtering, kernel=kernel))

    # --- building ------------------------------------------------------------------------------

    def _title(self, name: str) -> str:
        return {
            "mean": self.tr("Mean"),
            "gaussian": self.tr("Gaussian"),
            "sobel_x": self.tr("Sobel x (upright edges)"),
            "sobel_y": self.tr("Sobel y (level edges)"),
            "prewitt_x": self.tr("Prewitt x"),
            "prewitt_y": self.tr("Prewitt y"),
            "roberts_x": self.tr("Roberts x"),
            "roberts_y": self.tr("Roberts y"),
            "scharr_x": self.tr("Scharr x"),
            "scharr_y": self.tr("Scharr y"),
            "laplacian_4": self.tr("Laplacian, 4 neighbours"),
            "laplacian_8": self.tr("Laplacian, 8 neighbours"),
            "sharpen_5": self.tr("Sharpen, 4 neighbours"),
            "sharpen_9": self.tr("Sharpen, 8 neighbours"),
        }.get(name, name)

    def _spin(self, name: str, title: str, most: int) -> QSpinBox:
        spin = QSpinBox(self)
        spin.setObjectName(name)
        spin.setAccessibleName(title)
        spin.setRange(1, most)
        spin.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return spin

    def _lay_out(self) -> None:
        inner = QWidget(self)
        inner.setProperty("surface", "panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(section_label(self.tr("Filter"), self))
        column.addWidget(self.filter)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(QLabel(self.tr("Size"), self))
        row.addWidget(self.size_choice)
        row.addStretch(1)
        row.addWidget(QLabel(self.tr("Factor"), self))
        row.addWidget(self.factor)
        column.addLayout(row)
        column.addWidget(self.grid)
        column.addWidget(self.flip)
        column.addWidget(self.flip_text)
        column.addWidget(section_label(self.tr("How it moves"), self))
        steps = QGridLayout()
        steps.setHorizontalSpacing(GRID)
        steps.setVerticalSpacing(GRID // 2)
        for number, (title, field) in enumerate(
            (
                (self.tr("Stride"), self.stride),
                (self.tr("Dilation"), self.dilation),
                (self.tr("Padding"), self.padding),
            )
        ):
            label = QLabel(title, self)
            label.setProperty("role", "muted")
            steps.addWidget(label, 0, number)
            steps.addWidget(field, 1, number)
            steps.setColumnStretch(number, 1)
        column.addLayout(steps)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        foot = QHBoxLayout()
        foot.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        foot.addWidget(self.put, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addLayout(foot)

    def _connect(self) -> None:
        self.filter.activated.connect(self._on_filter)
        self.size_choice.activated.connect(self._on_size)
        self.factor.entered.connect(self._on_factor)
        self.grid.edited.connect(self._on_number)
        self.flip.toggled.connect(self._on_moved)
        self.stride.valueChanged.connect(self._on_moved)
        self.dilation.valueChanged.connect(self._on_moved)
        self.padding.currentIndexChanged.connect(self._on_moved)
        self.put.clicked.connect(self.put_wanted)

    # --- edits ---------------------------------------------------------------------------------

    def _on_filter(self) -> None:
        name = self.filter.currentData()
        if name == _OWN:
            self.set_kernel(_NOTHING_DONE)
            self.grid.cell(0, 0).setFocus(Qt.FocusReason.OtherFocusReason)
            self.grid.cell(0, 0).selectAll()
        else:
            self.set_kernel(classic(name))
        self.kernel_chosen.emit()

    def _on_size(self) -> None:
        self.set_kernel(self._filtering.kernel.resized(*self.size_choice.currentData()))

    def _on_factor(self, factor: Fraction) -> None:
        self.set_kernel(replace(self._filtering.kernel, factor=factor))

    def _on_number(self, row: int, column: int, number: Fraction) -> None:
        self.set_kernel(self._filtering.kernel.with_number(row, column, number))

    def _on_moved(self) -> None:
        self._take(
            replace(
                self._filtering,
                flip=self.flip.isChecked(),
                stride=self.stride.value(),
                dilation=self.dilation.value(),
                padding=self.padding.currentData(),
            )
        )

    def _take(self, filtering: Filtering) -> None:
        if filtering != self._filtering:
            self._filtering = filtering
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        found = self._filtering
        self.filter.setCurrentIndex(self.filter.findData(name_of(found.kernel) or _OWN))
        self.size_choice.setCurrentIndex(SIZES.index(found.kernel.size))
        self.factor.show_number(found.kernel.factor)
        self.grid.show_kernel(found.kernel)
        self.flip.setChecked(found.flip)
        self.padding.setCurrentIndex(self.padding.findData(found.padding))
        if found.kernel.flipped() == found.kernel:
            text = self.tr(
                "This kernel is the same when it is turned by half a turn: the flip changes nothing."
            )
        elif found.flip:
            text = self.tr(
                "A convolution turns the kernel by half a turn. A network learns the kernel, and would learn the"
                " turned one just as well: its layers leave the flip out."
            )
        else:
            text = self.tr(
                "As networks do it: a cross-correlation, the kernel as it stands. It makes no difference once the"
                " kernel is learned: a flip would only turn what is learned."
            )
        self.flip_text.setText(text)
