"""Theme tokens, style sheet, icons and how shapes and counts are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from cnnstudio.layers import catalogue
from cnnstudio.ui.commands import COMMANDS
from cnnstudio.ui.icons import icon, icon_pixmap, layer_icon_name
from cnnstudio.ui.shape_text import bytes_text, count_text, shape_order, shape_text, short_count_text
from cnnstudio.ui.style_sheet import style_sheet
from cnnstudio.ui.theme import DARK, LIGHT, Theme

THEMES = [LIGHT, DARK]


def _contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio of two colours."""

    def luminance(text: str) -> float:
        color = QColor(text)
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (color.redF(), color.greenF(), color.blueF())
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("role", ["text", "text_muted", "error", "warning", "ok", "accent"])
@pytest.mark.parametrize("ground", ["window", "surface", "sunken", "canvas"])
def test_text_stands_out_from_its_ground(theme: Theme, role: str, ground: str) -> None:
    assert _contrast(getattr(theme, role), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_on_the_accent_can_be_read(theme: Theme) -> None:
    assert _contrast(theme.on_accent, theme.accent) >= 4.5
    assert _contrast(theme.text, theme.accent_soft) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_style_sheet_has_no_open_token_and_only_colours_of_its_theme(theme: Theme) -> None:
    text = style_sheet(theme, arrow="a.svg", arrow_up="b.svg", check="c.svg")
    assert "$" not in text
    tokens = {getattr(theme, name) for name in theme.__slots__ if isinstance(getattr(theme, name), str)}
    assert set(re.findall(r"#[0-9a-f]{6}\b", text)) <= tokens


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_drawings_of_the_style_sheet_have_the_themes_colours(checkout: Path, theme: Theme) -> None:
    folder = checkout / "resources" / "icons" / "style"
    for name, color in (
        ("arrow", theme.text_muted),
        ("arrow-up", theme.text_muted),
        ("check", theme.on_accent),
    ):
        assert color in (folder / f"{theme.name}-{name}.svg").read_text("utf-8")


def test_every_icon_draws_something_in_the_colour_asked_for(qtbot: QtBot, checkout: Path) -> None:
    files = (checkout / "resources" / "icons").glob("*.svg")
    names = sorted(path.stem for path in files if "currentColor" in path.read_text("utf-8"))
    assert len(names) > 60
    for name in names:
        image = icon_pixmap(name, 24, QColor("#ff0000")).toImage()
        pixels = {
            image.pixelColor(x, y).name()
            for x in range(24)
            for y in range(24)
            if image.pixelColor(x, y).alpha() > 200
        }
        assert pixels == {"#ff0000"}, name


def test_every_layer_and_every_command_has_its_icon(qtbot: QtBot) -> None:
    for layer_type, spec in catalogue().items():
        assert not icon(layer_icon_name(layer_type, spec.category)).isNull()
    for command in COMMANDS:
        if command.icon:
            assert not icon(command.icon).isNull()


def test_an_icon_that_does_not_exist_is_an_error_at_once(qtbot: QtBot) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-drawing")


def test_shapes_are_written_in_the_order_chosen(qtbot: QtBot) -> None:
    assert shape_text((28, None, 6)) == "28 × ? × 6"
    assert shape_text(None) == "–"
    shape_order().choose(True)
    try:
        assert shape_text((28, 30, 6)) == "6 × 28 × 30"
        assert shape_text((10,)) == "10"
    finally:
        shape_order().choose(False)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (99_999, "99,999"), (416_520, "0.42 M"), (15_470_264_320, "15 G"), (1_600_000_000, "1.60 G")],
)
def test_large_counts_are_written_short(count: int, text: str) -> None:
    assert short_count_text(count) == text


def test_counts_of_any_size_are_written() -> None:
    assert count_text(10**30).replace(",", "") == "1" + "0" * 30


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (602_112, "588 KB"), (2**40 * 5000, "5000 TB")],
)
def test_sizes_in_memory_are_written_with_their_unit(count: int, text: str) -> None:
    assert bytes_text(count) == text
