"""Pictures: everything is on them, drawn as on the canvas; what cannot be drawn is told in a sentence."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import connect, move, set_params
from cnnstudio.core.network import Network
from cnnstudio.ui.picture.dialog import PictureDialog, copy_picture, drawing_of
from cnnstudio.ui.picture.files import (
    LONGEST_SIDE,
    PictureError,
    fitting_scale,
    format_of,
    picture_bytes,
    picture_image,
)
from cnnstudio.ui.picture.svg_text import with_lasting_text
from cnnstudio.ui.theme import DARK, LIGHT
from cnnstudio.zoo import templates
from tests.ui.picture.conftest import SceneOf

SVG = "{http://www.w3.org/2000/svg}"


def texts(content: bytes) -> list[str]:
    return [element.text or "" for element in ET.fromstring(content).iter(f"{SVG}text")]


def test_an_svg_holds_every_name_shape_and_count_as_text(scene_of: SceneOf, lenet: Network) -> None:
    scene = scene_of(lenet)
    found = texts(picture_bytes(drawing_of(scene), "svg", title="LeNet"))
    for node_id, face in scene.faces.items():
        assert lenet.nodes[node_id].label in found
        assert face.content.shape in found
        assert face.content.count == "" or face.content.count in found


def test_text_of_an_svg_keeps_its_width_where_the_font_is_missing(scene_of: SceneOf, lenet: Network) -> None:
    content = picture_bytes(drawing_of(scene_of(lenet)), "svg")
    for element in ET.fromstring(content).iter(f"{SVG}text"):
        assert float(element.attrib["textLength"]) > 0
        assert element.attrib["font-family"].rsplit(", ", 1)[1] in {"sans-serif", "monospace"}
    shapes = [e for e in ET.fromstring(content).iter(f"{SVG}text") if " × " in (e.text or "")]
    assert shapes
    assert all(e.attrib["font-family"].endswith("monospace") for e in shapes)


def test_marks_in_text_are_measured_as_what_they_stand_for(qapp: object) -> None:
    svg = '<svg><text font-family="Sans" font-size="12" font-weight="400">a &lt; b</text></svg>'
    font = QFont("Sans")
    font.setPixelSize(12)
    width = QFontMetricsF(font).horizontalAdvance("a < b")
    assert f'textLength="{width:.2f}"' in with_lasting_text(svg)
    assert "a &lt; b</text>" in with_lasting_text(svg)


@pytest.mark.parametrize("template", ["lenet5", "googlenet", "unet"])
def test_an_svg_drawn_again_looks_like_the_png(scene_of: SceneOf, template: str) -> None:
    drawing = drawing_of(scene_of(templates()[template].build()))
    image = picture_image(drawing, 1.0).convertToFormat(QImage.Format.Format_RGB32)
    again = QImage(image.size(), QImage.Format.Format_RGB32)
    again.fill(Qt.GlobalColor.white)
    painter = QPainter(again)
    renderer = QSvgRenderer(picture_bytes(drawing, "svg"))
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    small, other = (
        one.scaled(one.width() // 8, one.height() // 8, mode=Qt.TransformationMode.SmoothTransformation)
        for one in (image, again)
    )
    differences = [
        abs(small.pixelColor(x, y).lightness() - other.pixelColor(x, y).lightness())
        for x in range(small.width())
        for y in range(small.height())
    ]
    assert max(differences) < 110
    assert sum(differences) / len(differences) < 2


@pytest.mark.parametrize(("name", "colors"), [("light", LIGHT), ("dark", DARK)])
def test_a_picture_has_the_background_of_its_theme_or_none(scene_of: SceneOf, lenet: Network, name: str, colors: object) -> None:  # fmt: skip
    scene = scene_of(lenet)
    filled = picture_image(drawing_of(scene, theme_name=name), 1.0)  # type: ignore[arg-type]
    assert filled.pixelColor(2, 2).name() == colors.canvas  # type: ignore[attr-defined]
    card = scene.diagram.cards["conv1"]
    bounds = drawing_of(scene).bounds
    x, y = round(card.x + 60 - bounds.left()), round(card.y + 4 - bounds.top())
    assert filled.pixelColor(x, y).name() == colors.surface  # type: ignore[attr-defined]
    clear = picture_image(drawing_of(scene, background=False), 1.0)
    assert clear.pixelColor(2, 2).alpha() == 0


def test_all_of_the_network_is_inside_the_picture_wherever_it_stands(
    scene_of: SceneOf, lenet: Network
) -> None:
    far = move(lenet, {"image": (-900.0, -700.0), "classes": (1500.0, 40.0)})
    scene = scene_of(far)
    bounds = drawing_of(scene).bounds
    for card in scene.diagram.cards.values():
        rect = card.rect
        assert bounds.contains(QRectF(rect.left, rect.top, rect.width, rect.height))
    for wire in scene.diagram.wires.values():
        assert bounds.contains(wire.rect.left, wire.rect.top)
        assert bounds.contains(wire.rect.right, wire.rect.bottom)


def test_a_pdf_is_one_page_of_the_pictures_proportions_and_no_longer_than_viewers_show(
    scene_of: SceneOf,
) -> None:
    drawing = drawing_of(scene_of(templates()["resnet152"].build()))
    content = picture_bytes(drawing, "pdf", title="ResNet-152")
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") == 1
    box = content.split(b"/MediaBox [")[1].split(b"]")[0].split()
    width, height = float(box[2]), float(box[3])
    assert height <= 14_401
    assert width / height == pytest.approx(drawing.bounds.width() / drawing.bounds.height(), rel=0.02)


def test_a_png_of_a_deep_network_is_as_large_as_can_be(scene_of: SceneOf) -> None:
    drawing = drawing_of(scene_of(templates()["resnet152"].build()))
    image = picture_image(drawing)
    assert LONGEST_SIDE * 0.99 < image.height() <= LONGEST_SIDE
    with pytest.raises(PictureError, match="too much for a PNG") as told:
        picture_image(drawing, 4.0)
    fitting = float(str(told.value.hint).split("scale of ")[1].split(" ")[0])
    assert picture_image(drawing, fitting).height() <= LONGEST_SIDE


def test_far_layers_do_not_make_a_png_of_nothing(scene_of: SceneOf, lenet: Network) -> None:
    drawing = drawing_of(scene_of(move(lenet, {"image": (-480_000.0, 0.0), "conv1": (0.0, 104.0)})))
    with pytest.raises(PictureError, match="too much for a PNG") as told:
        fitting_scale(drawing)
    assert "auto-arrange" in str(told.value.hint)
    assert picture_bytes(drawing, "svg")


def test_an_empty_network_and_odd_scales_are_told(scene_of: SceneOf, lenet: Network) -> None:
    with pytest.raises(PictureError, match="empty"):
        picture_bytes(drawing_of(scene_of(Network())), "svg")
    for scale in (0.0, -1.0, float("nan"), float("inf"), 1e6):
        with pytest.raises(PictureError, match="scale"):
            picture_bytes(drawing_of(scene_of(lenet)), "png", scale=scale)


@pytest.mark.parametrize("name", ["net.gif", "net", "net.svg.zip", ".svg"])
def test_a_name_without_a_known_ending_is_told(name: str) -> None:
    with pytest.raises(PictureError) as told:
        format_of(Path(name))
    assert ".svg, .png or .pdf" in str(told.value.hint)


def test_endings_may_be_written_large() -> None:
    assert format_of(Path("A.PDF")) == "pdf"


def test_faults_show_on_the_picture_too(scene_of: SceneOf, lenet: Network) -> None:
    broken = connect(set_params(lenet, "conv1", {"kernel_size": 99}), source="image", target="conv1")
    found = " ".join(texts(picture_bytes(drawing_of(scene_of(broken)), "svg")))
    assert "The 99×99 window" in found


def test_a_copied_picture_is_pixels_and_svg(scene_of: SceneOf, lenet: Network) -> None:
    copy_picture(drawing_of(scene_of(lenet)), "LeNet")
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.hasImage()
    assert b"conv1" in mime.data("image/svg+xml").data()
    QGuiApplication.clipboard().clear()


def test_the_dialog_writes_what_it_shows(
    qtbot: QtBot, scene_of: SceneOf, lenet: Network, tmp_path: Path
) -> None:
    dialog = PictureDialog(scene_of(lenet), title="LeNet", folder=tmp_path)
    qtbot.addWidget(dialog)
    dialog.format.setCurrentIndex(dialog.format.findData("png"))
    dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
    dialog.scale.setCurrentIndex(dialog.scale.findData(3.0))
    assert dialog.write(tmp_path / "net.png")
    image = QImage(str(tmp_path / "net.png"))
    assert image.width() == 3 * dialog.drawing().bounds.width()
    assert image.pixelColor(2, 2).name() == DARK.canvas


def test_the_dialog_says_why_a_file_cannot_be_written(
    qtbot: QtBot, scene_of: SceneOf, lenet: Network, tmp_path: Path
) -> None:
    dialog = PictureDialog(scene_of(lenet), title="LeNet", folder=tmp_path)
    qtbot.addWidget(dialog)
    assert not dialog.write(tmp_path / "missing" / "net.svg")
    assert "cannot be written" in dialog.problem.text()
    assert not dialog.write(tmp_path / "net.gif")
    assert ".svg, .png or .pdf" in dialog.problem.text()
    assert dialog.saved_to is None
