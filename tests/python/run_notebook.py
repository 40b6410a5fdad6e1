"""Runs the notebooks of examples/python in a kernel of this Python, and looks at what they show.

    python tests/python/run_notebook.py [NOTEBOOK ...]

Needs `pip install nbclient ipykernel` beside the package. Fails where a cell does, where a notebook holds outputs, and where the
curves, the findings, the treatment or the progress do not come as HTML.
"""

import pathlib
import re
import sys
import tempfile

import nbclient
import nbformat

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "examples" / "python"
# What a page must show, by a pattern in the HTML of one of its outputs.
WANTED = {
    "curves": r'^<img [^>]*src="data:image/svg\+xml;base64,',
    "findings": r"<table.*<code>overfitting</code>",
    "treatment": r"<table.*early_stopping.*seeds that it was judged on",
    "progress": r"Epoch 1/60.*<b>\d+/\d+</b>.*val_loss: \d",
}


def shown(notebook):
    """Everything that the cells show as HTML."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return ["".join(output["data"]["text/html"]) for output in outputs if "text/html" in output.get("data", {})]


def check(path):
    """Runs a notebook; what is wrong with it, as a list."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    wrong = [f"cell {i + 1} holds outputs" for i, cell in enumerate(notebook.cells) if cell.get("outputs") or cell.get("execution_count")]
    # The kernel of this very Python: kernels that are registered on the machine may be of another.
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    with tempfile.TemporaryDirectory() as folder:
        nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()
        left = [file.name for file in pathlib.Path(folder).iterdir()]
    pages = shown(notebook)
    for name, pattern in WANTED.items():
        if not any(re.search(pattern, page, re.S) for page in pages):
            wrong.append(f"no {name} among {len(pages)} outputs in HTML")
    if left:
        wrong.append(f"leaves files behind: {left}")
    return wrong


def main():
    """All of them, or those that are named."""
    for path in [pathlib.Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.ipynb")):
        if wrong := check(path):
            sys.exit("\n".join(f"{path}: {text}" for text in wrong))
    print("ok")


if __name__ == "__main__":
    main()
