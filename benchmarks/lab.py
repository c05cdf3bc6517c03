"""A filter over a picture of 512 × 512 pixels, and one step of the window over it, as the Lab does them.

Goal: an edit of the kernel is seen within a frame of 1/60 s. The reference is NumPy's own sliding windows, multiplied
and added up by `einsum`, in the same run.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from cnnstudio.data.lab.filtering import Filtering
from cnnstudio.data.lab.kernel import Kernel, classic
from cnnstudio.data.lab.pictures import LabPicture
from cnnstudio.ui.lab.picture_page import PicturePage

FRAME = 1000 / 60
SIDE = 512
TIMES = 15


def milliseconds(work: Callable[[int], object]) -> float:
    """The median."""
    found = []
    for number in range(TIMES):
        start = time.perf_counter()
        work(number)
        found.append(1000 * (time.perf_counter() - start))
    return statistics.median(found)


def by_numpy(picture: np.ndarray, kernel: Kernel) -> np.ndarray:
    """The same with NumPy's sliding windows."""
    weights = np.array([[float(number) for number in row] for row in kernel.values], np.float32)
    down, across = kernel.size
    above, left = (down - 1) // 2, (across - 1) // 2
    around = ((above, down - 1 - above), (left, across - 1 - left))
    padded = np.pad(picture.astype(np.float32), (*around, *((0, 0),) * (picture.ndim - 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.size, axis=(0, 1))
    return np.einsum("...ij,ij->...", windows, weights, optimize=True)


def main() -> None:
    application = QApplication([])
    page = PicturePage()
    page.resize(1208, 584)
    page.show()
    random = np.random.default_rng(0)
    seven = Kernel(tuple(tuple(Fraction(row + column + 1) for column in range(7)) for row in range(7)))
    for colours in ((), (3,)):
        picture = random.integers(0, 256, (SIDE, SIDE, *colours)).astype(np.uint8)
        page.source.picture = LabPicture(name="noise", pixels=picture, width=SIDE, height=SIDE)
        page.source.picture_known.emit(page.source.picture)
        for kernel in (classic("sobel_x"), classic("gaussian"), seven):
            ours = Filtering(kernel=kernel)
            np.testing.assert_allclose(ours.apply(picture), by_numpy(picture, kernel), rtol=1e-4, atol=0.05)
            alone = milliseconds(lambda _, ours=ours, picture=picture: ours.apply(picture))
            reference = milliseconds(lambda _, kernel=kernel, picture=picture: by_numpy(picture, kernel))
            if kernel.size == (7, 7):
                page.panel.size_choice.setCurrentIndex(2)

            def edit(number: int, kernel: Kernel = kernel) -> None:
                page.panel.set_kernel(kernel.with_number(0, 0, Fraction(number + 20)))
                application.processEvents()

            def step(number: int) -> None:
                page.look_at(100 + number, 100)
                application.processEvents()

            seen, moved = milliseconds(edit), milliseconds(step)
            print(
                f"{'colour' if colours else 'grey  '} {kernel.size[0]}×{kernel.size[1]}: filtered in {alone:5.1f} ms,"
                f" {alone / reference:.2f} of NumPy's windows; an edit is seen in {seen:5.1f} ms"
                f" ({seen / FRAME:.2f} of a frame), a step of the window in {moved:4.1f} ms"
            )
    page.close()


if __name__ == "__main__":
    main()
