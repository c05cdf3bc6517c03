"""The open document: the current project, its history, and who wants to know of changes. Standard library only.

Undo is a swap of two references, so no inverse code can be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from cnnstudio.core.change import Change, difference
from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.network import Network
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project

Edit = Callable[[Network], Network]
Listener = Callable[[Change], None]


DATA_CHANGED = Message("Change the data settings")
TRAINING_CHANGED = Message("Change the training plan")
Place = Literal["network", "data", "training"]
"""What of a project a step of history changed."""


@dataclass(frozen=True, slots=True)
class _State:
    """What of a project history holds: all but its name, and what this version does not know."""

    network: Network
    data: Params
    training: Params

    @classmethod
    def of(cls, project: Project) -> _State:
        return cls(project.network, project.data, project.training)

    def is_like(self, other: _State) -> bool:
        """Whether nothing differs."""
        return self.network is other.network and self.data == other.data and self.training == other.training


@dataclass(frozen=True, slots=True)
class _Step:
    before: _State
    after: _State
    label: Message
    merge_key: str

    @property
    def place(self) -> Place:
        if self.before.network is not self.after.network:
            return "network"
        return "data" if self.before.data != self.after.data else "training"


class Document:
    """One open project. All changes go through `apply`, `set_data` and `set_training`; every listener hears every one."""

    def __init__(self, project: Project | None = None) -> None:
        self._project = project or Project()
        self._saved = self._project
        self._steps: list[_Step] = []
        self._done = 0
        self._depth = 0
        self._merging = True
        self._listeners: list[Listener] = []
        self._minted: dict[str, int] = {}
        self._labelled: Network | None = None
        self._labels: set[str] = set()
        self._used: set[str] = set(self._project.network.nodes)

    @property
    def project(self) -> Project:
        return self._project

    @property
    def network(self) -> Network:
        return self._project.network

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every change (an empty `Change` when the network stayed the same).

        Returns the function that ends it.
        """
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def mint(self, prefix: str) -> str:
        """A new id, `prefix` and a number: the lowest never used in this document, by id or by label."""
        number = self._minted.get(prefix, 0) + 1
        if self._labelled is not self.network:  # a paste asks for many ids, the network staying the same
            self._labelled = self.network
            self._labels = {node.label for node in self.network.nodes.values()}
        while f"{prefix}{number}" in self._used or f"{prefix}{number}" in self._labels:
            number += 1
        self._minted[prefix] = number
        node_id = f"{prefix}{number}"
        self._used.add(node_id)
        return node_id

    def apply(self, edit: Edit, label: Message, *, merge_key: str = "") -> Change:
        """Make one undoable change. Raises what the edit raises, changing nothing.

        Steps in a row with the same `merge_key` (one parameter being dragged, say) become one step of history.
        """
        before = self.network
        after = edit(before)
        if after is before:
            return Change()
        self._used.update(after.nodes)
        return self._take(replace(_State.of(self._project), network=after), label, merge_key)

    def set_data(self, data: Params, label: Message = DATA_CHANGED, *, merge_key: str = "") -> Change:
        """Choose the data: one undoable change, as `apply` makes of the network."""
        return self._take(replace(_State.of(self._project), data=data), label, merge_key)

    def set_training(
        self, training: Params, label: Message = TRAINING_CHANGED, *, merge_key: str = ""
    ) -> Change:
        """Choose how to train: one undoable change, as `apply` makes of the network."""
        return self._take(replace(_State.of(self._project), training=training), label, merge_key)

    def _take(self, after: _State, label: Message, merge_key: str) -> Change:
        before = _State.of(self._project)
        if after.is_like(before):
            return Change()
        del self._steps[self._done :]
        last = self._steps[-1] if self._steps else None
        goes_on = True
        if merge_key and self._merging and last is not None and last.merge_key == merge_key:
            if after == last.before:  # typed back to what it was
                after = last.before  # the network itself, as undo would bring it
                self._steps.pop()
                goes_on = False  # the step before this one was over
            else:
                self._steps[-1] = replace(last, after=after, label=label)
        else:
            self._steps.append(_Step(before, after, label, merge_key))
        self._done = len(self._steps)
        self._forget_oldest()
        self._merging = goes_on
        return self._show(after)

    @property
    def depth(self) -> int:
        """How many steps are kept at most; 0 is without limit."""
        return self._depth

    @depth.setter
    def depth(self, steps: int) -> None:
        self._depth = max(steps, 0)
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        """Drop done steps beyond the depth; undone ones stay, so that a redo is never taken away."""
        extra = min(len(self._steps) - self._depth, self._done) if self._depth else 0
        if extra > 0:
            del self._steps[:extra]
            self._done -= extra

    def undo(self) -> Change:
        """Go one step back; nothing happens at the beginning."""
        if not self.can_undo:
            return Change()
        self._done -= 1
        self._merging = False
        return self._show(self._steps[self._done].before)

    def redo(self) -> Change:
        """Go one step forward again; nothing happens at the end."""
        if not self.can_redo:
            return Change()
        self._done += 1
        self._merging = False
        return self._show(self._steps[self._done - 1].after)

    def end_merging(self) -> None:
        """The next step stands alone, whatever its merge key (a field was left, say)."""
        self._merging = False

    @property
    def can_undo(self) -> bool:
        return self._done > 0

    @property
    def can_redo(self) -> bool:
        return self._done < len(self._steps)

    @property
    def undo_label(self) -> Message:
        return self._steps[self._done - 1].label if self.can_undo else NO_MESSAGE

    @property
    def redo_label(self) -> Message:
        return self._steps[self._done].label if self.can_redo else NO_MESSAGE

    @property
    def undo_place(self) -> Place:
        """What the step changed that `undo` takes back; the network where there is none."""
        return self._steps[self._done - 1].place if self.can_undo else "network"

    @property
    def redo_place(self) -> Place:
        """What the step changes that `redo` does again; the network where there is none."""
        return self._steps[self._done].place if self.can_redo else "network"

    @property
    def labels(self) -> tuple[Message, ...]:
        """What was done, oldest first; entries from `position` on are undone."""
        return tuple(step.label for step in self._steps)

    @property
    def position(self) -> int:
        """How many of `labels` are in force."""
        return self._done

    def project_at(self, position: int) -> Project:
        """What `go_to` would show; the present one where it would change nothing."""
        position = min(max(position, 0), len(self._steps))
        if position == self._done:
            return self._project
        state = self._steps[position - 1].after if position else self._steps[0].before
        return replace(self._project, network=state.network, data=state.data, training=state.training)

    def go_to(self, position: int) -> Change:
        """Undo or redo until `position` steps are in force."""
        position = min(max(position, 0), len(self._steps))
        if position == self._done:
            return Change()
        self._done = position
        self._merging = False
        target = self._steps[position - 1].after if position else self._steps[0].before
        return self._show(target)

    def set_name(self, name: str) -> None:
        """Name the project; not a step of history."""
        if name != self._project.name:
            self._project = replace(self._project, name=name)
            self._tell(Change())

    def open(self, project: Project, *, saved: bool = True) -> Change:
        """Show another project, with a history of its own. `saved` is whether a file holds it as it is.

        Its nodes are new ones even where their ids were in use, so that nothing of the other network lives on.
        """
        before = self.network
        self._project = project
        self._saved = project if saved else Project()
        self._steps.clear()
        self._done = 0
        self._minted.clear()
        self._used = set(project.network.nodes)
        after = project.network
        change = Change(
            added=tuple(after.nodes),
            removed=tuple(before.nodes),
            wires_added=after.edges,
            wires_removed=before.edges,
        )
        self._tell(change)
        return change

    @property
    def is_modified(self) -> bool:
        """Whether the project differs from what was last saved."""
        now, saved = self._project, self._saved
        return now is not saved and not (
            now.network is saved.network
            and now.data == saved.data
            and now.training == saved.training
            and now.name == saved.name
        )

    def mark_saved(self, project: Project) -> None:
        """A file now holds `project` (perhaps older than what is shown by now)."""
        self._saved = project
        self._tell(Change())

    def _show(self, state: _State) -> Change:
        before = self.network
        change = Change() if state.network is before else difference(before, state.network)
        self._project = replace(
            self._project, network=state.network, data=state.data, training=state.training
        )
        self._tell(change)
        return change

    def _tell(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            listener(change)
