"""Opens with Keras what Cairn wrote, and compares what both compute. First

    java ... -Dkeras.folder=FOLDER ... cairn.interop.keras.KerasWriterTest      (its test filesForKeras writes the files)

then

    KERAS_BACKEND=torch python check_keras.py FOLDER        (Keras 3.15.1, torch 2.13; tensorflow 2.21 as well)

Keras on torch averages the edge of an image twice where AveragePooling2D pads (its backend repeats the edge); on TensorFlow it does not,
and Cairn does not. So that case differs on torch.

Each model is opened whole; then its weights are loaded alone into the same model with other numbers in it.
"""
import json, sys
import numpy as np
import keras

folder = sys.argv[1]
cases = json.load(open(f"{folder}/cases.json"))
worst = 0


def difference(y):
    y = np.array(y, "float64").ravel()
    return (np.abs(y - here) / (1 + np.abs(here))).max()


for i, c in enumerate(cases):
    x = np.array(c["x"], "float32").reshape([c["batch"]] + c["row"])
    here = np.array(c["y"])
    try:
        m = keras.saving.load_model(f"{folder}/{i}.keras")
        whole = difference(m.predict(x, verbose=0))
        r = np.random.RandomState(1)
        m.set_weights([r.uniform(0.5, 1, w.shape) for w in m.get_weights()])
        other = difference(m.predict(x, verbose=0))
        m.load_weights(f"{folder}/{i}.weights.h5")
        alone = difference(m.predict(x, verbose=0))
        worst = max(worst, whole, alone)
        print(f"{type(m).__name__:10} whole {whole:.1e}  weights {alone:.1e}  (other numbers {other:.1e})  {c['name'][:110]}")
    except Exception as e:
        worst = float("inf")
        print("FAILED", c["name"][:200], type(e).__name__, str(e)[:600])
print("largest difference", worst, "in", len(cases), "models, Keras", keras.__version__, keras.backend.backend())

# One more update with the optimizer that was written, against the same update in Cairn.
r = np.random.RandomState(2)
for c in json.load(open(f"{folder}/updates.json")):
    x = np.array(c["x"], "float32").reshape(8, 4)
    target = np.array(c["target"], "float32").reshape(8, 3)
    here = np.array(c["after"])
    shown = []
    for alone in (False, True):
        m = keras.saving.load_model(f"{folder}/{c['name']}.keras")
        m.compile(optimizer=m.optimizer, loss="mse")
        if alone:
            m.set_weights([r.uniform(0.5, 1, w.shape) for w in m.get_weights()])
            for v in m.optimizer.variables[2:]:
                v.assign(r.uniform(0.5, 1, v.shape))
            m.load_weights(f"{folder}/{c['name']}.weights.h5")
        steps = int(m.optimizer.iterations.numpy() if hasattr(m.optimizer.iterations, "numpy") else m.optimizer.iterations)
        m.train_on_batch(x, target)
        after = np.concatenate([np.array(keras.ops.convert_to_numpy(v)).ravel() for v in m.trainable_variables])
        shown.append(np.abs(after - here).max())
    print(f"{type(m.optimizer).__name__:9} after {steps} updates and one more: whole {shown[0]:.1e}  weights {shown[1]:.1e}  {c['name']}")
