"""Random networks against Keras: the same verdict, shapes and weight counts, or the seed and what differs.

python -m benchmarks.random_networks --count 20000
python -m benchmarks.random_networks --count 20000 --blocks

Processes that are replaced every few hundred networks do the asking, so memory stays bounded.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

AT_ONCE = 100
"""Networks that a process gets at a time."""
PROCESS_LASTS = 5
"""After how many times a process is replaced: TensorFlow gives no memory back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of some seeds."""

    networks: int
    valid: int
    layers: int
    refused: int
    """Layers that the reference refuses."""
    ruled_out: int
    """Of these, how many Keras would take: nonsense that the project file rules out."""
    wrong: tuple[str, ...]
    """One text for each network on which the two differ."""


def ask(seeds: range, blocks: bool) -> Found:
    """Compare the networks of these seeds with Keras."""
    import keras

    from cnnstudio.core.analysis import Analyser
    from cnnstudio.core.blocks import count_layers
    from cnnstudio.layers import catalogue
    from tests.layers.agreement import compared
    from tests.layers.random_blocks import changed, random_network_with_blocks
    from tests.layers.random_networks import random_network

    warnings.filterwarnings("ignore", message="You are using a softmax")
    wrong = []
    layers = valid = refused = ruled_out = 0
    for seed in seeds:
        network = changed(random_network_with_blocks(seed)[1], seed) if blocks else random_network(seed)
        layers += count_layers(network)
        valid += Analyser(catalogue()).analyse(network).ok
        try:
            result = compared(network)
            lines, refused, ruled_out = result.lines, refused + result.refused, ruled_out + result.ruled_out
        except Exception as error:
            lines = (f"the comparison fails: {type(error).__name__}: {error}",)
        if lines:
            wrong.append("\n  ".join([f"seed {seed}:", *lines]))
        if seed % 50 == 49:
            keras.backend.clear_session()
    return Found(
        networks=len(seeds),
        valid=valid,
        layers=layers,
        refused=refused,
        ruled_out=ruled_out,
        wrong=tuple(wrong),
    )


def total(found: list[Found], what: str) -> int:
    """The sum of one of the numbers."""
    return sum(getattr(part, what) for part in found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--blocks", action="store_true", help="put layers into blocks, some of them repeated")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

    started = time.perf_counter()
    end = options.first + options.count
    tasks = [range(first, min(first + AT_ONCE, end)) for first in range(options.first, end, AT_ONCE)]
    found: list[Found] = []
    lost: list[range] = []
    with ProcessPoolExecutor(
        options.processes, multiprocessing.get_context("spawn"), max_tasks_per_child=PROCESS_LASTS
    ) as pool:
        asked = {pool.submit(ask, seeds, options.blocks): seeds for seeds in tasks}
        for future in as_completed(asked):
            try:
                found.append(future.result())
            except BrokenProcessPool:  # one process killed, for want of memory for instance, ends the others
                lost.append(asked[future])
                continue
            for text in found[-1].wrong:
                print(text, flush=True)
            print(
                f"{total(found, 'networks')} of {options.count} networks, "
                f"{sum(len(part.wrong) for part in found)} disagreements, {time.perf_counter() - started:.0f} s",
                file=sys.stderr,
                flush=True,
            )
    if lost:
        print(f"A process died; not asked: {', '.join(f'{one.start}-{one.stop - 1}' for one in lost)}")
    networks, valid, wrong = (
        total(found, "networks"),
        total(found, "valid"),
        sum(len(part.wrong) for part in found),
    )
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{networks} networks ({valid} valid, {networks - valid} broken), {total(found, 'layers')} layers, "
        f"{total(found, 'refused')} refused ({total(found, 'ruled_out')} by the project file's contract alone), "
        f"{wrong} disagreements, {time.perf_counter() - started:.0f} s, at most {memory:.0f} MiB a process"
    )
    return 1 if wrong or lost else 0


if __name__ == "__main__":
    sys.exit(main())
