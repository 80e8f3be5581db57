"""What TensorBoard's own readers say of event files. Needs: pip install tensorboard (2.21.0, with its fast reader 0.7.2).

    python check.py FOLDER          prints what the slower reader, EventAccumulator, finds, as JSON, run by run
    python check.py FOLDER --fast   the same of the fast reader, which is a server of its own (Linux, macOS)
"""
import json
import os
import subprocess
import sys
import tempfile
import time


def slow(folder):
    from tensorboard.backend.event_processing import event_accumulator
    found = {}
    for name in sorted(os.listdir(folder)):
        reader = event_accumulator.EventAccumulator(os.path.join(folder, name), {"scalars": 0, "histograms": 0, "images": 0, "tensors": 0})
        reader.Reload()
        tags = reader.Tags()
        found[name] = {
            "scalars": {t: [[e.step, e.wall_time, e.value] for e in reader.Scalars(t)] for t in tags["scalars"]},
            "histograms": {t: [[e.step, e.histogram_value.num, e.histogram_value.min, e.histogram_value.max, sum(e.histogram_value.bucket)]
                               for e in reader.Histograms(t)] for t in tags["histograms"]},
            "images": {t: [[e.step, e.width, e.height] for e in reader.Images(t)] for t in tags["images"]},
            "texts": {t: [[e.step, e.tensor_proto.string_val[0].decode()] for e in reader.Tensors(t)] for t in tags["tensors"]},
        }
    return found


def fast(folder):
    import grpc
    import tensorboard_data_server
    from tensorboard import context
    from tensorboard.data import grpc_provider
    from tensorboard.data.proto import data_provider_pb2_grpc
    with tempfile.TemporaryDirectory() as scratch:
        port_file = os.path.join(scratch, "port")
        server = subprocess.Popen([tensorboard_data_server.server_binary(), "--logdir", folder, "--port", "0", "--port-file", port_file,
                                   "--reload", "once", "--samples-per-plugin", "scalars=100000,histograms=1000,images=1000,text=1000",
                                   "--die-after-stdin"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            while not os.path.exists(port_file) or not open(port_file).read().endswith("\n"):
                time.sleep(0.05)
            time.sleep(2)
            channel = grpc.insecure_channel("localhost:" + open(port_file).read().strip())
            stub = data_provider_pb2_grpc.TensorBoardDataProviderStub(channel)
            return listed(grpc_provider.GrpcDataProvider("localhost", stub), context.RequestContext())
        finally:
            server.kill()
            server.wait()


def listed(data, ctx):
    found = {}
    for run, points in data.read_scalars(ctx, experiment_id="", plugin_name="scalars", downsample=100000).items():
        for tag, series in points.items():
            found.setdefault(run, {}).setdefault("scalars", {})[tag] = [[p.step, p.wall_time, p.value] for p in series]
    for run, points in data.read_tensors(ctx, experiment_id="", plugin_name="histograms", downsample=1000).items():
        for tag, series in points.items():
            found.setdefault(run, {}).setdefault("histograms", {})[tag] = [[p.step, float(p.numpy[:, 2].sum())] for p in series]
    for run, points in data.read_blob_sequences(ctx, experiment_id="", plugin_name="images", downsample=1000).items():
        for tag, series in points.items():
            found.setdefault(run, {}).setdefault("images", {})[tag] = [[p.step] for p in series]
    for run, points in data.read_tensors(ctx, experiment_id="", plugin_name="text", downsample=1000).items():
        for tag, series in points.items():
            found.setdefault(run, {}).setdefault("texts", {})[tag] = [[p.step] for p in series]
    return found


if __name__ == "__main__":
    print(json.dumps(fast(sys.argv[1]) if "--fast" in sys.argv else slow(sys.argv[1]), indent=1, sort_keys=True))
