"""What a network's own layers make of pictures before it learns from them: the real layers, as a run calls them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network
from cnnstudio.data.decode import decode_file
from cnnstudio.data.picture import PictureError
from cnnstudio.data.settings import Resize
from cnnstudio.engine.builder import build
from cnnstudio.engine.datasets import input_shape_of
from cnnstudio.engine.devices import allow_memory_growth, processor
from cnnstudio.engine.failures import EngineError
from cnnstudio.engine.pixels import RAW, SCALED, pixel_factor
from cnnstudio.layers import catalogue
from cnnstudio.layers.augmentation_front import SCALING, augmentation_front


def augmented(
    network: Network,
    paths: Sequence[Path],
    *,
    raw: bool,
    resize: Resize = "stretch",
    draw: int = 0,
    times: int = 3,
) -> dict[str, Any]:
    """Pictures before and after a network's augmentation layers. `raw`: it is fed 0 to 255 instead of 0 to 1.

    `before`: uint8 (pictures, height, width, channels), at the input's size; files that cannot be read are missing.
    `after`: uint8 (pictures, times, height, width, channels), each time drawn anew. The same `draw` gives the same
    again, other parameters or not; a layer's own seed is counted up by it. Raises EngineError and BuildError.
    """
    analysis = Analyser(catalogue()).analyse(network)
    front = augmentation_front(analysis, catalogue())
    if front is None:
        raise EngineError(
            Message("The network has no augmentation layers at its beginning."),
            Message("Add a layer such as RandomFlip behind the Input."),
        )
    shapes = {node_id: node.output_shape for node_id, node in analysis.nodes.items()}
    shape = input_shape_of(front, shapes)
    before = _decoded(paths, shape, resize)
    if not len(before):
        raise EngineError(Message("None of the images can be read any more."), Message("Look at the folder."))
    factor = pixel_factor(RAW if raw else SCALED)
    allow_memory_growth()
    with keras.device(processor()):
        keras.utils.set_random_seed(draw)
        model = build(_drawn(front, draw), catalogue())
        fed = np.repeat(before, times, axis=0).astype(np.float32) * np.float32(factor)
        after = keras.ops.convert_to_numpy(model(fed, training=True))
        low, high = _black_and_white(front, shape[2], 255 * factor)
    shown = (after - low) / np.where(high == low, 1, high - low) * 255
    pixels = np.nan_to_num(shown).round().clip(0, 255).astype(np.uint8)
    return {"before": before, "after": pixels.reshape(len(before), times, *pixels.shape[1:])}


def _decoded(paths: Sequence[Path], shape: tuple[int, int, int], resize: Resize) -> NDArray[np.uint8]:
    pictures = []
    for path in paths:
        try:
            pictures.append(decode_file(path, shape, resize))
        except PictureError:
            continue
    return np.stack(pictures) if pictures else np.zeros((0, *shape), np.uint8)


def _drawn(front: Network, draw: int) -> Network:
    """The same layers, their own seeds counted up."""
    nodes = []
    for node in front.nodes.values():
        seed = node.params.get("seed")
        if isinstance(seed, int):
            node = replace(node, params=node.params.with_value("seed", seed + draw))
        nodes.append(node)
    return Network.of(nodes, front.edges)


def _black_and_white(
    front: Network, channels: int, white: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What becomes of black and of white in the layers that only scale, each channel's own."""
    first, *others = front.nodes.values()
    nodes = [replace(first, params=first.params.with_value("shape", (1, 1, channels)))]
    nodes += [node for node in others if node.type in SCALING]
    edges = [Edge(source=one.id, target=other.id) for one, other in pairwise(nodes)]
    model = build(Network.of(nodes, edges), catalogue())
    ends = np.stack([np.zeros((1, 1, channels)), np.full((1, 1, channels), white)]).astype(np.float32)
    low, high = np.asarray(keras.ops.convert_to_numpy(model(ends, training=False)), np.float32)
    return low, high
