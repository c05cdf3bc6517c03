"""Immutable JSON values, so that networks can share them and compare them exactly. Standard library only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias, Union

Value: TypeAlias = Union[bool, int, float, str, "tuple[Value, ...]", "Params", None]


class Params(Mapping[str, Value]):
    """A frozen JSON object. Lists become tuples, objects become `Params`, the order of keys is kept.

    Unlike Python's `==`, equality tells `1`, `1.0` and `True` apart, as a file does; key order does not count.
    """

    __slots__ = ("_items", "_token")
    _items: dict[str, Value]
    _token: str | None

    def __init__(self, items: Mapping[str, object] | None = None, /, **values: object) -> None:
        merged: dict[str, object] = {**(items or {}), **values}
        self._items = {str(name): freeze(value) for name, value in merged.items()}
        self._token = None

    @property
    def token(self) -> str:
        """Canonical JSON text: equal exactly when the values are equal."""
        if self._token is None:
            self._token = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False)
        return self._token

    def with_value(self, name: str, value: object) -> Params:
        """A copy in which `name` is `value`."""
        return Params({**self._items, name: value})

    def without(self, name: str) -> Params:
        """A copy that lacks `name`."""
        return Params({key: value for key, value in self._items.items() if key != name})

    def to_json(self) -> dict[str, object]:
        """Plain dictionaries and lists, ready for `json.dumps`."""
        return {name: thaw(value) for name, value in self._items.items()}

    def __getitem__(self, name: str) -> Value:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Params) and self.token == other.token)

    def __hash__(self) -> int:
        return hash(self.token)

    def __repr__(self) -> str:
        return f"Params({self.to_json()!r})"


def freeze(value: object) -> Value:
    """An immutable copy of a JSON value. Raises TypeError for anything JSON does not have."""
    if value is None or isinstance(value, (bool, int, float, str, Params)):
        return value
    if isinstance(value, (list, tuple)):
        return tuple(freeze(item) for item in value)
    if isinstance(value, Mapping):
        return Params(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def thaw(value: Value) -> object:
    """A plain, mutable copy of a frozen value."""
    if isinstance(value, tuple):
        return [thaw(item) for item in value]
    if isinstance(value, Params):
        return value.to_json()
    return value


EMPTY = Params()
