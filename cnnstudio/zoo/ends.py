"""How the networks end: dropout where it is wanted, dense layers, one unit for each class. Standard library only."""

from __future__ import annotations

from cnnstudio.core.parameters import Arguments
from cnnstudio.zoo.draft import Draft


def drop(draft: Draft, args: Arguments, node_id: str = "dropout") -> None:
    """Dropout at the rate that was asked for; nothing at 0."""
    if args.number("dropout"):
        draft.add("Dropout", node_id, rate=args["dropout"])


def classify(draft: Draft, args: Arguments) -> None:
    """The probability of each class."""
    draft.add("Dense", "classes", units=args["classes"], activation="softmax")


def dense_end(draft: Draft, args: Arguments) -> None:
    """Two dense layers of `units`, dropout behind each, and the classes."""
    draft.add("Flatten", "flatten")
    for _ in range(2):
        draft.add("Dense", "dense#", units=args["units"], activation="relu")
        drop(draft, args, "dropout#")
    classify(draft, args)
