"""Where a project's images will be kept when they are decoded at its network's input size."""

from __future__ import annotations

from cnnstudio.core.network import Network
from cnnstudio.data.keeping import pixel_file
from cnnstudio.data.keeping.limits import Keeping, limits, where_to_keep
from cnnstudio.data.problem import DataError
from cnnstudio.data.report import DataReport
from cnnstudio.layers.head import image_input


def keeping_of(report: DataReport | None, network: Network) -> Keeping | None:
    """By the limits in force and what is free now; None where the network takes no images, or there are none."""
    node_id = image_input(network)
    shape = network.nodes[node_id].params.get("shape") if node_id is not None else None
    if report is None or not report.images or not isinstance(shape, tuple) or len(shape) != 3:
        return None
    size = len(report.images)
    for extent in shape:
        if not isinstance(extent, int) or extent < 1:
            return None
        size *= extent
    try:
        return where_to_keep(size, limits(), held=pixel_file.used())
    except DataError:
        return None
