"""Our networks against those that Keras itself ships, and our multiply-accumulates against TensorFlow's profiler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.engine.builder import build
from cnnstudio.layers import catalogue
from cnnstudio.zoo import templates

pytestmark = [pytest.mark.engine, pytest.mark.slow]

SIZE = (64, 64, 3)
CASES: dict[str, tuple[Callable[..., keras.Model], dict[str, Any], dict[str, Any]]] = {
    "vgg16": (keras.applications.VGG16, {}, {}),
    "vgg19": (keras.applications.VGG19, {}, {}),
    "mobilenet-v1": (keras.applications.MobileNet, {"alpha": 1.0}, {}),
    "densenet121": (keras.applications.DenseNet121, {}, {}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_network_gives_what_keras_applications_gives_with_the_same_weights(name: str) -> None:
    make, theirs_params, ours_params = CASES[name]
    theirs = make(weights=None, input_shape=SIZE, classes=7, **theirs_params)
    network = templates()[name].build(input_shape=list(SIZE), classes=7, **ours_params)
    analysis = Analyser(catalogue()).analyse(network)
    assert analysis.total_params == theirs.count_params()
    assert analysis.trainable_params == sum(int(np.prod(w.shape)) for w in theirs.trainable_weights)
    assert list(analysis.nodes.values())[-1].output_shape == tuple(theirs.output.shape[1:])
    ours = build(network, catalogue())
    random = np.random.default_rng(3)
    # A kernel 1×1 over one place and a dense layer hold the same numbers in another shape.
    given = [
        np.asarray(weight).reshape(own.shape) + (0.05 * random.uniform(size=own.shape)).astype(np.float32)
        for weight, own in zip(theirs.get_weights(), ours.weights, strict=True)
    ]
    ours.set_weights(given)
    theirs.set_weights([w.reshape(own.shape) for w, own in zip(given, theirs.weights, strict=True)])
    images = random.uniform(0, 1, (2, *SIZE)).astype(np.float32)
    np.testing.assert_allclose(
        ours.predict_on_batch(images), theirs.predict_on_batch(images), rtol=1e-4, atol=1e-6
    )
    keras.backend.clear_session()


PROFILED: dict[str, dict[str, Any]] = {
    "lenet5": {},
    "alexnet-gray": {"units": 256},
    "googlenet": {},
    "resnet18": {},
    "squeezenet": {},
    "mobilenet-v1": {},
    "shufflenet-v1": {},
    "densenet121": {},
    "unet": {"input_shape": [64, 64, 1], "width": 16},
    "dilated-context": {},
}


@pytest.mark.parametrize("name", PROFILED)
def test_multiply_accumulates_are_half_the_operations_that_tensorflow_counts(name: str) -> None:
    network = templates()[name].build(**PROFILED[name])
    model = build(network, catalogue())
    assert Analyser(catalogue()).analyse(network).macs == _profiled(model) / 2
    keras.backend.clear_session()


def _profiled(model: keras.Model) -> int:
    """Operations of one image's convolutions and matrix products, as TensorFlow's profiler counts them."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2_as_graph

    shape = (1, *model.inputs[0].shape[1:])
    run = tf.function(lambda image: model(image, training=False))
    _, graph_def = convert_variables_to_constants_v2_as_graph(
        run.get_concrete_function(tf.TensorSpec(shape, tf.float32))
    )
    with tf.Graph().as_default() as graph:
        tf.graph_util.import_graph_def(graph_def, name="")
        options = tf.compat.v1.profiler.ProfileOptionBuilder(
            tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
        ).with_empty_output()
        profile = tf.compat.v1.profiler.profile(graph=graph, cmd="op", options=options.build())
    counted = {"Conv2D", "DepthwiseConv2dNative", "MatMul", "Conv2DBackpropInput"}
    return sum(node.float_ops for node in _operations(profile) if node.name in counted)


def _operations(profile: Any) -> Any:
    for child in profile.children:
        yield child
        yield from _operations(child)
