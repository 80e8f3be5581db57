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
