"""Makes the sample data set from Fashion-MNIST's IDX files, or lays out all 70,000 images as folders.

The files come from Debian's package dataset-fashion-mnist; any folder with the same four .gz files serves.

    python resources/make_sample.py sample               writes resources/sample/fashion-mnist-4000.zip
    python resources/make_sample.py folders OUT          writes OUT/train/CLASS/*.png and OUT/test/CLASS/*.png

The sample is the first 400 images of each class of the 60,000 training images; a file's name is the image's number
there. Both outputs are the same bytes each time (with the same zlib).
"""

from __future__ import annotations

import argparse
import gzip
import io
import struct
import sys
import zipfile
import zlib
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cnnstudio.data.sample import CLASS_NAMES, IMAGES_PER_CLASS

SOURCE = Path("/usr/share/datasets/fashion-mnist")
SAMPLE = Path(__file__).resolve().parent / "sample"
Images = NDArray[np.uint8]


def read_idx(path: Path) -> Images:
    """A gzipped IDX file of bytes: images (count, 28, 28) or labels (count,). Raises ValueError."""
    content = gzip.decompress(path.read_bytes())
    zero, kind, axes = struct.unpack(">HBB", content[:4])
    if zero != 0 or kind != 8:
        raise ValueError(f"{path} is no IDX file of bytes.")
    shape = struct.unpack(f">{axes}I", content[4 : 4 + 4 * axes])
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def png(image: Images, level: int) -> bytes:
    """A grey PNG of one image (height, width), compressed with zlib's `level` (0: not at all)."""
    height, width = image.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = np.pad(image, ((0, 0), (1, 0))).tobytes()  # each row after its filter's number, 0: unfiltered
    body = zlib.compress(rows, level)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def write_sample(source: Path, target: Path) -> None:
    """The zip of the sample, without dates: the licence, and the images as a zip of their own, compressed as one."""
    images = read_idx(source / "train-images-idx3-ubyte.gz")
    labels = read_idx(source / "train-labels-idx1-ubyte.gz")
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as bundle:
        for label, class_name in enumerate(CLASS_NAMES):
            for number in np.flatnonzero(labels == label)[:IMAGES_PER_CLASS]:
                _add(bundle, f"{class_name}/{number:05d}.png", png(images[number], 0), zipfile.ZIP_STORED)
    with zipfile.ZipFile(target, "w") as bundle:
        _add(bundle, "LICENSE.txt", (SAMPLE / "LICENSE.txt").read_bytes(), zipfile.ZIP_DEFLATED)
        _add(bundle, "images.zip", inner.getvalue(), zipfile.ZIP_DEFLATED)


def _add(bundle: zipfile.ZipFile, name: str, content: bytes, method: int) -> None:
    entry = zipfile.ZipInfo(name, date_time=(2017, 8, 25, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = 0o100644 << 16
    bundle.writestr(entry, content, method, 9)


def write_folders(source: Path, target: Path) -> int:
    """All 70,000 images as target/train/CLASS/*.png and target/test/CLASS/*.png; their number."""
    jobs = []
    total = 0
    for part, prefix in (("train", "train"), ("test", "t10k")):
        images = read_idx(source / f"{prefix}-images-idx3-ubyte.gz")
        labels = read_idx(source / f"{prefix}-labels-idx1-ubyte.gz")
        total += len(images)
        for label, class_name in enumerate(CLASS_NAMES):
            folder = target / part / class_name
            folder.mkdir(parents=True, exist_ok=True)
            numbers = np.flatnonzero(labels == label)
            jobs.append((folder, numbers, images[numbers]))
    with Pool() as pool:
        pool.starmap(_write_class, jobs, chunksize=1)
    return total


def _write_class(folder: Path, numbers: NDArray[np.intp], images: Images) -> None:
    for number, image in zip(numbers, images, strict=True):
        (folder / f"{number:05d}.png").write_bytes(png(image, 1))


def main(arguments: list[str] | None = None) -> int:
    """Runs one of the two commands; 2 when the source files are missing."""
    parser = argparse.ArgumentParser(description="Makes the sample data set from Fashion-MNIST's IDX files.")
    parser.add_argument("--source", type=Path, default=SOURCE, help="folder of the four IDX .gz files")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("sample", help="write resources/sample/fashion-mnist-4000.zip")
    commands.add_parser("folders", help="lay out all 70,000 images").add_argument("out", type=Path)
    options = parser.parse_args(arguments)
    if not (options.source / "train-images-idx3-ubyte.gz").is_file():
        print(f"No Fashion-MNIST files in {options.source}. Install dataset-fashion-mnist.", file=sys.stderr)
        return 2
    if options.command == "sample":
        target = SAMPLE / "fashion-mnist-4000.zip"
        write_sample(options.source, target)
        print(f"{target}: {target.stat().st_size / 1e6:.2f} MB")
    else:
        print(f"{options.out}: {write_folders(options.source, options.out):,} images")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
