"""Layers as text for the clipboard: project JSON, so that they also travel between windows and into a chat. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from cnnstudio.core import json_text
from cnnstudio.core.json_text import JsonError
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node, Position
from cnnstudio.core.project import MOST_LAYERS, Project
from cnnstudio.core.project_file import VALUES_PER_LAYER, network_from_json, parse_project, project_text

LARGEST_TEXT = 64 * 1024 * 1024
"""Characters."""
SHORT_TEXT = 64 * 1024
"""Characters that are read and parsed in one turn of the event loop: nobody feels it."""


class PasteError(Exception):
    """The clipboard holds no layers, and why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def part(network: Network, node_ids: Collection[str]) -> Network:
    """Some nodes of a network and the wires between them."""
    chosen = frozenset(node_ids)
    return Network.of(
        (node for node_id, node in network.nodes.items() if node_id in chosen),
        (edge for edge in network.edges if edge.source in chosen and edge.target in chosen),
    )


def copied_text(network: Network, name: str = "") -> str:
    """The text to put on the clipboard."""
    return project_text(Project(name=name, network=network))


def pasted(text: str) -> Network:
    """The layers in a text: a project, or its `network` alone. Raises PasteError."""
    try:
        network = _network_in(text)
    except JsonError as error:
        raise PasteError(
            Message("There are no layers on the clipboard: {reason}", reason=error.message)
        ) from None
    if not network.nodes:
        raise PasteError(Message("There are no layers on the clipboard."))
    return network


def _network_in(text: str) -> Network:
    if len(text) > LARGEST_TEXT:
        raise JsonError(Message("it is too long to be a network."))
    if len(text) > SHORT_TEXT and '"nodes"' not in text:
        raise JsonError(Message("it is no network."))
    if text.count(",") > MOST_LAYERS * VALUES_PER_LAYER:
        raise JsonError(Message("it holds too many values."))
    if (count := text.count('"type"')) > MOST_LAYERS:
        raise JsonError(
            Message("it has about {count} layers; up to {most} can be pasted.", count=count, most=MOST_LAYERS)
        )
    try:
        return _network_of(text)
    except JsonError:
        # A chat or a document puts words around it, or fences.
        start, end = text.find("{"), text.rfind("}")
        if start < 0 or end < start or text[start : end + 1] == text.strip():
            raise
        return _network_of(text[start : end + 1])


def _network_of(text: str) -> Network:
    content = json_text.parse(text)
    if isinstance(content, dict) and "nodes" in content and "format" not in content:
        return network_from_json(content)
    return parse_project(text).network


def with_new_ids(
    piece: Network,
    into: Network,
    mint: Callable[[str], str],
    place: Callable[[Position], Position],
) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Copies of the nodes and wires of `piece` that can be added to `into`.

    `mint` gives an id for the old one, `place` a position. A name is kept where it is free.
    """
    taken = {node.label for node in into.nodes.values()}
    ids: dict[str, str] = {}
    nodes: list[Node] = []
    for node in piece.nodes.values():
        ids[node.id] = mint(node.type)
        name = node.name if node.name not in taken else ""
        taken |= {name, ids[node.id]}
        nodes.append(
            replace(
                node,
                id=ids[node.id],
                name=name,
                position=place(node.position) if node.position is not None else None,
            )
        )
    edges = tuple(replace(edge, source=ids[edge.source], target=ids[edge.target]) for edge in piece.edges)
    return tuple(nodes), edges
