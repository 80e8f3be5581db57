#!/usr/bin/env python3
"""Which kernels of ND4J's CUDA library have atomic instructions, as the library itself says: no source, no toolkit, no GPU.

    pip install lz4 numpy
    unzip -j ~/.m2/repository/org/nd4j/nd4j-cuda-11.2/1.0.0-M1.1/nd4j-cuda-11.2-1.0.0-M1.1-linux-x86_64.jar '*libnd4jcuda.so'
    python3 src/test/cuda/atomics.py libnd4jcuda.so

Reads the fat binaries in the section .nv_fatbin. Machine code for compute capability 8.6 is searched by opcode, the low 12 bits of each
instruction of 16 bytes; PTX, which 1.0.0-M1.1 has, by its text. Where a library has both, they must agree kernel by kernel: that is
what the opcodes below were found by. Ends with 1 if they do not, or if a kernel that Cairn uses is not there.
"""
import collections
import mmap
import re
import struct
import subprocess
import sys

import lz4.block
import numpy

ARCHITECTURE = 86
# ATOM, ATOMS, ATOMG, RED and their compare-and-swap forms.
OPCODES = {0x385, 0x38a, 0x38b, 0x38c, 0x38d, 0x3a8, 0x3a9, 0x3aa, 0x98a, 0x98c, 0x98d, 0x98e, 0x9a8, 0x9aa, 0xf8c}
# Behind the operations of cairn.tensor, in the order of the table in docs/GPU.md. cuBLAS has a library of its own.
OURS = ["pairwiseSimpleShaped", "scalarSimpleShaped", "transformStrictSimple", "transformSameSimple", "transformFloatSimple",
        "transformAnySimple", "clipByValueKernel", "broadcastSimple", "addBias2DCuda", "simpleReduce", "simpleScalar", "usualCudaDot",
        "im2colCuda", "col2imCuda", "addBiasCuda", "avgPooling2dCuda", "maxPooling2dCuda", "pooling2dBPCuda", "randomDouble_",
        "adamUpdaterCuda", "amsGradUpdaterCuda", "rmsPropUpdaterCuda", "adaGradUpdaterCuda", "gatherNDCuda"]


def section(path, name):
    """Begin and end of a section of an ELF file."""
    for line in subprocess.run(["readelf", "-SW", path], capture_output=True, text=True, check=True).stdout.splitlines():
        words = re.sub(r"\[ *\d+\]", "", line).split()
        if words[:1] == [name]:
            return int(words[3], 16), int(words[3], 16) + int(words[4], 16)
    sys.exit(f"{path} has no section {name}")


def entries(path):
    """What the fat binaries hold: kind (1 is PTX, 2 machine code), capability, content."""
    with open(path, "rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        at, end = section(path, ".nv_fatbin")
        while (at := memory.find(b"\x50\xed\x55\xba", at, end)) >= 0:
            header, size = struct.unpack_from("<HQ", memory, at + 6)
            entry = at + header
            at = entry + size
            while entry < at:
                kind, _, begin, length, packed = struct.unpack_from("<HHIQI", memory, entry)
                capability, = struct.unpack_from("<I", memory, entry + 28)
                flags, _, unpacked = struct.unpack_from("<QQQ", memory, entry + 40)
                data = memory[entry + begin:entry + begin + length]
                if kind == 1 or capability == ARCHITECTURE:
                    yield kind, lz4.block.decompress(data[:packed], uncompressed_size=unpacked) if flags & 0x2000 else data
                entry += begin + length


def in_machine_code(elf):
    """Atomic opcodes by kernel."""
    table, = struct.unpack_from("<Q", elf, 40)
    size, count, names = struct.unpack_from("<HHH", elf, 58)
    sections = [struct.unpack_from("<IIQQQQ", elf, table + i * size) for i in range(count)]
    for name, _, _, _, offset, length in sections:
        begin = sections[names][4] + name
        text = elf[begin:elf.index(b"\0", begin)].decode()
        if text.startswith(".text."):
            words = numpy.frombuffer(elf, dtype="<u4", count=length // 4, offset=offset)[::4] & 0xfff
            yield text[len(".text."):], {hex(o) for o in OPCODES & set(words.tolist())}


def in_text(ptx):
    """Atomic instructions by kernel."""
    kernel = None
    found = collections.defaultdict(set)
    for line in ptx.decode(errors="replace").splitlines():
        if entry := re.search(r"\.entry\s+([\w$]+)", line):
            kernel = entry.group(1)
            found[kernel].update()
        elif ".func" in line:
            kernel = None
        elif kernel and (instruction := re.search(r"\b(?:atom|red)\.[\w.:]+", line)):
            found[kernel].add(instruction.group())
    return found.items()


def main(path):
    code, text = {}, {}
    for kind, content in entries(path):
        (text if kind == 1 else code).update(in_text(content) if kind == 1 else in_machine_code(content))
    readable = dict(zip(code, subprocess.run(["c++filt", "-p"], input="\n".join(code), capture_output=True, text=True,
                                             check=True).stdout.splitlines()))
    differing = [k for k in code if k in text and bool(code[k]) != bool(text[k])]
    print(f"{len(code)} kernels of machine code, {len(text)} of PTX; they differ in {len(differing)}")
    missing = []
    print("\nused by Cairn")
    for name in OURS:
        kernels = [k for k in code if name in k]
        missing += [] if kernels else [name]
        atomics = sorted(set().union(*(text.get(k) or code[k] for k in kernels)))
        print(f"  {name:24} {len(kernels):5} kernels  {' '.join(atomics) or 'no atomics'}")
    print("\nwith atomics (the ones that only count blocks, 0x9a8 alone, left out)")
    for name in sorted({re.sub(r"<.*", "", readable[k]) for k in code if code[k] - {"0x9a8"}}):
        print("  " + name)
    return 1 if differing or missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
