"""Makes the files in numpy/ and safetensors/ beside this script.

Made with Python 3.11, torch 2.13.0 (CPU), safetensors 0.8.0, numpy 2.4:

    python make_arrays.py

Weights and inputs are drawn with fixed seeds. numpy writes the time of day into an archive; it is not read.
"""
import json
import os

import numpy as np
import torch
from safetensors.numpy import save_file as save_numpy
from safetensors.torch import save_file as save_torch

HERE = os.path.dirname(os.path.abspath(__file__))


def path(name):
    os.makedirs(os.path.dirname(os.path.join(HERE, name)), exist_ok=True)
    return os.path.join(HERE, name)


def arrays():
    rng = np.random.default_rng(5)
    return {
        "f8": np.array([0.1, -1e300]), "f4": rng.normal(size=(2, 3)).astype("f4"), "f2": np.array([1.5, -65504], "f2"),
        "i8": np.array(2 ** 40 + 1), "i4": np.array([-7, 2 ** 31 - 1], "i4"), "i2": np.array([-300], "i2"), "i1": np.array([-5], "i1"),
        "u1": np.array([250], "u1"), "u2": np.array([65000], "u2"), "u4": np.array([4000000000], "u4"), "b1": np.array([True, False]),
        "empty": np.zeros((0, 3), "f4"),
    }


def numpy_files():
    count = np.arange(24, dtype="f4").reshape(2, 3, 4)
    np.savez(path("numpy/types.npz"), **arrays())
    np.savez_compressed(path("numpy/packed.npz"), zeros=np.zeros((100, 50), "f4"), count=count)
    np.savez(path("numpy/orders.npz"), plain=count, fortran=np.asfortranarray(count), big=count.astype(">f4"),
             big_fortran=np.asfortranarray(count.astype(">i2")), words=np.array(["a", "text"]))
    np.savez(path("numpy/objects.npz"), weights=np.zeros(2), objects=np.array([{"a": 1}, None], dtype=object))
    np.savez(path("numpy/structured.npz"), table=np.zeros(2, [("a", "f4"), ("b", "i4")]))
    np.savez(path("numpy/complex.npz"), waves=np.array([1 + 2j]))
    import zipfile
    with zipfile.ZipFile(path("numpy/versions.npz"), "w") as archive:
        for version in [(1, 0), (2, 0), (3, 0)]:
            with archive.open("v%d.npy" % version[0], "w") as f:
                np.lib.format.write_array(f, count, version)


def network():
    torch.manual_seed(6)
    model = torch.nn.Sequential(
        torch.nn.Conv2d(2, 5, 3), torch.nn.BatchNorm2d(5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(30, 7), torch.nn.LayerNorm(7), torch.nn.Tanh(), torch.nn.Linear(7, 3))
    with torch.no_grad():
        for name, t in list(model.named_parameters()) + list(model.named_buffers()):
            if t.is_floating_point():
                t.copy_(torch.rand_like(t) + 0.5 if "var" in name else torch.randn_like(t) * 0.5)
    model.eval()
    return model


def safetensors_files():
    model = network()
    state = {k: v.clone() for k, v in model.state_dict().items()}
    x = torch.randn(4, 2, 8, 6)
    with torch.no_grad():
        y = model(x)
    # Rows as they are here: height, width, channel.
    np.savez(path("safetensors/torch-outputs.npz"), x=x.permute(0, 2, 3, 1).numpy(), y=y.numpy())
    save_torch(state, path("safetensors/torch.safetensors"), {"format": "pt"})
    save_torch(state, path("safetensors/torch-without-format.safetensors"))
    save_torch({"weight": torch.zeros(2, 3).to(torch.float8_e4m3fn)}, path("safetensors/float8.safetensors"), {"format": "pt"})
    types = {"f64": torch.tensor([0.1]), "f16": torch.tensor([1.5, -2.25]).half(), "bf16": torch.tensor([[1.5, -2.0]]).bfloat16(),
             "i16": torch.tensor([-300], dtype=torch.int16), "i8": torch.tensor([-5], dtype=torch.int8),
             "u8": torch.tensor([250], dtype=torch.uint8), "bool": torch.tensor([True, False, True]),
             "u16": torch.tensor([65000]).to(torch.uint16), "u32": torch.tensor([4000000000]).to(torch.uint32),
             "i64": torch.tensor(2 ** 40 + 1), "i32": torch.tensor([-7], dtype=torch.int32), "f32": torch.tensor([3.5]),
             "empty": torch.zeros(0, 3)}
    types["f64"] = types["f64"].double()
    save_torch(types, path("safetensors/types.safetensors"), {"format": "pt", "made by": "a test; \u00e4"})
    rng = np.random.default_rng(7)
    layers = {}
    for i in range(12):
        layers["dense_%d/kernel" % i] = rng.normal(size=(3, 3)).astype("f4")
        layers["dense_%d/bias" % i] = rng.normal(size=3).astype("f4")
    save_numpy(layers, path("safetensors/keras-names.safetensors"))

    # The form that huggingface_hub writes: split_torch_state_dict_into_shards, and an index of names.
    names = sorted(state)
    half = len(names) // 2
    shards = {"model-00001-of-00002.safetensors": names[:half], "model-00002-of-00002.safetensors": names[half:]}
    for shard, part in shards.items():
        save_torch({k: state[k] for k in part}, path("safetensors/sharded/" + shard), {"format": "pt"})
    index = {"metadata": {"total_size": sum(t.numel() * t.element_size() for t in state.values())},
             "weight_map": {k: shard for shard, part in shards.items() for k in part}}
    with open(path("safetensors/sharded/model.safetensors.index.json"), "w") as f:
        json.dump(index, f, indent=2)


if __name__ == "__main__":
    numpy_files()
    safetensors_files()
