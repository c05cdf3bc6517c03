"""Small real data and small real networks: three classes of 16×16 pictures that a tiny network learns in seconds."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project

CLASSES = ("bright", "dark", "striped")


def write_images(root: Path, each: int = 24, classes: tuple[str, ...] = CLASSES) -> Path:
    """Lay out `root/class/NN.png`, grey, 16×16."""
    generator = np.random.default_rng(7)
    for name in classes:
        (root / name).mkdir(parents=True)
        for number in range(each):
            noise = generator.integers(0, 60, (16, 16))
            level = {"bright": 180, "dark": 10}.get(name, 0)
            picture = noise + level
            if name == "striped":
                picture[:, ::2] += 180
            Image.fromarray(picture.clip(0, 255).astype(np.uint8)).save(root / name / f"{number:02}.png")
    return root


def node(node_id: str, kind: str, **params: object) -> Node:
    return Node(id=node_id, type=kind, params=Params(params))


def chain(*nodes: Node) -> Network:
    return Network.of(nodes, [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)])


def network(classes: int = 3, *extra: Node, activation: str | None = "softmax", size: int = 16) -> Network:
    return chain(
        node("image", "Input", shape=[size, size, 1]),
        *extra,
        node("conv", "Conv2D", filters=4, kernel_size=3, activation="relu"),
        node("pool", "MaxPooling2D"),
        node("flatten", "Flatten"),
        node("dropout", "Dropout", rate=0.3),
        node("classes", "Dense", units=classes, activation=activation),
    )


def project(network_: Network | None = None, **training: object) -> Project:
    settings = {"epochs": 2, "batch_size": 8, "learning_rate": 0.01, **training}
    return Project(
        name="Tiny",
        network=network_ or network(),
        data=Params(validation_split=0.25, seed=3),
        training=Params(settings),
    )
