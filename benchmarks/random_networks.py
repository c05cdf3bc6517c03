"""Random networks against Keras: the same verdict, shapes and weight counts, or the seed and what differs.

python -m benchmarks.random_networks --count 2000
"""

from __future__ import annotations

import argparse
import os
import sys
import time


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--blocks", action="store_true", help="put layers into blocks, some of them repeated")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

    import keras

    from cnnstudio.core.analysis import Analyser
    from cnnstudio.core.blocks import count_layers
    from cnnstudio.layers import catalogue
    from tests.layers.agreement import disagreements
    from tests.layers.random_blocks import changed, random_network_with_blocks
    from tests.layers.random_networks import random_network

    started = time.perf_counter()
    wrong = layers = valid = 0
    for seed in range(options.first, options.first + options.count):
        network = (
            changed(random_network_with_blocks(seed)[1], seed) if options.blocks else random_network(seed)
        )
        layers += count_layers(network)
        valid += Analyser(catalogue()).analyse(network).ok
        lines = disagreements(network)
        if lines:
            wrong += 1
            print(f"seed {seed}:", *lines, sep="\n  ")
        if seed % 50 == 49:
            keras.backend.clear_session()
    seconds = time.perf_counter() - started
    print(
        f"{options.count} networks ({valid} valid, {options.count - valid} broken), {layers} layers, "
        f"{wrong} disagreements, {seconds:.0f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
