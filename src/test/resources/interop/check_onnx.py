"""Looks with ONNX's own checker and reference at the files that Cairn writes.

    java -cp CLASSES cairn.interop.onnx.WriteCases FOLDER
    python check_onnx.py FOLDER            onnx 1.23.1: checker, strict shape inference, reference outputs; onnxruntime 1.30.0
    /usr/bin/python3 check_onnx.py FOLDER  Debian's onnx 1.12.0: checker and strict shape inference
"""
import json
import sys

import numpy as np
import onnx
from onnx import shape_inference

folder = sys.argv[1]
expected = json.load(open(f"{folder}/expected.json"))
try:
    from onnx.reference import ReferenceEvaluator
except ImportError:
    ReferenceEvaluator = None
try:
    import onnxruntime
except ImportError:
    onnxruntime = None
worst = {"f32": 0, "f64": 0, "runtime": 0}
for name, e in expected.items():
    file = f"{folder}/{name}"
    onnx.checker.check_model(file, full_check=True)
    model = shape_inference.infer_shapes(onnx.load(file), check_type=True, strict_mode=True, data_prop=True)
    dims = [d.dim_param or d.dim_value for d in model.graph.output[0].type.tensor_type.shape.dim]
    assert dims == ["batch"] + e["out"], (name, dims)
    # Without what the file says of its output, the shape must follow from its nodes.
    bare = onnx.load(file)
    bare.graph.output[0].type.tensor_type.ClearField("shape")
    inferred = shape_inference.infer_shapes(bare, strict_mode=True, data_prop=True)
    dims = [d.dim_param or d.dim_value for d in inferred.graph.output[0].type.tensor_type.shape.dim]
    assert dims == ["batch"] + e["out"], (name, e["case"], dims)
    dtype = np.float32 if name.startswith("f32") else np.float64
    x = np.array(e["x"], dtype).reshape([e["batch"]] + e["row"])
    if ReferenceEvaluator:
        y = ReferenceEvaluator(file).run(None, {"input": x})[0]
        # The reference exchanges height and width in a MaxPool with pads and stride 1.
        if list(y.shape) != [e["batch"]] + e["out"]:
            print(name, e["case"], "has the shape", y.shape, "in the reference")
            continue
        error = np.max(np.abs(y.reshape(-1) - np.array(e["y"])) / np.maximum(1, np.abs(e["y"]))) if e["y"] else 0
        worst[name[:3]] = max(worst[name[:3]], error)
        # The reference computes Erf in float32, whatever the type of its input.
        if error > (1e-5 if dtype == np.float32 else 1e-7 if b"Erf" in open(file, "rb").read() else 1e-12):
            print(name, e["case"], "differs by", error)
    if onnxruntime and dtype == np.float32:
        y = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"]).run(None, {"input": x})[0]
        worst["runtime"] = max(worst["runtime"], np.max(np.abs(y.reshape(-1) - np.array(e["y"])) / np.maximum(1, np.abs(e["y"]))))
print(onnx.__version__, len(expected), "files are sound; largest differences", worst)
