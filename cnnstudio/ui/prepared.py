"""What a project's views will show, found out before they show it: away from the window's thread. No Qt."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.blocks import count_layers
from cnnstudio.core.frozen import frozen_nodes, with_frozen
from cnnstudio.core.layout import arrange_missing
from cnnstudio.core.levels import level_analysis, network_at
from cnnstudio.core.network import Network, Position
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.core.spec import Catalogue
from cnnstudio.layers.advice import advise
from cnnstudio.layers.hints import HintContext

AT_ONCE = 250
"""Up to so many layers are shown in one turn of the event loop: nobody feels it."""


def is_large(network: Network) -> bool:
    """Whether a network is better shown piece by piece. What is in blocks counts: it is analysed too."""
    return count_layers(network) > AT_ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The analyses of a project's network, of the whole and of one of its levels, and what they depend on."""

    network: Network
    """The whole."""
    shown: Network
    """The level that `path` leads to."""
    path: tuple[str, ...] = ()
    analyser: Analyser
    whole: Analysis
    level: Analysis
    context: HintContext
    frozen: frozenset[str]
    places: Mapping[str, Position] | None = None
    """Where nodes stand for which the project has no place; None where they stood before."""


def prepared(
    project: Project,
    path: tuple[str, ...],
    catalogue: Catalogue,
    context: HintContext,
    rules_off: Collection[str],
) -> Prepared:
    """Analyse a project's network, with the level of `path` open, which must be there.

    `context`: what hints know besides; the loss is the project's own.
    """
    network = project.network
    shown = network_at(network, path) or network
    context, frozen = with_loss(context, project.training), frozen_nodes(project.training)
    analyser = Analyser(catalogue)
    found = with_frozen(analyser.analyse(network), frozen)
    whole = advise(found, context, off=rules_off)
    return Prepared(
        network=network,
        shown=shown,
        path=path,
        analyser=analyser,
        whole=whole,
        level=level_analysis(whole, shown, path, catalogue, None),
        context=context,
        frozen=frozen,
        places=arrange_missing(shown),
    )


def with_loss(context: HintContext, training: Params) -> HintContext:
    """The context with the loss that a project trains with."""
    loss = training.get("loss", "auto")
    return replace(context, loss=loss) if isinstance(loss, str) and loss != context.loss else context
