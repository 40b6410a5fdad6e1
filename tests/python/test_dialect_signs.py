"""Which Keras a program is read as: sure signs of a later one beat old names, and what is right in Keras 3, too, decides nothing."""

import os
import subprocess
import sys

import pytest

from regimen._keras import dialect

OLD = "from keras.optimizers import Adam\nm.compile(Adam(lr=0.01), 'mse')\n"

# Programs that are right in Keras 3, each with a name that reads as an old one.
MODERN = [
    "def build(lr): pass\nbuild(lr=1e-2)", "dict(lr=0.1)", "settings = Settings(lr=0.1, nb_epoch=3)",
    "m.compile('adam', 'mse', metrics=['acc'])\nh = m.fit(x, y)\nh.history['acc']",
    "m.compile('adam', 'mse', ['acc'])\nm.fit(x, y).history['acc']",
    "METRICS = ['acc']\nm.compile('adam', 'mse', metrics=METRICS)\nm.fit(x, y).history['val_acc']",
    "m.compile('adam', 'mse', metrics={'a': 'acc'})\nlogs.get('acc')",
    "m.compile('adam', 'mse', metrics=[BinaryAccuracy(name='acc')])\nEarlyStopping(monitor='val_acc')",
    "def acc(t, p): return t\nm.compile('adam', 'mse', metrics=[acc])\nm.fit(x, y).history['acc']",
    "results = {'acc': 1}\nprint(results['acc'])", "logs = {'acc': 1}\nlogs['acc']",
    "print('{acc:.2f} {val_acc:.2f}'.format(acc=1, val_acc=2))",
    "import torch\ntorch.optim.Adam(p, lr=1e-3)", "from torch.optim import Adam\nAdam(p, lr=1e-3)",
    "import torch.optim as optim\noptim.SGD(p, lr=1)",
    "class Adam: pass\nAdam(lr=1)", "class Highway(Layer): pass\nHighway()", "def merge(a, mode): pass\nmerge(a, mode='sum')",
    "from xgboost import XGBClassifier\nXGBClassifier(subsample=0.5)", "GradientBoostingClassifier(subsample=0.5)",
    "import albumentations as A\nA.Rotate(border_mode=0)", "def train(nb_epoch): pass\ntrain(nb_epoch=3)", "trainer.run(nb_epoch=3)",
    "class W:\n  def predict_classes(self, x): return self.m.predict(x)\nW().predict_classes(x)", "booster.predict_proba(x, verbose=False)",
    "from keras.wrappers import SKLearnClassifier\nSKLearnClassifier(m)", "LeakyReLU(alpha=0.2)", "Convolution2D(8, (3, 3), (2, 2))",
    "from pytorch_lightning.callbacks import EarlyStopping\nEarlyStopping(monitor='val_acc')",
]

# Each is a sign of a Keras after 2.2, whatever else is old.
LATER = [
    "from keras import ops", "import keras\nkeras.ops.mean(x)", "import keras\nkeras.random.normal((2,))",
    "from keras import mixed_precision",
    "@keras.saving.register_keras_serializable()\ndef f(): pass\nimport keras", "m.save('model.keras')",
    "ModelCheckpoint('best_{epoch:02d}.keras')",
    "m.save(f'{name}.keras')", "m.save(name + '.keras')", "from keras.optimizers import SGD\nSGD(learning_rate=0.1)",
    "EarlyStopping(monitor='val_accuracy')", "watched = 'val_accuracy'", "h.history['accuracy']", "logs.get('accuracy')",
    "ModelCheckpoint('m-{val_accuracy:.2f}.h5')", "import keras\nkeras.Sequential([keras.Input((3,)), d])",
    "m.add(layers.Input(shape=(3,)))",
    "from keras.layers import MultiHeadAttention", "from keras import layers as L\nL.Rescaling(1 / 255)",
    "import tensorflow as tf\ntf.keras.optimizers.legacy.Adam(0.1)",
    "import tensorflow as tf\ntf.keras.layers.experimental.preprocessing.Resizing(2, 2)",
    "from tensorflow.keras.optimizers.schedules import CosineDecay", "from keras.losses import BinaryCrossentropy",
    "import keras\nkeras.metrics.AUC()",
    "from keras.utils import set_random_seed", "m.compile('adam', 'mse', jit_compile=True)", "import tf_keras as keras",
    "import os\nos.environ['KERAS_BACKEND'] = 'jax'", "from keras.layers.core.dense import Dense",
    "import tensorflow as tf\ntf.random.set_seed(1)",
    "from keras.engine.functional import Functional",
]

# None of these is one: each was right with Keras 2.2.
NOT_LATER = [
    "print(f'{x}')", "from keras import Sequential, Input, Model", "plt.plot(v, label='val_accuracy')",
    "plt.legend(['accuracy', 'val_accuracy'])",
    "XGBClassifier(learning_rate=0.1)", "report['accuracy']", "open('/home/me/.keras')", "os.path.expanduser('~/.keras')",
    "print('with tf.keras')",
    "name = 'tensorflow.keras'", "import os\nos.environ['KERAS_BACKEND'] = 'theano'", "from keras.layers import Input, Dense\nInput((3,))",
    "from keras.losses import mse, MSE, categorical_crossentropy", "EarlyStopping('val_loss', restore_best_weights=True)",
    "def accuracy(t, p): return t\nm.compile('sgd', 'mse', metrics=[accuracy])\nm.fit(x, y).history['accuracy']",
    "class Rescaling: pass\nRescaling()", "from mine import MultiHeadAttention",
]


@pytest.mark.parametrize("text", MODERN)
def test_what_is_right_in_keras_3_decides_nothing(text):
    assert dialect.of_source(text) is None


@pytest.mark.parametrize("text", LATER)
def test_a_later_name_goes_before_old_ones(text):
    for old in (OLD, "m.fit_generator(g)\n", "from keras.layers.core import Dropout\n", "f(monitor='val_acc')\n"):
        assert dialect.of_source(old) == "2.2"
        assert dialect.of_source(old + text) is None


@pytest.mark.parametrize("text", NOT_LATER)
def test_what_keras_2_had_goes_before_nothing(text):
    assert dialect.of_source(OLD + text) == "2.2"


@pytest.mark.parametrize(
    "text, version",
    [
        ("import keras\nkeras.optimizers.rmsprop(lr=1)", "2.2"), ("from keras import optimizers\noptimizers.SGD(lr=1)", "2.2"),
        ("from keras.optimizers import *\nSGD(lr=1)", "2.2"), ("import tensorflow as tf\ntf.keras.optimizers.Adam(lr=1)", "2.2"),
        ("h = m.fit(x, y)\nd = h.history\nd['acc']", "2.2"), ("frame = pd.DataFrame(h.history)\nframe['val_acc']", "2.2"),
        ("if logs.get('acc') > 0.9: pass", "2.2"), ("ModelCheckpoint('a', 'val_acc')", "2.2"), ("ModelCheckpoint('a-{val_acc:.2f}.hdf5')",
        "2.2"),
        ("m.compile('adam', 'mse', metrics=['accuracy'])\nm.fit(x, y).history['acc']", "2.2"),
        ("import keras\nkeras.layers.core.Dense(3)", "2.2"), ("import keras\nkeras.layers.recurrent.LSTM(3)", "2.2"),
        ("class W:\n  def fit_generator(self, g): self.model.fit_generator(g)", "2.2"),
        ("d.trainable = False\nd.train_on_batch(x, y)\nLeakyReLU(alpha=0.2)", "2.2"),
        ("import keras\nkeras.initializations.uniform", "1.2"), ("Dense(3, W_regularizer=r)\nh.history['accuracy']", "1.2"),
        ("KerasClassifier(f, nb_epoch=3)", "1.2"), ("m.add(Convolution2D(8, 3, 3))\nAdam(lr=1)", "1.2"),
        ("Convolution2D(8, 3, 3)\nimport tf_keras", None),
        ("class W:\n  def fit(self, x): self.model.fit(x, x, nb_epoch=2)", "1.2"), ("not a program", None), ("print 'of Python 2'", None),
    ],
)
def test_old_names(text, version):
    assert dialect.of_source(text) == version


def test_a_modern_program_with_lr_and_acc_runs_as_one(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import numpy as np, keras\nfrom keras import layers\n"
        "def build(lr):\n"
        "    m = keras.Sequential([layers.Dense(1, activation='sigmoid')])\n"
        "    m.compile(keras.optimizers.RMSprop(lr), 'binary_crossentropy', metrics=['acc'])\n"
        "    return m\n"
        "h = build(lr=0.1).fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)\n"
        "print(len(h.history['acc']), layers.LSTM(2).recurrent_activation.__name__, sorted(h.history))\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "REGIMEN_KERAS"}
    done = subprocess.run([sys.executable, "-m", "regimen", str(program)], capture_output=True, text=True, env=environment, check=False)
    assert done.stdout == "1 sigmoid ['acc', 'loss']\n" and not done.stderr
