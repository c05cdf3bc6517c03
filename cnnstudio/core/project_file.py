"""The project file: reading with errors that name the place, writing without loss. Standard library only.

What this version does not know (types, parameters, keys) is kept and written back unchanged.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from cnnstudio.core import json_text
from cnnstudio.core.atomic_file import write_atomically
from cnnstudio.core.json_text import JsonError
from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.network import BLOCK, Block, Edge, Network, Node, Position
from cnnstudio.core.params import EMPTY, Params, freeze, thaw
from cnnstudio.core.project import Project

FORMAT = "cnnstudio.project"
VERSION = 1
LARGEST_FILE = 64 * 1024 * 1024
"""Bytes. A network of 50,000 layers takes about 10 MB."""
VALUES_PER_LAYER = 200
"""Ten times what a layer and its wires take. Numbers by the million would hold up every thread while they are parsed."""
SUFFIX = ".cnn"

_NODE_KEYS = ("id", "type", "name", "params", "position")
_BLOCK_KEYS = ("network", "repeat", "exposed")


class ProjectFileError(Exception):
    """A project file that cannot be read or written: what happened, where, and the cure."""

    def __init__(self, message: Message, *, hint: Message = NO_MESSAGE) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


def load_project(path: Path, *, most_layers: int | None = None) -> Project:
    """The project in a file. Raises ProjectFileError, naming line and column where there is one.

    A file that plainly holds more than `most_layers` is refused before it is parsed, which would take seconds.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ProjectFileError(
                Message("{path} is {size} MB; a project file has at most {most} MB.", path=path.name, size=size >> 20,
                        most=LARGEST_FILE >> 20),
                hint=Message("It is probably not a CNN Studio project."),
            )  # fmt: skip
        content = path.read_bytes()
        if most_layers is not None and (count := content.count(b'"type"')) > most_layers:
            raise ProjectFileError(
                Message("“{name}” has about {count} layers; up to {most} can be shown.", name=path.name, count=count,
                        most=most_layers),
                hint=Message("Group what repeats into a block with a repeat count, or check the file with “cnnstudio check”."),
            )  # fmt: skip
        if most_layers is not None and content.count(b",") > most_layers * VALUES_PER_LAYER:
            raise ProjectFileError(
                Message("“{name}” holds too many values to be shown.", name=path.name),
                hint=Message(
                    "It may be no CNN Studio project, or hold very long lists; “cnnstudio check” reads it all the same."
                ),
            )
    except OSError as error:
        raise _os_error(error, path, Message("open")) from error
    try:
        return parse_project(json_text.decode(content), default_name=path.stem)
    except JsonError as error:
        raise ProjectFileError(
            Message("{path}: {problem}", path=path.name, problem=error.message), hint=error.hint
        ) from error


def save_project(project: Project, path: Path) -> None:
    """Write a project atomically. Raises ProjectFileError with the cure; the old file is then untouched."""
    content = project_text(project).encode("utf-8")
    try:
        write_atomically(path, content)
    except OSError as error:
        raise _os_error(error, path, Message("save")) from error


def parse_project(text: str, *, default_name: str = "") -> Project:
    """A project from the text of a project file. Raises JsonError (line and column in its message)."""
    document = json_text.parse(text)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        _refuse(
            text,
            "format",
            Message('this is not a CNN Studio project ("format" is not "{format}").', format=FORMAT),
        )
    version = document.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        _refuse(
            text, "version", Message('"version" must be a whole number, {version} or less.', version=VERSION)
        )
    if version > VERSION:
        _refuse(
            text,
            "version",
            Message("the project has format version {found}; this program reads up to {known}.", found=version,
                    known=VERSION),
            hint=Message("Open it with a newer CNN Studio."),
        )  # fmt: skip
    name = document.get("name", default_name)
    if not isinstance(name, str):
        _refuse(text, "name", Message('"name" must be text.'))
    network_json = document.get("network", {})
    network = _network(network_json)
    known = {"format", "version", "name", "network", "data", "training"}
    return Project(
        name=name,
        network=network,
        data=_object(document.get("data", {}), '"data"'),
        training=_object(document.get("training", {}), '"training"'),
        extra=Params({key: value for key, value in document.items() if key not in known}),
        network_extra=_rest(network_json, ("nodes", "edges")),
    )


def project_text(project: Project) -> str:
    """The text of a project file: one line per node and per edge, so that versions compare well."""
    head: dict[str, object] = {"format": FORMAT, "version": VERSION, "name": project.name}
    lines = [f"  {_json(key)}: {_json(value)}," for key, value in head.items()]
    network = network_to_json(project.network)
    parts = [f"    {_json(key)}: {_rows(network[key])}" for key in ("nodes", "edges")]
    parts += [f"    {_json(key)}: {_json(value)}" for key, value in project.network_extra.to_json().items()]
    lines.append('  "network": {\n' + ",\n".join(parts) + "\n  },")
    tail: dict[str, object] = {"data": project.data.to_json(), "training": project.training.to_json()}
    tail.update(project.extra.to_json())
    lines.append(",\n".join(f"  {_json(key)}: {_json(value)}" for key, value in tail.items()))
    return "{\n" + "\n".join(lines) + "\n}\n"


def network_from_json(value: object) -> Network:
    """A network from plain JSON values, as `network` in a project file or a clipboard. Raises JsonError."""
    json_text.inspect(value)
    return _network(value)


def network_to_json(network: Network) -> dict[str, list[object]]:
    """A network as plain JSON values; what has its default is left out."""
    return {
        "nodes": [_node_to_json(node) for node in network.nodes.values()],
        "edges": [_edge_to_json(edge) for edge in network.edges],
    }


def _network(value: object) -> Network:
    if not isinstance(value, dict):
        raise JsonError(Message('"network" must be an object with "nodes" and "edges".'))
    nodes: dict[str, Node] = {}
    for number, item in enumerate(_items(value.get("nodes", []), '"nodes"'), start=1):
        node = _node(item, number)
        if node.id in nodes:
            raise JsonError(
                Message('two nodes have the id "{id}".', id=node.id), hint=Message("Ids must be unique.")
            )
        nodes[node.id] = node
    edges: list[Edge] = []
    taken: dict[str, set[int]] = {}
    for number, item in enumerate(_items(value.get("edges", []), '"edges"'), start=1):
        edge = _edge(item, number, nodes)
        slots = taken.setdefault(edge.target, set())
        if edge.slot in slots:  # several wires without a slot: in the order of the file
            edge = replace(edge, slot=max(slots) + 1)
        slots.add(edge.slot)
        edges.append(edge)
    return Network.of(nodes.values(), edges)


def _node(item: object, number: int) -> Node:
    where = f"node {number}"
    if not isinstance(item, dict):
        raise JsonError(Message("{where} must be an object.", where=where))
    node_id = item.get("id")
    if not isinstance(node_id, str) or not node_id or len(node_id) > 200:
        raise JsonError(Message('{where} has no "id" (text, not empty).', where=where))
    where = f'node "{node_id}"'
    kind, name = item.get("type"), item.get("name", "")
    if not isinstance(kind, str) or not kind:
        raise JsonError(Message('{where} has no "type".', where=where))
    if not isinstance(name, str):
        raise JsonError(Message('{where}: "name" must be text.', where=where))
    block = _block(item, where) if kind == BLOCK and "network" in item else None
    return Node(
        id=node_id,
        type=kind,
        name=name if name != node_id else "",
        params=_object(item.get("params", {}), f'{where}: "params"'),
        position=_position(item.get("position"), where),
        block=block,
        extra=_rest(item, _NODE_KEYS if block is None else (*_NODE_KEYS, *_BLOCK_KEYS)),
    )


def _block(item: Mapping[str, object], where: str) -> Block:
    inner = item["network"]
    try:
        network = _network(inner)
    except JsonError as error:
        raise JsonError(
            Message("in {where}: {problem}", where=where, problem=error.message), hint=error.hint
        ) from error
    assert isinstance(inner, dict)
    return Block(
        network=network,
        repeat=freeze(item.get("repeat", 1)),
        exposed=_object(item.get("exposed", {}), f'{where}: "exposed"'),
        extra=_rest(inner, ("nodes", "edges")),
    )


def _position(value: object, where: str) -> Position | None:
    if value is None:
        return None
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(_is_number(part) and abs(part) < 1e7 for part in value)
    ):
        return float(value[0]), float(value[1])
    raise JsonError(Message('{where}: "position" must be two numbers below ten million.', where=where))


def _edge(item: object, number: int, nodes: Mapping[str, Node]) -> Edge:
    where = f"edge {number}"
    if not isinstance(item, dict):
        raise JsonError(Message("{where} must be an object.", where=where))
    for end in ("source", "target"):
        node_id = item.get(end)
        if not isinstance(node_id, str) or node_id not in nodes:
            raise JsonError(
                Message(
                    '{where}: "{end}" is {id}, and no node has that id.',
                    where=where,
                    end=end,
                    id=_json(node_id)[:80],
                )
            )
    slot = item.get("slot", 0)
    if isinstance(slot, bool) or not isinstance(slot, int) or not 0 <= slot < 1_000_000:
        raise JsonError(Message('{where}: "slot" must be a whole number, 0 or more.', where=where))
    output = item.get("output", 0)
    known: tuple[str, ...] = ("source", "target", "slot", "output")
    if isinstance(output, bool) or not isinstance(output, int) or not 0 <= output < 1_000_000:
        output, known = 0, known[:-1]
    extra = _rest(item, known)
    return Edge(source=item["source"], target=item["target"], slot=slot, output=output, extra=extra)


def _node_to_json(node: Node) -> dict[str, object]:
    result: dict[str, object] = {"id": node.id, "type": node.type}
    if node.name:
        result["name"] = node.name
    if node.params:
        result["params"] = node.params.to_json()
    if node.position is not None:
        result["position"] = [int(part) if part.is_integer() else part for part in map(float, node.position)]
    if node.block is not None:
        if node.block.repeat != 1 or type(node.block.repeat) is not int:
            result["repeat"] = thaw(node.block.repeat)
        if node.block.exposed:
            result["exposed"] = node.block.exposed.to_json()
        result["network"] = {**network_to_json(node.block.network), **node.block.extra.to_json()}
    return {**result, **node.extra.to_json()}


def _edge_to_json(edge: Edge) -> dict[str, object]:
    result: dict[str, object] = {"source": edge.source, "target": edge.target}
    if edge.slot:
        result["slot"] = edge.slot
    if edge.output:
        result["output"] = edge.output
    return {**result, **edge.extra.to_json()}


def _items(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise JsonError(Message("{where} must be a list.", where=where))
    return value


def _object(value: object, where: str) -> Params:
    if not isinstance(value, dict):
        raise JsonError(Message("{where} must be an object.", where=where))
    return Params(value) if value else EMPTY


def _rest(item: Mapping[str, object], known: tuple[str, ...]) -> Params:
    rest = {key: value for key, value in item.items() if key not in known}
    return Params(rest) if rest else EMPTY


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _rows(items: list[object]) -> str:
    return "[\n" + ",\n".join(f"      {_json(item)}" for item in items) + "\n    ]" if items else "[]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _refuse(text: str, key: str, problem: Message, *, hint: Message = NO_MESSAGE) -> NoReturn:
    line, column = json_text.place_of_key(text, key)
    raise JsonError(
        Message("line {line}, column {column}: {problem}", line=line, column=column, problem=problem),
        hint=hint,
    )


_CURES = {
    errno.ENOSPC: (Message("the disk is full."), Message("Free some space or choose another folder; the work is still open.")),
    errno.EDQUOT: (Message("your quota on this disk is used up."), Message("Free some space or choose another folder.")),
    errno.EACCES: (Message("you have no permission."), Message("Choose another folder, or ask for access.")),
    errno.EPERM: (Message("you have no permission."), Message("Choose another folder, or ask for access.")),
    errno.EROFS: (Message("the disk is read-only."), Message("Choose another folder.")),
    errno.ENOENT: (Message("the file or its folder is not there."), Message("It may have been moved or deleted.")),
    errno.ENOTDIR: (Message("a part of the path is not a folder."), Message("Choose another folder.")),
    errno.EISDIR: (Message("this is a folder, not a file."), Message("Choose a file.")),
    errno.ENAMETOOLONG: (Message("the name is too long."), Message("Choose a shorter name.")),
}  # fmt: skip


def _os_error(error: OSError, path: Path, verb: Message) -> ProjectFileError:
    reason, cure = _CURES.get(
        error.errno or 0, (Message("{reason}.", reason=error.strerror or str(error)), NO_MESSAGE)
    )
    return ProjectFileError(
        Message("Could not {verb} {path}: {reason}", verb=verb, path=path.name or str(path), reason=reason),
        hint=cure,
    )
