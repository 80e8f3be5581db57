"""Looks at what Cairn wrote for PyTorch: loads each file of target/interop-torch into the model that its source text builds.

    OMP_NUM_THREADS=1 python3 src/test/resources/interop/check_torch.py      (after TorchWriterTest and TorchLawTest)

It was run with PyTorch 1.13.0 and 2.13.0. It prints the largest difference of the outputs, and of the weights after further steps.
"""
import glob
import json
import sys

import torch

torch.set_num_threads(1)
NEW = not torch.__version__.startswith("1.")
print("torch", torch.__version__)
failed = 0


def load(file, weights_only=True):
    return torch.load(file, weights_only=weights_only)


def built(file):
    space = {}
    exec(open(file).read(), space)
    return space


def check(name, difference, limit):
    global failed
    good = difference <= limit
    failed += not good
    print(f"{'ok    ' if good else 'FAILED'} {name:34} {difference:.1e} (limit {limit:.0e})")


for file in sorted(glob.glob("target/interop-torch/*.pt")):
    name = file[:-3]
    facts = json.load(open(name + ".json"))
    dtype = torch.float64 if name.endswith("64") else torch.float32
    torch.set_default_dtype(dtype)
    space = built(name + ".py")
    model = space["model"].to(dtype)
    row = facts["row"]

    def to_torch(x):
        x = torch.tensor(x, dtype=dtype).reshape(-1, *row)
        return x.permute(0, 3, 1, 2) if len(row) == 3 else x

    if "y" in facts:
        print(model.load_state_dict(load(file), strict=True), end=" ")
        model.eval()
        y = model(to_torch(facts["x"]))
        y = y.permute(0, 2, 3, 1) if y.dim() == 4 else y
        assert list(y.shape[1:]) == facts["out"], (y.shape, facts["out"])
        expected = torch.tensor(facts["y"], dtype=dtype).reshape(y.shape)
        check(name, float((y - expected).abs().max() / expected.abs().max().clamp(min=1)), 1e-6 if dtype == torch.float32 else 1e-12)
    else:
        # PyTorch 1.13 refuses every float with weights_only, its own files included.
        content = load(file, NEW)
        model.load_state_dict(content["model_state_dict"], strict=True)
        optimizer = space["optimizer"]
        optimizer.load_state_dict(content["optimizer_state_dict"])
        if not NEW and "nadam" in name:
            # One tensor after the other, 1.13 takes a factor of NAdam's product twice.
            optimizer.param_groups[0]["foreach"] = True
        model.train()
        for batch in facts["batches"]:
            optimizer.zero_grad()
            y = torch.tensor(batch["y"], dtype=dtype)
            x = to_torch(batch["x"])
            torch.nn.functional.mse_loss(model(x), y.reshape(len(x), -1)).backward()
            optimizer.step()
        after = load(name + "-after.pt-weights")
        own = model.state_dict()
        difference = max(float((own[k] - v).abs().max() / v.abs().max().clamp(min=1e-3)) for k, v in after.items() if "num_batches" not in k)
        check(name, difference, 1e-5 if dtype == torch.float32 else 1e-10)
sys.exit(failed)
