"""What a template is: a name, parameters that are checked, and a function that builds the network. Standard library only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments, ParamSpec
from cnnstudio.core.params import freeze
from cnnstudio.core.problems import ShapeError
from cnnstudio.layers import catalogue


class ZooError(Exception):
    """A template that cannot be built with these parameters, and why, for the user."""

    def __init__(self, message: Message, hint: Message = NO_MESSAGE) -> None:
        super().__init__(str(message))
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A network that opens ready-made, such as LeNet-5."""

    name: str
    title: str
    description: Message
    parameters: tuple[ParamSpec, ...]
    network: Callable[[Arguments], Network]
    """Builds it from checked arguments."""

    def build(self, **params: object) -> Network:
        """The network. Raises ZooError for a parameter it does not have or a value that does not work."""
        args = self._arguments(params)
        network = self.network(args)
        for problem in Analyser(catalogue()).analyse(network).diagnostics:
            if problem.severity == "error":
                raise ZooError(
                    Message(
                        "{name} cannot be built with these parameters. At {node}: {message}",
                        name=self.name,
                        node=problem.node,
                        message=problem.message,
                    ),
                    problem.hint,
                )
        return network

    def _arguments(self, params: dict[str, object]) -> Arguments:
        specs = {spec.name: spec for spec in self.parameters}
        for name in params:
            if name not in specs:
                raise ZooError(
                    Message("{name} has no parameter {param}.", name=self.name, param=name),
                    Message("It has {names}.", names=", ".join(specs)),
                )
        try:
            return Arguments(
                {
                    name: spec.check(freeze(params[name]) if name in params else spec.default)
                    for name, spec in specs.items()
                }
            )
        except ShapeError as error:
            raise ZooError(error.message, error.hint) from error
        except TypeError as error:
            raise ZooError(Message("{problem}", problem=str(error))) from error
