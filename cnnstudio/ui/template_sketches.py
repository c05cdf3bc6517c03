"""The small drawings of the templates, made beside the window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from cnnstudio.core.spec import Catalogue
from cnnstudio.ui.kept_thread import KeptThread
from cnnstudio.ui.network_picture import sketched
from cnnstudio.zoo import Template


class TemplateSketches(KeptThread):
    """Builds templates and lays them out, one after the other: the deep ones take longer than many frames."""

    drawn = Signal(int, object, object)
    """The template's number, its `Network` and its `Sketch`."""

    def __init__(self, templates: Sequence[Template], catalogue: Catalogue) -> None:
        super().__init__()
        self._templates = templates
        self._catalogue = catalogue

    def run(self) -> None:
        for number, template in enumerate(self._templates):
            if self.isInterruptionRequested():
                return
            network = template.build()
            self.drawn.emit(number, network, sketched(network, self._catalogue))

    def stop(self) -> None:
        """Draw no more, and wait for the one that is in work."""
        self.requestInterruption()
        self.wait()
