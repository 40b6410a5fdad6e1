"""Every case of every op of the graph as ONNX, run by onnxruntime and compared with the oracle.

    cargo run -p regimen-save --example onnx_cases -- FOLDER
    .venv/bin/python tests/keras_files/onnx_cases.py FOLDER

Prints what fails and how many there are; ends with 1 where anything does, where there are no cases, and where other ops are
refused than REFUSED names.
"""

import collections
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

onnxruntime.set_default_logger_severity(3)
KINDS = {"float": "float32", "double": "float64"}
# Gradients, random numbers, and recurrence with the factors of dropout, which inference does not have.
REFUSED = {"random", "scan", "lstm", "gru", "lstm_grad", "gru_grad", "attention_grad", "layer_norm_grad"}
REFUSED |= {"conv_kernel_grad", "window_max_grad", "window_sum_grad"}


def array(told):
    return np.array([float(x) for x in told["data"]]).reshape(told["shape"])


def fault_of(path, told):
    """What is wrong with a case; None where nothing is."""
    try:
        onnx.checker.check_model(str(path), full_check=True)
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        given = {}
        for entry in session.get_inputs():
            kind = entry.type.removeprefix("tensor(").removesuffix(")")
            given[entry.name] = array(told["inputs"][entry.name]).astype(KINDS.get(kind, kind))
        names = [entry.name for entry in session.get_outputs()]
        found = session.run(None, given)
    except Exception as error:  # whatever is wrong with the file
        return f"{error}"[-300:]
    if set(names) != set(told["outputs"]):
        return f"outputs {sorted(names)} instead of {sorted(told['outputs'])}"
    for name, b in zip(names, found):
        a, b = array(told["outputs"][name]), np.asarray(b).astype("float64")
        if a.shape != b.shape:
            return f"{name}: shape {b.shape} instead of {a.shape}"
        same = (np.isnan(a) & np.isnan(b)) | (a == b)
        far = ~(np.abs(a - b) <= 1e-5 + 1e-4 * np.abs(a)) & ~same
        if far.any():
            return f"{name}: {b[far][0]} instead of {a[far][0]}, {far.sum()} of {a.size} differ"
    return None


def main():
    right, failed, refused = 0, 0, collections.Counter()
    for file in sorted(pathlib.Path(sys.argv[1]).glob("*.json"), key=lambda p: int(p.stem)):
        told = json.loads(file.read_text())
        if told["refused"]:
            refused[told["name"].split("/")[0]] += 1
            continue
        fault = fault_of(file.with_suffix(".onnx"), told)
        right, failed = right + (fault is None), failed + (fault is not None)
        if fault:
            print(f"{told['name']}: {fault}")
    print(f"{right} cases right, {failed} failed; refused: {dict(refused)}")
    if set(refused) != REFUSED:
        print(f"refused are to be {sorted(REFUSED)}")
    sys.exit(1 if failed or not right or set(refused) != REFUSED else 0)


if __name__ == "__main__":
    main()
