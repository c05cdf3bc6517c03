"""The open document as the window's parts share it: Qt signals around `Document`, the analysis and the selection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Literal

from PySide6.QtCore import QCoreApplication, QObject, Signal

from cnnstudio.core.analysis import Analysis, NodeAnalysis
from cnnstudio.core.block_edits import changed_level, inside, limited
from cnnstudio.core.block_specs import spec_of
from cnnstudio.core.change import Change, difference
from cnnstudio.core.document import Edit, Place
from cnnstudio.core.edits import EditError
from cnnstudio.core.levels import level_analysis, network_at
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network, Node
from cnnstudio.core.project import MOST_LAYERS, Project
from cnnstudio.core.spec import Catalogue, LayerSpec
from cnnstudio.ui.analysed import AnalysedDocument
from cnnstudio.ui.block_layers import BLOCK_ENDS, new_node, with_blocks
from cnnstudio.ui.growth import pieces, pieces_between
from cnnstudio.ui.prepared import Prepared, prepared, with_loss

_Mode = Literal["edit", "history", "other"]

FELT = 1000  # the analysis of more layers would be felt


class Session(AnalysedDocument):
    """Every view reads the document here, changes it through `apply`, and redraws on its signals.

    `network`, `analysis`, `apply` and the signals speak of the level that is open: the top, or what is inside the
    block that `path` leads to. `document.network` and `whole` are always the whole.
    """

    changed = Signal(object)
    """A `Change`, at once after every edit; an empty one when only settings or history changed."""
    analysed = Signal(object)
    """The new `Analysis` of the open level, at the same time as `whole_analysed`."""
    selection_changed = Signal(object)
    """The frozenset of selected node ids."""
    path_changed = Signal(object)
    """Another level is open: the ids of the blocks that lead to it, outermost first."""
    foreseen = Signal(object)
    """What is `Prepared` of a network that is shown piece by piece from now on."""
    grown = Signal()
    """It is shown to the end."""
    changed_gradually = Signal()
    """A large change is shown to the end that was shown piece by piece."""
    settings_restored = Signal(str)
    """Undo or redo changed no layer, but `data` settings or the `training` plan."""
    refused = Signal(str)
    """Why the last edit was not done, for the status bar."""

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(catalogue, parent)
        self.catalogue = with_blocks(catalogue)
        """Everything that can be placed: the layers, and blocks ready-made."""
        self._analysis = self._whole
        self._selection: frozenset[str] = frozenset()
        self._path: tuple[str, ...] = ()
        self._shown_root = self.document.network
        self._shown = self.document.network
        self._mode: _Mode = "other"
        self._part: Network | None = None
        self._is_same_level = False
        self.show_first: Callable[[Project, tuple[str, ...], str], bool] | None = None
        """Is asked before a step, given what it leads to, the level to show and the step's name, and may show that.

        False: leave it undone."""
        self._prepared: Prepared | None = None
        self._before: Prepared | None = None
        self.document.subscribe(self._on_change)

    # --- the open level ------------------------------------------------------------------------

    @property
    def path(self) -> tuple[str, ...]:
        """The blocks that lead to the open level; empty at the top."""
        return self._path

    @property
    def title(self) -> str:
        """What the open level is called: the block that is open, or the project; empty for one without a name."""
        return self._name_of(self._path)

    def _name_of(self, path: Sequence[str]) -> str:
        outer = network_at(self.document.network, path[:-1])
        if path and outer is not None and path[-1] in outer.nodes:
            return outer.nodes[path[-1]].label
        return self.document.project.name

    @property
    def network(self) -> Network:
        """The network of the open level, with the parameters of its block in force."""
        if self._part is not None:
            return self._part
        if self._shown_root is self.document.network:
            return self._shown
        return self._level(self._path)

    def _level(self, path: Sequence[str]) -> Network:
        return network_at(self.document.network, path) or self.document.network

    @property
    def analysis(self) -> Analysis:
        """The analysis of the open level as it is now."""
        if self._stale:
            self._analyse()
        return self._analysis

    @property
    def known(self) -> Analysis:
        """What is known of the open level without a felt wait: of a large network perhaps what held before the last edit.

        `analysed` follows then. New nodes may be missing in it.
        """
        return self._analysis if self._stale and len(self._whole.nodes) > FELT else self.analysis

    @property
    def placeable(self) -> Catalogue:
        """What can be placed on the open level: the ends of blocks belong inside blocks alone."""
        if self._path:
            return self.catalogue
        return {name: spec for name, spec in self.catalogue.items() if name not in BLOCK_ENDS}

    def spec_of(self, node: Node) -> LayerSpec | None:
        """What kind of layer a node is; a block is one of its own."""
        return spec_of(self.catalogue, node)

    def open_level(self, path: Sequence[str]) -> bool:
        """Show the level that the blocks of `path` lead to; False: there is none, or the user does not wait for it.

        None is shown while a network is growing.
        """
        level = network_at(self.document.network, path)
        if level is None or self._part is not None:
            return False
        if tuple(path) != self._path:
            if not self._is_shown(self.document.project, tuple(path), self._name_of(path)):
                return False
            if self._prepared is not None:
                self._take_over(self._prepared)
            else:
                self._switch(tuple(path), level)
        return True

    def enter(self, node_id: str) -> bool:
        """Open a block of the open level."""
        return self.open_level((*self._path, node_id))

    def leave(self) -> bool:
        """Go up one level, to the block that was open; whether there was one."""
        if not self._path:
            return False
        *outer, inner = self._path
        if self.open_level(outer):
            self.select([inner])
        return True

    def reveal(self, address: str) -> str:
        """Open the level that a layer of the whole network stands on; gives its id there, or nothing."""
        origin = self.whole.expanded.origins().get(address)
        if origin is None or not self.open_level(origin.path):
            return ""
        return origin.node

    def _switch(self, path: tuple[str, ...], level: Network) -> None:
        """Take what is shown away, then show what `path` leads to."""
        self.select(())
        before, self._shown, self._shown_root = self._shown, Network(), self.document.network
        self._path = path
        self.changed.emit(difference(before, self._shown))
        self._shown = level
        self._analysis = self._level_analysis()
        self.changed.emit(difference(Network(), level))
        self.path_changed.emit(path)
        if not self._stale:
            self.analysed.emit(self._analysis)

    # --- opening -------------------------------------------------------------------------------

    @property
    def is_growing(self) -> bool:
        """Whether a network is being shown piece by piece."""
        return self._part is not None

    @property
    def is_changing(self) -> bool:
        """Whether it is a change of what was shown that is shown piece by piece."""
        return self._part is not None and self._is_same_level

    def prepare(self, project: Project, path: tuple[str, ...] = ()) -> Callable[[], Prepared]:
        """The function that analyses a project as this session would, one level open; any thread may call it."""
        return partial(prepared, project, path, self.layers, self._hint_context, self._rules_off)

    def grow(self, found: Prepared) -> Iterator[float]:
        """Show a network that the document does not hold yet, piece by piece; gives how much of it is shown.

        To the end, `document.open` follows; before, `shrink` brings back what the document holds.
        """
        if self._path:
            self._switch((), self.document.network)
        self._before = Prepared(
            network=self.document.network,
            shown=self.network,
            analyser=self._analyser,
            whole=self.whole,
            level=self.analysis,
            context=self._hint_context,
            frozen=self._frozen,
        )
        self._foresee(found)
        yield from self._pieces(found)

    def shrink(self) -> Iterator[float]:
        """Show what the document holds again, piece by piece; gives how much of it is shown."""
        before = self._before
        if before is None:
            return
        self._prepared = None
        self._analysis, self._whole = before.level, before.whole
        yield from self._pieces(before)
        self._take_over(before)

    def change_to(self, found: Prepared) -> Iterator[float]:
        """Show what differs in a network that the document will hold next, piece by piece; see `grow`.

        All of what it shows where another level is open than will be.
        """
        self._foresee(found)
        if found.path != self._path:
            yield from self._pieces(found)
            return
        before = self.network
        self.select(self._selection & found.shown.nodes.keys())
        self._part, self._is_same_level = before, True
        self.foreseen.emit(found)
        for self._part, change, share in pieces_between(before, found.shown):
            self.changed.emit(change)
            yield share

    def _foresee(self, found: Prepared) -> None:
        self._prepared = found
        self._analysis, self._whole, self._stale, self._work = found.level, found.whole, False, None
        self._timer.stop()

    def _pieces(self, found: Prepared) -> Iterator[float]:
        self.select(())
        before, self._part = self.network, Network()
        path, self._path = self._path, found.path
        self.changed.emit(difference(before, self._part))
        yield 0.0
        self.foreseen.emit(found)
        for self._part, change, share in pieces(found.shown):
            self.changed.emit(change)
            yield share
        self._part = found.shown  # an empty one has no pieces
        if path != found.path:
            self.path_changed.emit(found.path)

    def _take_over(self, found: Prepared) -> None:
        """The document holds now what has grown."""
        told = self.changed_gradually if self.is_changing else self.grown
        self._part = self._prepared = self._before = None
        self._is_same_level = False
        self._shown, self._shown_root = found.shown, found.network
        context = with_loss(self._hint_context, self.document.project.training)
        self._analyser, self._hint_context, self._frozen = found.analyser, found.context, found.frozen
        self._timer.start()
        self.set_hint_context(context)  # it may be another since the network was analysed
        self.changed.emit(Change())
        told.emit()

    # --- selection and edits -------------------------------------------------------------------

    @property
    def selection(self) -> frozenset[str]:
        return self._selection

    def select(self, node_ids: Iterable[str]) -> None:
        """Make these nodes the selection; ids that are not in the network are left out."""
        chosen = frozenset(node_ids) & self.network.nodes.keys()
        if chosen != self._selection:
            self._selection = chosen
            self.selection_changed.emit(chosen)

    def mint(self, prefix: str) -> str:
        """A new id that no node of the open level has."""
        if not self._path:
            return self.document.mint(prefix)
        network = self.network
        taken = {*network.nodes, *(node.label for node in network.nodes.values())}
        while (node_id := self.document.mint(prefix)) in taken:
            pass
        return node_id

    def new_node(self, layer_type: str, *, fed_by: str = "") -> Node | None:
        """A node to place, with a new id; a ready-made block suits what `fed_by` puts out. None: no such layer."""
        spec = self.catalogue.get(layer_type)
        if spec is None:
            return None
        known = self.analysis.nodes.get(fed_by)
        shape = known.output_shape if known is not None else None
        return new_node(spec, self.mint(spec.prefix), shape[-1] if shape else None)

    def apply(self, edit: Edit, label: Message, *, merge_key: str = "") -> bool:
        """Do one undoable edit of the open level.

        A refused edit changes nothing, says why in `refused`, and gives False.
        """
        key = "/".join((*self._path, merge_key)) if merge_key else ""
        return self.apply_whole(inside(self._path, edit), label, merge_key=key)

    def apply_whole(self, edit: Edit, label: Message, *, merge_key: str = "") -> bool:
        """Do one undoable edit of the whole network; see `apply`. None is done while a network is growing."""
        if self._part is not None and (self._prepared is None or self._part is not self._prepared.shown):
            return False
        try:
            after = limited(edit, MOST_LAYERS)(self.document.network)
            with self._doing("edit"):
                if not self._leads_to(replace(self.document.project, network=after), label):
                    return False
                self.document.apply(lambda _: after, label, merge_key=merge_key)
        except EditError as error:
            self.refused.emit(translated(error.message))
            return False
        return True

    def _leads_to(self, project: Project, label: Message) -> bool:
        """Whether the document may hold this project: a change that would be felt is shown before, unless unwanted."""
        before = self.document.network
        return project.network is before or self._is_shown(
            project, self._path_after(before, project.network), translated(label)
        )

    def _is_shown(self, project: Project, path: tuple[str, ...], title: str) -> bool:
        ask = self.show_first if self._part is None else None
        return ask is None or ask(project, path, title)

    def undo(self) -> None:
        """Take back the last step, and show the level where it was done."""
        self._step_to(self.document.position - 1, self.document.undo_place)

    def redo(self) -> None:
        """Do the last step taken back again, and show the level where it was done."""
        self._step_to(self.document.position + 1, self.document.redo_place)

    def _step_to(self, position: int, place: Place) -> None:
        if self.go_to(position, mode="history") and place != "network":
            self.settings_restored.emit(place)

    def go_to(self, position: int, *, mode: _Mode = "other") -> bool:
        """Undo or redo until so many steps of history are in force; whether that could be done."""
        document = self.document
        if not 0 <= position <= len(document.labels) or position == document.position:
            return False
        label = document.labels[min(position, document.position)]
        with self._doing(mode):
            if not self._leads_to(document.project_at(position), label):
                return False
            document.go_to(position)
        return True

    @contextmanager
    def _doing(self, mode: _Mode) -> Iterator[None]:
        before, self._mode = self._mode, mode
        try:
            yield
        finally:
            self._mode = before

    # --- following the document ----------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        found = self._prepared
        if found is not None and self._part is found.shown and self.document.network == found.network:
            # the network itself may be an older one that is equal: where a step merged with the one before undoes it
            self._take_over(replace(found, network=self.document.network, shown=self._level(found.path)))
            return
        self._follow_plan()
        root, before = self.document.network, self._shown_root
        if root is before:
            self.changed.emit(Change())
            return
        if change:
            self._outdate()
        path = self._path_after(before, root)
        level = network_at(root, path)
        if path != self._path and level is not None:
            self._switch(path, level)
            return
        was, self._shown, self._shown_root = self._shown, level or root, root
        self.changed.emit(difference(was, self._shown) if path else change)
        if not self._selection <= self._shown.nodes.keys():
            self.select(self._selection)

    def _path_after(self, before: Network, after: Network) -> tuple[str, ...]:
        """The level to show: where history went, or the one that is open as far as it is still there."""
        path = self._path
        if self._mode == "history":
            path = changed_level(before, after)
        elif self._mode == "other":
            path = ()
        while network_at(after, path) is None:
            path = path[:-1]
        return path

    def _level_analysis(self, before: Mapping[str, NodeAnalysis] | None = None) -> Analysis:
        return level_analysis(self._whole, self.network, self._path, self.layers, before)

    def _analyse_again(self) -> None:
        if self._part is None:  # what grows is analysed already, and again when the document holds it
            super()._analyse_again()

    def _take(self, whole: Analysis) -> None:
        self._whole = whole
        self._analysis = self._level_analysis(self._analysis.nodes)
        super()._take(whole)

    def _tell(self) -> None:
        self.analysed.emit(self._analysis)
        super()._tell()


def translated(message: Message) -> str:
    """A message in the user's language."""
    values = {
        name: translated(value) if isinstance(value, Message) else value
        for name, value in message.values.items()
    }
    template = QCoreApplication.translate("Message", message.template)
    return Message(message.template, **values).render(template)
