"""The one rule by which pixels become what a network is fed. Training, evaluation, prediction and exports use it.

Pixel values are scaled to 0..1, unless the network has a Rescaling or Normalization layer: then it is fed the raw
values 0..255 and scales them itself, and so does every file exported from it.
"""

from __future__ import annotations

from cnnstudio.core.expansion import expanded
from cnnstudio.core.network import Network
from cnnstudio.layers.augmentation_front import scales_pixels

SCALED = "0..1"
RAW = "0..255"


def pixel_range(network: Network) -> str:
    """What the network is fed: `0..1`, or `0..255` when it has a Rescaling or Normalization layer."""
    return RAW if scales_pixels(expanded(network)) else SCALED


def pixel_factor(range_name: str) -> float:
    """What a pixel of 0..255 is multiplied with to be in the range."""
    return 1.0 if range_name == RAW else 1.0 / 255.0
