"""Plots and kernels are read with the pointer and with the arrow keys alike."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.ui.theme import theme, theme_state
from cnnstudio.ui.understand.kernels import KernelWall, LargeKernel, signed_color, signed_image
from cnnstudio.ui.understand.plots import ChannelPlot, Histogram


def shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.resize(320, widget.sizeHint().height())
    with qtbot.waitExposed(widget):
        widget.show()


def test_a_channel_is_read_with_the_arrow_keys(qtbot: QtBot) -> None:
    plot = ChannelPlot("gamma", 1.0)
    plot.show_values(np.array([1.0, 0.5, 2.0, np.nan]))
    shown(qtbot, plot)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.readout == "gamma of channel 2: 0.5"
    assert plot.accessibleDescription() == plot.readout
    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert plot.readout.endswith("channel 4: NaN")
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.current == 3
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.current == 0
    assert not plot.grab().isNull()


def test_a_channel_is_read_under_the_pointer(qtbot: QtBot) -> None:
    plot = ChannelPlot("beta", 0.0)
    plot.show_values(np.arange(4.0))
    shown(qtbot, plot)
    qtbot.mouseMove(plot, QPoint(plot.width() - 20, 30))
    qtbot.waitUntil(lambda: plot.current == 3)
    assert plot.readout == "beta of channel 4: 3"


def test_a_bar_tells_its_range_and_count(qtbot: QtBot) -> None:
    plot = Histogram("kernel")
    plot.show_counts([1, 5, 2], [-1.0, 0.0, 1.0, 2.0])
    shown(qtbot, plot)
    assert plot.readout == "0 to 1: 5 of 8 values"
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.readout == "-1 to 0: 1 of 8 values"


def test_a_kernel_is_chosen_with_a_click_and_with_keys(qtbot: QtBot) -> None:
    wall = KernelWall()
    wall.show_kernels(np.zeros((20, 3, 3), np.float32), 1.0)
    shown(qtbot, wall)
    chosen: list[int] = []
    wall.chosen.connect(chosen.append)
    qtbot.mouseClick(wall, Qt.MouseButton.LeftButton, pos=wall.tile(8).center())
    qtbot.keyClick(wall, Qt.Key.Key_Right)
    qtbot.keyClick(wall, Qt.Key.Key_Up)
    assert chosen[:2] == [8, 9]
    assert wall.tile(chosen[2]).left() == wall.tile(9).left()
    assert wall.tile(chosen[2]).bottom() < wall.tile(9).top()
    qtbot.keyClick(wall, Qt.Key.Key_End)
    assert wall.current == 19


def test_the_wall_is_as_high_as_its_kernels_need(qtbot: QtBot) -> None:
    wall = KernelWall()
    wall.show_kernels(np.zeros((50, 3, 3), np.float32), 1.0)
    shown(qtbot, wall)
    assert wall.tile(49).bottom() < wall.height() <= wall.tile(49).bottom() + 8


def test_the_cells_of_a_kernel_are_walked(qtbot: QtBot) -> None:
    large = LargeKernel()
    large.show_values(np.arange(6, dtype=np.float32).reshape(2, 3), 5.0)
    shown(qtbot, large)
    qtbot.keyClick(large, Qt.Key.Key_Down)
    qtbot.keyClick(large, Qt.Key.Key_Right)
    assert large.readout == "row 2, column 2: 4"
    large.show_values(np.zeros((1, 1), np.float32), 1.0)
    assert large.cell == (0, 0)
    assert not large.grab().isNull()


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_zero_is_the_ground_and_signs_have_a_colour_each(qapp: object, choice: str) -> None:
    theme_state().choose(choice)  # type: ignore[arg-type]  # a name of a theme
    image = signed_image(np.array([[-1.0, 0.0, 1.0, np.nan]], np.float32), 1.0)
    colors = theme()
    assert image.pixelColor(0, 0) == QColor(colors.plot[0])
    assert image.pixelColor(1, 0) == QColor(colors.surface)
    assert image.pixelColor(2, 0) == QColor(colors.plot[1])
    assert signed_color(-1.0, 1.0).name() == colors.plot[0]
    assert signed_color(0.0, 0.0).name() == colors.surface
    theme_state().choose("system")
