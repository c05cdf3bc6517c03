"""The chosen layer: batch normalisation's channels, a convolution's kernels, histograms of everything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.ui.shape_text import count_text
from cnnstudio.ui.theme import GRID, monospace
from cnnstudio.ui.understand.kernels import KernelWall, LargeKernel, SignedScale
from cnnstudio.ui.understand.layer_rows import WeightRow, number_text, shape_of
from cnnstudio.ui.understand.layer_values import (
    NORMALISATION,
    Kernels,
    Values,
    channels_of,
    is_normalisation,
    values_text,
)
from cnnstudio.ui.understand.plots import ChannelPlot, Histogram, PointedPlot

WIDTH = 43 * GRID
_NARROWEST = 30 * GRID


class LayerDetail(QWidget):
    """`show_layer` names the layer, `show_values` brings its numbers; what is pointed at stands in the readout."""

    side_chosen = Signal(int)
    """The layer of the first (0) or of the second network is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("understandLayer")
        self.setAccessibleName(self.tr("The chosen layer"))
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(_NARROWEST)
        self._values: Values = {}
        self._row: WeightRow | None = None
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.kind = QLabel()
        self.kind.setProperty("role", "muted")
        self.side = QComboBox()
        self.side.setObjectName("understandSide")
        self.side.setAccessibleName(self.tr("Whose values are shown"))
        self.side.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.side.setMinimumContentsLength(16)
        self.side.currentIndexChanged.connect(self.side_chosen)
        self.copy = self._copy_button()
        self.said = QLabel()
        self.said.setObjectName("understandLayerSaid")
        self.said.setProperty("role", "muted")
        self.said.setWordWrap(True)
        self.readout = QLabel()
        self.readout.setObjectName("understandReadout")
        self.readout.setProperty("role", "readout")
        self.readout.setAccessibleName(self.tr("What is pointed at"))
        self.readout.setWordWrap(True)
        self.readout.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.title)
        head.addWidget(self.kind, 1)
        head.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, GRID + 4)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(self.side)
        column.addWidget(self.said)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.readout)
        self.show_layer(None, ())

    def _copy_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("copyLayer")
        button.setText(self.tr("Copy"))
        button.setToolTip(self.tr("Copy the layer's values"))
        button.setAccessibleName(button.toolTip())
        menu = QMenu(button)
        menu.addAction(self.tr("As Markdown")).triggered.connect(self.copy_markdown)
        menu.addAction(self.tr("As CSV")).triggered.connect(self.copy_csv)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    # --- what is shown ---------------------------------------------------------------------------------

    @property
    def layer(self) -> str:
        """The layer shown; empty when there is none."""
        return self._row.name if self._row is not None else ""

    def show_layer(self, row: WeightRow | None, sides: Sequence[str], *, side: int = 0) -> None:
        """Name a layer whose values will come; `sides`: titles of the networks that have it, where there are two."""
        self._row = row
        self.title.setText(row.name if row is not None else "")
        self.kind.setText(row.type if row is not None else "")
        self.side.blockSignals(True)
        self.side.clear()
        self.side.addItems(list(sides))
        self.side.setCurrentIndex(side if len(sides) > 1 else 0)
        self.side.blockSignals(False)
        self.side.setVisible(len(sides) > 1)
        self._empty()
        if row is not None:
            self.say(self.tr("Reading the values…"))
        else:
            self.say("")

    def say(self, text: str) -> None:
        """Say why there are no values, or that they are coming."""
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def show_values(self, values: Values) -> None:
        """Draw the values of the layer that was named."""
        self._empty()
        self._values = values
        self.copy.setEnabled(bool(values))
        self.say("")
        inner = QWidget()
        inner.setProperty("surface", "panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, GRID, 0)
        column.setSpacing(GRID // 2)
        if is_normalisation(values):
            self._add_channels(column, values)
        else:
            for name, weight in values.items():
                self._add_weight(column, name, weight["values"], weight["counts"], weight["edges"])
        column.addStretch(1)
        self._scroll.setWidget(inner)
        self._scroll.show()

    def _empty(self) -> None:
        self._values = {}
        self.copy.setEnabled(False)
        old = self._scroll.takeWidget()
        if old is not None:
            old.deleteLater()
        self.readout.setText("")
        self.readout.hide()

    def _add_channels(self, column: QVBoxLayout, values: Values) -> None:
        words = {
            "gamma": self.tr("gamma: the learned factor"),
            "beta": self.tr("beta: the learned offset"),
            "moving_mean": self.tr("moving mean: taken off when in use"),
            "moving_variance": self.tr("moving variance: its root divides when in use"),
        }
        names = {
            "gamma": self.tr("gamma"),
            "beta": self.tr("beta"),
            "moving_mean": self.tr("moving mean"),
            "moving_variance": self.tr("moving variance"),
        }
        plots: list[ChannelPlot] = []
        for name, channel in channels_of(values).items():
            column.addWidget(_muted(words[name]))
            plot = ChannelPlot(names[name], NORMALISATION[name])
            plot.setObjectName(f"{name}Plot")
            plot.show_values(channel)
            plots.append(plot)
            column.addWidget(plot)

        def follow(number: int) -> None:
            for plot in plots:
                plot.blockSignals(True)
                plot.point_at(number)
                plot.blockSignals(False)
            told = [
                f"{names[name]} {number_text(float(channel[number]))}" for name, channel in channels.items()
            ]
            self._tell(self.tr("channel {channel}").format(channel=number + 1) + " · " + " · ".join(told))

        channels = channels_of(values)
        for plot in plots:
            plot.pointed.connect(follow)
        if plots:
            follow(0)

    def _add_weight(
        self,
        column: QVBoxLayout,
        name: str,
        values: np.ndarray | None,
        counts: np.ndarray,
        edges: np.ndarray,
    ) -> None:
        row = self._row
        part = next((part for part in row.parts if part.name == name), None) if row is not None else None
        title = f"{name}  {shape_of(part.shapes[0])}" if part is not None else name
        label = QLabel(title)
        label.setProperty("role", "title")
        column.addWidget(label)
        kernels = Kernels.of(row.type if row is not None else "", name, values)
        if kernels is not None:
            self._add_kernels(column, name, kernels)
        if values is None:
            column.addWidget(
                _muted(self.tr("Too many values to be shown one by one; the histogram is of all."))
            )
        if len(counts) == 1:  # nothing is spread
            same = self.tr("all {count} values are {value}").format(
                count=count_text(int(counts[0])), value=number_text(float(edges[0] + edges[1]) / 2)
            )
            column.addWidget(_muted(same))
            return
        plot = Histogram(self.tr("Histogram of {name}").format(name=name))
        plot.setObjectName(f"{name}Histogram")
        plot.show_counts(counts.tolist(), edges.tolist())
        plot.pointed.connect(self._reader(plot, name))
        if not self.readout.text():
            self._tell(f"{name}: {plot.readout}")
        column.addWidget(plot)

    def _add_kernels(self, column: QVBoxLayout, name: str, kernels: Kernels) -> None:
        count, slices = kernels.pictures.shape[:2]
        wall, large, scale = KernelWall(), LargeKernel(), SignedScale()
        largest = kernels.largest
        scale.show_largest(largest)
        choice = QSpinBox()
        choice.setObjectName("kernelSlice")
        choice.setRange(1, slices)
        choice.setWrapping(True)
        word = self.tr("multiplier") if kernels.is_depthwise else self.tr("input channel")
        choice.setAccessibleName(word)
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(_muted(self.tr("{what} of {count}:").format(what=word, count=slices)))
        line.addWidget(choice)
        line.addStretch(1)
        holder = QWidget()
        holder.setLayout(line)
        line.setContentsMargins(0, 0, 0, 0)
        holder.setVisible(slices > 1)

        def show_slice() -> None:
            wall.show_kernels(kernels.pictures[:, choice.value() - 1], largest)
            show_kernel(wall.current)

        def show_kernel(number: int) -> None:
            large.show_values(kernels.pictures[number, choice.value() - 1], largest)

        def tell() -> None:
            text = self.tr("{name} {number} of {count}, {cell}").format(
                name=name, number=wall.current + 1, count=count, cell=large.readout
            )
            wall.setAccessibleDescription(text)
            self._tell(text)

        wall.chosen.connect(show_kernel)
        large.pointed.connect(tell)
        choice.valueChanged.connect(show_slice)
        column.addWidget(scale)
        column.addWidget(holder)
        column.addWidget(large)  # above the wall, which may be long
        column.addWidget(wall)
        show_slice()

    # --- reading ---------------------------------------------------------------------------------------

    def _reader(self, plot: PointedPlot, name: str) -> Callable[[int], None]:
        def read(_number: int) -> None:
            self._tell(f"{name}: {plot.readout}")

        return read

    def _tell(self, text: str) -> None:
        self.readout.setFont(monospace(self.font().pointSizeF() * 0.92))
        self.readout.setText(text)
        self.readout.setVisible(bool(text))

    # --- copying ---------------------------------------------------------------------------------------

    def copy_markdown(self) -> None:
        """Put the layer's numbers on the clipboard as a Markdown table."""
        self._copy(markdown=True)

    def copy_csv(self) -> None:
        """Put the layer's numbers on the clipboard as comma-separated values."""
        self._copy(markdown=False)

    def _copy(self, *, markdown: bool) -> None:
        text = values_text(self._values, markdown=markdown)
        if text is None:
            self.say(
                self.tr("These are too many numbers for a table in Markdown. Copy them as CSV.")
                if markdown
                else self.tr(
                    "These are too many numbers for the clipboard. The run's model.keras holds them all."
                )
            )
            return
        QGuiApplication.clipboard().setText(text)


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    return label
