"""The natural order of names, and that the fast way to it leads to the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.data.natural_order import in_natural_order, natural_key

_names = st.text(st.sampled_from("aAbB01290_. -äßÅ²٣"), max_size=6)
_usual = st.tuples(
    st.sampled_from(["", "img", "IMG", "a b"]), st.integers(0, 200), st.sampled_from(["", ".png", "_a.PNG"])
).map(lambda parts: "".join(map(str, parts)))


@given(st.lists(st.one_of(_names, _usual)))
def test_names_come_as_their_keys_say(names: list[str]) -> None:
    assert in_natural_order(names) == sorted(names, key=natural_key)


@given(st.lists(_usual, min_size=2))
def test_so_do_names_that_hold_one_number(names: list[str]) -> None:
    assert in_natural_order(names) == sorted(names, key=natural_key)


def test_numbers_count_as_numbers_and_capitals_stand_beside_small_letters() -> None:
    assert in_natural_order(["img10.png", "Img2.png", "img2.png"]) == ["Img2.png", "img2.png", "img10.png"]
