"""Writes the golden reference values beside this file: optimizers, losses, layers, schedules, metrics (.json each).

Tool:     PyTorch 1.13 and scikit-learn 1.2 (Debian 12: apt-get install python3-torch python3-sklearn python3-scipy)
Command:  python3 src/test/resources/golden/make_golden.py        (from anywhere; rewrites the five files)

Everything is float64 and deterministic: inputs are rounded values of sines and cosines of the index and stand in the files
in full, so no random generator is involved and a reader needs no formula. Outputs are printed with repr (they read back to
the same double). Images are [batch, height, width, channels], convolution weights [height, width, in, out]: this script
transposes from and to PyTorch's order. What does not come from PyTorch or scikit-learn says so in its "source".

Every file: {"provenance": {...}, "<case>": {...}}. Tensors are nested lists. Names have no dots, so that a dotted path
names one value: optimizers "adam.fixed.theta".
"""
import json
import math
import os

import numpy as np
import scipy
import scipy.special
import scipy.stats
import sklearn
import sklearn.metrics
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def short(x, digits=4):
    """x rounded, so that an input is short to read and the same on every machine."""
    return round(float(x), digits)


def wave(*shape, scale=1.0, rate=1.7, phase=0.3):
    """An input tensor: scale * (sin(rate * i + phase) + 0.3 cos(0.6 i^1.5)) of the flat index i, rounded."""
    n = int(np.prod(shape))
    flat = [short(scale * (math.sin(rate * i + phase) + 0.3 * math.cos(0.6 * i ** 1.5))) for i in range(n)]
    return torch.tensor(flat).reshape(shape)


def plain(value):
    """The value as JSON knows it."""
    if isinstance(value, torch.Tensor):
        return plain(value.detach().numpy())
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


def text(value, indent=""):
    """JSON with one line per innermost list."""
    deeper = indent + " "
    if isinstance(value, dict):
        assert not any("." in k for k in value), value.keys()
        lines = [deeper + json.dumps(k) + ": " + text(v, deeper) for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + indent + "}"
    if isinstance(value, list) and any(isinstance(v, (list, dict)) for v in value):
        return "[\n" + ",\n".join(deeper + text(v, deeper) for v in value) + "\n" + indent + "]"
    return json.dumps(value, allow_nan=False)


def write(name, tool, cases):
    provenance = {"tool": tool, "command": "python3 src/test/resources/golden/make_golden.py", "precision": "float64"}
    with open(os.path.join(HERE, name + ".json"), "w", encoding="utf-8", newline="\n") as f:
        f.write(text(plain({"provenance": provenance, **cases})) + "\n")


TORCH = "PyTorch " + torch.__version__
SKLEARN = "scikit-learn %s, SciPy %s" % (sklearn.__version__, scipy.__version__)

# ---------------------------------------------------------------------------------------------------------- optimizers

SIZE, STEPS = 7, 20
THETA = [0.5, -1.25, 2.0, -0.75, 0.03, 1.5, -0.4]
FACTOR = [1.0] * 4 + [0.7] * 4 + [short(0.5 + 0.5 * math.cos(math.pi * k / 12)) for k in range(12)]
# Coordinate 3 never has a gradient (0 / (0 + epsilon)); coordinate 5 has a tiny one (it shows where epsilon stands).
COORDINATE = [1.0, 3.0, 0.2, 0.0, 0.05, 1e-5, 10.0]
GRADIENT = [[0.0 + float("%.6g" % (c * (math.sin(0.9 * t + 1.3 * i) + 0.4 * math.cos(0.31 * i * t)))) for i, c in enumerate(COORDINATE)]
            for t in range(STEPS)]
MATRIX = [[short((1 + 0.5 * i if i == j else 0) + 0.3 * math.cos(i - j)) for j in range(SIZE)] for i in range(SIZE)]


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", Program 2; PyTorch 1.13 has none."""

    def __init__(self, params, lr, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))
        self.smallest = math.inf

    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                theta, g = p.detach().numpy(), p.grad.numpy()
                m = self.state[p].setdefault("m", np.zeros(SIZE))
                c = b1 * m + (1 - b1) * g
                self.smallest = min([self.smallest] + [abs(x) for x in c if x != 0])
                theta -= group["lr"] * (np.sign(c) + group["weight_decay"] * theta)
                m[:] = b2 * m + (1 - b2) * g


class NAdam(torch.optim.Optimizer):
    """Dozat 2016, "Incorporating Nesterov Momentum into Adam", as torch.optim.NAdam documents it; PyTorch 1.13 itself has one factor
    mu_t too many in the second product, corrected in 2.0 (pytorch/pytorch pull request 92699)."""

    def __init__(self, params, lr, betas, eps, momentum_decay):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, momentum_decay=momentum_decay))

    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                theta, g, state = p.detach().numpy(), p.grad.numpy(), self.state[p]
                t = state["t"] = state.get("t", 0) + 1
                mu, mu_next = (b1 * (1 - 0.5 * 0.96 ** (i * group["momentum_decay"])) for i in (t, t + 1))
                product = state["product"] = state.get("product", 1.0) * mu
                m = state["m"] = b1 * state.get("m", 0.0) + (1 - b1) * g
                v = state["v"] = b2 * state.get("v", 0.0) + (1 - b2) * g * g
                m_hat = mu_next * m / (1 - product * mu_next) + (1 - mu) * g / (1 - product)
                theta -= group["lr"] * m_hat / (np.sqrt(v / (1 - b2 ** t)) + group["eps"])


def run(rule, lr, settings, gradient):
    """theta after each of the steps; gradient(theta, t) gives the gradient."""
    theta = torch.nn.Parameter(torch.tensor(THETA))
    optimizer = rule([theta], lr=lr, **settings)
    after = []
    for t in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = lr * FACTOR[t]
        theta.grad = gradient(theta.detach().clone(), t)
        optimizer.step()
        after.append(theta.detach().clone().tolist())
    # A sign taken of rounding noise would be no reference.
    assert getattr(optimizer, "smallest", 1.0) > 1e-12
    return after


def optimizers():
    o = torch.optim
    cases = {
        "sgd": (o.SGD, 0.05, {}),
        "sgd-weight-decay": (o.SGD, 0.05, dict(weight_decay=0.1)),
        "momentum": (o.SGD, 0.02, dict(momentum=0.9)),
        "momentum-weight-decay": (o.SGD, 0.02, dict(momentum=0.9, weight_decay=0.1)),
        "nesterov": (o.SGD, 0.02, dict(momentum=0.9, nesterov=True)),
        "nesterov-weight-decay": (o.SGD, 0.02, dict(momentum=0.9, nesterov=True, weight_decay=0.1)),
        "rmsprop": (o.RMSprop, 0.01, dict(alpha=0.99, eps=1e-8)),
        "adagrad": (o.Adagrad, 0.1, dict(eps=1e-10)),
        "adam": (o.Adam, 0.05, dict(betas=(0.9, 0.999), eps=1e-8)),
        "adam-epsilon": (o.Adam, 0.05, dict(betas=(0.9, 0.999), eps=1e-3)),
        "adam-weight-decay": (o.Adam, 0.05, dict(betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1)),
        "adamw": (o.AdamW, 0.05, dict(betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)),
        "amsgrad": (o.Adam, 0.05, dict(betas=(0.9, 0.9), eps=1e-8, amsgrad=True)),
        "nadam": (NAdam, 0.05, dict(betas=(0.9, 0.999), eps=1e-8, momentum_decay=4e-3)),
        "lion": (Lion, 0.02, dict(betas=(0.9, 0.99))),
        "lion-weight-decay": (Lion, 0.02, dict(betas=(0.9, 0.99), weight_decay=0.1)),
    }
    matrix = torch.tensor(MATRIX)
    out = {"inputs": {
        "theta": THETA,
        "lr-factor": FACTOR,
        "gradient": GRADIENT,
        "matrix": MATRIX,
        "about": "step t (0-based) uses lr * lr-factor[t]; 'fixed' has gradient[t], 'quadratic' has matrix * theta; "
                 "theta: row t is theta after step t",
    }}
    for name, (rule, lr, settings) in cases.items():
        out[name] = {
            "source": " ".join(rule.__doc__.split()) if rule in (Lion, NAdam) else "torch.optim." + rule.__name__,
            "lr": lr,
            "settings": {("epsilon" if k == "eps" else k.replace("_", "-")): v for k, v in settings.items()},
            "fixed": {"theta": run(rule, lr, settings, lambda theta, t: torch.tensor(GRADIENT[t]))},
            "quadratic": {"theta": run(rule, lr, settings, lambda theta, t: matrix @ theta)},
        }
    write("optimizers", TORCH, out)


# -------------------------------------------------------------------------------------------------------------- losses

def losses():
    out = {}

    def case(name, input_name, x, function, **about):
        """function(x, reduction) is the loss; the value is its mean, the gradient is that of the mean."""
        x = x.clone().requires_grad_(True)
        value = function(x, "mean")
        value.backward()
        out[name] = {input_name: x, **about, "value": value, "elements": function(x, "none"), "gradient": x.grad}

    logits, labels = wave(6, 4, scale=2.5), [2, 0, 3, 1, 1, 0]
    huge = torch.tensor([[200, -300, 1e4, 0], [1e4, 1e4, -1e4, 3], [-300, -301, -302, -1e4], [710, -745, 0, 709]])
    weights = torch.tensor([0.5, 2.0, 1.25, 0.8])
    for name, settings in {
        "cross-entropy": {},
        "cross-entropy-smoothing": dict(label_smoothing=0.1),
        "cross-entropy-weights": dict(weight=weights),
        "cross-entropy-smoothing-weights": dict(label_smoothing=0.1, weight=weights),
    }.items():
        about = {("class-weights" if k == "weight" else k.replace("_", "-")): v for k, v in settings.items()}
        target = torch.tensor(labels)
        case(name, "logits", logits, lambda x, r: F.cross_entropy(x, target, reduction=r, **settings), labels=labels, **about)
    for name, answer in {"cross-entropy-huge": [2, 1, 2, 0], "cross-entropy-huge-wrong": [1, 2, 3, 1]}.items():
        case(name, "logits", huge, lambda x, r: F.cross_entropy(x, torch.tensor(answer), reduction=r), labels=answer)

    z = wave(5, 2, scale=3)
    targets = torch.tensor([[1, 0], [0, 1], [0.25, 0.75], [1, 1], [0, 0]])
    case("binary-cross-entropy", "logits", z, lambda x, r: F.binary_cross_entropy_with_logits(x, targets, reduction=r), targets=targets)
    z = torch.tensor([[200, -300], [1e4, -1e4], [1e4, -1e4], [37, -745], [0, 1e-9]])
    case("binary-cross-entropy-huge", "logits", z, lambda x, r: F.binary_cross_entropy_with_logits(x, targets, reduction=r),
         targets=targets)

    y, targets = wave(5, 3, scale=1.5), wave(5, 3, rate=0.9, phase=1.0)
    assert all(abs(abs(d) - kink) > 1e-3 for d in (y - targets).flatten().tolist() for kink in (0, 0.5, 1.0))
    case("mean-squared-error", "y", y, lambda x, r: F.mse_loss(x, targets, reduction=r), targets=targets)
    case("mean-absolute-error", "y", y, lambda x, r: F.l1_loss(x, targets, reduction=r), targets=targets)
    case("huber", "y", y, lambda x, r: F.huber_loss(x, targets, reduction=r, delta=1.0), targets=targets, delta=1.0)
    case("huber-half", "y", y, lambda x, r: F.huber_loss(x, targets, reduction=r, delta=0.5), targets=targets, delta=0.5)
    out["about"] = ("value: the mean over the batch (class weights: the weighted mean, divided by the sum of the labels' "
                    "weights; elementwise losses: over all elements); elements: without the mean; gradient: of value")
    write("losses", TORCH, out)


# -------------------------------------------------------------------------------------------------------------- layers

def upstream(y):
    return wave(*y.shape, rate=0.8, phase=2.0)


def backward(function, **inputs):
    """y = function(inputs), and the gradient of sum(y * dy) for every input, named d<input>."""
    inputs = {k: v.clone().requires_grad_(True) for k, v in inputs.items()}
    y = function(**inputs)
    dy = upstream(y)
    y.backward(dy)
    return {**inputs, "dy": dy, "y": y, **{"d" + k: v.grad for k, v in inputs.items()}}


def same(size, kernel, stride, dilation):
    """TensorFlow's SAME padding: (begin, end), the odd one at the end."""
    total = max((math.ceil(size / stride) - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


def convolution(padding, stride, dilation):
    def y(x, w, b):
        x, w = x.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1)
        if padding == "same":
            top, bottom = same(x.shape[2], w.shape[2], stride, dilation)
            left, right = same(x.shape[3], w.shape[3], stride, dilation)
            x = F.pad(x, (left, right, top, bottom))
        return F.conv2d(x, w, b, stride=stride, dilation=dilation).permute(0, 2, 3, 1)
    return y


def channels_last(function):
    return lambda x: function(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


def batch_norm():
    x, gamma, beta = wave(2, 3, 2, 3, scale=2), torch.tensor([1.5, 0.7, -1.2]), torch.tensor([0.1, -0.3, 0.8])
    mean, variance = torch.tensor([0.2, -0.1, 0.4]), torch.tensor([1.3, 0.6, 2.1])
    settings = {"epsilon": 1e-5, "momentum": 0.1, "running-mean-before": mean, "running-variance-before": variance}
    after = [mean.clone(), variance.clone()]
    norm = lambda training, running: lambda x, gamma, beta: F.batch_norm(
        x.permute(0, 3, 1, 2), running[0], running[1], gamma, beta, training, 0.1, 1e-5).permute(0, 2, 3, 1)
    trained = backward(norm(True, after), x=x, gamma=gamma, beta=beta)
    biased, unbiased = x.reshape(-1, 3).var(0, unbiased=False), x.reshape(-1, 3).var(0, unbiased=True)
    training = {**settings, **trained,
                "batch-mean": x.reshape(-1, 3).mean(0), "batch-variance-biased": biased, "batch-variance-unbiased": unbiased,
                "running-mean-after": after[0], "running-variance-after": after[1],
                "running-variance-after-biased": 0.9 * variance + 0.1 * biased,
                "about": "running = 0.9 running + 0.1 batch; running-variance-after is PyTorch's (unbiased), "
                         "-biased the same formula with the biased variance"}
    evaluation = {**settings, **backward(norm(False, [mean.clone(), variance.clone()]), x=x, gamma=gamma, beta=beta)}
    return training, evaluation


def layers():
    out = {"linear": backward(lambda x, w, b: x @ w + b, x=wave(4, 5), w=wave(5, 3, rate=2.3), b=wave(3, phase=1.0))}

    image, kernel, bias = wave(2, 6, 5, 2), wave(3, 2, 2, 3, rate=2.3), wave(3, phase=1.0)
    for name, padding, stride, dilation in [
        ("convolution-valid", "valid", 1, 1),
        ("convolution-valid-stride-2", "valid", 2, 1),
        ("convolution-same", "same", 1, 1),
        ("convolution-same-stride-2", "same", 2, 1),
        ("convolution-valid-dilation-2", "valid", 1, 2),
        ("convolution-same-dilation-2", "same", 1, 2),
    ]:
        out[name] = {"padding": padding, "stride": stride, "dilation": dilation,
                     **backward(convolution(padding, stride, dilation), x=image, w=kernel, b=bias)}
    assert len(set(image.flatten().tolist())) == image.numel(), "a tie in a maximum has no unique gradient"
    for name, pool, size, stride in [
        ("max-pool-2-stride-2", F.max_pool2d, 2, 2),
        ("max-pool-3-stride-2", F.max_pool2d, 3, 2),
        ("average-pool-2-stride-2", F.avg_pool2d, 2, 2),
    ]:
        out[name] = {"size": size, "stride": stride, **backward(channels_last(lambda x: pool(x, size, stride)), x=image)}

    out["batch-norm-training"], out["batch-norm-evaluation"] = batch_norm()
    out["layer-norm"] = {"epsilon": 1e-5, **backward(lambda x, gamma, beta: F.layer_norm(x, (6,), gamma, beta, 1e-5),
                                                     x=wave(4, 6, scale=2), gamma=1 + wave(6, scale=0.5), beta=wave(6, rate=0.9))}

    x = wave(4, 5, scale=3)
    # Beyond the waves: tails where naive formulas overflow or cancel. None at a kink; none between 20 and 37, where PyTorch's
    # softplus is cut off to the identity.
    x = torch.cat([x, torch.tensor([[1e-9, -1e-9, 12.0, -12.0, 19.0], [-30.0, 100.0, -100.0, 800.0, -800.0]])])
    out["activations"] = {"x": x, "dy": upstream(x), "about": "y and dx of each activation at this x, for this dy; "
                          "elu: alpha 1; leaky-relu: slope 0.01; softmax: along the last axis"}
    for name, function in {
        "relu": lambda x: F.relu(x),
        "leaky-relu": lambda x: F.leaky_relu(x, 0.01),
        "elu": lambda x: F.elu(x),
        "gelu": lambda x: F.gelu(x),
        "gelu-tanh": lambda x: F.gelu(x, approximate="tanh"),
        "silu": lambda x: F.silu(x),
        "softplus": lambda x: F.softplus(x),
        "sigmoid": lambda x: torch.sigmoid(x),
        "tanh": lambda x: torch.tanh(x),
        "softmax": lambda x: F.softmax(x, dim=-1),
    }.items():
        case = backward(function, x=x)
        out["activations"][name] = {"y": case["y"], "dx": case["dx"]}
    write("layers", TORCH, out)


# ----------------------------------------------------------------------------------------------------------- schedules

def schedules():
    out = {"about": "lr[k] is the learning rate that step k (0-based) uses"}
    s = torch.optim.lr_scheduler

    def case(name, kind, steps=60, **settings):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
        schedule = kind(optimizer, **settings)
        rates = []
        for k in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if k + 1 < steps:
                schedule.step()
        out[name] = {"source": "torch.optim.lr_scheduler." + kind.__name__, "base-lr": 0.1,
                     "settings": {k.replace("_", "-").lower(): v for k, v in settings.items()}, "lr": rates}

    case("step", s.StepLR, step_size=10, gamma=0.5)
    case("multi-step", s.MultiStepLR, milestones=[7, 20, 45], gamma=0.3)
    case("exponential", s.ExponentialLR, gamma=0.95)
    case("polynomial", s.PolynomialLR, total_iters=40, power=2.0)
    case("polynomial-linear", s.PolynomialLR, total_iters=40, power=1.0)
    case("cosine", s.CosineAnnealingLR, steps=41, T_max=40, eta_min=0.001)
    case("cosine-warm-restarts", s.CosineAnnealingWarmRestarts, T_0=10, T_mult=2, eta_min=0.0)
    case("one-cycle", s.OneCycleLR, steps=50, max_lr=0.1, total_steps=50, pct_start=0.3, anneal_strategy="cos", div_factor=25.0,
         final_div_factor=1e4, cycle_momentum=False)
    case("linear-warmup", s.LinearLR, start_factor=0.1, end_factor=1.0, total_iters=10)

    # Improvement; a plateau, an improvement below the threshold, cooldown; again; down to min_lr and against it.
    metric = [2.0, 1.5, 1.2, 1.2, 1.19999, 1.21, 1.3, 1.25, 1.24, 1.22, 1.21, 1.2, 1.2, 1.19, 1.1, 1.15, 1.12, 1.11, 1.099, 1.0,
              1.01, 1.02, 0.99995, 1.0, 1.1, 1.2, 1.0, 1.0, 1.0, 1.0, 0.9, 0.95, 0.96, 0.97, 0.98, 0.99, 1.0, 1.0, 1.0, 0.8]
    settings = dict(mode="min", factor=0.5, patience=3, cooldown=2, threshold=1e-4, threshold_mode="rel", min_lr=0.02, eps=1e-8)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    schedule = s.ReduceLROnPlateau(optimizer, **settings)
    rates, best, bad, cooldown = [], [], [], []
    for m in metric:
        schedule.step(m)
        rates.append(optimizer.param_groups[0]["lr"])
        best.append(schedule.best)
        bad.append(schedule.num_bad_epochs)
        cooldown.append(schedule.cooldown_counter)
    assert len(metric) == 40 and len(set(rates)) == 4
    out["plateau"] = {"source": "torch.optim.lr_scheduler.ReduceLROnPlateau", "base-lr": 0.1,
                      "settings": {k.replace("_", "-"): v for k, v in settings.items()}, "metric": metric,
                      "lr": rates, "best": best, "bad-evaluations": bad, "cooldown": cooldown,
                      "about": "row k: after the k-th metric"}
    write("schedules", TORCH, out)


# ------------------------------------------------------------------------------------------------------------- metrics

Z = float(scipy.stats.norm.ppf(0.975))


def wilson(k, n):
    """Wilson 1927: (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n); n = 0 is its limit, [0, 1]."""
    if n == 0:
        return [0.0, 1.0]
    p, zz = k / n, Z * Z
    middle, half = p + zz / (2 * n), Z * math.sqrt(p * (1 - p) / n + zz / (4 * n * n))
    return [(middle - half) / (1 + zz / n), (middle + half) / (1 + zz / n)]


def student(values):
    """mean -+ t s / sqrt(n), with t = t(0.975, n-1) by way of the beta distribution: SciPy 1.10's own t.ppf is good to 9 digits only
    (2.36462425101 for 7 degrees of freedom, where tables and this have 2.36462425159)."""
    dof = len(values) - 1
    t = math.sqrt(dof * (1 / scipy.special.betaincinv(dof / 2, 0.5, 0.05) - 1))
    assert abs(t - scipy.stats.t.ppf(0.975, dof)) < 1e-8
    half = t * scipy.stats.sem(values)
    return [np.mean(values) - half, np.mean(values) + half]


def macro_f1(matrix):
    """The mean F1 of the classes that occur as label or as prediction, of (also fractional) counts."""
    counts = matrix.sum(0) + matrix.sum(1)
    return float(np.mean([2 * matrix[c, c] / counts[c] for c in range(len(matrix)) if counts[c] > 0]))


def macro_f1_interval(matrix):
    """Delta method on the logit of macro-F1 for multinomial counts; its derivatives by central differences."""
    f, variance, h = macro_f1(matrix), 0.0, 1e-5
    for cell in np.ndindex(matrix.shape):
        if matrix[cell] > 0:
            up, down = matrix.astype(float), matrix.astype(float)
            up[cell] += h
            down[cell] -= h
            variance += matrix[cell] * ((macro_f1(up) - macro_f1(down)) / (2 * h)) ** 2
    logit, half = math.log(f / (1 - f)), Z * math.sqrt(variance) / (f * (1 - f))
    return [1 / (1 + math.exp(-(logit - half))), 1 / (1 + math.exp(-(logit + half)))]


def classification(classes, labels, scores, k):
    m = sklearn.metrics
    scores = np.array(scores)
    predicted = scores.argmax(1)
    row_losses = F.cross_entropy(torch.tensor(scores), torch.tensor(labels), reduction="none").numpy()
    matrix = m.confusion_matrix(labels, predicted, labels=range(classes))
    precision, recall, f1, support = m.precision_recall_fscore_support(labels, predicted, labels=range(classes), zero_division=0)
    right = np.diag(matrix)
    hits = m.top_k_accuracy_score(labels, scores, k=k, normalize=False, labels=range(classes))
    n = len(labels)
    jaccard = [wilson(int(right[c]), int(matrix[c].sum() + matrix[:, c].sum() - right[c])) for c in range(classes)]
    return {
        "classes": classes, "k": k, "labels": labels, "scores": scores, "predicted": predicted, "row-losses": row_losses,
        "confusion": matrix,
        "loss": {"value": row_losses.mean(), "interval": student(row_losses)},
        "accuracy": {"value": m.accuracy_score(labels, predicted), "interval": wilson(int(right.sum()), n)},
        "top-k": {"value": hits / n, "interval": wilson(int(hits), n)},
        "precision": {"value": precision, "interval": [wilson(int(right[c]), int(matrix[:, c].sum())) for c in range(classes)]},
        "recall": {"value": recall, "interval": [wilson(int(right[c]), int(matrix[c].sum())) for c in range(classes)]},
        "f1": {"value": f1, "interval": [[2 * j / (1 + j) for j in both] for both in jaccard]},
        "support": support,
        "macro-f1": {"value": m.f1_score(labels, predicted, average="macro", zero_division=0),
                     "interval": macro_f1_interval(matrix)},
    }


def metrics():
    labels = [0, 1, 2, 3, 0, 1, 2, 0, 1, 2, 3, 0, 1, 2, 0, 1, 2, 3, 0, 0, 1, 2, 1, 0, 2, 1, 0, 2, 3, 1]
    scores = wave(30, 4, rate=2.9).numpy()
    for row, label in enumerate(labels):
        scores[row, label] = short(scores[row, label] + 1.1)
        scores[row, 3] = short(min(scores[row, 3], scores[row, :3].max() - 0.05))
    few = [label if label != 3 else 2 for label in labels[:12]]
    fewer = scores[:12].copy()
    fewer[:, 3] = -5.0
    out = {
        "about": "intervals are 95 %: Wilson (formula in the script) for proportions, Student for means, "
                 "f1: 2J/(1+J) of the Wilson interval of the Jaccard index J = TP/(TP+FP+FN), "
                 "macro-f1: delta method on its logit",
        "never-predicted": classification(4, labels, scores, 2),
        "absent": classification(4, few, fewer, 2),
    }
    assert out["never-predicted"]["confusion"][:, 3].sum() == 0 and out["never-predicted"]["confusion"][3].sum() == 4

    pairs = [(0, 10), (1, 10), (5, 10), (10, 10), (1, 1), (97, 100), (148, 150), (9812, 10000), (9999, 10000), (0, 10000)]
    out["wilson"] = {"successes": [k for k, _ in pairs], "trials": [n for _, n in pairs], "interval": [wilson(k, n) for k, n in pairs]}

    m = sklearn.metrics
    y, targets = wave(8, 2, scale=1.5), wave(8, 2, scale=1.5, rate=1.6, phase=0.5)
    rows = F.mse_loss(y, targets, reduction="none").mean(1).numpy()
    errors = (y - targets).abs().mean(1).numpy()
    out["regression"] = {
        "y": y, "targets": targets, "row-losses": rows,
        "loss": {"value": rows.mean(), "interval": student(rows)},
        "mean-absolute-error": {"value": m.mean_absolute_error(targets, y), "interval": student(errors)},
        "r-squared": m.r2_score(targets, y), "r-squared-each": m.r2_score(targets, y, multioutput="raw_values"),
    }
    write("metrics", SKLEARN, out)


if __name__ == "__main__":
    optimizers()
    losses()
    layers()
    schedules()
    metrics()
