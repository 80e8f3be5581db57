"""Reads a safetensors file that Cairn exported, with the reference reader, and prints what it finds:

    python check_safetensors.py FILE

Run on 2026-11-30 with safetensors 0.8.0, torch 2.13.0, numpy 2.4 on tensors of all five types, among them an odd number of float32
beside an int64: names, types, shapes and numbers were those that were written.
"""
import sys

from safetensors import safe_open
from safetensors.torch import load_file

with safe_open(sys.argv[1], "np") as f:
    print(f.metadata())
    for name in f.keys():
        t = f.get_tensor(name)
        print(name, t.dtype, t.shape, t.ravel()[:5].tolist())
load_file(sys.argv[1])
