"""Models and their weights in files."""

import errno
import os

import numpy as np

from .. import _regimen
from . import by_number, configs, dialect, freezing, saved_compile
from .user_line import warn

_WHOLE = (".keras", ".h5", ".hdf5", ".hdf")
# Methods by which layers of Keras put things of their own into files.
_HOOKS = ("save_own_variables", "load_own_variables", "save_assets", "load_assets")
# Formats of `export` that Keras has, but for the one that is written here.
_ELSEWHERE = ("tf_saved_model", "openvino", "litert", "torch")


class ModelFiles:
    """The part of a model that writes and reads files."""

    def save(self, filepath, overwrite=True, zipped=None, **kwargs):
        """Writes the model: `.keras`, `.h5`."""
        path = _path(filepath, overwrite)
        if not path.endswith(_WHOLE):
            raise ValueError(
                f"Invalid filepath extension for saving. Please add either a `.keras` extension for the native Keras format "
                f"(recommended) or a `.h5` extension. Received: filepath={filepath}."
            )
        include = kwargs.pop("include_optimizer", True)
        kwargs.pop("save_traces", None)  # of code, which no file of ours holds
        _check_old("save", kwargs, path, zipped)
        self._write(path, True, include)

    def save_weights(self, filepath, overwrite=True, max_shard_size=None, **kwargs):
        """Writes the weights: `.weights.h5`, `.safetensors`, `.npz`, `.h5` of old; `.weights.json` and its shards of so many GB."""
        most = None
        if max_shard_size is not None:
            from . import shards

            filepath, most = shards.checked(self, os.fspath(filepath), max_shard_size)
        path = _path(filepath, overwrite)
        _check_old("save_weights", kwargs, path)
        self._write(path, False, shard=most)

    def export(self, filepath, format="tf_saved_model", verbose=None, input_signature=None, **kwargs):
        """Writes the model for other programs: `format="onnx"`."""
        if kwargs:
            raise TypeError(f"export() got unexpected keyword arguments: {list(kwargs)}")
        if format in _ELSEWHERE:
            raise NotImplementedError(f"export(format={format!r}): here it is format='onnx'; Keras exports the files of save()")
        if format != "onnx":
            raise ValueError(f"Unrecognized format={format}. The format that is written here is 'onnx'")
        if input_signature is not None:
            raise NotImplementedError("export(input_signature=...): the sizes are those of the model's inputs here")
        path = os.fspath(filepath)
        if not path.endswith(".onnx"):
            raise ValueError(f"export(format='onnx'): the name of the file has to end in .onnx, found {path}")
        self._write(path, False)
        if verbose or verbose is None:
            print(f"Saved artifact at '{path}'.")

    def _file_config(self, path, whole):
        """The config that goes into a file: none where it is the library's own to write, an empty text where there is to be none."""
        from .layer import FunctionLayer, Lambda
        from .written_layer import is_written

        if not whole:
            return "" if path.endswith((".h5", ".hdf5", ".hdf")) and not path.endswith(".weights.h5") else None
        written = [layer for layer in self._all_layers() if is_written(layer)]
        own = [layer for layer in self._all_layers() if layer._initializers or by_number.any_in(layer._config)]
        # The library would write what such a layer draws from as the seed that it was given.
        unseeded = any(layer._seed is not None for layer in self._all_layers())
        if not written and not own and not unseeded:
            return None
        functions = [layer for layer in written if isinstance(layer, (FunctionLayer, Lambda))]
        functions = [layer for layer in functions if isinstance(layer, Lambda) or not layer.is_operation()]
        if functions:
            raise NotImplementedError(
                f"{', '.join(layer.name for layer in functions)}: functions between layers that are no operations of keras.ops (Lambda, "
                f"and here {functions[0]._foreign_name}) are code, which no file of ours holds. Put them "
                "into a registered layer of your own, or take a layer of keras.layers; save_weights() writes the weights"
            )
        entry = self._entry()
        by_number.check(entry)
        if self._root() is not self and self._root() is not None:
            shapes = [list(tensor.shape) for tensor in self._root().inputs]
            entry["build_config"] = {"input_shape": shapes[0] if len(shapes) == 1 else shapes}
        try:
            return configs.dumps(entry)
        except ValueError as fault:
            way = "Take a large number in its place, such as -1e9; save_weights() writes the weights"
            raise NotImplementedError(f"{fault}. {way}") from None

    def _tell_of_hooks(self):
        """Says which methods of layers, by which Keras lets them write into files themselves, are not asked here."""
        from .written_layer import WrittenLayer

        for kind in {type(layer) for layer in self._all_layers()}:
            own = [name for name in _HOOKS if getattr(kind, name, None) is not getattr(WrittenLayer, name, None)]
            if own:
                warn(f"{kind.__name__}.{', '.join(own)}: not asked here; files hold the variables of a layer, and what its config says")

    def _write(self, path, whole, compiled=True, shard=None):
        folder = os.path.dirname(path)
        if folder and not os.path.isdir(folder):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        self._tell_of_hooks()
        config = self._file_config(path, whole)
        if whole and compiled:
            saved_compile.tell(self)
        runner = self._runner
        by_runner = not freezing.is_partial(self) and not freezing.alone_in(self)  # files know the order of weights that are all trained
        if runner is not None and compiled and shard is None and by_runner:
            if not runner.training:
                runner.push()
            runner.native.save(path, config)
            return
        inputs = [[list(t.shape[1:]), t.dtype] for t in self._known_inputs()]
        if not inputs:
            raise ValueError("The model cannot be saved before it is built: give it an Input, or train it first")
        root = self._root()
        says = self._compiled is not None and compiled and whole
        own = saved_compile.text(self) if says else None
        kept = [] if not says else self.optimizer._for_file() if runner is None else runner.native.optimizer_of_file()
        _regimen.save_model(
            path, freezing.file_text(self), configs.dumps(inputs), lambda weight: _place(root._variable(weight)), config,
            configs.dumps({**self._compiled, **saved_compile.how(self)}) if says and own is None else None, dialect.version(), kept,
            shard, own,
        )

    def load_weights(self, filepath, skip_mismatch=False, by_name=False, **kwargs):
        """Replaces weights by those of a file of any format."""
        _check_old("load_weights", kwargs, str(filepath))
        inputs = [[list(t.shape[1:]), t.dtype] for t in self._known_inputs()]
        if not inputs:
            raise ValueError("The weights cannot be loaded before the model is built: give it an Input, or call build() first")
        path = str(filepath)
        if os.path.isdir(filepath):
            from .step_folders import newest

            path = newest(filepath, False)
        root = self._root()
        read, skipped = _regimen.read_weights(path, freezing.file_text(self), configs.dumps(inputs), skip_mismatch, by_name)
        for weight, value in read:
            root._variable(weight).take(value)
        for line in skipped:
            warn(line)


def _place(variable):
    """Where its value is: in a runner that has the newest, or here."""
    runner = variable._runner
    if runner is not None and not runner.training:
        return runner.native, variable._there
    return np.ascontiguousarray(variable.now(), "float32")


def _check_old(method, given, path, zipped=None):
    """Refuses arguments that no Keras had, and those of old that ask for what is not done."""
    form, options, signatures = (given.pop(name, None) for name in ("save_format", "options", "signatures"))
    if given:
        raise TypeError(f"{method}() got unexpected keyword arguments: {list(given)}")
    if form is not None and not path.endswith((".keras",) if form == "keras" else _WHOLE[1:] if form in ("h5", "hdf5") else ()):
        raise ValueError(f"{method}(save_format={form!r}): the name of the file says the format here, such as .keras or .h5; found {path}")
    for name, value in (("options", options), ("signatures", signatures)):
        if value is not None:
            raise NotImplementedError(f"{method}({name}=...) is for formats of TensorFlow, which are not written here")
    if zipped is False:
        raise NotImplementedError(f"{method}(zipped=False): a .keras file is one file here, not a folder")


def _path(filepath, overwrite):
    path = os.fspath(filepath)
    if not overwrite and os.path.exists(path):
        raise FileExistsError(f"{path} is there already; give overwrite=True to replace it")
    return path
