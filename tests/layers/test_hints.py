"""Rules of thumb: each one speaks where it should, is silent where it should be, and its fixes follow it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.problems import Diagnostic
from cnnstudio.layers import catalogue
from cnnstudio.layers.advice import advise
from cnnstudio.layers.fixes import offer_fixes
from cnnstudio.layers.hints import MOST_PER_RULE, HintContext, kinds, rules
from cnnstudio.zoo import templates
from tests.layers.random_networks import random_network


def chain(*layers: tuple[str, dict[str, object]], shape: tuple[int, ...] = (32, 32, 3)) -> Network:
    """Layers one behind the other; a layer's id is its type and place: `Conv2D_1`."""
    nodes = [Node(id="image", type="Input", params=Params(shape=shape))]
    nodes += [
        Node(id=f"{kind}_{place}", type=kind, params=Params(params))
        for place, (kind, params) in enumerate(layers, 1)
    ]
    edges = [Edge(source=one.id, target=two.id) for one, two in pairwise(nodes)]
    return Network.of(nodes, edges)


def conv(filters: int = 8, kernel: object = 3, **params: object) -> tuple[str, dict[str, object]]:
    return "Conv2D", {
        "filters": filters,
        "kernel_size": kernel,
        "padding": "same",
        "activation": "relu",
        **params,
    }


def dense(units: int, activation: str | None = "relu") -> tuple[str, dict[str, object]]:
    return "Dense", {"units": units, "activation": activation}


NORM: tuple[str, dict[str, object]] = ("BatchNormalization", {})
RELU: tuple[str, dict[str, object]] = ("ReLU", {})
POOL: tuple[str, dict[str, object]] = ("MaxPooling2D", {})
FLAT: tuple[str, dict[str, object]] = ("Flatten", {})
AVERAGE: tuple[str, dict[str, object]] = ("GlobalAveragePooling2D", {})
END = dense(10, "softmax")


@dataclass(frozen=True)
class Case:
    network: Network
    node: str
    words: str
    """What the hint says, with the layers' names in it."""
    fix: str = ""
    context: HintContext = field(default_factory=HintContext)


def plain(layers: int) -> Network:
    return chain(*[conv() for _ in range(layers)], AVERAGE, END, shape=(64, 64, 3))


CASES: dict[str, list[Case]] = {
    "hint.stride": [
        Case(chain(conv(), conv(strides=3)), "Conv2D_2", "Conv2D_2 moves its window by 3 pixels", "Set strides of Conv2D_2 to 2"),
        Case(chain(conv(), ("MaxPooling2D", {"pool_size": 4})), "MaxPooling2D_2", "by 4 pixels", "Set strides of MaxPooling2D_2 to 2"),
    ],
    "hint.dropped": [
        Case(
            chain(("MaxPooling2D", {}), shape=(7, 8, 1)),
            "MaxPooling2D_1",
            "leaves out 1 of 7 rows at the bottom of image",
            "Set ceil_mode of MaxPooling2D_1 to True",
        ),
        Case(
            chain(conv(kernel=5, strides=4, padding="valid"), shape=(28, 28, 1)),
            "Conv2D_1",
            "leaves out 3 of 28 rows at the bottom and 3 of 28 columns at the right of image",
            "Set padding of Conv2D_1 to same",
        ),
    ],
    "hint.even_kernel": [
        Case(chain(conv(kernel=4)), "Conv2D_1", "Conv2D_1 has an even kernel, 4×4", "Set kernel_size of Conv2D_1 to 3"),
        Case(chain(conv(kernel=[3, 2])), "Conv2D_1", "3×2", "Set kernel_size of Conv2D_1 to 3×1"),
    ],
    "hint.large_kernel": [
        Case(chain(conv(), conv(kernel=7)), "Conv2D_2", "Conv2D_2 has one large kernel, 7×7", "Put 3 kernels of 3×3 in place of Conv2D_2"),
        Case(
            chain(conv(), conv(kernel=9, padding="valid")),
            "Conv2D_2",
            "9×9",
            "Put 4 kernels of 3×3 in place of Conv2D_2",
        ),
    ],
    "hint.kernel_outside": [
        Case(
            chain(conv(), shape=(1, 1, 3)),
            "Conv2D_1",
            "Only 1 of the 9 weights of each kernel of Conv2D_1",
            "Set kernel_size of Conv2D_1 to 1, without padding",
        ),
    ],
    "hint.no_activation": [
        Case(chain(conv(activation=None), conv()), "Conv2D_1", "Conv2D_1 leads to Conv2D_2 without", "Set activation of Conv2D_1 to relu"),
        Case(chain(conv(activation=None), NORM, conv()), "Conv2D_1", "Conv2D_1 leads to Conv2D_3", "Put ReLU behind BatchNormalization_2"),
        Case(chain(FLAT, dense(30, None), ("Dropout", {"rate": 0.5}), END), "Dense_2", "Dense_2 leads to Dense_4", "Set activation of Dense_2 to relu"),
    ],
    "hint.depthwise_activation": [
        Case(
            chain(("DepthwiseConv2D", {"activation": "relu"}), conv(kernel=1)),
            "DepthwiseConv2D_1",
            "followed directly by relu, before Conv2D_2 mixes",
            "Set activation of DepthwiseConv2D_1 to None",
        ),
        Case(chain(("DepthwiseConv2D", {}), RELU, conv(kernel=1)), "DepthwiseConv2D_1", "Conv2D_3", "Remove ReLU_2"),
    ],
    "hint.sigmoid": [
        Case(
            chain(*[conv(activation="sigmoid") for _ in range(5)], FLAT, END),
            "Conv2D_5",
            "5 sigmoids follow each other on the way to Conv2D_5",
            "Use relu in place of 5 sigmoids",
        ),
    ],
    "hint.norm_order": [
        Case(chain(conv(), NORM, conv()), "BatchNormalization_2", "BatchNormalization_2 comes after the relu of Conv2D_1", "Move relu behind BatchNormalization_2"),
        Case(chain(conv(activation=None), RELU, NORM, conv()), "BatchNormalization_3", "the relu of ReLU_2", "Move relu behind BatchNormalization_3"),
        Case(chain(conv(activation="tanh"), NORM, conv()), "BatchNormalization_2", "tanh", "Move tanh behind BatchNormalization_2"),
    ],
    "hint.norm_and_dropout": [
        Case(
            chain(conv(), ("Dropout", {"rate": 0.3}), conv(activation=None), NORM, RELU),
            "Dropout_2",
            "Dropout_2 comes before the batch normalisation BatchNormalization_4",
            "Remove Dropout_2",
        ),
        Case(
            chain(("Dropout", {}), ("Dropout", {}), conv(activation=None), NORM, RELU),
            "Dropout_1",
            "Dropout_1",
            "Remove 2 dropout layers",
        ),
    ],
    "hint.classes": [
        Case(
            chain(conv(), AVERAGE, END),
            "Dense_3",
            "Dense_3 has 10 units, but the data has 7 classes",
            "Set units of Dense_3 to 7",
            HintContext(classes=7),
        ),
    ],
    "hint.softmax": [
        Case(chain(FLAT, END, ("Softmax", {})), "Softmax_3", "Softmax_3 applies softmax to values that already went through the softmax of Dense_2", "Remove Softmax_3"),
        Case(chain(FLAT, dense(1, "softmax")), "Dense_2", "a softmax over one value", "Set activation of Dense_2 to sigmoid"),
        Case(
            chain(FLAT, END),
            "Dense_2",
            "The loss binary_crossentropy does not go with the softmax of Dense_2",
            "Set activation of Dense_2 to sigmoid",
            HintContext(loss="binary_crossentropy"),
        ),
        Case(
            chain(FLAT, dense(4, "sigmoid")),
            "Dense_2",
            "The loss categorical_crossentropy does not go with Dense_2, which ends in 4 × sigmoid",
            "Set activation of Dense_2 to softmax",
            HintContext(loss="categorical_crossentropy"),
        ),
    ],
    "hint.last_activation": [
        Case(chain(FLAT, dense(4)), "Dense_2", "go through the relu of Dense_2", "Set activation of Dense_2 to softmax"),
        Case(chain(FLAT, dense(4, None), RELU), "ReLU_3", "the relu of ReLU_3", "Remove ReLU_3"),
        Case(chain(FLAT, dense(4), ("Softmax", {})), "Dense_2", "the relu of Dense_2", "Set activation of Dense_2 to None"),
    ],
    "hint.dense_heavy": [
        Case(
            chain(conv(32), FLAT, dense(64), END),
            "Dense_3",
            "Dense_3 holds 99 % of all parameters: 2,097,216 of 2,098,762",
            "Turn Flatten_2 into GlobalAveragePooling2D",
        ),
    ],
    "hint.parameters": [
        Case(
            chain(FLAT, dense(100), END),
            "",
            "308,310 parameters to learn from 300 images: 1,028 for each image",
            context=HintContext(samples=300),
        ),
    ],
    "hint.plain_deep": [
        Case(plain(24), "Dense_26", "25 layers with weights follow each other up to Dense_26"),
    ],
    "hint.field_small": [
        Case(
            chain(conv(), conv(), AVERAGE, END, shape=(64, 64, 3)),
            "Conv2D_2",
            "Each unit of Conv2D_2 sees 5×5 of the 64×64 pixels before GlobalAveragePooling2D_3",
        ),
        Case(
            chain(conv(), conv(), AVERAGE, END, shape=(None, None, 3)),  # type: ignore[arg-type] # unknown sizes
            "Conv2D_2",
            "5×5 of the 48×60 pixels",
            context=HintContext(image_size=(48, 60)),
        ),
    ],
    "hint.field_large": [
        Case(
            chain(conv(), POOL, conv(), POOL, conv(), conv(), POOL, conv(), AVERAGE, END, shape=(16, 16, 3)),
            "Conv2D_5",
            "From Conv2D_5 on, units see more than the whole 16×16 picture",
        ),
    ],
    "hint.checkerboard": [
        Case(
            chain(("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"})),
            "Conv2DTranspose_1",
            "The kernel of Conv2DTranspose_1, 3×3, is no multiple of its strides, 2×2",
            "Set kernel_size of Conv2DTranspose_1 to 4",
        ),
    ],
    "hint.gridding": [
        Case(
            chain(conv(dilation_rate=2), conv(dilation_rate=2), conv(dilation_rate=2)),
            "Conv2D_3",
            "Conv2D_1 to Conv2D_3 have the dilation rates 2, 2, 2",
            "Set dilation_rate of Conv2D_1, Conv2D_2, Conv2D_3 to 1, 2, 5",
        ),
        Case(chain(conv(dilation_rate=2), NORM, conv(dilation_rate=4)), "Conv2D_3", "2, 4", "Set dilation_rate of Conv2D_1, Conv2D_3 to 1, 2"),
    ],
}  # fmt: skip

QUIET: dict[str, Network] = {
    "a first layer with a large stride": chain(conv(kernel=11, strides=4, padding=5), shape=(64, 64, 3)),
    "patches that do not overlap": chain(conv(), conv(kernel=2, strides=2)),
    "a window as large as its input": chain(
        conv(kernel=4, padding="valid", activation=None), shape=(4, 4, 3)
    ),
    "words in a row": chain(
        ("Conv1D", {"filters": 4, "kernel_size": 2, "activation": "relu"}),
        ("GlobalMaxPooling1D", {}),
        END,
        shape=(20, 8),
    ),
    "dropped padding is no loss": chain(conv(kernel=7, strides=2, padding=3), shape=(224, 224, 3)),
    "a projection that skips pixels": chain(conv(), conv(kernel=1, strides=2), shape=(33, 33, 3)),
    "a depthwise separable pair": chain(("DepthwiseConv2D", {}), NORM, RELU, conv(kernel=1)),
    "a kernel taken apart by axes": chain(conv(8, [3, 1], activation=None), conv(8, [1, 3])),
    "a narrow layer between two wide ones": chain(conv(32), conv(4, 1, activation=None), conv(32)),
    "max pooling between two sums": chain(conv(activation=None), POOL, conv()),
    "normalisation before activation": chain(conv(activation=None), NORM, RELU, conv()),
    "activation after addition, then normalisation and activation": chain(conv(), NORM, RELU, conv()),
    "dropout behind the last normalisation": chain(
        conv(activation=None), NORM, RELU, FLAT, ("Dropout", {"rate": 0.5}), END
    ),
    "dropout of nothing": chain(("Dropout", {"rate": 0}), conv(activation=None), NORM, RELU),
    "four sigmoids": chain(*[conv(activation="sigmoid") for _ in range(4)], FLAT, END),
    "a sigmoid at the end": chain(FLAT, dense(1, "sigmoid")),
    "scores without softmax": chain(FLAT, dense(10, None)),
    "one map for each class, averaged": chain(
        conv(strides=2), conv(strides=2), conv(strides=2), conv(10), AVERAGE, ("Softmax", {})
    ),
    "twenty layers": plain(19),
    "transposed kernels that fit": chain(
        ("Conv2DTranspose", {"filters": 4, "kernel_size": 4, "strides": 2, "padding": "same"})
    ),
    "mixed rates": chain(conv(), conv(dilation_rate=2), conv(dilation_rate=5)),
    "rates that double": chain(conv(), conv(dilation_rate=2), conv(dilation_rate=4)),
    "a large depthwise kernel": chain(conv(), ("DepthwiseConv2D", {"kernel_size": 7, "padding": "same"})),
    "a segmentation": chain(conv(), conv(3, 1, activation="softmax")),
    "a small dense layer with all parameters": chain(FLAT, dense(10, "softmax"), shape=(28, 28, 1)),
}


def told(network: Network, context: HintContext | None = None) -> list[Diagnostic]:
    analysis = advise(Analyser(catalogue()).analyse(network), context or HintContext())
    return [problem for problem in analysis.diagnostics if problem.code.startswith("hint.")]


ALL_CASES = [(code, case) for code, cases in CASES.items() for case in cases]
IDS = [f"{code} {number}" for number, (code, _) in enumerate(ALL_CASES)]


def test_every_rule_has_a_case() -> None:
    assert set(CASES) == set(rules())


@pytest.mark.parametrize(("code", "case"), ALL_CASES, ids=IDS)
def test_a_rule_names_the_layer_and_the_reason(code: str, case: Case) -> None:
    found = [problem for problem in told(case.network, case.context) if problem.code == code]
    assert [problem.node for problem in found] == [case.node]
    assert case.words in str(found[0].message)
    assert str(found[0].message).endswith(".")
    assert str(found[0].hint).endswith(".")
    assert found[0].severity in ("hint", "warning")


@pytest.mark.parametrize(("code", "case"), ALL_CASES, ids=IDS)
def test_a_fix_of_a_hint_follows_the_rule_and_breaks_nothing(code: str, case: Case) -> None:
    analyser = Analyser(catalogue())
    analysis = advise(analyser.analyse(case.network), case.context)
    offered = offer_fixes(case.network, analysis, analyser, case.context)
    (problem,) = [problem for problem in offered.diagnostics if problem.code == code]
    labels = [str(fix.label) for fix in problem.fixes]
    assert case.fix in labels if case.fix else not labels
    for fix in problem.fixes:
        after = fix.edit(case.network)
        assert Analyser(catalogue()).analyse(after).ok
        assert not any(left.code == code and left.node == case.node for left in told(after, case.context))


@pytest.mark.parametrize("network", QUIET.values(), ids=QUIET.keys())
def test_what_good_networks_do_is_not_remarked_upon(network: Network) -> None:
    assert Analyser(catalogue()).analyse(network).ok
    assert [(problem.code, str(problem.message)) for problem in told(network)] == []


TEMPLATES: dict[str, list[str]] = {
    # One dense layer behind a whole map: 99 % and 95 % of the parameters; the lecture's own point.
    "simple-cnn": ["hint.dense_heavy"],
    "two-conv-cnn": ["hint.dense_heavy"],
    # 61 %, 56 %, 60 %, 77 % … 72 %: what NiN's global average was made for.
    "alexnet": ["hint.dense_heavy"],
    "vgg": ["hint.dense_heavy"],
    "vgg11": ["hint.dense_heavy"],
    "vgg13": ["hint.dense_heavy"],
    "vgg16": ["hint.dense_heavy"],
    "vgg19": ["hint.dense_heavy"],
    # 224 → 54 → 26 → 12 → 5: padding 1 leaves 2 rows out, and every pooling of 3 by 2 on an even map one.
    "alexnet-gray": ["hint.dense_heavy", "hint.dropped", "hint.dropped", "hint.dropped", "hint.dropped"],
    "nin": ["hint.dropped"] * 4,
    # 224 with 7 by 2 and no padding leaves out one row.
    "squeezenet": ["hint.dropped"],
    # Made to show what happens without skip connections.
    "plain34": ["hint.field_large", "hint.plain_deep"],
}
"""What the rules say of the templates; those not named get none. Each was looked at and is right."""


@pytest.mark.parametrize("name", list(templates()))
def test_a_template_gets_the_hints_it_deserves_and_no_others(name: str) -> None:
    found = told(templates()[name].build())
    assert [problem.code for problem in found] == TEMPLATES.get(name, []), [str(p.message) for p in found]


def test_every_layer_that_the_rules_speak_of_is_in_the_catalogue() -> None:
    spoken_of = kinds.LINEAR | kinds.MERGING | kinds.DROPOUT | kinds.STILL_LINEAR | kinds.POOLING
    spoken_of |= kinds.GLOBAL_POOLING | kinds.ACTIVATION_LAYERS.keys()
    assert spoken_of <= catalogue().keys()


@pytest.mark.parametrize(("code", "case"), ALL_CASES, ids=IDS)
def test_a_rule_that_is_off_is_silent_and_the_others_are_not(code: str, case: Case) -> None:
    analysis = Analyser(catalogue()).analyse(case.network)
    on = advise(analysis, case.context).diagnostics
    off = advise(analysis, case.context, off=[code]).diagnostics
    assert code in {problem.code for problem in on}
    assert list(off) == [problem for problem in on if problem.code != code]


def test_hints_stand_behind_errors_and_broken_layers_get_none() -> None:
    network = chain(conv(kernel=4), conv(kernel=99, padding="valid"), conv(kernel=4), FLAT, END)
    analysis = advise(Analyser(catalogue()).analyse(network), HintContext(classes=3, samples=1))
    assert [(problem.severity, problem.node) for problem in analysis.diagnostics] == [
        ("error", "Conv2D_2"),
        ("hint", "Conv2D_1"),
    ]


def test_a_rule_broken_everywhere_is_told_a_few_times_and_counted() -> None:
    found = told(chain(*[conv(kernel=4) for _ in range(20)]))
    assert [problem.code for problem in found] == ["hint.even_kernel"] * (MOST_PER_RULE + 1)
    assert "The same holds for 13 more layers." in str(found[-1].message)


def test_no_random_network_makes_a_rule_stumble() -> None:
    context = HintContext(classes=3, samples=10, image_size=(20, 20), loss="binary_crossentropy")
    codes = set()
    for seed in range(300):
        network = random_network(seed)
        analyser = Analyser(catalogue())
        analysis = advise(analyser.analyse(network), context)
        offer_fixes(network, analysis, analyser, context)
        codes |= {problem.code for problem in analysis.diagnostics}
    assert len(codes & set(rules())) > 5


def test_without_hints_and_mismatches_the_analysis_is_given_back_as_it_is() -> None:
    analysis = Analyser(catalogue()).analyse(templates()["lenet5"].build())
    assert advise(analysis) is analysis
