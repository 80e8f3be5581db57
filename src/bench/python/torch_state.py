"""torch.save and torch.load of a state like Cairn's with Adam: weights and two moments of six layers.

Arguments: file, units of a layer; without arguments it only prints the version. First it prints the version of PyTorch, or "none". Then, for
each line of the standard input (save, save-force or load), it does this and prints the seconds.
"""
import os
import sys
import time

try:
    import torch
except ImportError:
    print("none")
    sys.exit()

print(torch.__version__, flush=True)
if len(sys.argv) > 1:
    path, units = sys.argv[1], int(sys.argv[2])
    live = {f"{vector}/{i}.dense/{name}": torch.full(shape, 0.1)
            for vector in ("model", "optimizer/m", "optimizer/v")
            for i in range(6)
            for name, shape in (("weight", (units, units)), ("bias", (units,)))}

    def save(force):
        with open(path, "wb") as file:
            torch.save(live, file)
            if force:
                file.flush()
                os.fsync(file.fileno())

    def load():
        for name, tensor in torch.load(path).items():
            live[name].copy_(tensor)

    save(True)
    for line in sys.stdin:
        begin = time.perf_counter()
        if line.strip() == "load":
            load()
        else:
            save(line.strip() == "save-force")
        print(time.perf_counter() - begin, flush=True)
