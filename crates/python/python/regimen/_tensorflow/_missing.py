"""What a module of the stand-in says of names that it has not."""


def missing(module):
    """`__getattr__` of a module of this package: an AttributeError that says what this is."""

    def __getattr__(name):
        if name == "GradientTape":
            raise AttributeError("tensorflow.GradientTape is not there: the engine takes gradients, inside of fit() and "
                                 "train_on_batch(). A "
                                 "loss of your own (compile(loss=function), add_loss) and callbacks do most of what loops with a tape are "
                                 "written for; run the program with TensorFlow itself where they do not")
        if not name.startswith("_"):
            full = module.replace("regimen._tensorflow", "tensorflow", 1)
            raise AttributeError(f"{full}.{name} is not there: `tensorflow` is Regimen's stand-in here, which has tensorflow.keras and "
                                 "what programs of "
                                 "Keras use beside it; use keras.ops, or run the program with TensorFlow itself")
        raise AttributeError(name)

    return __getattr__
