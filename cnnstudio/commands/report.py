"""The analysis of a network as JSON and as a table. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator

from cnnstudio.commands.output import table
from cnnstudio.core.analysis import Analysis, NodeAnalysis
from cnnstudio.core.network import Network
from cnnstudio.core.problems import Diagnostic
from cnnstudio.core.spec import Catalogue, Shape


def check_json(analysis: Analysis) -> dict[str, object]:
    """The document of `check --json`; blocks are spread out."""
    network = analysis.network
    return {
        "ok": analysis.ok,
        "total_params": analysis.total_params,
        "trainable_params": analysis.trainable_params,
        "macs": analysis.macs,
        "nodes": [_node_json(network, node_id, result) for node_id, result in analysis.nodes.items()],
        "diagnostics": [_diagnostic_json(diagnostic) for diagnostic in analysis.diagnostics],
    }


def check_text(analysis: Analysis, catalogue: Catalogue) -> str:
    """The layer table, the sums behind the shapes, the problems."""
    network = analysis.network
    rows = []
    for node_id, result in analysis.nodes.items():
        node = network.nodes[node_id]
        has_error = any(problem.severity == "error" for problem in analysis.of(node_id))
        rows.append(
            (
                node.label,
                node.type if node.type in catalogue else f"{node.type} ?",
                result.summary,
                shape_text(result.output_shape),
                f"{result.param_count:,}" if result.param_count else "",
                f"{result.macs:,}" if result.macs else "",
                _field_text(result),
                "; ".join(_formula_lines(result)) + ("  ← error" if has_error else ""),
            )
        )
    head = ("layer", "type", "settings", "output", "parameters", "MACs", "sees", "formula")
    parts = [table(head, rows, right=(4, 5))] if rows else []
    frozen = analysis.total_params - analysis.trainable_params
    parts.append(
        f"{analysis.total_params:,} parameters"
        + (f" ({frozen:,} of them not trained)" if frozen else "")
        + f", {analysis.macs:,} multiply-accumulates per image"
    )
    parts += ["\n".join(problem_text(network, problem)) for problem in analysis.diagnostics]
    return "\n\n".join(parts)


def problem_text(network: Network, problem: Diagnostic) -> Iterator[str]:
    """A problem, its cure and its fixes, a line each."""
    node = network.nodes.get(problem.node)
    place = f"{node.label}: " if node is not None else ""
    if node is not None and str(problem.message).startswith(f"{node.label} "):
        place = ""  # the message names the layer itself
    yield f"{problem.severity}: {place}{problem.message}"
    if problem.hint:
        yield f"  {problem.hint}"
    for fix in problem.fixes:
        yield f"  fix: {fix.label}"


def shape_text(shape: Shape | None) -> str:
    """`28×28×6`; `?` for an unknown size, a dash for no shape at all."""
    if shape is None:
        return "–"
    return "×".join("?" if size is None else str(size) for size in shape) or "scalar"


def _node_json(network: Network, node_id: str, result: NodeAnalysis) -> dict[str, object]:
    node = network.nodes[node_id]
    fields = result.fields
    document: dict[str, object] = {
        "id": node_id,
        "type": node.type,
        "input_shapes": [_batch(shape) for shape in result.input_shapes],
        "output_shape": _batch(result.output_shape),
        "params": result.param_count,
        "macs": result.macs,
        "formula": [line.text for line in result.formula],
        "receptive_field": None if fields is None else [field.size for field in fields],
    }
    if node.name:
        document["name"] = node.name
    return document


def _batch(shape: Shape | None) -> list[int | None] | None:
    """A shape with the batch axis in front."""
    return None if shape is None else [None, *shape]


def _diagnostic_json(diagnostic: Diagnostic) -> dict[str, object]:
    document: dict[str, object] = {
        "node": diagnostic.node,
        "severity": diagnostic.severity,
        "code": diagnostic.code,
        "message": str(diagnostic.message),
        "hint": str(diagnostic.hint),
        "fixes": [str(fix.label) for fix in diagnostic.fixes],
    }
    if diagnostic.param is not None:
        document["param"] = diagnostic.param
    if diagnostic.edge is not None:
        document["edge"] = {"source": diagnostic.edge.source, "target": diagnostic.edge.target}
    return document


def _formula_lines(result: NodeAnalysis) -> list[str]:
    """Each line once: both axes of a square image have the same sum."""
    return list(dict.fromkeys(line.text for line in result.formula))


def _field_text(result: NodeAnalysis) -> str:
    if result.fields is None:
        return "all" if result.output_shape is not None else ""
    return "×".join(str(field.size) for field in result.fields)
