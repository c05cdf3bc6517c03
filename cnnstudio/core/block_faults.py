"""What can be wrong with a block as a whole, in sentences for the user. Standard library only."""

from __future__ import annotations

from cnnstudio.core.blocks import DEEPEST, REPEAT, exposed_targets
from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.network import Node
from cnnstudio.core.problems import ShapeError

MOST_NODES = 20_000
"""Layers that all blocks together may spread out into."""


def hopeless(node: Node, depth: int) -> ShapeError | None:
    """Why nothing of a block can be shown."""
    if node.block is None:
        return _error(
            "block.empty",
            Message("This block holds no network."),
            Message("Remove it, or open the project in a newer version."),
        )
    if depth >= DEEPEST:
        return _error(
            "block.depth",
            Message("Blocks are nested more than {most} levels deep.", most=DEEPEST),
            Message("Ungroup some of them."),
        )
    return None


def fault(node: Node) -> ShapeError | None:
    """What is wrong with a block's own parameters."""
    block = node.block
    assert block is not None
    try:
        REPEAT.check(block.repeat)
    except ShapeError as error:
        return error
    for name in block.exposed:
        targets = exposed_targets(block, name)
        texts = block.exposed[name]
        if name == REPEAT.name or not isinstance(texts, tuple) or len(targets) != len(texts) or not targets:
            return _error(
                "block.exposed",
                Message('"exposed" does not say properly what {name} sets.', name=name),
                Message('It must be a list such as ["conv1.filters"], and not be called repeat.'),
                name,
            )
        for inner, _ in targets:
            if inner not in block.network.nodes:
                return _error(
                    "block.exposed",
                    Message(
                        "{name} sets a parameter of {inner}, which is not in the block.",
                        name=name,
                        inner=inner,
                    ),
                    param=name,
                )
    for name in node.params:
        if name not in block.exposed:
            return _error(
                "param.unknown",
                Message("This block has no parameter named {param}.", param=name),
                Message("It has {names}.", names=", ".join(block.exposed) or "none"),
                name,
            )
    return None


def _error(code: str, message: Message, hint: Message = NO_MESSAGE, param: str | None = None) -> ShapeError:
    return ShapeError(message, code=code, hint=hint, param=param)


def too_large(size: int) -> ShapeError:
    """A block that stands for `size` layers, more than there is room for."""
    shown = f"{size:,}" if size < 10**12 else "countless"
    return _error(
        "block.size",
        Message("This block stands for {size} layers; all blocks together can have {most}.", size=shown,
                most=f"{MOST_NODES:,}"),
        Message("Repeat it, or a block inside it, less often."),
        REPEAT.name,
    )  # fmt: skip


def wrong_count(count: int, needed: int) -> ShapeError:
    """A block with `count` wires where it needs `needed`."""
    if count < needed:
        return _error(
            "input.missing",
            Message("This block needs {needed} and has {count}.",
                    needed=Message("an input") if needed == 1 else Message("{count} inputs", count=needed),
                    count=count or "none"),
            Message("Draw a wire from the output of another layer to this block."),
        )  # fmt: skip
    return _error(
        "input.extra",
        Message("This block takes {needed} inputs, not {count}.", needed=needed or "no", count=count),
        Message("Remove a wire, or open the block and add a BlockInput."),
    )


def no_such_output(number: int) -> ShapeError:
    """A wire from output `number`, counted from 1, of a block with fewer."""
    return _error(
        "block.output",
        Message(
            "A wire starts at output {number} of this block, which has none of that number.", number=number
        ),
        Message("Draw the wire anew."),
    )


def no_outlet() -> ShapeError:
    """A block without a `BlockOutput`."""
    return _error(
        "block.output",
        Message("This block has no output."),
        Message("Open it, add a BlockOutput and wire its last layer to it."),
    )


def unwired_outlet(node: Node, count: int) -> ShapeError:
    """A `BlockOutput` with `count` wires."""
    return _error(
        "block.output",
        Message(
            "{name} in this block has {count} wires; it needs one.", name=node.label, count=count or "no"
        ),
        Message("Open the block and wire its last layer to {name}.", name=node.label),
    )


def wired_on(node: Node) -> ShapeError:
    """A wire that comes from a `BlockOutput`."""
    return _error(
        "block.output",
        Message(
            "{name} in this block feeds another layer there: it leads out of the block alone.",
            name=node.label,
        ),
        Message("Open the block and remove the wires from {name}.", name=node.label),
    )


def wired_inlet(node: Node) -> ShapeError:
    """A wire to a `BlockInput`."""
    return _error(
        "input.extra",
        Message("{name} in this block takes no input: the block's input is its own.", name=node.label),
        Message("Open the block and remove the wire to {name}.", name=node.label),
    )


def misplaced(node: Node) -> ShapeError:
    """A `BlockInput` or `BlockOutput` at the top."""
    return _error(
        "block.misplaced",
        Message("{type} belongs inside a block.", type=node.type),
        Message("Remove it; at the top the data enters through Input."),
    )


def circle() -> ShapeError:
    """Blocks that pass a value round without a layer."""
    return _error(
        "network.cycle",
        Message("This block feeds itself in a circle."),
        Message("Remove one of the wires between them."),
    )


def cannot_repeat(inputs: int, outputs: int) -> ShapeError:
    """Copies that cannot feed each other."""
    return _error(
        "block.repeat",
        Message(
            "A block with {inputs} inputs and {outputs} outputs cannot be repeated.",
            inputs=inputs,
            outputs=outputs,
        ),
        Message("Each copy feeds the next: it needs at least as many inputs as outputs, and an output."),
        REPEAT.name,
    )
