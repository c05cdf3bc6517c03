"""Small arrays of images, what a report makes of them, and how a refusal is checked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from cnnstudio.data.decode import load_images
from cnnstudio.data.image_folder import scan
from cnnstudio.data.problem import DataError
from cnnstudio.data.report import DataReport
from cnnstudio.data.unpacking import cache

RANDOM = np.random.default_rng(3)
PICTURES = RANDOM.integers(0, 256, (12, 7, 9), dtype=np.uint8)
COLOURS = RANDOM.integers(0, 256, (12, 7, 9, 3), dtype=np.uint8)
LABELS = np.array([0, 1, 2] * 4)

loose = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def pixels_of(report: DataReport, part: str = "", channels: int = 1) -> tuple[np.ndarray, list[str]]:
    """Pixels and class names of a report's images of one part, in the order of their paths' numbers."""
    chosen = [n for n, image in enumerate(report.images) if image.part == part]
    chosen.sort(key=lambda n: report.images[n].path.split("/")[-1])
    loaded = load_images(report, height=7, width=9, channels=channels, indices=chosen)
    return loaded.pixels, [report.class_names[label] for label in loaded.labels]


def assert_refused(path: Path, code: str) -> str:
    with pytest.raises(DataError) as caught:
        scan(path)
    assert caught.value.code == code, str(caught.value)
    assert str(caught.value.hint)
    assert not list(cache.cache_folder().glob("*")), "nothing half is left in the cache"
    return str(caught.value)
