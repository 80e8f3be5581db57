"""Makes the files in torch/: run once with PyTorch 1.13.0 (Debian's python3-torch) and once with 2.13.0.

    OMP_NUM_THREADS=1 python3 make_torch.py

Each version writes into the folder of its name. The laws are written by 2.13 in torch/law, and by 1.13 in torch/law-1.13.
"""
import collections
import json
import os
import sys
import zipfile

import torch
from torch import nn

torch.manual_seed(14)
torch.set_num_threads(1)
VERSION = torch.__version__.split("a")[0].split("+")[0].rsplit(".", 1)[0]
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "torch")
OUT = os.path.join(HERE, VERSION)
os.makedirs(OUT, exist_ok=True)


def path(name):
    return os.path.join(OUT, name)


def described(tensors):
    return {name: {"dtype": str(t.dtype)[6:], "shape": list(t.shape), "data": t.detach().double().flatten().tolist()}
            for name, t in tensors.items()}


def write_json(file, content):
    with open(file, "w") as f:
        json.dump(content, f, separators=(",", ":"))
        f.write("\n")


def sixteenths(*shape):
    """Numbers that are short in decimal and exact in float32."""
    return torch.randint(-24, 25, shape).double() / 16


# ---- a convolutional net with its outputs
def image_net():
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4 * 2 * 3, 5))


net = image_net()
net[1].weight.data.uniform_(0.5, 1.5)
net[1].bias.data.uniform_(-0.5, 0.5)
for _ in range(3):
    net(torch.randn(5, 3, 4, 6) * 2 + 1)
net.eval()
torch.save(net.state_dict(), path("conv.pt"))
x = sixteenths(3, 4, 6, 3).float()
write_json(path("conv.json"), {"layout": "x is [batch, height, width, channels]", "shape": list(x.shape), "x": x.flatten().tolist(),
                               "y": net(x.permute(0, 3, 1, 2)).flatten().tolist()})

# ---- dicts around a state dict
mlp = nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.LayerNorm(4), nn.Linear(4, 3))
sd = mlp.state_dict()
torch.save({"epoch": 7, "best": torch.tensor(0.75), "done": False, "note": "trained on rows", "sizes": [5, 4, 3], "state_dict": sd,
            "model_ema": sd}, path("nested.pt"))
torch.save({"generator": sd, "discriminator": sd}, path("gan.pt"))
torch.save(collections.OrderedDict(("module._orig_mod." + k, v) for k, v in sd.items()), path("wrapped.pt"))
torch.save({"epoch": 3, "global_step": 42, "pytorch-lightning_version": "2.1.0",
            "state_dict": collections.OrderedDict(("model." + k, v) for k, v in sd.items()),
            "loops": {"fit_loop": {"epoch_progress": {"total": {"ready": 4}}}},
            "callbacks": {"ModelCheckpoint{'monitor': 'val_loss'}": {"best_model_score": torch.tensor(0.5), "best_model_path": "best.ckpt"}},
            "optimizer_states": [torch.optim.Adam(mlp.parameters()).state_dict()], "lr_schedulers": [{"base_lrs": [0.001], "last_epoch": 3}],
            "hparams_name": "kwargs", "hyper_parameters": {"lr": 0.001}}, path("lightning.pt"))
torch.save([torch.arange(6.).reshape(2, 3), torch.ones(2)], path("list.pt"))

# ---- odd tensors
base = torch.arange(24, dtype=torch.float32)
odd = {"transposed": base.reshape(4, 6).t(), "sliced": base.reshape(4, 6)[1:3, ::2], "part": base[6:12].reshape(2, 3),
       "expanded": torch.tensor([1., 2.]).reshape(2, 1).expand(2, 3), "f16": torch.tensor([1.5, -2., 65504., 6e-8], dtype=torch.float16),
       "bf16": torch.tensor([[1.5, -3.25]], dtype=torch.bfloat16), "f64": torch.tensor([1 / 3, 1e300], dtype=torch.float64),
       "i64": torch.tensor([2 ** 40, -1]), "i32": torch.tensor([[-7], [2 ** 30]], dtype=torch.int32),
       "i16": torch.tensor([-300, 300], dtype=torch.int16), "i8": torch.tensor([-128, 127], dtype=torch.int8),
       "u8": torch.tensor([0, 255], dtype=torch.uint8), "bool": torch.tensor([True, False, True]), "scalar": torch.tensor(2.5),
       "empty": torch.zeros(0, 3), "parameter": nn.Parameter(torch.tensor([[4.], [5.]]))}
if VERSION != "1.13":
    odd["u16"] = torch.tensor([0, 65535], dtype=torch.uint16)
    odd["u32"] = torch.tensor([0, 2 ** 32 - 1], dtype=torch.uint32)
torch.save(odd, path("odd.pt"))
write_json(path("odd.json"), described(odd))

# ---- what is refused
class Evil:
    def __init__(self, f, arg):
        self.f, self.arg = f, arg

    def __reduce__(self):
        return self.f, (self.arg,)


torch.save({"a": torch.ones(1), "b": Evil(os.system, "echo pwned")}, path("evil-system.pt"))
torch.save(Evil(eval, "1+1"), path("evil-eval.pt"))
torch.save(nn.Sequential(nn.Linear(2, 3)), path("module.pt"))
torch.save(sd, path("legacy.pt"), _use_new_zipfile_serialization=False)
torch.save({"a": torch.ones(2, dtype=torch.complex64)}, path("complex.pt"))
torch.save({"a": torch.eye(2).to_sparse()}, path("sparse.pt"))
torch.save({"a": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)}, path("quantized.pt"))
torch.save({"a": torch.ones(1).expand(100_000, 1000)}, path("expanded.pt"))
torch.save({"optimizer": torch.optim.Adam(mlp.parameters()).state_dict()}, path("optimizer-alone.pt"))
torch.jit.script(nn.Linear(2, 3)).save(path("script.pt"))
if VERSION != "1.13":
    torch.save({"a": torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])}, path("nested-tensor.pt"))
    with zipfile.ZipFile(path("odd.pt")) as old, zipfile.ZipFile(path("big-endian.pt"), "w") as new:
        for item in old.infolist():
            new.writestr(item, b"big" if item.filename.endswith("byteorder") else old.read(item))

# ---- optimizers that are taken or refused
def one_step(optimizer, parts=None):
    optimizer.zero_grad()
    (mlp(torch.ones(2, 5)) ** 2).sum().backward()
    for p in [] if parts is None else list(mlp.parameters())[parts:]:
        p.grad = None
    optimizer.step()
    return {"model": mlp.state_dict(), "optimizer": optimizer.state_dict()}


if VERSION != "1.13":
    P = lambda: list(mlp.parameters())
    rms = torch.optim.RMSprop(P(), lr=0.01, momentum=0.9, centered=True)
    torch.save(one_step(rms), path("optimizer-rmsprop-centered.pt"))
    torch.save(one_step(torch.optim.Adagrad(P(), lr_decay=0.1)), path("optimizer-adagrad-decay.pt"))
    torch.save(one_step(torch.optim.SGD(P(), lr=0.1, momentum=0.9, dampening=0.5)), path("optimizer-sgd-dampening.pt"))
    torch.save(one_step(torch.optim.Adam(P(), maximize=True)), path("optimizer-maximize.pt"))
    torch.save(one_step(torch.optim.RAdam(P())), path("optimizer-radam.pt"))
    torch.save(one_step(torch.optim.AdamW(P(), amsgrad=True)), path("optimizer-adamw-amsgrad.pt"))
    torch.save(one_step(torch.optim.Adam([{"params": P()[:3]}, {"params": P()[3:], "lr": 0.1}])), path("optimizer-groups-alike.pt"))
    torch.save(one_step(torch.optim.Adam(P()[4:])), path("optimizer-other-count.pt"))
    torch.save(one_step(torch.optim.SGD(P(), lr=0.1, momentum=0.9), 2), path("optimizer-frozen-part.pt"))
    named = list(mlp.named_parameters())
    torch.save(one_step(torch.optim.Adam(named[4:] + named[:4])), path("optimizer-named.pt"))
    changed = torch.optim.NAdam(P())
    one_step(changed)
    changed.param_groups[0]["momentum_decay"] = 0.5
    torch.save(one_step(changed), path("optimizer-nadam-changed.pt"))
    torch.save({"model": mlp.state_dict(), "a": torch.optim.Adam(P()).state_dict(), "b": torch.optim.Adam(P()).state_dict()},
               path("optimizer-two.pt"))
    torch.save(one_step(torch.optim.Adam(P()[1:3])), path("optimizer-part-alike.pt"))

# ---- laws: k steps, a checkpoint, n more steps
K, N = 5, 5
RULES = {
    "adam": (torch.optim.Adam, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-6)),
    "adamw": (torch.optim.AdamW, dict(lr=0.01, weight_decay=0.05)),
    "amsgrad": (torch.optim.Adam, dict(lr=0.02, amsgrad=True, betas=(0.9, 0.9))),
    "sgd": (torch.optim.SGD, dict(lr=0.05)),
    "momentum": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, weight_decay=0.02)),
    "nesterov": (torch.optim.SGD, dict(lr=0.05, momentum=0.8, nesterov=True)),
    "rmsprop": (torch.optim.RMSprop, dict(lr=0.01, alpha=0.9, eps=1e-6)),
    # One tensor after the other, 1.13 takes a factor of the product twice; 2.13 does not, nor does 1.13 with foreach.
    "nadam": (torch.optim.NAdam, dict(lr=0.01, foreach=VERSION == "1.13" or None)),
    "adagrad": (torch.optim.Adagrad, dict(lr=0.05)),
}


def law(name, rule, dtype, model, layers, row, out, batch, folder):
    kind, settings = RULES[rule]
    torch.manual_seed(100 + len(name))
    # Counts and NAdam's product have the default type; in float32 the product would be less exact than the law.
    torch.set_default_dtype(dtype)
    model = model().to(dtype)
    weights = [p for n, p in model.named_parameters() if p.dim() > 1]
    others = [p for n, p in model.named_parameters() if p.dim() <= 1]
    decay = settings.get("weight_decay", 0)
    # What Cairn does: only weights of products decay.
    groups = model.parameters() if decay == 0 else [{"params": weights}, {"params": others, "weight_decay": 0.0}]
    optimizer = kind(groups, **settings)
    initial = described(model.state_dict())
    batches = []
    model.train()
    for i in range(K + N):
        if i == K:
            torch.save({"epoch": 1, "step": K, "model_state_dict": model.state_dict(), "optimizer_state_dict": optimizer.state_dict()},
                       os.path.join(folder, name + ".pt"))
        x, y = sixteenths(batch, *row), sixteenths(batch, out)
        batches.append({"x": x.flatten().tolist(), "y": y.flatten().tolist()})
        x = x.to(dtype)
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x.permute(0, 3, 1, 2) if len(row) == 3 else x), y.to(dtype)).backward()
        optimizer.step()
    write_json(os.path.join(folder, name + ".json"), {
        "torch": torch.__version__, "rule": rule, "settings": settings, "dtype": str(dtype)[6:], "k": K, "n": N, "row": list(row), "rows": batch,
        "out": out, "layers": layers, "loss": "mean over all numbers of the batch of (prediction - y)^2", "batches": batches, "initial": initial,
        "after": described(model.state_dict())})


def dense_net():
    return nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 3))


def conv_net():
    # No bias before a batch norm: its gradient is rounding alone, which Adam scales up to whole steps.
    return nn.Sequential(nn.Conv2d(2, 3, 3, padding=1, bias=False), nn.BatchNorm2d(3), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(3 * 2 * 3, 2))


folder = os.path.join(HERE, "law" if VERSION != "1.13" else "law-1.13")
os.makedirs(folder, exist_ok=True)
for dtype in (torch.float64, torch.float32):
    for rule in RULES:
        if VERSION != "1.13" or dtype == torch.float64:
            law(rule + "-" + str(dtype)[6:], rule, dtype, dense_net, ["dense 7", "tanh", "dense 3"], (5,), 3, 4, folder)
    law("conv-adam-" + str(dtype)[6:], "adam", dtype, conv_net, ["conv2d 3 filters kernel 3 same no bias", "batch-norm", "tanh", "average-pool2d 2",
                                                                "flatten", "dense 2"], (4, 6, 2), 2, 3, folder)
