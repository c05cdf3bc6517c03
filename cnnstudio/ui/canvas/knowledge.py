"""What is known of the network's nodes, in the words that cards, wires and tooltips show."""

from __future__ import annotations

from cnnstudio.core.analysis import BLOCKED, Analysis, NodeAnalysis
from cnnstudio.core.network import Edge, Node
from cnnstudio.core.problems import Diagnostic
from cnnstudio.ui.canvas import words
from cnnstudio.ui.canvas.diagram import Hit
from cnnstudio.ui.canvas.node_face import Content
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.shape_text import count_text, shape_text


class Knowledge:
    """The last word of the analysis on each node of the session's network."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: dict[str, tuple[NodeAnalysis, tuple[Diagnostic, ...]]] = {}

    def learn(self, analysis: Analysis) -> list[str]:
        """Remember what is known of each node; gives those of which that is news."""
        problems: dict[str, list[Diagnostic]] = {}
        for diagnostic in analysis.diagnostics:
            problems.setdefault(diagnostic.node, []).append(diagnostic)
        news: list[str] = []
        for node_id, known in analysis.nodes.items():
            found = tuple(problems.get(node_id, ()))
            before = self._found.get(node_id)
            if before is None or before[0] is not known or before[1] != found:
                self._found[node_id] = (known, found)
                news.append(node_id)
        return news

    def forget(self, node_id: str) -> None:
        """The node is gone."""
        self._found.pop(node_id, None)

    def clear(self) -> None:
        """All nodes are gone."""
        self._found.clear()

    def content(self, node: Node) -> Content:
        """What a node's card says."""
        known, problems = self._of(node.id)
        spec = self._session.spec_of(node)
        problem = words.worst(problems)
        return Content(
            name=node.label,
            type=node.type,
            category=spec.category if spec is not None else "",
            summary=known.summary,
            shape=shape_text(known.output_shape) if known.output_shape is not None else "",
            more_shapes=tuple(shape_text(shape) for shape in known.more_outputs),
            count=count_text(known.param_count) if known.param_count else "",
            severity=problem.severity if problem else None,
            problem=translated(problem.message) if problem else "",
            is_block=node.block is not None,
        )

    def colour_of(self, node: Node) -> tuple[str, bool]:
        """A card's category, and whether it is at fault: all that is seen of it from far away."""
        spec = self._session.spec_of(node)
        _, problems = self._of(node.id)
        return spec.category if spec is not None else "", any(one.severity == "error" for one in problems)

    def wire_text(self, edge: Edge) -> str:
        """The shape that flows along a wire, or an empty text."""
        shapes = self._of(edge.source)[0].outputs
        shape = shapes[edge.output] if edge.output < len(shapes) else None
        return shape_text(shape) if shape is not None else ""

    def tooltip(self, hit: Hit) -> str:
        """What to say of the thing under the pointer."""
        network = self._session.network
        if hit.edge is not None and hit.kind in {"wire", "input"} and self._is_there(hit.edge):
            source, target = network.nodes[hit.edge.source], network.nodes[hit.edge.target]
            shape = self.wire_text(hit.edge)
            return f"{source.label} → {target.label}" + (f"\n{shape}" if shape else "")
        if hit.node in network.nodes:
            return words.tooltip(network.nodes[hit.node], *self._of(hit.node))
        return ""

    def _of(self, node_id: str) -> tuple[NodeAnalysis, tuple[Diagnostic, ...]]:
        return self._found.get(node_id, (BLOCKED, ()))

    def _is_there(self, edge: Edge) -> bool:
        network = self._session.network
        return edge.target in network.nodes and edge in network.inputs(edge.target)
