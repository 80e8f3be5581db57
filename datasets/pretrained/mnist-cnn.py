"""Trains a small convolutional net on MNIST and saves its state dict: mnist-cnn.pt.

Made with PyTorch 1.13.0 (Debian 12, package python3-torch), on one thread:

    OMP_NUM_THREADS=1 python3 datasets/pretrained/mnist-cnn.py

The rows are those of datasets/mnist, standardized by mean and deviation of the 60,000 training images.
"""
import gzip
import os
import sys

import numpy as np
import torch
import torch.nn as nn

HERE = os.path.dirname(os.path.abspath(__file__))
MNIST = os.path.join(HERE, "..", "mnist")


def idx(name, head):
    with gzip.open(os.path.join(MNIST, name)) as f:
        return np.frombuffer(f.read(), np.uint8, offset=head)


def images(name):
    return idx(name, 16).reshape(-1, 1, 28, 28)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = nn.functional.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.fc(torch.flatten(x, 1))


def main(target):
    torch.manual_seed(42)
    torch.set_num_threads(1)
    train = images("train-images-idx3-ubyte.gz")
    mean, std = train.mean(dtype=np.float64), train.std(dtype=np.float64)

    def rows(x):
        return torch.from_numpy(((x - mean) / std).astype(np.float32))

    x, y = rows(train), torch.from_numpy(idx("train-labels-idx1-ubyte.gz", 8).astype(np.int64))
    tx, ty = rows(images("t10k-images-idx3-ubyte.gz")), torch.from_numpy(idx("t10k-labels-idx1-ubyte.gz", 8).astype(np.int64))
    net = Net()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    for epoch in range(2):
        net.train()
        order = torch.randperm(len(x))
        for at in range(0, len(x), 128):
            batch = order[at:at + 128]
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(x[batch]), y[batch]).backward()
            optimizer.step()
        net.eval()
        with torch.no_grad():
            right = sum((net(tx[at:at + 1000]).argmax(1) == ty[at:at + 1000]).sum().item() for at in range(0, 10000, 1000))
        print(f"epoch {epoch + 1}: {right} of 10000 test rows right")
    torch.save(net.state_dict(), target)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "mnist-cnn.pt"))
