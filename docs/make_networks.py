"""Makes docs/networks.md and its pictures from the program itself: `python docs/make_networks.py [FOLDER]`.

Needs no screen. Run it again when a network or the layout changes; a test makes both anew in a folder of its own and
compares.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
sys.path.insert(0, str(CHECKOUT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, Qt  # noqa: E402 - after the path is known
from PySide6.QtGui import QImage  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from cnnstudio.core.params import thaw  # noqa: E402
from cnnstudio.layers import catalogue  # noqa: E402
from cnnstudio.ui.appearance import dress  # noqa: E402
from cnnstudio.ui.network_picture import NetworkPicture, sketched  # noqa: E402
from cnnstudio.zoo import Template, templates  # noqa: E402
from cnnstudio.zoo.facts import facts  # noqa: E402

SIZE = (208, 136)
PIXELS = 2.0
HEAD = """# The built-in networks

Made by `python docs/make_networks.py` from the program itself, so the figures are what it shows.

- *Parameters*: all weights, moving statistics included.
- *MACs*: multiply-accumulates for one input.
- *Depth*: layers with a kernel on the longest way from input to output, as the papers count.
- *Sees*: the receptive field of the last map, in pixels (words for text); it may exceed the picture.

Open one with `cnnstudio new NAME -o FILE.cnn`, or from the start page; `-p key=value` sets its parameters, which
`cnnstudio templates` lists.

| network | picture | input | parameters | MACs | depth | sees |
| --- | --- | --- | ---: | ---: | ---: | ---: |
"""


def row(template: Template) -> str:
    """One line of the table."""
    known = facts(template.build())
    shape = thaw(next(spec.default for spec in template.parameters if spec.name == "input_shape"))
    sizes = "×".join(str(size) for size in shape) if isinstance(shape, list) else str(shape)
    sees = "×".join(str(size) for size in known.receptive_field) or "–"
    name = f"**{template.title}**<br>`{template.name}`<br>{template.description}"
    picture = f"![{template.title}](networks/{template.name}.png)"
    macs = magnitude(known.macs)
    return f"| {name} | {picture} | {sizes} | {known.parameters:,} | {macs} | {known.depth} | {sees} |"


def magnitude(count: int) -> str:
    """A large number in three figures and a word."""
    for size, word in ((10**9, "billion"), (10**6, "million"), (10**3, "thousand")):
        if count >= size:
            return f"{count / size:.3g} {word}"
    return str(count)


def table() -> str:
    """The whole page."""
    return HEAD + "\n".join(row(template) for template in templates().values()) + "\n"


def draw(template: Template, path: Path) -> None:
    """The network as the start page draws it, for a light page."""
    picture = NetworkPicture()
    picture.resize(*SIZE)
    picture.show_sketch(sketched(template.build(), catalogue()))
    image = QImage(int(SIZE[0] * PIXELS), int(SIZE[1] * PIXELS), QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(PIXELS)
    image.fill(Qt.GlobalColor.white)
    picture.render(image, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
    image.convertToFormat(QImage.Format.Format_RGB888).save(str(path), quality=0)  # 0: pressed hardest
    picture.deleteLater()


def main(folder: Path) -> None:
    """Write the page and its pictures."""
    pictures = folder / "networks"
    application = QApplication(sys.argv[:1])
    dress(application, "light")
    pictures.mkdir(parents=True, exist_ok=True)
    for old in pictures.glob("*.png"):
        old.unlink()
    for template in templates().values():
        draw(template, pictures / f"{template.name}.png")
    (folder / "networks.md").write_text(table(), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
