"""Random networks against Keras: the same verdict, shapes and weight counts, or the seed and what differs.

python -m benchmarks.random_networks --count 20000
python -m benchmarks.random_networks --count 20000 --blocks

Processes that ask about a few hundred networks each do the work: TensorFlow gives no memory back. One that dies, for
want of memory for instance, is told with its seeds.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass

A_PROCESS = 250
"""Networks that a process is asked about."""


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


def ask_in_a_process(seeds: range, blocks: bool) -> Found | None:
    """The same in a process of its own; None when it died."""
    command = [sys.executable, "-m", "benchmarks.random_networks", "--alone"]
    command += ["--first", str(seeds.start), "--count", str(len(seeds)), *["--blocks"] * blocks]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    if done.returncode:
        return None
    told = json.loads(done.stdout.splitlines()[-1])
    return Found(**{**told, "wrong": tuple(told["wrong"])})


def total(found: list[Found], what: str) -> int:
    """The sum of one of the numbers."""
    return sum(getattr(part, what) for part in found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--blocks", action="store_true", help="put layers into blocks, some of them repeated")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

    end = options.first + options.count
    if options.alone:
        print(json.dumps(asdict(ask(range(options.first, end), options.blocks))))
        return 0
    started = time.perf_counter()
    parts = [range(first, min(first + A_PROCESS, end)) for first in range(options.first, end, A_PROCESS)]
    found: list[Found] = []
    lost: list[range] = []
    with ThreadPoolExecutor(options.processes) as pool:
        asked = {pool.submit(ask_in_a_process, seeds, options.blocks): seeds for seeds in parts}
        for future in as_completed(asked):
            part = future.result()
            if part is None:
                lost.append(asked[future])
                continue
            found.append(part)
            for text in part.wrong:
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
