"""Keeps pictures of what the network's augmentation layers do, as long as somebody looks at them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.core.network import Network
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import project_text
from cnnstudio.core.spec import LayerSpec
from cnnstudio.data.problem import DataError
from cnnstudio.data.report import DataReport, ImageEntry
from cnnstudio.data.settings import DataSettings, Resize
from cnnstudio.layers.augmentation_front import augmentation_front, scales_pixels
from cnnstudio.layers.augmentation_layer import Augmentation
from cnnstudio.runs.protocol import Augment, Failure
from cnnstudio.ui.jobs import Job, Jobs
from cnnstudio.ui.session import Session, translated

WAIT_MS = 60
"""Changes that come faster than this are asked for together."""
PICTURES = 6
DRAWS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfter:
    """`before`: uint8 (pictures, height, width, channels). `after`: the same of each draw, (pictures, draws, …)."""

    before: NDArray[np.uint8]
    after: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    front: Network | None
    raw: bool
    paths: tuple[str, ...]
    resize: Resize
    draw: int


class AugmentationPreview(QObject):
    """Asks the engine whenever layers, images or the draw are others, and never for what nobody looks at."""

    changed = Signal()
    """`pictures`, `said` or `front` is another."""

    def __init__(
        self,
        session: Session,
        engine: Callable[[], Jobs],
        parent: QObject | None = None,
        *,
        would_start_another: Callable[[], bool] = lambda: False,
    ) -> None:
        """`would_start_another`: whether asking now would start a second engine beside one that trains."""
        super().__init__(parent)
        self._session = session
        self._engine = engine
        self._would_start_another = would_start_another
        self._watchers: set[int] = set()
        self._root = Path()
        self._images: Sequence[ImageEntry] = ()
        self._first = 0
        self._draw = 0
        self._asked: _Question | None = None
        self._job: Job | None = None
        self.front: Network | None = None
        """The layers whose doing is shown; None: there are none."""
        self.pictures: BeforeAfter | None = None
        self.said = ""
        """Why there are no pictures."""
        self.is_waiting = False
        """Whether the pictures wait for the end of a run, or for somebody who wants them before."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._ask)
        session.whole_analysed.connect(self.look)
        session.changed.connect(self.look)

    @property
    def layers(self) -> Sequence[LayerSpec]:
        """What can vary images: every layer of that kind."""
        return [spec for spec in self._session.layers.values() if isinstance(spec, Augmentation)]

    @property
    def has_input(self) -> bool:
        """Whether there is one place where images enter, so that a layer can be put behind it."""
        return self.input_id is not None

    @property
    def input_id(self) -> str | None:
        """The network's only Input; None where there is none or several."""
        found = [node.id for node in self._session.document.network.nodes.values() if node.type == "Input"]
        return found[0] if len(found) == 1 else None

    def watch(self, viewer: QObject, seen: bool) -> None:
        """A viewer came into sight, or went out of it."""
        if seen:
            self._watchers.add(id(viewer))
            self.look()
        else:
            self._watchers.discard(id(viewer))
            if not self._watchers:
                self._timer.stop()

    def show_report(self, report: DataReport | None) -> None:
        """Take the images from this report; None: there are none."""
        self._root, self._images = (report.root, report.images) if report is not None else (Path(), ())
        self._first = 0
        self.look()

    def draw_anew(self) -> None:
        """Let the layers draw other random numbers."""
        self._draw += 1
        self.look()

    def take_others(self) -> None:
        """Show other images."""
        self._first += 1
        self.look()

    def show_now(self) -> None:
        """Do not wait for the run's end: start a second engine for the pictures."""
        self._timer.stop()
        self._ask(wait=False)

    def look(self, _news: object = None) -> None:
        """Something may have changed."""
        if not self._watchers:
            return
        before = self.front
        self.front = augmentation_front(self._session.whole, self._session.layers)
        said = self._obstacle()
        if said:
            self._timer.stop()
            self._asked = None
            self.is_waiting = False
            if said != self.said or self.pictures is not None:
                self.pictures, self.said = None, said
                self.changed.emit()
            return
        if before != self.front:
            self.changed.emit()
        if self._question() == self._asked:
            self._timer.stop()
        else:
            self._timer.start()

    def _obstacle(self) -> str:
        if self.front is None:
            return self.tr(
                "The network has no augmentation layers at its beginning. Add one behind the Input, such as"
                " RandomFlip: they vary the images, so that the network does not learn them by heart."
            )
        if not self._images:
            if self._session.document.project.data.get("path"):
                return self.tr("The images were not looked at yet: open Data, and then they are shown here.")
            return self.tr("Choose images in Data, and what the layers make of them is shown here.")
        return ""

    def _chosen(self) -> tuple[str, ...]:
        """Some images from all over the data, so that several classes are seen."""
        images = self._images
        count = min(PICTURES, len(images))
        step = len(images) / count
        chosen = (images[(int(number * step) + self._first) % len(images)] for number in range(count))
        return tuple(str(self._root / image.path) for image in chosen)

    def _question(self) -> _Question:
        try:
            resize = DataSettings.from_json(self._session.document.project.data).resize
        except DataError:
            resize = "stretch"
        raw = scales_pixels(self._session.whole.network)
        return _Question(front=self.front, raw=raw, paths=self._chosen(), resize=resize, draw=self._draw)

    def _ask(self, *, wait: bool = True) -> None:
        question = self._question()
        if question.front is None or self._job is not None:
            return  # what is in work looks again at its end
        if wait and self._would_start_another():
            self._wait()
            return
        self.is_waiting = False
        self._asked = question
        self._job = self._engine().request(
            Augment,
            project=project_text(Project(network=question.front)),
            paths=question.paths,
            raw=question.raw,
            resize=question.resize,
            draw=question.draw,
            times=DRAWS,
        )
        self._job.succeeded.connect(self._on_found)
        self._job.failed.connect(self._on_failed)
        if self.pictures is None and self.said != (said := self.tr("The pictures are being made…")):
            self.said = said
            self.changed.emit()

    def _wait(self) -> None:
        """A selection alone is worth no second engine, which takes a gigabyte and slows the run down."""
        if not self.is_waiting:
            self._asked = None
            self.is_waiting, self.pictures = True, None
            self.said = self.tr(
                "A network is being trained; the pictures come when that is over. To show them now, a second engine"
                " is started, which takes memory and slows the run down."
            )
            self.changed.emit()

    def _on_found(self, value: Mapping[str, Any]) -> None:
        self._job = None
        if self._obstacle():
            return
        self.pictures = BeforeAfter(before=value["before"], after=value["after"])
        self.said = ""
        self.changed.emit()
        self.look()

    def _on_failed(self, failure: Failure) -> None:
        self._job = None
        self._asked = None  # asked again with the next change
        self.pictures = None
        self.said = " ".join(translated(part) for part in (failure.message, failure.hint) if part)
        self.changed.emit()
