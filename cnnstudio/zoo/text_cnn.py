"""A convolutional network for sentences: one branch for every length of phrase. Kim 2014. Standard library only."""

from __future__ import annotations

from typing import cast

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments, IntParam, IntsParam
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import classify, drop
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import classes_parameter, dropout_parameter


def text_cnn(args: Arguments) -> Network:
    """Word vectors, kernels over 3, 4 and 5 whole words, the maximum over time: 360,902 parameters and the vectors."""
    draft = Draft()
    draft.add("Input", "words", shape=args["input_shape"])
    vectors = draft.add("Embedding", "embedding", input_dim=args["vocabulary"], output_dim=args["embedding"])
    ends: list[str] = []
    for size in cast("tuple[int, ...]", args["phrases"]):
        draft.add(
            "Conv1D",
            f"phrase{size}",
            after=vectors,
            filters=args["width"],
            kernel_size=(size,),
            activation="relu",
        )
        ends.append(draft.add("GlobalMaxPooling1D", f"phrase{size}_max"))
    if len(ends) > 1:
        draft.add("Concatenate", "concat", after=tuple(ends))
    drop(draft, args)
    classify(draft, args)
    return draft.network()


TEMPLATES = (
    Template(
        name="text-cnn",
        title="Text CNN",
        description=Message(
            "Looks for phrases of three, four and five words and keeps the strongest of each."
        ),
        parameters=(
            IntsParam(
                name="input_shape",
                default=(56,),
                minimum_length=1,
                maximum_length=1,
                help=Message("Words in a sentence; each is a number below `vocabulary`."),
            ),
            classes_parameter(2),
            IntParam(name="vocabulary", default=18765, help=Message("How many different words there are.")),
            IntParam(name="embedding", default=300, help=Message("How many values stand for one word.")),
            IntsParam(
                name="phrases",
                default=(3, 4, 5),
                minimum_length=1,
                help=Message("The lengths of phrases to look for, in words; all different."),
            ),
            IntParam(name="width", default=100, help=Message("Filters for each length of phrase.")),
            dropout_parameter(),
        ),
        network=text_cnn,
    ),
)
