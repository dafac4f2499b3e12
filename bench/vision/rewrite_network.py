"""Rewrite U2-Net-p so that OpenCV runs it in three quarters of the time: the same sums in another order.

    python -m bench.vision.rewrite_network ORIGINAL.onnx vision/networks/u2netp.onnx

Needs the package onnx, which nothing else does. OpenCV takes its quick way (Winograd's) for no layer that is as large
as the first of the last stage: its two inputs get a layer each, which are added. A layer of one output is slow
there, too: its nine weights of each pixel are summed up first, and shifted afterwards. Outputs that nobody reads go.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

LARGEST, OF_ONE_OUTPUT = "Conv_810", "Conv_945"
OUTPUT = "1959"
LARGEST_DIFFERENCE = 1e-5  # of the salience (0..1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("original", type=Path)
    parser.add_argument("rewritten", type=Path)
    chosen = parser.parse_args()
    model = onnx.load(chosen.original)
    graph = model.graph
    split_by_inputs(graph, LARGEST)
    sum_before_shifting(graph, OF_ONE_OUTPUT)
    keep_only(graph, OUTPUT)
    onnx.checker.check_model(model)
    data = model.SerializeToString(deterministic=True)
    difference = largest_difference(chosen.original.read_bytes(), data)
    if difference > LARGEST_DIFFERENCE:
        raise SystemExit(f"The rewritten network differs by {difference}.")
    chosen.rewritten.write_bytes(data)
    print(f"sha256 {hashlib.sha256(data).hexdigest()}, differs by at most {difference:.1e}")


def split_by_inputs(graph: onnx.GraphProto, name: str) -> None:
    """Give each picture that a convolution finds joined (height x width x channels) a convolution of its own."""
    node = _named(graph, name)
    joined = next(other for other in graph.node if node.input[0] in other.output)
    weights, bias = (_array(graph, one) for one in node.input[1:])
    parts = np.split(weights, len(joined.input), axis=1)  # as many channels from each of them
    zero = np.zeros_like(bias)
    nodes = [
        _convolution(graph, f"{name}_{number}", picture, part, zero if number else bias)
        for number, (picture, part) in enumerate(zip(joined.input, parts, strict=True))
    ]
    outputs = [one.output[0] for one in nodes]
    added = helper.make_node("Add", outputs, list(node.output), name=f"{name}_added")
    _put(graph, node, [*nodes, added])


def sum_before_shifting(graph: onnx.GraphProto, name: str) -> None:
    """Write a 3 x 3 convolution of one output as a 1 x 1 of nine, which a fixed 3 x 3 shifts and adds."""
    node = _named(graph, name)
    weights, bias = (_array(graph, one) for one in node.input[1:])
    channels = weights.shape[1]
    of_each_place = weights[0].reshape(channels, 9).T.reshape(9, channels, 1, 1)
    places = np.eye(9, dtype=np.float32).reshape(1, 9, 3, 3)
    summed = _convolution(graph, f"{name}_summed", node.input[0], of_each_place, np.zeros(9, np.float32))
    shifted = _convolution(graph, f"{name}_shifted", summed.output[0], places, bias)
    shifted.output[0] = node.output[0]
    _put(graph, node, [summed, shifted])


def keep_only(graph: onnx.GraphProto, output: str) -> None:
    """Drop the other outputs, and what is needed for none that is left."""
    needed, kept = {output}, []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    _replace(graph.node, reversed(kept))
    for entries in (graph.output, graph.initializer, graph.value_info):
        _replace(entries, [entry for entry in entries if entry.name in needed])


def largest_difference(one: bytes, other: bytes) -> float:
    """How far apart the outputs of two networks are for the same noise."""
    import cv2

    noise = np.random.default_rng(1).normal(0, 1, (1, 3, 320, 320)).astype(np.float32)
    outputs = []
    for data in (one, other):
        network = cv2.dnn.readNetFromONNX(np.frombuffer(data, np.uint8))
        network.setInput(noise)
        outputs.append(network.forward(OUTPUT))
    return float(np.abs(outputs[0] - outputs[1]).max())


def _named(graph: onnx.GraphProto, name: str) -> onnx.NodeProto:
    return next(node for node in graph.node if node.name == name)


def _array(graph: onnx.GraphProto, name: str) -> np.ndarray:
    return numpy_helper.to_array(next(entry for entry in graph.initializer if entry.name == name))


def _convolution(
    graph: onnx.GraphProto, name: str, picture: str, weights: np.ndarray, bias: np.ndarray
) -> onnx.NodeProto:
    """A convolution that keeps the picture's size; its weights are added to the graph."""
    side = weights.shape[2]
    for suffix, array in (("weights", weights), ("bias", bias)):
        graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(array), f"{name}_{suffix}"))
    inputs = [picture, f"{name}_weights", f"{name}_bias"]
    return helper.make_node("Conv", inputs, [f"{name}_output"], name=name, kernel_shape=[side, side],
                            pads=[side // 2] * 4, strides=[1, 1], dilations=[1, 1], group=1)  # fmt: skip


def _put(graph: onnx.GraphProto, old: onnx.NodeProto, nodes: list[onnx.NodeProto]) -> None:
    """Put nodes in the place of another."""
    place = list(graph.node).index(old)
    _replace(graph.node, [*graph.node[:place], *nodes, *graph.node[place + 1 :]])


def _replace(entries, by) -> None:  # a protobuf list, which cannot be assigned
    kept = list(by)
    del entries[:]
    entries.extend(kept)


if __name__ == "__main__":
    main()
