"""Unpacking into the cache against what one would write by hand, in seconds of the processor and as ratios.

    python benchmarks/unpacking.py [--images N] [--rounds N]

Arrays: N grey 28×28 images in ten classes as `.npz`, against a loop of Pillow's `save`. Archives: these images as `.tar.gz`
and `.zip`, against `extractall` of the standard library (a tar with its filter for data). Tables: N rows, against Python's
`csv` reader and a look whether each file is there. Goals: arrays no slower than Pillow, 60,000 images in less than half a minute; archives at most 1.5 times
as long; all with every check on.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import statistics
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources import reader_for
from cnnstudio.data.unpacking.archive import unpack_archive
from cnnstudio.data.unpacking.arrays import ArrayPart, Arrays
from cnnstudio.data.unpacking.files import write_arrays


def pictures(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Blobs on black, about as hard to compress as clothes."""
    generator = np.random.default_rng(3)
    small = generator.integers(0, 256, (count, 7, 7), dtype=np.uint8)
    large = small.repeat(4, axis=1).repeat(4, axis=2)
    large[:, :4] = large[:, -4:] = 0
    return large, np.arange(count) % 10


def by_hand(images: np.ndarray, labels: np.ndarray, folder: Path) -> None:
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        home = folder / str(label)
        home.mkdir(exist_ok=True)
        Image.fromarray(image).save(home / f"{number:06}.png", compress_level=1)


def unpacked_by_hand(path: Path, folder: Path) -> None:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as bundle:
            bundle.extractall(folder)
    else:
        with tarfile.open(path) as bundle:
            bundle.extractall(folder, filter="data")


def listed_by_hand(table: Path) -> list[bool]:
    with table.open(newline="") as stream:
        return [(table.parent / row[0]).is_file() for row in csv.reader(stream)]


def seconds(work: Callable[[Path], object], rounds: int) -> float:
    """Median processor time of `work` on a fresh folder."""
    taken = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            start = time.process_time()
            work(Path(name))
            taken.append(time.process_time() - start)
    return statistics.median(taken)


def tell(what: str, ours: float, theirs: float) -> None:
    print(
        f"{what:<22} studio {ours:7.2f} s   by hand {theirs:7.2f} s   ratio {ours / theirs:.2f}", flush=True
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    images, labels = pictures(options.images)
    names = tuple(str(number) for number in range(10))
    arrays = Arrays(
        task="classification", names=names, parts=(ArrayPart(part="", images=images, labels=labels),)
    )
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "set"
        home.mkdir()
        ours = seconds(lambda folder: write_arrays(arrays, folder), options.rounds)
        tell(
            f"{options.images:,} arrays",
            ours,
            seconds(lambda folder: by_hand(images, labels, folder), options.rounds),
        )
        write_arrays(arrays, home)
        for kind in ("gztar", "zip"):
            packed = Path(shutil.make_archive(str(home) + "-packed", kind, home))
            tell(
                packed.name,
                seconds(lambda folder, packed=packed: unpack_archive(packed, folder), options.rounds),
                seconds(lambda folder, packed=packed: unpacked_by_hand(packed, folder), options.rounds),
            )
        table = home / "list.csv"
        with table.open("w", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(("file", "label"))
            rows.writerows(
                (f"{label}/{number:06}.png", f"class {label}") for number, label in enumerate(labels)
            )
        settings = DataSettings()
        tell(
            "table, files looked up",
            seconds(lambda _: reader_for(table, settings).listing(table, settings), options.rounds),
            seconds(lambda _: listed_by_hand(table), options.rounds),
        )


if __name__ == "__main__":
    main()
