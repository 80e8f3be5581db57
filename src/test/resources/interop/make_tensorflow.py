"""Makes the checkpoints in tensorflow/ beside this script.

Made with Python 3.11, tensorflow 2.21.0 (CPU), keras 3.15.1, numpy 2.4:

    python make_tensorflow.py

Weights and inputs are drawn with fixed seeds; .npz files beside the checkpoints hold inputs x and the network's outputs y.
"""
import os
import shutil
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tensorflow")


def fresh(folder):
    path = os.path.join(HERE, folder)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


def network(keras):
    """Images 8 x 6 x 2; sizes are all unequal, so that a forgotten permutation shows."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((8, 6, 2)),
        layers.Conv2D(5, 3, activation="relu", name="first"),
        layers.BatchNormalization(epsilon=1e-3, name="norm"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(7, activation="tanh", name="hidden"),
        layers.LayerNormalization(epsilon=1e-3, name="layer_norm"),
        layers.Dense(2, name="last"),
    ])


def draw(model, rng):
    for v in model.variables if hasattr(model, "variables") else model.weights:
        value = rng.uniform(0.5, 1.5, v.shape) if "variance" in v.name or "gamma" in v.name else rng.normal(0, 0.5, v.shape)
        v.assign(value.astype(np.float32))


def steps(model, optimizer, rng):
    x, y = rng.normal(size=(8, 8, 6, 2)).astype(np.float32), rng.normal(size=(8, 2)).astype(np.float32)
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))


def outputs(model, path, rng):
    x = rng.normal(size=(4, 8, 6, 2)).astype(np.float32)
    np.savez(path, x=x, y=np.asarray(model(x, training=False)))


def keras3():
    import keras
    rng = np.random.default_rng(3)
    model = network(keras)
    draw(model, rng)
    optimizer = keras.optimizers.Adam(0.01)
    optimizer.build(model.trainable_variables)
    steps(model, optimizer, rng)
    folder = fresh("keras3")
    tf.train.Checkpoint(model=model, optimizer=optimizer).save(os.path.join(folder, "ckpt"))
    outputs(model, os.path.join(folder, "outputs.npz"), rng)


def slots():
    """The names of Keras 2, whose models TensorFlow's own code saves: layer_with_weights-N, and Adam's vectors as slots of the variables."""
    rng = np.random.default_rng(2)
    model, variables = tf.Module(), []
    for i, (rows, columns) in enumerate([(3, 5), (5, 2)]):
        layer = tf.Module()
        layer.kernel = tf.Variable(rng.normal(size=(rows, columns)).astype(np.float32), name="dense_%d/kernel" % i)
        layer.bias = tf.Variable(rng.normal(size=columns).astype(np.float32), name="dense_%d/bias" % i)
        setattr(model, "layer_with_weights-%d" % i, layer)
        variables += [layer.kernel, layer.bias]
    optimizer = tf.compat.v1.train.AdamOptimizer(0.01)
    count = tf.Variable(0, dtype=tf.int64)
    optimizer._track_trackable(count, "iter")
    x, y = rng.normal(size=(8, 3)).astype(np.float32), rng.normal(size=(8, 2)).astype(np.float32)
    network = lambda x: tf.nn.relu(x @ variables[0] + variables[1]) @ variables[2] + variables[3]
    for _ in range(4):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((network(x) - y) ** 2)
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        count.assign_add(1)
    folder = fresh("slots")
    tf.train.Checkpoint(model=model, optimizer=optimizer).write(os.path.join(folder, "weights"))
    np.savez(os.path.join(folder, "outputs.npz"), x=x, y=np.asarray(network(x)), m=optimizer.get_slot(variables[2], "m").numpy())


def keras3_weights():
    """The model alone, without an optimizer: the keys are the paths through the layers."""
    import keras
    rng = np.random.default_rng(4)
    model = network(keras)
    draw(model, rng)
    folder = fresh("keras3-model")
    tf.train.Checkpoint(model).write(os.path.join(folder, "model"))
    outputs(model, os.path.join(folder, "outputs.npz"), rng)


def module():
    """12 layers, so that 10 comes after 2; every type; more than 200 variables, so that the index has several blocks."""
    rng = np.random.default_rng(1)
    root = tf.Module()
    root.layers = []
    for i in range(12):
        layer = tf.Module()
        layer.kernel = tf.Variable(rng.normal(size=(2, 3)).astype(np.float32))
        layer.bias = tf.Variable(rng.normal(size=3).astype(np.float32))
        root.layers.append(layer)
    root.many = [tf.Variable(np.float32(i)) for i in range(210)]
    root.half = tf.Variable(tf.constant([1.5, -2.25, 65504], tf.float16))
    root.brain = tf.Variable(tf.constant([[1.5, -2.0]], tf.bfloat16))
    root.double = tf.Variable(tf.constant([0.1, -1e300], tf.float64))
    root.long = tf.Variable(tf.constant(2 ** 40 + 1, tf.int64))
    root.int = tf.Variable(tf.constant([-7], tf.int32))
    root.short = tf.Variable(tf.constant([-300, 300], tf.int16))
    root.byte = tf.Variable(tf.constant([-5], tf.int8))
    root.ubyte = tf.Variable(tf.constant([250], tf.uint8))
    root.ushort = tf.Variable(tf.constant([65000], tf.uint16))
    root.uint = tf.Variable(tf.constant([4000000000], tf.uint32))
    root.flag = tf.Variable(tf.constant([True, False, True]))
    root.empty = tf.Variable(tf.zeros((0, 3)))
    root.complex = tf.Variable(tf.constant([1 + 2j], tf.complex64))
    root.words = tf.Variable(["a", "text"])
    folder = fresh("module")
    checkpoint = tf.train.Checkpoint(root)
    checkpoint.save(os.path.join(folder, "ckpt"))


def shards():
    folder = fresh("shards")
    parts = []
    for shard, (names, tensors) in enumerate([
            (["dense/bias", "dense/kernel"], [tf.constant([1., 2., 3.]), tf.reshape(tf.range(6.), (2, 3))]),
            (["dense_1/bias", "dense_1/kernel"], [tf.constant([4.]), tf.reshape(tf.range(3.) - 1, (3, 1))])]):
        part = os.path.join(folder, "temp", "part-%05d-of-00002" % shard)
        tf.raw_ops.SaveV2(prefix=part, tensor_names=names, shape_and_slices=["", ""], tensors=tensors)
        parts.append(part)
    tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=parts, destination_prefix=os.path.join(folder, "two"), delete_old_dirs=True)


def slices():
    folder = fresh("slices")
    whole = tf.reshape(tf.range(12.), (4, 3))
    parts = []
    for i in range(2):
        part = os.path.join(folder, "temp", "part-%05d-of-00002" % i)
        tf.raw_ops.SaveV2(prefix=part, tensor_names=["split/kernel"], shape_and_slices=["4 3 %d,2:-" % (2 * i)],
                          tensors=[whole[2 * i:2 * i + 2]])
        parts.append(part)
    tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=parts, destination_prefix=os.path.join(folder, "sliced"), delete_old_dirs=True)


if __name__ == "__main__":
    for make in [keras3, keras3_weights, slots, module, shards, slices]:
        if len(sys.argv) == 1 or make.__name__ in sys.argv[1:]:
            make()
    for folder, _, files in sorted(os.walk(HERE)):
        if any(f.endswith(".index") for f in files):
            prefix = os.path.join(folder, next(f for f in files if f.endswith(".index")))[:-6]
            print(os.path.relpath(prefix, HERE), {f: os.path.getsize(os.path.join(folder, f)) for f in sorted(files)})
            for name, shape in tf.train.list_variables(prefix):
                if "many" not in name and "layers" not in folder:
                    print("   ", name, shape)
