"""Makes the ONNX files in the folder onnx, with inputs and outputs of the program that made them. To be run in that folder:

    OMP_NUM_THREADS=1 /usr/bin/python3 ../make_onnx.py 1.13     Debian 12: torch 1.13.0a0, onnx 1.12.0
    OMP_NUM_THREADS=1 python ../make_onnx.py 2.13                torch 2.13.0, onnx 1.23.1, onnxscript 0.7.2 for the files named dynamo
    OMP_NUM_THREADS=1 python ../make_onnx.py helper              onnx 1.23.1, onnxruntime 1.30.0

Sizes are unequal everywhere, so that an order that is forgotten changes a shape or an output.
"""
import json
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
EXPECTED = {}


def record(name, x, y):
    EXPECTED[name] = {"in": list(x.shape), "x": [float(v) for v in x.reshape(-1)],
                      "out": list(y.shape), "y": [float(v) for v in y.reshape(-1)]}


def without_traces(file):
    """Removes the paths of the machine that made it."""
    import onnx
    model = onnx.load(file)
    for part in [*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output, model.graph]:
        del part.metadata_props[:]
    onnx.save(model, file)


def torch_files(version):
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self, inside, outside, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(inside, outside, 3, stride=stride, padding=stride % 2, bias=False)
            self.bn1 = nn.BatchNorm2d(outside)
            self.conv2 = nn.Conv2d(outside, outside, 3, padding=1)
            self.down = nn.Conv2d(inside, outside, 3, stride=stride, padding=stride % 2) if inside != outside else None

        def forward(self, x):
            y = self.conv2(torch.relu(self.bn1(self.conv1(x))))
            return torch.relu(y + (x if self.down is None else self.down(x)))

    class Viewed(nn.Module):
        """Reshapes by sizes that the graph computes."""
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(2, 3, 3, padding=1)
            self.norm = nn.LayerNorm(3 * 4 * 6)
            self.out = nn.Linear(3 * 4 * 6, 5)

        def forward(self, x):
            x = torch.nn.functional.silu(self.conv(x))
            return self.out(self.norm(x.view(x.size(0), -1)))

    class Functions(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(5, 7)
            self.norm = nn.LayerNorm(7, eps=1e-3)
            self.bn = nn.BatchNorm1d(7, momentum=0.2)
            self.last = nn.Linear(7, 3, bias=False)
            self.functions = [nn.GELU(), nn.SiLU(), nn.ELU(0.7), nn.LeakyReLU(0.2), nn.Softplus(), nn.Sigmoid(), nn.Tanh()]
            if version != "1.13":
                self.functions.append(nn.GELU(approximate="tanh"))

        def forward(self, x):
            x = self.norm(self.first(x))
            for f in self.functions:
                x = x + f(x)
            return torch.softmax(self.last(self.bn(x)), dim=-1)

    torch.manual_seed(7)
    models = {
        "mlp": (nn.Sequential(nn.Flatten(), nn.Linear(12, 5), nn.ReLU(), nn.Dropout(0.3), nn.Linear(5, 4)), (3, 2, 2, 3)),
        "cnn": (nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 3, 2, bias=False),
                              nn.ELU(), nn.AvgPool2d(2), nn.Flatten(), nn.BatchNorm1d(6), nn.Linear(6, 5)), (3, 2, 6, 11)),
        "residual": (nn.Sequential(nn.Conv2d(2, 4, 3), Block(4, 4, 1), Block(4, 5, 2), nn.AdaptiveAvgPool2d(1),
                                   nn.Flatten(), nn.Linear(5, 3)), (3, 2, 9, 8)),
        "viewed": (Viewed(), (3, 2, 4, 6)),
        "functions": (Functions(), (4, 5)),
    }
    for name, (model, shape) in models.items():
        for module in model.modules():
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                module.running_mean.normal_()
                module.running_var.uniform_(0.5, 2)
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm)):
                nn.init.normal_(module.weight)
                nn.init.normal_(module.bias)
        model.eval()
        x = torch.randn(shape)
        file = f"torch-{version}-{name}.onnx"
        axes = {"x": {0: "rows"}, "y": {0: "rows"}}
        settings = dict(input_names=["x"], output_names=["y"], dynamic_axes=axes)
        if version != "1.13":
            settings["dynamo"] = False
        torch.onnx.export(model, x, file, **settings)
        record(file, x.numpy(), model(x).detach().numpy())
        if version != "1.13":
            file = f"torch-{version}-{name}-dynamo.onnx"
            torch.onnx.export(model, (x,), file, input_names=["x"], output_names=["y"], dynamo=True, external_data=False, verbose=False,
                              dynamic_shapes=({0: torch.export.Dim("rows")},))
            without_traces(file)
            record(file, x.numpy(), model(x).detach().numpy())
    # Batch normalization is folded into the convolution, so the weights lose their names; the size of the batch is fixed.
    model, shape = models["cnn"]
    x = torch.randn((1,) + shape[1:])
    settings = {} if version == "1.13" else {"dynamo": False}
    file = f"torch-{version}-double.onnx"
    torch.onnx.export(model.double(), x.double(), file, **settings)
    record(file, x.double().numpy(), model(x.double()).detach().numpy())


def helper_files():
    import onnx
    import onnxruntime
    from onnx import TensorProto as T
    from onnx import helper as h
    rng = np.random.default_rng(5)

    def save(file, nodes, tensors, shape, out, opset=17):
        graph = h.make_graph(nodes, "g", [h.make_tensor_value_info("in", T.FLOAT, ["n"] + shape)],
                             [h.make_tensor_value_info("out", T.FLOAT, ["n"] + out)], tensors)
        model = h.make_model(graph, producer_name="helper", opset_imports=[h.make_opsetid("", opset)], ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, file)
        x = rng.standard_normal([3] + shape).astype(np.float32)
        session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        record(file, x, session.run(None, {"in": x})[0])

    def numbers(name, *shape):
        v = rng.standard_normal(shape).astype(np.float32)
        return h.make_tensor(name, T.FLOAT, shape, v.reshape(-1).tolist())  # float_data

    # As TensorFlow's converter writes: channels last outside, auto_pad, a product and a sum for a dense layer, a Reshape.
    save("helper-channels-last.onnx", [
        h.make_node("Transpose", ["in"], ["t"], perm=[0, 3, 1, 2]),
        h.make_node("Conv", ["t", "k"], ["c"], name="conv/Conv2D", auto_pad="SAME_UPPER", strides=[2, 2]),
        h.make_node("Relu", ["c"], ["r"]),
        h.make_node("AveragePool", ["r"], ["p"], kernel_shape=[2, 2], strides=[1, 1], auto_pad="SAME_UPPER"),
        h.make_node("Transpose", ["p"], ["b"], perm=[0, 2, 3, 1]),
        h.make_node("Reshape", ["b", "shape"], ["f"]),
        h.make_node("MatMul", ["f", "w"], ["m"], name="dense/MatMul"),
        h.make_node("Add", ["b1", "m"], ["out"], name="dense/BiasAdd"),
    ], [numbers("k", 4, 2, 3, 3), numbers("w", 4 * 3 * 2, 5), numbers("b1", 5), h.make_tensor("shape", T.INT64, [2], [-1, 24])],
        [6, 4, 2], [5])

    # Weights by nodes: transposed, handed on, constants; pooled by ReduceMean; an image of one pixel convolved.
    save("helper-nodes.onnx", [
        h.make_node("Conv", ["in", "k", "kb"], ["c"]),
        h.make_node("ReduceMean", ["c"], ["m"], axes=[2, 3], keepdims=1),
        h.make_node("Conv", ["m", "k1"], ["c1"]),
        h.make_node("GlobalAveragePool", ["c1"], ["g"]),
        h.make_node("Squeeze", ["g", "axes"], ["s"]),
        h.make_node("Constant", [], ["w0"], value=numbers("x", 5, 6)),
        h.make_node("Transpose", ["w0"], ["w0t"], perm=[1, 0]),
        h.make_node("Gemm", ["s", "w0t"], ["d"], transB=1),
        h.make_node("Identity", ["w1"], ["w1i"]),
        h.make_node("Gemm", ["d", "w1i", "b1"], ["out"], transB=1),
    ], [numbers("k", 4, 2, 3, 3), numbers("kb", 4), numbers("k1", 5, 4, 1, 1), h.make_tensor("axes", T.INT64, [2], [2, 3]),
        numbers("w1", 3, 6), numbers("b1", 3)], [2, 5, 6], [3])

    # Operator set 20 has Gelu; other types of tensors, in lists of numbers.
    save("helper-types.onnx", [
        h.make_node("Gelu", ["in"], ["g"]),
        h.make_node("Gelu", ["g"], ["t"], approximate="tanh"),
        h.make_node("LayerNormalization", ["t", "s", "b"], ["out"], axis=1),
    ], [numbers("s", 4), numbers("b", 4), h.make_tensor("f16", T.FLOAT16, [3], [1.5, -2, 65504]),
        h.make_tensor("bf16", T.BFLOAT16, [2], [1.5, -3]), h.make_tensor("f64", T.DOUBLE, [2], [0.1, -1e300]),
        h.make_tensor("i8", T.INT8, [2], [-128, 127]), h.make_tensor("u8", T.UINT8, [2], [0, 255]),
        h.make_tensor("i16", T.INT16, [2], [-32768, 32767]), h.make_tensor("u16", T.UINT16, [2], [0, 65535]),
        h.make_tensor("i32", T.INT32, [2], [-7, 2147483647]), h.make_tensor("u32", T.UINT32, [2], [0, 4294967295]),
        h.make_tensor("i64", T.INT64, [2], [-9, 9223372036854775807]), h.make_tensor("bool", T.BOOL, [3], [True, False, True]),
        h.make_tensor("text", T.STRING, [1], [b"no number"]),
        onnx.numpy_helper.from_array(np.array([1.5, -2], np.float16), "raw-f16")], [4], [4], opset=20)


if __name__ == "__main__":
    what = sys.argv[1]
    helper_files() if what == "helper" else torch_files(what)
    with open(f"{'helper' if what == 'helper' else 'torch-' + what}.json", "w") as f:
        json.dump(EXPECTED, f)
