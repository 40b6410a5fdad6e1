"""Which Keras a program was written for, by the names in its text: that of its oldest names, if none of a later Keras speaks against it.

What is right in a Keras 3 program, too, decides nothing; names that a program defines or imports from elsewhere are no signs.
"""

import ast

from . import age_signs as signs
from .program_names import Names, imported, inside_keras

_METRICS = ("metrics", "weighted_metrics")


class Program:
    """The text of a program as a tree, and what its signs are asked of."""

    def __init__(self, text):
        self.nodes = list(ast.walk(ast.parse(text)))
        self.names = Names(self.nodes)
        self.calls = [node for node in self.nodes if isinstance(node, ast.Call)]
        self.metrics = self._metrics()
        self._logs = set() if any(_is_own_dict(node, "logs") for node in self.nodes) else {"logs"}
        for _ in range(2):  # `frame = pd.DataFrame(h); h = fit().history` in any order
            self._logs.update(self._named_logs())

    def _metrics(self):
        """The texts and names that the program gives as metrics, or names metrics by."""
        named = [k for call in self.calls for k in call.keywords]
        given = [k.value for k in named if k.arg in _METRICS or (k.arg == "name" and is_text(k.value, "acc"))]
        given += [call.args[2] for call in self.calls if self.names.method(call) == "compile" and len(call.args) > 2]
        for node in self.nodes:
            if isinstance(node, ast.Assign) and any("metric" in getattr(t, "id", getattr(t, "attr", "")).lower() for t in node.targets):
                given.append(node.value)
            elif isinstance(node, ast.Dict):
                given += [v for k, v in zip(node.keys, node.values) if isinstance(k, ast.Constant) and k.value in _METRICS]
        inner = [node for value in given for node in ast.walk(value)]
        texts = {node.value for node in inner if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        functions = {getattr(node, "id", getattr(node, "attr", "")) for node in inner if isinstance(node, (ast.Name, ast.Attribute))}
        return {"texts": texts, "functions": functions}

    def _named_logs(self):
        return {target.id for node in self.nodes if isinstance(node, ast.Assign) and self.are_logs(node.value)
                for target in node.targets if isinstance(target, ast.Name)}

    def are_logs(self, node):
        """Whether an expression is `History.history`, the logs of a callback, or made of them."""
        if isinstance(node, ast.Call):
            made = getattr(node.func, "id", getattr(node.func, "attr", "")) in ("DataFrame", "dict")
            return made and bool(node.args) and not isinstance(node.args[0], ast.Call) and self.are_logs(node.args[0])
        if isinstance(node, ast.Attribute):  # what a class of the program keeps as its own history may be anything
            return node.attr == "history" and getattr(node.value, "id", "") != "self"
        return isinstance(node, ast.Name) and node.id in self._logs

    def keys(self):
        """The texts by which the program asks for values of logs, or has callbacks watch one."""
        for node in self.nodes:
            if isinstance(node, ast.Subscript) and self.are_logs(node.value):
                yield node.slice
            elif isinstance(node, ast.Call):
                yield from (k.value for k in node.keywords if k.arg == "monitor" and self.called(node))
                if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and self.are_logs(node.func.value):
                    yield from node.args[:1]
                place = signs.WATCHING.get(self.called(node))
                yield from node.args[place : place + 1] if place is not None else ()
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):  # "best-{val_acc:.2f}.h5"
                yield from (ast.Constant(name) for name in signs.IN_TEMPLATE.findall(node.value))

    def asks_for(self, text):
        """Whether a text stands anywhere but where it is shown, is a key of a dict of the program's, or the index of something else."""
        others = set()
        for node in self.nodes:
            if isinstance(node, ast.Call):
                given = [k.value for k in node.keywords if k.arg == "label"]
                if getattr(node.func, "id", getattr(node.func, "attr", "")) in signs.SHOWING:
                    given += [inner for argument in node.args for inner in (argument, *getattr(argument, "elts", ()))]
                others.update(map(id, given))
            elif isinstance(node, ast.Dict):
                others.update(map(id, node.keys))
            elif isinstance(node, ast.Subscript) and not self.are_logs(node.value):
                others.add(id(node.slice))
        return any(is_text(node, text) and id(node) not in others for node in self.nodes)

    def called(self, call):
        """The last name of what a call calls, where that may be Keras's."""
        return self.names.path(call.func).rsplit(".", 1)[-1]

    def paths(self):
        """All dotted names that the program imports or writes."""
        for node in self.nodes:
            yield from imported(node)
            if isinstance(node, ast.Attribute):
                yield self.names.path(node)


def _is_own_dict(node, name):
    """Whether a statement makes a dict by this name."""
    if not isinstance(node, ast.Assign) or name not in [getattr(target, "id", "") for target in node.targets]:
        return False
    return isinstance(node.value, ast.Dict) or getattr(getattr(node.value, "func", None), "id", "") in ("dict", "defaultdict")


def of_source(text):
    """ "1.2", "2.2", or None for today's."""
    try:
        program = Program(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    if any(_is_argument_of_1(program, call) for call in program.calls) or _names_any(program, signs.MODULES_1):
        return "1.2"
    if _is_of_later(program):
        return None
    if any(_is_call_of_1(program, call) for call in program.calls):
        return "1.2"
    return "2.2" if _is_of_2(program) else None


def is_text(node, *texts):
    """Whether an expression is one of these texts."""
    return isinstance(node, ast.Constant) and node.value in texts


def _names_any(program, modules):
    """Whether the program names one of these modules of Keras itself (not TensorFlow's), or something in it."""
    return any(path == module or path.startswith(f"{module}.") for path in program.paths() for module in modules)


def _given(call):
    return {keyword.arg for keyword in call.keywords}


def _is_argument_of_1(program, call):
    """Arguments that only Keras 1 had, in a call of what had them, and what only Keras 1 had at all."""
    called, given = program.called(call), _given(call)
    if called == "set_image_dim_ordering":
        return True
    if called == "merge" and "mode" in given:
        path = program.names.path(call.func)
        return path == "?.merge" or bool(inside_keras(path))
    if called in signs.CLASSES_1:
        return True
    if program.names.method(call) in signs.FITTING or called in signs.ESTIMATORS:
        return bool(given & signs.FITTING_1)
    return called in signs.LAYERS and bool(given & signs.LAYERS_1)


def _is_call_of_1(program, call):
    """Kernels whose sizes go one by one: today's third argument is the strides'."""
    wanted = signs.SIZES_1.get(program.called(call))
    return wanted is not None and len(call.args) >= wanted and not isinstance(call.args[1], (ast.Tuple, ast.List))


def _is_of_2(program):
    """What Keras 2 had until 2.2, or until its end, and Keras 3 has not."""
    if _names_any(program, signs.MODULES_2):
        return True
    named_so = program.metrics["texts"] | program.metrics["functions"]
    if "acc" not in named_so and any(is_text(key, "acc", "val_acc") for key in program.keys()):
        return True
    methods = {program.names.method(call) for call in program.calls}
    if methods & signs.METHODS_2 or _is_gan_of_2(program, methods):
        return True
    return any("lr" in _given(call) and _is_optimizer(program, call) or
               "batch_size" in _given(call) and program.names.method(call) == "predict_proba" for call in program.calls)


def _is_gan_of_2(program, methods):
    """Frozen models in train_on_batch and a name that Keras 3 only still understands. By itself none of these is a sign."""
    frozen = any(isinstance(node, ast.Assign) and is_text(node.value, False) and
                 any(getattr(target, "attr", "") == "trainable" for target in node.targets) for node in program.nodes)
    return frozen and "train_on_batch" in methods and any(
        program.called(call) == "LeakyReLU" and "alpha" in _given(call) for call in program.calls)


def _is_optimizer(program, call):
    """Whether a call makes an optimizer of Keras."""
    path = program.names.path(call.func)
    module, _, name = path.rpartition(".")
    return name in signs.OPTIMIZERS or (module.endswith("optimizers") and name in {n.lower() for n in signs.OPTIMIZERS})


def _is_of_later(program):
    """What came after Keras 2.2."""
    if any(_is_name_of_later(path) for path in program.paths()) or any(_is_call_of_later(program, call) for call in program.calls):
        return True
    # A function of the program by the name of accuracy was logged so at all times.
    if "accuracy" not in program.metrics["functions"]:
        if program.asks_for("val_accuracy") or any(is_text(key, "accuracy", "val_accuracy") for key in program.keys()):
            return True
    texts = {node.value for node in program.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    if "KERAS_BACKEND" in texts and texts & {"jax", "torch"}:
        return True
    return any(signs.FILE.search(text) for text in texts) or any(map(_is_file_of_later, program.nodes))


def _is_name_of_later(path):
    if path.split(".")[0] in signs.PACKAGES_LATER or path in signs.TENSORFLOW_LATER:
        return True
    name = inside_keras(path)
    head, _, last = name.rpartition(".")
    if head in ("losses", "metrics") and last[:1].isupper() and not last.isupper():  # there were functions, MSE among them
        return True
    return any(name == sign or name.startswith(f"{sign}.") for sign in signs.NAMES_LATER) or name in signs.FILES_LATER


def _is_call_of_later(program, call):
    given, called = _given(call), program.called(call)
    if _is_optimizer(program, call):
        return bool(given & signs.OF_OPTIMIZERS_LATER)
    if given & signs.ARGUMENTS_LATER.get(program.names.method(call) or called, set()):
        return True
    if called == "Sequential":
        first = call.args[0] if call.args else None
        return isinstance(first, ast.List) and bool(first.elts) and _is_input(program, first.elts[0])
    return program.names.method(call) == "add" and len(call.args) == 1 and _is_input(program, call.args[0])


def _is_input(program, node):
    return isinstance(node, ast.Call) and program.called(node) == "Input"


def _is_file_of_later(node):
    """`name + ".keras"` and `f"{name}.keras"`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return is_text(node.right, ".keras")
    last = node.values[-2:] if isinstance(node, ast.JoinedStr) else []
    return len(last) == 2 and isinstance(last[0], ast.FormattedValue) and is_text(last[1], ".keras")
