"""The open document as the window's parts share it: Qt signals around `Document`, the analysis and the selection."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.change import Change
from cnnstudio.core.document import Document, Edit
from cnnstudio.core.edits import EditError
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.spec import Catalogue


class Session(QObject):
    """Every view reads the document here, changes it through `apply`, and redraws on its signals."""

    changed = Signal(object)
    """A `Change`, at once after every edit; an empty one when only settings or history changed."""
    analysed = Signal(object)
    """The new `Analysis`, once per turn of the event loop in which the network changed."""
    selection_changed = Signal(object)
    """The frozenset of selected node ids."""
    refused = Signal(str)
    """Why the last edit was not done, for the status bar."""

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = Document()
        self.catalogue = catalogue
        self._analyser = Analyser(catalogue)
        self._analysis = self._analyser.analyse(self.document.network)
        self._stale = False
        self._selection: frozenset[str] = frozenset()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._analyse)
        self.document.subscribe(self._on_change)

    @property
    def network(self) -> Network:
        return self.document.network

    @property
    def analysis(self) -> Analysis:
        """The analysis of the network as it is now."""
        if self._stale:
            self._analyse()
        return self._analysis

    @property
    def analyser(self) -> Analyser:
        return self._analyser

    @property
    def selection(self) -> frozenset[str]:
        return self._selection

    def select(self, node_ids: Iterable[str]) -> None:
        """Make these nodes the selection; ids that are not in the network are left out."""
        chosen = frozenset(node_ids) & self.network.nodes.keys()
        if chosen != self._selection:
            self._selection = chosen
            self.selection_changed.emit(chosen)

    def apply(self, edit: Edit, label: Message, *, merge_key: str = "") -> bool:
        """Do one undoable edit. A refused edit changes nothing, says why in `refused`, and gives False."""
        try:
            self.document.apply(edit, label, merge_key=merge_key)
        except EditError as error:
            self.refused.emit(translated(error.message))
            return False
        return True

    def undo(self) -> None:
        """Take back the last step."""
        self.document.undo()

    def redo(self) -> None:
        """Do the last step taken back again."""
        self.document.redo()

    def _on_change(self, change: Change) -> None:
        if change:
            self._stale = True
            self._timer.start()
        self.changed.emit(change)
        if not self._selection <= self.network.nodes.keys():
            self.select(self._selection)

    def _analyse(self) -> None:
        if not self._stale:
            return
        self._stale = False
        self._timer.stop()
        self._analysis = self._analyser.analyse(self.network)
        self.analysed.emit(self._analysis)


def translated(message: Message) -> str:
    """A message in the user's language."""
    values = {
        name: translated(value) if isinstance(value, Message) else value
        for name, value in message.values.items()
    }
    template = QCoreApplication.translate("Message", message.template)
    return Message(message.template, **values).render(template)
