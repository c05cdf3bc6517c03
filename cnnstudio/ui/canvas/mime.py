"""How a layer travels from the palette to the canvas: the MIME type and its two ends."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

LAYER_MIME = "application/x-cnnstudio-layer"
"""Drag data that holds the type of one layer, UTF-8."""


def layer_mime_data(layer_type: str) -> QMimeData:
    """Drag data for one layer type."""
    data = QMimeData()
    data.setData(LAYER_MIME, layer_type.encode("utf-8"))
    return data


def dragged_layer_type(data: QMimeData) -> str | None:
    """The layer type in drag data, or None when it holds something else."""
    if not data.hasFormat(LAYER_MIME):
        return None
    return bytes(data.data(LAYER_MIME).data()).decode("utf-8", errors="replace")
