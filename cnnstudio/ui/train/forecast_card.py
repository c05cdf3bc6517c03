"""What the planned run would take, as the plan's panel shows it; while one trains, what it takes where that was not known."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import TypeGuard

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from cnnstudio.data.keeping.limits import Keeping
from cnnstudio.runs.training_run import TrainingRun
from cnnstudio.ui.image_room import explanation, place_text
from cnnstudio.ui.shape_text import count_text
from cnnstudio.ui.theme import GRID, monospace
from cnnstudio.ui.train.plan_section import FIELD_WIDTH, LABEL_WIDTH
from cnnstudio.ui.train.time_text import bytes_text, short_seconds


class ForecastCard(QWidget):
    """Dashes until `show_forecast` knows better."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._forecast: dict[str, object] = {}
        self._images = 0
        self._run: TrainingRun | None = None
        names = {
            "memory": self.tr("memory"),
            "batch": self.tr("largest batch"),
            "speed": self.tr("images/s"),
            "epoch": self.tr("one epoch"),
            "images": self.tr("decoded images"),
        }
        self._labels = {name: QLabel("–") for name in names}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(GRID)
        form.setVerticalSpacing(GRID)
        for name, label in self._labels.items():
            label.setObjectName(f"forecast{name.title()}")
            label.setFont(monospace())
            label.setFixedWidth(FIELD_WIDTH)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            title = QLabel(names[name])
            title.setMinimumWidth(LABEL_WIDTH)
            form.addRow(title, label)
        self._labels["batch"].setToolTip(
            self.tr("About how many images the device's memory holds at once while this network trains.")
        )

    @property
    def largest_batch(self) -> int | None:
        """How many images are forecast to fit at once; None when that is not known."""
        largest = self._forecast.get("largest_batch")
        return largest if isinstance(largest, int) else None

    def show_keeping(self, keeping: Keeping | None) -> None:
        """Show where the images are kept when they are decoded; None while that is not known."""
        self._labels["images"].setText(place_text(keeping) if keeping is not None else "–")
        self._labels["images"].setToolTip(explanation(keeping) if keeping is not None else "")

    def show_forecast(self, forecast: Mapping[str, object] | None, images: int) -> None:
        """Show a forecast, for this number of images (0: not known); None while there is none."""
        self._forecast, self._images = dict(forecast or {}), images
        self._show()

    def show_run(self, run: TrainingRun | None) -> None:
        """What was not forecast is told of the run that trains, as it is measured; None when none does."""
        self._run = run
        self._show()

    def _show(self) -> None:
        found, images, run = self._forecast, self._images, self._run
        memory, speed = found.get("training_bytes"), found.get("images_per_second")
        self._labels["memory"].setText(bytes_text(memory) if isinstance(memory, int | float) else "–")
        largest = self.largest_batch
        self._labels["batch"].setText(_about(largest) if largest is not None else "–")
        whole = found.get("epoch_images_per_second", speed)
        epoch = images / whole if _is_speed(whole) and images else 0.0
        if run is not None:
            speed = speed if _is_speed(speed) else run.images_per_second
            epoch = epoch or _epoch_seconds(run)
        self._labels["speed"].setText(count_text(round(speed)) if _is_speed(speed) else "–")
        self._labels["epoch"].setText(short_seconds(epoch) if epoch else "–")


def _epoch_seconds(run: TrainingRun) -> float:
    """How long an epoch of a run takes: as the last ones did, before the first one's end as its batches tell. 0: not known."""
    if run.epoch_seconds:
        return median(run.epoch_seconds[-5:])
    return run.steps_per_epoch * run.plan.batch_size / run.images_per_second if run.images_per_second else 0.0


def _is_speed(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and value > 0


def _about(count: int) -> str:
    """A count in two figures, rounded down: `3,400`."""
    step = 10 ** max(0, len(str(count)) - 2)
    return count_text(count // step * step)
