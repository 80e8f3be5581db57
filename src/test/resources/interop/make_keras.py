"""Makes the files of interop/keras with Keras itself. Run as

    KERAS_BACKEND=torch python make_keras.py keras            (Keras 3.15.1, torch 2.13, h5py 3.16)
    KERAS_BACKEND=tensorflow python make_keras.py keras tf    (Keras 3.15.1, TensorFlow 2.21)

Beside each model stands NAME.json: inputs and the outputs that Keras computes for them. Dates are taken out of the archives, so that the
same run gives the same files.
"""
import io, json, os, sys, zipfile
import numpy as np
import h5py
import keras
from keras import layers as L

out = sys.argv[1]
only_tf = len(sys.argv) > 2


def settle(model, seed):
    """Random numbers in every variable, so that no role can be mistaken for another."""
    r = np.random.RandomState(seed)
    for v in model.variables:
        if "seed_generator" in v.path:
            continue
        w = r.uniform(0.5, 1.5, v.shape) if v.name == "moving_variance" else r.normal(0, 0.3, v.shape)
        v.assign(w.astype("float32"))


def expected(model, name, seed):
    x = np.random.RandomState(seed).normal(0, 1, (3,) + model.input_shape[1:]).astype("float32")
    y = np.asarray(model(x, training=False).numpy() if only_tf else keras.ops.convert_to_numpy(model(x, training=False)))
    with open(f"{out}/{name}.json", "w") as f:
        json.dump({"x": x.ravel().tolist(), "y": y.ravel().tolist(), "row": list(x.shape[1:]), "out": list(y.shape[1:])}, f)


def plain(path):
    """Without dates."""
    with zipfile.ZipFile(path) as z:
        parts = [(n, z.read(n)) for n in z.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for n, b in parts:
            if n == "metadata.json":
                b = json.dumps({**json.loads(b), "date_saved": "2026-01-01@00:00:00"}).encode()
            z.writestr(zipfile.ZipInfo(n, (1980, 1, 1, 0, 0, 0)), b, zipfile.ZIP_DEFLATED)


def train(model, rule, steps=3, rate_metrics=()):
    model.compile(optimizer=rule, loss="mse")
    r = np.random.RandomState(7)
    x = r.normal(0, 1, (8,) + model.input_shape[1:]).astype("float32")
    y = r.normal(0, 1, (8,) + model.output_shape[1:]).astype("float32")
    for _ in range(steps):
        model.train_on_batch(x, y)


def cnn():
    m = keras.Sequential([
        L.Input((7, 6, 2)), L.Conv2D(3, 3, padding="same", activation="relu", name="first"), L.BatchNormalization(momentum=0.9),
        L.MaxPooling2D(2), L.Conv2D(4, 2, strides=1, use_bias=False), L.BatchNormalization(scale=False, epsilon=1e-5), L.ELU(alpha=0.7),
        L.AveragePooling2D(2, strides=1, padding="same"), L.Flatten(), L.Dropout(0.25), L.Dense(5, activation="silu"),
        L.LayerNormalization(), L.Dense(3, activation="softmax", name="last")])
    settle(m, 1)
    return m


def residual():
    i = keras.Input((6, 5, 2), name="image")
    a = L.Conv2D(4, 3, padding="same", activation="relu")(i)
    b = L.Conv2D(4, 3, padding="same", use_bias=False)(a)
    b = L.BatchNormalization()(b)
    b = L.Add()([b, a])
    c = L.ReLU()(b)
    d = L.Conv2D(6, 3, strides=2, padding="same")(c)
    d = L.Activation("tanh")(d)
    e = L.Conv2D(6, 1, strides=2, padding="same")(c)
    f = L.Add()([d, e])
    f = L.LeakyReLU(negative_slope=0.2)(f)
    f = L.GlobalAveragePooling2D()(f)
    f = L.Dense(7, activation="gelu")(f)
    m = keras.Model(i, L.Dense(2, activation="sigmoid")(f))
    settle(m, 2)
    return m


def deep():
    """More than ten layers of one kind, so that number 10 follows 9."""
    m = keras.Sequential([L.Input((3,))] + [L.Dense(4 + i % 3, activation="softplus") for i in range(11)])
    settle(m, 3)
    return m


def nested():
    """A model in a model in a functional one."""
    core = keras.Sequential([L.Input((4,)), L.Dense(6, activation="relu"), L.BatchNormalization(), L.Dense(5)], name="core")
    i = keras.Input((5,))
    inner = keras.Model(i, L.Add()([L.Dense(5, activation="elu")(i), L.Dense(5)(i)]), name="inner")
    m = keras.Sequential([L.Input((3,)), L.Dense(4), core, inner, L.Dense(2)])
    settle(m, 6)
    return m


def small():
    m = keras.Sequential([L.Input((4,)), L.Dense(5, activation="tanh"), L.BatchNormalization(), L.Dense(3)])
    settle(m, 4)
    return m


if only_tf:
    m = cnn()
    train(m, keras.optimizers.Adam(0.01), 2)
    m.save(f"{out}/tf-cnn.keras")
    plain(f"{out}/tf-cnn.keras")
    expected(m, "tf-cnn", 11)
    sys.exit()

os.makedirs(out, exist_ok=True)
for name, make in (("cnn", cnn), ("residual", residual), ("deep", deep), ("nested", nested)):
    keras.utils.clear_session()
    m = make()
    m.save(f"{out}/{name}.keras")
    plain(f"{out}/{name}.keras")
    if name in ("cnn", "deep"):
        m.save_weights(f"{out}/{name}.weights.h5")
    if name != "deep":
        m.save(f"{out}/{name}.h5")
    expected(m, name, 11)

rules = {
    "adam": keras.optimizers.Adam(0.01), "amsgrad": keras.optimizers.Adam(0.01, amsgrad=True), "adamw": keras.optimizers.AdamW(0.01),
    "nadam": keras.optimizers.Nadam(0.01), "sgd": keras.optimizers.SGD(0.05, momentum=0.9),
    "nesterov": keras.optimizers.SGD(0.05, momentum=0.8, nesterov=True), "plain-sgd": keras.optimizers.SGD(0.05),
    "rmsprop": keras.optimizers.RMSprop(0.01), "rmsprop-centered": keras.optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    "adagrad": keras.optimizers.Adagrad(0.01), "lion": keras.optimizers.Lion(0.001)}
steps = {}
for name, rule in rules.items():
    keras.utils.clear_session()
    m = small()
    train(m, rule)
    m.save(f"{out}/opt-{name}.keras")
    plain(f"{out}/opt-{name}.keras")
    if name in ("nadam", "sgd"):
        m.save_weights(f"{out}/opt-{name}.weights.h5")
    if name in ("adam", "sgd"):
        m.save(f"{out}/opt-{name}.h5")
    # What one more step does, so that a test can go on from the file.
    before = [np.array(keras.ops.convert_to_numpy(v)) for v in m.trainable_variables]
    r = np.random.RandomState(8)
    x = r.normal(0, 1, (8, 4)).astype("float32")
    y = r.normal(0, 1, (8, 3)).astype("float32")
    m.train_on_batch(x, y)
    after = [np.array(keras.ops.convert_to_numpy(v)) for v in m.trainable_variables]
    steps[name] = {"x": x.ravel().tolist(), "y": y.ravel().tolist(),
                   "before": [b.ravel().tolist() for b in before], "after": [a.ravel().tolist() for a in after]}

with open(f"{out}/opt.json", "w") as f:
    json.dump(steps, f)

# The same numbers packed otherwise.
keras.utils.clear_session()
m = small()
m.save_weights(f"{out}/small.weights.h5")
expected(m, "small", 11)


def copy(to, change, **options):
    with h5py.File(f"{out}/small.weights.h5") as f, h5py.File(f"{out}/{to}", "w", **options) as g:
        def visit(name, o):
            if isinstance(o, h5py.Dataset):
                change(g, name, o[()])
            else:
                for k, v in o.attrs.items():
                    g.require_group(name).attrs[k] = v
                g.require_group(name)
        f.visititems(visit)


copy("packed.weights.h5", lambda g, n, v: g.create_dataset(n, data=v, **({} if v.ndim == 0 else dict(
    compression="gzip", shuffle=True, chunks=tuple(max(1, s - 1) for s in v.shape)))))
copy("packed-latest.weights.h5", lambda g, n, v: g.create_dataset(n, data=v, **({} if v.ndim == 0 else dict(
    compression="gzip", shuffle=True, chunks=tuple(max(1, s - 1) for s in v.shape)))), libver=("v110", "v110"))
copy("half.weights.h5", lambda g, n, v: g.create_dataset(n, data=v.astype("float16")))
copy("big-endian.weights.h5", lambda g, n, v: g.create_dataset(n, data=v.astype(">f4" if v.dtype == "float32" else v.dtype)))
keras.utils.clear_session()
m = keras.Sequential([L.Input((4,)), L.Dense(5, dtype="bfloat16")])
m.save_weights(f"{out}/bfloat16.weights.h5")

with h5py.File(f"{out}/odd.weights.h5", "w") as g:
    g["layers/dense/vars/0"] = np.zeros((0, 3), "float32")
    g["layers/dense/vars/1"] = np.array([1, 2, 3], "float16")
    g["layers/other/vars/0"] = np.float64(2.5)
    g["layers/other/vars/1"] = np.array([[1, 2]], "int64")
    g["layers/other/vars/2"] = np.array([1, 0], "bool")

# Files that nobody should trust.
with h5py.File(f"{out}/loop.weights.h5", "w") as g:
    g.create_group("layers/dense")
    g["layers/dense/vars"] = g["layers"]
with h5py.File(f"{out}/soft-link.weights.h5", "w") as g:
    g["layers/dense/vars/0"] = np.zeros((2, 3), "float32")
    g["layers/dense/vars/1"] = h5py.SoftLink("/layers/dense/vars/0")
with h5py.File(f"{out}/external-link.weights.h5", "w") as g:
    g["layers/dense/vars/0"] = h5py.ExternalLink("/etc/passwd", "/x")
with h5py.File(f"{out}/huge.weights.h5", "w") as g:
    g.create_dataset("layers/dense/vars/0", (1 << 20, 1 << 20), "float32", chunks=(1024, 1024), compression="gzip")
with h5py.File(f"{out}/one-place.weights.h5", "w") as g:
    g["layers/dense/vars/0"] = np.zeros((40, 25), "float32")
    for i in range(1, 40):
        g[f"layers/dense/vars/{i}"] = g["layers/dense/vars/0"]
with h5py.File(f"{out}/external-data.weights.h5", "w") as g:
    g.create_dataset("layers/dense/vars/0", (4,), "float32", external=[("/etc/passwd", 0, 16)])

# Names as Keras 2 writes them: no Keras 2 is at hand, so this follows keras/saving/hdf5_format.py of 2.15.
r = np.random.RandomState(5)
config = {"class_name": "Sequential", "config": {"name": "sequential", "layers": [
    {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 5, 4, 2], "dtype": "float32", "sparse": False, "ragged": False,
                                            "name": "conv2d_input"}},
    {"class_name": "Conv2D", "config": {"name": "conv2d", "trainable": True, "dtype": "float32", "batch_input_shape": [None, 5, 4, 2],
                                        "filters": 3, "kernel_size": [3, 3], "strides": [1, 1], "padding": "valid",
                                        "data_format": "channels_last", "dilation_rate": [1, 1], "groups": 1, "activation": "linear",
                                        "use_bias": True}},
    {"class_name": "BatchNormalization", "config": {"name": "batch_normalization", "trainable": True, "dtype": "float32", "axis": [3],
                                                    "momentum": 0.99, "epsilon": 0.001, "center": True, "scale": True}},
    {"class_name": "LeakyReLU", "config": {"name": "leaky_re_lu", "trainable": True, "dtype": "float32", "alpha": 0.10000000149011612}},
    {"class_name": "Flatten", "config": {"name": "flatten", "trainable": True, "dtype": "float32", "data_format": "channels_last"}},
    {"class_name": "Dense", "config": {"name": "dense", "trainable": True, "dtype": "float32", "units": 4, "activation": "relu",
                                       "use_bias": True}}]}}
weights = {"conv2d": [("conv2d/kernel:0", (3, 3, 2, 3)), ("conv2d/bias:0", (3,))],
           "batch_normalization": [("batch_normalization/gamma:0", (3,)), ("batch_normalization/beta:0", (3,)),
                                   ("batch_normalization/moving_mean:0", (3,)), ("batch_normalization/moving_variance:0", (3,))],
           "leaky_re_lu": [], "flatten": [], "dense": [("dense/kernel:0", (18, 4)), ("dense/bias:0", (4,))]}
values = []
with h5py.File(f"{out}/keras2.h5", "w") as f:
    f.attrs["keras_version"] = "2.15.0"
    f.attrs["backend"] = "tensorflow"
    f.attrs["model_config"] = json.dumps(config).encode()
    g = f.create_group("model_weights")
    # In parts, as a list that is too long for one attribute is kept.
    g.attrs["layer_names0"] = [b"conv2d", b"batch_normalization", b"leaky_re_lu"]
    g.attrs["layer_names1"] = [b"flatten", b"dense"]
    g.attrs["backend"] = b"tensorflow"
    g.attrs["keras_version"] = b"2.15.0"
    for layer, names in weights.items():
        w = g.create_group(layer)
        w.attrs["weight_names"] = [n.encode() for n, _ in names]
        for n, s in names:
            v = (r.uniform(0.5, 1.5, s) if "variance" in n else r.normal(0, 0.3, s)).astype("float32")
            w.create_dataset(n, data=v)
            values.append(v)
m = keras.Sequential([L.Input((5, 4, 2)), L.Conv2D(3, 3), L.BatchNormalization(), L.LeakyReLU(negative_slope=0.10000000149011612),
                      L.Flatten(), L.Dense(4, activation="relu")])
m.set_weights(values)
expected(m, "keras2", 11)
with h5py.File(f"{out}/keras2.h5") as f, h5py.File(f"{out}/keras2-weights.h5", "w") as g:
    for k, v in f["model_weights"].attrs.items():
        g.attrs[k] = v
    for k in f["model_weights"]:
        f.copy(f["model_weights"][k], g, k)
