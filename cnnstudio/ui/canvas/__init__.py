"""The canvas of the Design workspace: the network as cards and wires."""

from cnnstudio.ui.canvas.view import CanvasView

__all__ = ["CanvasView"]
