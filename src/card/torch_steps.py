"""Makes steps of PyTorch in turns, as StepTurns.java does with Cairn.

Arguments: mlp or cnn, batch size, cpu or cuda, folder of MNIST. It prints "ready". Then, for each line of the standard input with a number,
it makes that number of steps and prints "turn", the seconds that they took, and the last loss. The arguments "about cpu" or "about cuda"
print the version of PyTorch, or why there is none.

This is PyTorch's usual fast way: all rows on the device, shuffled for each epoch, gathered there; the fused Adam if available; no loss is
read before the end of a turn; float32 without TF32.
"""
import gzip
import os
import struct
import sys
import time

try:
    import torch
    from torch import nn
except ImportError as e:
    print(f"no PyTorch: {e}")
    sys.exit(1)


def images(path):
    with gzip.open(path) as file:
        count, rows, columns = struct.unpack(">xxxxIII", file.read(16))
        return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).reshape(count, 1, rows, columns).float() / 255


def labels(path):
    with gzip.open(path) as file:
        file.read(8)
        return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).long()


def model(name):
    if name == "mlp":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    return nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(),
                         nn.MaxPool2d(2), nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10))


def adam(parameters, device):
    try:
        return torch.optim.Adam(parameters, lr=0.001, **({"fused": True} if device == "cuda" else {}))
    except (TypeError, RuntimeError):
        return torch.optim.Adam(parameters, lr=0.001)


def use_all_cores():
    """Some builds of PyTorch use one core by default."""
    torch.set_num_threads(len(os.sched_getaffinity(0)))


def about(device):
    if device == "cuda":
        if not torch.cuda.is_available():
            print(f"PyTorch {torch.__version__} cannot use the GPU")
            sys.exit(1)
        torch.ones(2, 2, device="cuda").sum().item()
        print(f"torch {torch.__version__}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}, {torch.cuda.get_device_name()}")
    else:
        print(f"torch {torch.__version__} on the CPU, {torch.get_num_threads()} threads")


def main():
    use_all_cores()
    if sys.argv[1] == "about":
        about(sys.argv[2])
        return
    name, batch, device, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    torch.manual_seed(42)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    x = images(os.path.join(folder, "train-images-idx3-ubyte.gz"))[:55000].to(device)
    x = (x - x.mean()) / x.std()
    y = labels(os.path.join(folder, "train-labels-idx1-ubyte.gz"))[:55000].to(device)
    net = model(name).to(device)
    optimizer = adam(net.parameters(), device)
    loss_of = nn.CrossEntropyLoss()
    per_epoch = len(x) // batch
    order, step = None, 0
    print("ready", flush=True)
    for line in sys.stdin:
        begin = time.perf_counter()
        for _ in range(int(line)):
            if step % per_epoch == 0:
                order = torch.randperm(len(x), device=device)
            at = step % per_epoch * batch
            rows = order[at:at + batch]
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(net(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            step += 1
        last = loss.item()
        if device == "cuda":
            torch.cuda.synchronize()
        print("turn", time.perf_counter() - begin, last, flush=True)


main()
