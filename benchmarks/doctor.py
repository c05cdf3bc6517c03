"""The data doctor against a plain Pillow loop over the same files: what listing, judging and the search for copies cost.

    python -m benchmarks.doctor [--png FOLDER] [--count N] [--photographs N] [--rounds N]

Two kinds of data: Fashion-MNIST pictures (PNG 28×28; FOLDER as `python resources/make_sample.py folders FOLDER` lays
them out, else in a temporary place) and generated photographs (JPEG 640×480). The reference is what everybody writes:
open each file that `os.walk` finds with Pillow, `load()` it, note its size. Prints images a second, the seconds for
10,000 images, and the ratio of the doctor's time to the reference's in the same round; then the same for opening the
folder again, unchanged, and the share that the search for look-alikes has. Goals: photographs at most 1.2 times the
reference's time on one core; 10,000 tiny pictures within seconds; opening again at least 5 times as fast.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))
_AGE = 10**18


def write_photographs(folder: Path, count: int) -> None:
    """Smooth colour fields with noise, as hard to decode as photographs of 640×480, in four classes."""
    import numpy as np
    from PIL import Image

    generator = np.random.default_rng(7)
    noise = generator.normal(0, 12, (480, 640, 3))
    for number in range(count):
        home = folder / f"class{number % 4}"
        home.mkdir(parents=True, exist_ok=True)
        small = generator.integers(0, 256, (9, 12, 3), np.uint8)
        smooth = np.asarray(Image.fromarray(small).resize((640, 480), Image.Resampling.BICUBIC), np.int16)
        pixels = np.clip(smooth + noise, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(home / f"{number:05}.jpg", quality=90)


def take_pictures(source: Path, folder: Path, count: int) -> None:
    """The first `count` of the laid-out Fashion-MNIST pictures' training part, evenly from all classes."""
    classes = sorted(path for path in (source / "train").iterdir() if path.is_dir())
    for one in classes:
        (folder / one.name).mkdir(parents=True, exist_ok=True)
        for path in sorted(one.iterdir())[: count // len(classes)]:
            shutil.copyfile(path, folder / one.name / path.name)


def plain_loop(folder: Path) -> int:
    """The reference: every file decoded by Pillow, one after the other."""
    from PIL import Image

    sizes = []
    for home, _, names in os.walk(folder):
        for name in names:
            with Image.open(os.path.join(home, name)) as picture:  # noqa: PTH118 - as people write it
                picture.load()
                sizes.append(picture.size)
    return len(sizes)


def doctor(folder: Path) -> int:
    """The whole report."""
    from cnnstudio.data.image_folder import scan

    return len(scan(folder).images)


def seconds(call: Callable[[Path], int], folder: Path) -> tuple[float, float, int]:
    """Seconds on the clock and of the processors, and how many images there were."""
    start, worked = time.perf_counter(), time.process_time()
    count = call(folder)
    return time.perf_counter() - start, time.process_time() - worked, count


def measure(name: str, folder: Path, rounds: int) -> None:
    """Prints the medians of some rounds, and of the ratios within them."""
    for path in folder.rglob("*.*"):
        os.utime(path, ns=(_AGE, _AGE))
    plain_loop(folder)  # so that both read from memory
    plain: list[float] = []
    fresh: list[float] = []
    again: list[float] = []
    searching: list[float] = []
    work: list[float] = []
    count = 0
    for _ in range(rounds):
        shutil.rmtree(Path(os.environ["XDG_CACHE_HOME"]) / "cnnstudio", ignore_errors=True)
        clock, plain_work, _ = seconds(plain_loop, folder)
        plain.append(clock)
        clock, fresh_work, count = seconds(doctor, folder)
        fresh.append(clock)
        work.append(fresh_work / plain_work)
        again.append(seconds(doctor, folder)[0])
        searching.append(search_seconds(folder))
    ratios = [one / other for one, other in zip(fresh, plain, strict=True)]
    gains = [one / other for one, other in zip(fresh, again, strict=True)]
    scale = 10_000 / count
    print(f"{name}, {count:,} images, medians of {rounds} rounds")
    for label, values in (("Pillow loop", plain), ("doctor", fresh), ("doctor again", again)):
        middle = statistics.median(values)
        print(f"  {label:<14}{count / middle:>9,.0f} images/s{middle * scale:>9.2f} s for 10,000")
    print(f"  look-alikes   {statistics.median(searching):>9.2f} s of the doctor's time")
    print(
        f"  doctor : Pillow loop = {statistics.median(ratios):.2f} on the clock, {statistics.median(work):.2f} of work"
    )
    print(f"  doctor : doctor again = {statistics.median(gains):.1f}")


def search_seconds(folder: Path) -> float:
    """Seconds that the search for look-alikes alone takes."""
    import numpy as np

    from cnnstudio.data.alike import alike_groups
    from cnnstudio.data.examine import Facts, examine
    from cnnstudio.data.miniature import BYTES
    from cnnstudio.data.scan_memory import ScanMemory

    memory = ScanMemory(folder)
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*.*")]
    found = [memory.recall(name) or examine(folder, name) for name in names]
    content = b"".join(facts.miniature for facts in found if isinstance(facts, Facts))
    miniatures = np.frombuffer(content, np.uint8).reshape(-1, BYTES)
    start = time.perf_counter()
    alike_groups(miniatures)
    return time.perf_counter() - start


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Times the data doctor against a plain Pillow loop.")
    parser.add_argument("--png", type=Path, help="Fashion-MNIST as folders; made when absent")
    parser.add_argument("--count", type=int, default=10_000, help="tiny pictures")
    parser.add_argument("--photographs", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_CACHE_HOME"] = str(Path(home) / "cache")
        source = options.png
        if source is None:
            source = Path(home) / "all"
            make = [sys.executable, str(CHECKOUT / "resources" / "make_sample.py"), "folders", str(source)]
            if subprocess.run(make, check=False).returncode:
                return 2
        take_pictures(source, Path(home) / "tiny", options.count)
        measure("Fashion-MNIST, PNG 28×28", Path(home) / "tiny", options.rounds)
        write_photographs(Path(home) / "photographs", options.photographs)
        measure("Photographs, JPEG 640×480", Path(home) / "photographs", options.rounds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
