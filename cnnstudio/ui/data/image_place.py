"""Where a project's images will be kept when they are decoded at its network's input size."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cnnstudio.core.network import Network
from cnnstudio.data.keeping import pixel_file
from cnnstudio.data.keeping.limits import Keeping, limits, where_to_keep
from cnnstudio.data.problem import DataError
from cnnstudio.data.report import DataReport
from cnnstudio.layers.head import image_input
from cnnstudio.ui.data.latest_work import LatestWork


class ImagePlace(QObject):
    """Finds it out beside the window: the files of decoded images and the disk may take long to answer."""

    known = Signal(object)
    """The `Keeping`, each time that it may be another; None: not known."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = LatestWork(self)
        self._work.answered.connect(self.known)
        self._size: int | None = None

    def follow(self, report: DataReport | None, network: Network) -> None:
        """Find it out again if these images take another size."""
        if decoded_size(report, network) != self._size:
            self.look(report, network)

    def look(self, report: DataReport | None, network: Network) -> None:
        """Find it out again: the limits, memory or the disk may be others, too."""
        size = self._size = decoded_size(report, network)
        if size is None:
            self._work.drop()
            self.known.emit(None)
        else:
            self._work.ask(lambda _cancelled: _keeping_of(size))

    def stop(self) -> None:
        """Find out nothing more, for the program's end."""
        self._work.stop()


def decoded_size(report: DataReport | None, network: Network) -> int | None:
    """Bytes of all images at the network's input size; None where it takes no images, or there are none."""
    node_id = image_input(network)
    shape = network.nodes[node_id].params.get("shape") if node_id is not None else None
    if report is None or not report.images or not isinstance(shape, tuple) or len(shape) != 3:
        return None
    size = len(report.images)
    for extent in shape:
        if not isinstance(extent, int) or extent < 1:
            return None
        size *= extent
    return size


def _keeping_of(size: int) -> Keeping | None:
    """By the limits in force and what is free now."""
    try:
        return where_to_keep(size, limits(), held=pixel_file.used())
    except DataError:
        return None
