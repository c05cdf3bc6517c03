"""Which nodes a search finds: by name, type, kind or shape. No Qt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.block_specs import spec_of
from cnnstudio.core.network import Network
from cnnstudio.core.spec import Catalogue, Shape

_TIMES = re.compile(r"(?<=[\d?])\s*[x×*]\s*(?=[\d?])")


def searched_texts(network: Network, catalogue: Catalogue, analysis: Analysis) -> dict[str, str]:
    """What a search looks at, for every node in the order of the data."""
    texts: dict[str, str] = {}
    for node_id in dict.fromkeys((*analysis.order, *network.nodes)):
        node = network.nodes.get(node_id)
        if node is None:
            continue
        spec, known = spec_of(catalogue, node), analysis.nodes.get(node_id)
        words = [node.label, node.type]
        if spec is not None:
            words += [spec.category, *spec.keywords]
        for shape in known.outputs if known is not None else ():
            if shape is not None:
                words += _shape_words(shape)
        texts[node_id] = " ".join(words).casefold()
    return texts


def matches(texts: Mapping[str, str], labels: Mapping[str, str], wanted: str) -> list[str]:
    """The nodes whose text has all the words: the one of that name first, then names that begin so or have the words.

    `28 × 28`, `28x28` and `28*28` are the same. Nothing for no word.
    """
    whole = _TIMES.sub("x", wanted.casefold()).strip()
    words = whole.split()
    if not words:
        return []
    found = [node_id for node_id, text in texts.items() if all(word in text for word in words)]
    return sorted(found, key=lambda node_id: _rank(labels[node_id].casefold(), whole, words))


def _rank(label: str, whole: str, words: Sequence[str]) -> int:
    if label == whole:
        return 0
    if label.startswith(whole):
        return 1
    return 2 if all(word in label for word in words) else 3


def _shape_words(shape: Shape) -> list[str]:
    """In both orders, without spaces."""
    sizes = ["?" if size is None else str(size) for size in shape]
    return ["x".join(sizes), "x".join((sizes[-1], *sizes[:-1]))] if sizes else []
