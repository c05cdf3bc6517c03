"""The live plot: what is drawn, how it is told apart, and what leaves it as a file."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.ui.theme import theme, theme_state
from cnnstudio.ui.train.curves import Curves, Line
from cnnstudio.ui.train.legend import shared
from cnnstudio.ui.train.plot import CurvePlot
from cnnstudio.ui.train.plot_export import save_plot
from cnnstudio.ui.train.run_drawing import RunDrawing, dashed


def curves(key: str = "a", style: int = 0, epochs: int = 8) -> Curves:
    batches = np.arange(1, epochs * 50 + 1) / 50
    whole = np.arange(1, epochs + 1, dtype=np.float64)
    return Curves(
        key=key,
        name=f"run {key}",
        style=style,
        batches=Line(x=batches, y=np.exp(-batches / 3)),
        training=Line(x=whole, y=np.exp(-whole / 3)),
        validation=Line(x=whole, y=np.exp(-whole / 3) + 0.05),
        best_epoch=6,
        epochs=10,
    )


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    made = CurvePlot("loss", "Loss")
    qtbot.addWidget(made)
    made.resize(700, 320)
    made.show()
    qtbot.waitExposed(made)
    return made


def show(plot: CurvePlot, *shown: Curves) -> None:
    plot.set_curves(shown)
    plot.refresh()


def pixels_of(image: QImage, color: str) -> int:
    wanted = QColor(color)
    return sum(
        image.pixelColor(x, y) == wanted for x in range(image.width()) for y in range(0, image.height(), 2)
    )


def test_an_empty_plot_says_what_will_be_here(plot: CurvePlot) -> None:
    assert plot.empty_text.isVisible()
    show(plot, curves())
    assert not plot.empty_text.isVisible()


def test_training_and_validation_differ_in_colour_dash_and_marker(plot: CurvePlot) -> None:
    show(plot, curves())
    training, validation = plot.legend.entries
    assert training.color != validation.color
    assert training.style != validation.style
    assert (training.dashed, validation.dashed) == (False, True)
    image = plot.view.grab().toImage()
    assert pixels_of(image, theme().plot[0]) > 50
    assert pixels_of(image, theme().plot[1]) > 50


def test_compared_runs_are_told_apart_by_colour_and_marker(plot: CurvePlot) -> None:
    show(plot, curves("a", 0), curves("b", 1), curves("c", 2))
    runs = list(plot.run_legend.entries)
    assert [entry.text for entry in runs] == ["run a", "run b", "run c"]
    assert len({entry.color for entry in runs}) == len({entry.style for entry in runs}) == 3


def test_one_run_has_its_best_epoch_marked_and_several_have_none(plot: CurvePlot) -> None:
    show(plot, curves("a", 0))
    assert plot._best.isVisible()
    label = plot._best.label
    box = plot._box.sceneBoundingRect()
    assert "6" in label.textItem.toPlainText()
    assert box.left() < label.scenePos().x() < box.right()
    assert box.top() < label.scenePos().y() < box.center().y()
    show(plot, curves("a", 0), curves("b", 1))
    assert not plot._best.isVisible(), "one line could not say whose best it is"


def test_a_run_that_is_no_longer_shown_is_gone(plot: CurvePlot) -> None:
    show(plot, curves("a", 0), curves("b", 1))
    drawings = [item for item in plot.view.getPlotItem().items if isinstance(item, RunDrawing)]
    assert len(drawings) == 2
    show(plot, curves("a", 0))
    drawings = [item for item in plot.view.getPlotItem().items if isinstance(item, RunDrawing)]
    assert drawings == [plot._items["a"]]


def seen(plot: CurvePlot) -> QImage:
    """What stands on the screen, not what a painting anew would give."""
    QApplication.processEvents()
    return plot.screen().grabWindow(plot.winId()).toImage()


def largest_difference(one: QImage, other: QImage) -> int:
    """Of all pixels and colours, in 255 steps."""
    parts = []
    for image in (one, other):
        plain = image.convertToFormat(QImage.Format.Format_RGB32)
        parts.append(np.frombuffer(plain.constBits(), np.uint8).astype(int))
    return int(np.abs(parts[0] - parts[1]).max())


def test_points_that_come_one_by_one_look_as_if_all_were_drawn_at_once(plot: CurvePlot) -> None:
    whole = curves(epochs=8)
    for points in range(7, 401, 3):
        epochs = points // 50
        grown = replace(
            whole,
            batches=Line(x=whole.batches.x[:points], y=whole.batches.y[:points]),
            training=Line(x=whole.training.x[:epochs], y=whole.training.y[:epochs]),
            validation=Line(x=whole.validation.x[:epochs], y=whole.validation.y[:epochs]),
            best_epoch=epochs or None,
        )
        show(plot, grown)
        bit_by_bit = seen(plot)
        if points % 5 == 2:
            plot.view.viewport().update()
            # the edge of a line that is cut off is smoothed a little differently
            assert largest_difference(seen(plot), bit_by_bit) <= 16, f"after {points} batches"


def test_a_new_point_repaints_its_end_of_the_curve_alone(plot: CurvePlot, qtbot: QtBot) -> None:
    whole = curves(epochs=8)
    one_less = replace(whole, batches=Line(x=whole.batches.x[:-1], y=whole.batches.y[:-1]))
    show(plot, one_less)
    qtbot.wait(50)
    painted = Painted(plot.view.viewport())
    show(plot, whole)
    qtbot.waitUntil(lambda: not painted.area.isEmpty())
    assert painted.area.left() > plot._box.mapViewToScene(QPointF(whole.batches.x[-2], 0.0)).x() - 6


def test_dashes_are_counted_along_the_line_from_its_first_point() -> None:
    path = dashed(np.array([0.0, 6.0, 40.0]), np.array([0.0, 0.0, 0.0]))
    starts = [
        path.elementAt(index).x for index in range(path.elementCount()) if path.elementAt(index).isMoveTo()
    ]
    assert starts == [0.0, 12.0, 24.0, 36.0]
    assert path.length() == pytest.approx(8 + 8 + 8 + 4)
    end = dashed(np.array([0.0, 6.0, 40.0]), np.array([0.0, 0.0, 0.0]), since=30.0)
    assert end.boundingRect().right() == 40.0
    assert 12.0 < end.boundingRect().left() <= 30.0


def test_axes_that_move_are_painted_once(plot: CurvePlot, qtbot: QtBot) -> None:
    show(plot, curves(epochs=2))
    qtbot.wait(50)
    painted = Painted(plot.view.viewport())
    grown = curves(epochs=8)
    show(plot, replace(grown, batches=Line(x=grown.batches.x, y=2 * grown.batches.y)))
    qtbot.wait(50)
    assert painted.times == 1


class Painted(QObject):
    """What of a widget was painted since, and how often."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.area = QRect()
        self.times = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.area = self.area.united(event.rect())
            self.times += 1
        return False


def test_the_axes_follow_until_the_user_zooms_and_again_after_a_reset(plot: CurvePlot, qtbot: QtBot) -> None:
    show(plot, curves())
    box = plot.view.getPlotItem().getViewBox()
    assert box.viewRange()[0] == [0.0, pytest.approx(10.2)]
    qtbot.mousePress(plot.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 100))
    qtbot.mouseMove(plot.view.viewport(), QPoint(350, 100))
    qtbot.mouseRelease(plot.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(350, 100))
    box.scaleBy((0.5, 0.5))
    box.sigRangeChangedManually.emit([True, True])
    moved = box.viewRange()
    assert not plot.follows
    show(plot, curves(epochs=9))
    assert box.viewRange() == moved
    qtbot.mouseClick(plot.reset_button, Qt.MouseButton.LeftButton)
    assert plot.follows
    assert box.viewRange()[0] == [0.0, pytest.approx(10.2)]


def test_the_logarithmic_axis_shows_powers_as_plain_numbers(plot: CurvePlot, qtbot: QtBot) -> None:
    show(plot, curves())
    qtbot.mouseClick(plot.log_button, Qt.MouseButton.LeftButton)
    low, high = plot.view.getPlotItem().getViewBox().viewRange()[1]
    assert low < np.log10(np.exp(-8 / 3)) < np.log10(0.98) < high
    axis = plot.view.getPlotItem().getAxis("left")
    marks = [mark for _, values in axis.tickValues(low, high, 300) for mark in values]
    assert "0.1" in axis.tickStrings(marks, 1.0, 1.0)


def test_the_crosshair_says_the_values_of_the_nearest_epoch(plot: CurvePlot) -> None:
    show(plot, curves())
    assert plot.values_text(3.2).splitlines() == [
        "epoch 3",
        "training 0.3679 · validation 0.4179 · batch 0.3442",
    ]
    middle = plot.view.getPlotItem().getViewBox().sceneBoundingRect().center()
    plot.point_at(middle)
    assert plot.readout.isVisible()
    assert "epoch 5" in plot.readout.text()
    plot.point_at(QPointF(-10, -10))
    assert not plot.readout.isVisible()


def test_a_hundred_thousand_batches_are_thinned_to_the_pixels_there_are(plot: CurvePlot) -> None:
    x = np.arange(100_000) / 1000
    wild = np.random.default_rng(0).random(100_000)
    show(plot, Curves(key="a", name="a", batches=Line(x=x, y=wild), epochs=100))
    assert 1000 < len(plot._items["a"].batches) < 4000


def test_curves_are_drawn_where_their_values_are(plot: CurvePlot) -> None:
    """A level line of batches at 0.5 has its colour in the row of pixels that the axis gives 0.5, and nowhere else."""
    level = Line(x=np.linspace(0, 10, 50), y=np.full(50, 0.5))
    show(plot, Curves(key="a", name="a", batches=level, epochs=10))
    box = plot.view.getPlotItem().getViewBox()
    place = box.mapViewToScene(QPointF(5.0, 0.5))
    image = plot.view.grab().toImage()
    look = plot._items["a"].look
    assert look is not None
    ratio = image.devicePixelRatio()
    column = [
        row
        for row in range(image.height())
        if image.pixelColor(int((place.x() + 3) * ratio), row).name() == look.batches.name()
    ]
    assert column
    assert all(abs(row / ratio - place.y()) <= 1.5 for row in column)


def test_of_many_epochs_only_some_are_marked(plot: CurvePlot) -> None:
    """As many markers as there is room for: two thousand would be a ribbon and take long to draw."""
    x = np.arange(1.0, 2001.0)
    show(plot, Curves(key="a", name="a", training=Line(x=x, y=1 / x), epochs=2000))
    plot.view.grab()
    assert 10 < len(plot._items["a"].marked(plot._items["a"].training)) < plot.view.width() / 10


def test_both_themes_are_worn(plot: CurvePlot) -> None:
    show(plot, curves())
    try:
        theme_state().choose("dark")
        image = plot.view.grab().toImage()
        assert pixels_of(image, theme().plot[0]) > 50
        assert image.pixelColor(5, 5) == QColor(theme().surface)
    finally:
        theme_state().choose("light")


def test_a_saved_picture_is_three_times_as_sharp_as_the_screen(plot: CurvePlot, tmp_path: Path) -> None:
    show(plot, curves())
    save_plot(plot, tmp_path / "loss.png")
    image = QImage(str(tmp_path / "loss.png"))
    assert image.width() == 3 * plot.view.width()
    assert pixels_of(image, theme().plot[0]) > 500


def test_a_saved_drawing_is_made_of_lines_not_of_pixels(plot: CurvePlot, tmp_path: Path) -> None:
    show(plot, curves())
    save_plot(plot, tmp_path / "loss.svg")
    root = ET.parse(tmp_path / "loss.svg").getroot()
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert "image" not in names
    assert names.count("path") + names.count("polyline") > 20
    text = " ".join(element.text or "" for element in root.iter())
    assert "Loss" in text
    assert "validation" in text


def test_a_saved_table_has_every_batch(plot: CurvePlot, tmp_path: Path) -> None:
    show(plot, curves())
    save_plot(plot, tmp_path / "loss.csv")
    lines = (tmp_path / "loss.csv").read_text("utf-8").splitlines()
    assert lines[0] == "run,kind,epoch,loss"
    assert len(lines) == 1 + 400 + 8 + 8


def test_names_in_a_legend_share_the_room_before_one_is_left_out() -> None:
    assert shared([50, 60], 200) == [50, 60]
    assert shared([50, 300, 200], 350) == [50, 150, 150]
    assert shared([100, 100, 100], 90) == [30, 30, 30]


def test_best_epochs_of_compared_runs_are_ringed_and_of_one_run_is_a_line(plot: CurvePlot) -> None:
    show(plot, curves("a", 0), curves("b", 1))
    for items in plot._items.values():
        assert items.best == pytest.approx((6.0, math.exp(-2) + 0.05))
    show(plot, curves("a", 0))
    assert plot._items["a"].best is None
