"""Reads the log of a program that is not ours, as it was copied out of a terminal, and says what went wrong in it.

    python examples/python/diagnose_a_log.py             # the logs below
    python examples/python/diagnose_a_log.py FILE ...     # your own

`regimen.diagnose` takes the text or the path of a log of Keras (of any year), CSVLogger's table, or a dict of lists, such as what a loop
in PyTorch has gathered.
"""

import pathlib
import sys

import regimen

KERAS_2 = """Train on 1200 samples, validate on 300 samples
Epoch 1/8
1200/1200 [==============================] - 1s 824us/step - loss: 0.6412 - acc: 0.6350 - val_loss: 0.6128 - val_acc: 0.6633
Epoch 2/8
1200/1200 [==============================] - 0s 212us/step - loss: 0.4720 - acc: 0.7908 - val_loss: 0.5634 - val_acc: 0.7200
Epoch 3/8
1200/1200 [==============================] - 0s 209us/step - loss: 0.3105 - acc: 0.8792 - val_loss: 0.6015 - val_acc: 0.7167
Epoch 4/8
1200/1200 [==============================] - 0s 215us/step - loss: 0.1804 - acc: 0.9400 - val_loss: 0.7242 - val_acc: 0.7100
Epoch 5/8
1200/1200 [==============================] - 0s 211us/step - loss: 0.0921 - acc: 0.9750 - val_loss: 0.8817 - val_acc: 0.7000
Epoch 6/8
1200/1200 [==============================] - 0s 210us/step - loss: 0.0433 - acc: 0.9917 - val_loss: 1.0436 - val_acc: 0.6967
Epoch 7/8
1200/1200 [==============================] - 0s 213us/step - loss: 0.0201 - acc: 0.9967 - val_loss: 1.1892 - val_acc: 0.6933
Epoch 8/8
1200/1200 [==============================] - 0s 208us/step - loss: 0.0107 - acc: 1.0000 - val_loss: 1.3121 - val_acc: 0.6933
"""

# What a loop of one's own gathered, epoch by epoch.
LOOP = {"loss": [2.41, 2.29, 2.33, 3.87, 11.2, 148.0, float("nan"), float("nan")]}


def tell(name, found):
    """What was found in a log, worst first."""
    print(f"== {name}\n{found}\n")
    if found:
        print("More on the first of them:\n" + found[0].explain().strip().split("\n\n")[0] + "\n")


if len(sys.argv) > 1:
    for path in map(pathlib.Path, sys.argv[1:]):
        tell(path, regimen.diagnose(path))
else:
    overfitted, broken = regimen.diagnose(KERAS_2), regimen.diagnose(LOOP)
    tell("an old program of Keras 2", overfitted)
    tell("a loop of one's own", broken)
    assert overfitted[0].id.startswith("overfitting") and broken[0].severity == "error"
