"""What a report says beyond single files: traits of many images, sizes of classes, and whether it can be trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from cnnstudio.core.message import Message
from cnnstudio.data.listing import Listing
from cnnstudio.data.picture import finding
from cnnstudio.data.problem import Problem
from cnnstudio.data.report import ClassCount, ImageEntry, is_grey
from cnnstudio.data.settings import Resize

_UNBALANCED = 10
_TINY = 10
_RESIZED: dict[Resize, str] = {
    "stretch": "Each is resized to the network's input; the aspect ratio is not kept.",
    "crop": "Each is resized until it fills the network's input; what stands out at two sides is cut off.",
    "pad": "Each is resized until it fits into the network's input; the rest is black.",
}

_TRAIT_HINTS = {
    "16-bit": (
        "image.16_bit",
        Message("They are scaled to 8 bits: 0 stays 0, 65535 becomes 255."),
    ),
    "alpha": ("image.alpha", Message("Transparent parts are laid on white.")),
    "cmyk": ("image.cmyk", Message("They are converted to RGB without a colour profile.")),
    "palette": ("image.palette", Message("Their colours are looked up and used as RGB.")),
    "rotated": ("image.rotated", Message("They are turned upright, as the camera noted (EXIF).")),
    "animated": ("image.animated", Message("Only their first frame is used.")),
}
_TRAIT_SENTENCES = {
    "16-bit": "Images with 16 bits a channel: {count}.",
    "alpha": "Images with transparency: {count}.",
    "cmyk": "Images in CMYK, the colours of printing: {count}.",
    "palette": "Images with a palette of colours: {count}.",
    "rotated": "Images stored on their side or mirrored: {count}.",
    "animated": "Images that are animated or have several pages: {count}.",
}


def trait_hints(images: Sequence[ImageEntry], resize: Resize) -> list[Problem]:
    """One hint for each thing decoding will do, with the images concerned, and images that show nothing."""
    problems = []
    for trait, (code, hint) in _TRAIT_HINTS.items():
        concerned = tuple(image.path for image in images if trait in image.traits)
        if concerned:
            sentence = Message(_TRAIT_SENTENCES[trait], count=len(concerned))
            problems.append(replace(finding("hint", code, sentence, hint), pictures=(concerned,)))
    blank = tuple(image.path for image in images if "blank" in image.traits)
    if blank:
        problems.append(
            Problem(
                severity="warning",
                code="image.blank",
                path=blank[0] if len(blank) == 1 else "",
                message=Message(
                    "Images that show a single colour and nothing else: {count}.", count=len(blank)
                ),
                hint=Message("There is nothing to learn of them; leave them out."),
                pictures=(blank,),
                remedies=("quarantine",),
                surplus=blank,
            )
        )
    return [*problems, *_sizes(images, resize), *_colours(images)]


def _sizes(images: Sequence[ImageEntry], resize: Resize) -> list[Problem]:
    sizes = Counter((image.width, image.height) for image in images)
    if len(sizes) < 2:
        return []
    usual = sizes.most_common(1)[0][0]
    return [
        Problem(
            severity="hint",
            code="image.sizes",
            path="",
            message=Message("The images have {count} different sizes.", count=len(sizes)),
            hint=Message(_RESIZED[resize]),
            pictures=(tuple(image.path for image in images if (image.width, image.height) != usual),),
            remedies=("resize",),
        )
    ]


def _colours(images: Sequence[ImageEntry]) -> list[Problem]:
    grey = tuple(image.path for image in images if is_grey(image.mode))
    if not grey or len(grey) == len(images):
        return []
    coloured = tuple(image.path for image in images if not is_grey(image.mode))
    return [
        Problem(
            severity="hint",
            code="image.colours",
            path="",
            message=Message(
                "Grey images and coloured ones are mixed: {grey} and {coloured}.",
                grey=len(grey),
                coloured=len(coloured),
            ),
            hint=Message(
                "All become what the network's input asks for: with 3 channels grey is repeated, with 1 colour becomes grey."
            ),
            pictures=(min(grey, coloured, key=len),),
        )
    ]


def class_problems(
    images: Sequence[ImageEntry], classes: Sequence[ClassCount], *, fixed: bool
) -> list[Problem]:
    """Classes that are too small to be learned or to be judged by, and classes of very different sizes."""
    problems: list[Problem] = []
    if not fixed:
        problems += [
            Problem(
                severity="warning",
                code="class.small",
                path="",
                message=Message(
                    "The class {name} has a single image, which is used for training only.", name=entry.name
                ),
                hint=Message("Add images to it."),
                pictures=(_of_classes(images, [number]),),
            )
            for number, entry in enumerate(classes)
            if entry.count == 1
        ]
    tiny = [number for number, entry in enumerate(classes) if 1 < entry.count < _TINY]
    if tiny and max(entry.count for entry in classes) >= _TINY:  # else it is a trial, and its maker knows
        problems.append(
            Problem(
                severity="hint",
                code="class.tiny",
                path="",
                message=Message(
                    "Classes with fewer than {least} images: {count}, for example {name}.",
                    least=_TINY,
                    count=len(tiny),
                    name=classes[tiny[0]].name,
                ),
                hint=Message("Their results say little; add images."),
                pictures=tuple(_of_classes(images, [number]) for number in tiny),
            )
        )
    if len(classes) > 1:
        small = min(classes, key=lambda entry: entry.count)
        large = max(classes, key=lambda entry: entry.count)
        if large.count >= _UNBALANCED * small.count:
            problems.append(
                Problem(
                    severity="warning",
                    code="class.unbalanced",
                    path="",
                    message=Message(
                        "The class {large} has {large_count} images, {small} only {small_count}.",
                        large=large.name,
                        large_count=large.count,
                        small=small.name,
                        small_count=small.count,
                    ),
                    hint=Message(
                        "Add images to the small classes, or expect the network to favour the large ones."
                    ),
                    remedies=("class_weights",),
                )
            )
    return problems


def _of_classes(images: Sequence[ImageEntry], numbers: Collection[int]) -> tuple[str, ...]:
    return tuple(image.path for image in images if image.class_index in numbers)


def why_not_trainable(listing: Listing, classes: Sequence[ClassCount]) -> Problem | None:
    """Why a classifier cannot be trained on the folder; None when it can."""
    if len(classes) > 1:
        return None
    if classes:
        inner = _class_folders_one_level_down(listing)
        if inner:
            return finding(
                "error",
                "data.one_class",
                Message(
                    "All images lie in one folder, {name}, so there is one class only.", name=classes[0].name
                ),
                Message(
                    "Choose the folder {name} itself: its folders {inner} look like the classes.",
                    name=classes[0].name,
                    inner=", ".join(inner[:5]),
                ),
            )
        return finding(
            "error",
            "data.one_class",
            Message(
                "There is only one class with images, {name}; a classifier needs at least two.",
                name=classes[0].name,
            ),
            Message("Add a second folder with images of something else."),
        )
    if listing.files:
        return finding(
            "error",
            "data.no_images",
            Message("No image file can be used (of {count}).", count=len(listing.files)),
            Message("See the problems listed for each file."),
        )
    if listing.loose:
        return finding(
            "error",
            "data.no_classes",
            Message(
                "The images lie in no class folder ({count}), so what they show is not known.",
                count=listing.loose,
            ),
            Message("Make one folder for each class, and move each image into the folder of its class."),
        )
    return finding(
        "error",
        "data.no_images",
        Message("There are no images in this folder."),
        Message(
            "Choose a folder that holds one folder of images for each class (PNG, JPEG, BMP, GIF, WebP, TIFF)."
        ),
    )


def _class_folders_one_level_down(listing: Listing) -> list[str]:
    """Names of two or more folders inside the only class folder, when no image lies beside them."""
    inner: dict[str, None] = {}
    for file in listing.files:
        parts = file.path.split("/")
        if len(parts) < 3:
            return []
        inner[parts[1]] = None
    return list(inner) if listing.layout == "classes" and len(inner) > 1 else []
