"""Models as graphs: DOT text for Graphviz, and pictures in SVG that need nothing installed."""

import html
import os
import sys

from ..._keras.sequential import Sequential
from ..._keras.layer import Layer

_WIDTH, _LINE, _GAP = 7.5, 17, 34


class Dot:
    """The graph of a model."""

    def __init__(self, boxes, edges, rankdir, dpi, splines):
        self.boxes, self.edges, self.rankdir, self.dpi, self.splines = boxes, edges, rankdir, dpi, splines

    def to_string(self):
        """In the language of Graphviz."""
        rows = ["digraph G {", f"rankdir={self.rankdir};", f"splines={self.splines};", f"graph [dpi={self.dpi}];",
                'node [shape=box, fontname="Arial"];']
        for i, lines in enumerate(self.boxes):
            label = "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
            rows.append(f'n{i} [label="{label}"];')
        return "\n".join([*rows, *(f"n{a} -> n{b};" for a, b in self.edges), "}"]) + "\n"

    def create(self, prog=None, format="svg"):
        """The picture as bytes. SVG is drawn here (straight lines); other formats need the program `dot` of Graphviz."""
        if format == "svg" and prog is None:
            return _svg(self).encode()
        if format in ("dot", "raw"):
            return self.to_string().encode()
        import shutil
        import subprocess

        program = shutil.which(prog or "dot")
        if program is None:
            raise ImportError(f"A picture in the format {format!r} needs Graphviz (its program `dot`), which is not installed; "
                              "to_file='model.svg' "
                              "and 'model.dot' need nothing")
        done = subprocess.run([program, f"-T{format}"], input=self.to_string().encode(), capture_output=True, check=False)
        if done.returncode:
            raise ValueError(f"{program} -T{format}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    def write(self, path, prog=None, format=None):
        """Writes the picture; the ending says which kind."""
        found = self.create(prog, format or os.path.splitext(os.fspath(path))[1][1:] or "png")
        with open(path, "wb") as file:
            file.write(found)


def model_to_dot(model, show_shapes=False, show_dtype=False, show_layer_names=True, rankdir="TB", expand_nested=False, dpi=200,
                 subgraph=False,
                 show_layer_activations=False, show_trainable=False, splines="ortho"):
    """The graph of a model, a box for each layer."""
    if expand_nested or subgraph:
        raise NotImplementedError("model_to_dot(expand_nested=True): models inside of models are drawn as one box here; draw them by "
                                  "themselves")
    if not model.built:
        raise ValueError(
            "This model has not yet been built. Build the model first by calling `build()` or by calling the model on a batch of data."
        )
    if rankdir not in ("TB", "BT", "LR", "RL"):
        raise ValueError(f"rankdir={rankdir!r}: expected 'TB', 'BT', 'LR' or 'RL'")
    layers, edges = _wiring(model)
    shown = {"shapes": show_shapes, "dtype": show_dtype, "name": show_layer_names, "activation": show_layer_activations,
             "trainable": show_trainable}
    return Dot([_lines(layer, shown) for layer in layers], edges, rankdir, dpi, splines)


def plot_model(model, to_file="model.png", show_shapes=False, show_dtype=False, show_layer_names=False, rankdir="TB", expand_nested=False,
               dpi=200, show_layer_activations=False, show_trainable=False, splines="ortho"):
    """Writes a picture of a model: `.svg` and `.dot` need nothing installed, others Graphviz."""
    drawn = model_to_dot(model, show_shapes=show_shapes, show_dtype=show_dtype, show_layer_names=show_layer_names, rankdir=rankdir,
                         expand_nested=expand_nested, dpi=dpi, show_layer_activations=show_layer_activations, show_trainable=show_trainable,
                         splines=splines)
    drawn.write(to_file)
    if "IPython" in sys.modules and os.fspath(to_file).endswith((".svg", ".png")):
        from IPython import display

        return (display.SVG if os.fspath(to_file).endswith(".svg") else display.Image)(filename=os.fspath(to_file))
    return None


def _wiring(model):
    """Layers in order, and pairs of their places."""
    root = model._root()
    if isinstance(root, Sequential):
        layers = [*([root._input] if root._input is not None else []), *root.layers]
        return layers, [(i, i + 1) for i in range(len(layers) - 1)]
    layers = root.layers
    at = {id(layer): i for i, layer in enumerate(layers)}
    edges = {}
    for layer in layers:
        for node in layer._inbound_nodes:
            for tensor in node.input_tensors if node in root._nodes else []:
                edges[at[id(tensor._keras_history[0])], at[id(layer)]] = None
    return layers, list(edges)


def _lines(layer, shown):
    """What stands in a layer's box."""
    kind = getattr(layer, "_class", "") if type(layer).__name__ == "Operation" else type(layer).__name__
    found = [f"{layer.name} ({kind})" if shown["name"] else kind]
    activation = getattr(layer, "activation", None) if shown["activation"] else None
    if activation is not None:
        found.append(f"Activation: {activation if isinstance(activation, str) else getattr(activation, '__name__', activation)}")
    for word, name in (("Input", "input"), ("Output", "output")):
        tensors = getattr(layer, name, None) if shown["shapes"] or shown["dtype"] else None
        tensors = tensors if isinstance(tensors, list) else [tensors] if tensors is not None else []
        if tensors and shown["shapes"]:
            found.append(f"{word} shape: {', '.join(str(tuple(t.shape)) for t in tensors)}")
        if tensors and shown["dtype"]:
            found.append(f"{word} dtype: {', '.join(t.dtype for t in tensors)}")
    if shown["trainable"] and isinstance(layer, Layer) and layer.weights:
        found.append("Trainable" if layer.trainable else "Non-trainable")
    return found


def _svg(drawn):
    """Boxes in rows by their distance from the inputs, with straight lines between them."""
    sizes = [(max(len(line) for line in lines) * _WIDTH + 20, len(lines) * _LINE + 14) for lines in drawn.boxes]
    depths = [0] * len(sizes)
    for _ in sizes:
        for a, b in drawn.edges:
            depths[b] = max(depths[b], depths[a] + 1)
    across = drawn.rankdir in ("LR", "RL")
    rows = [[i for i, depth in enumerate(depths) if depth == row] for row in range(max(depths) + 1)]
    rows = rows[::-1] if drawn.rankdir in ("BT", "RL") else rows
    along = [max(sizes[i][0 if across else 1] for i in row) for row in rows]
    wide = [sum(sizes[i][1 if across else 0] + _GAP for i in row) for row in rows]
    places, passed = {}, _GAP / 2
    for row, size, used in zip(rows, along, wide):
        beside = (max(wide) - used) / 2 + _GAP / 2
        for i in row:
            places[i] = (passed, beside) if across else (beside, passed)
            beside += sizes[i][1 if across else 0] + _GAP
        passed += size + _GAP
    size = (passed, max(wide)) if across else (max(wide), passed)
    return _written(drawn, sizes, places, size)


def _written(drawn, sizes, places, size):
    scale = drawn.dpi / 200
    rows = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0] * scale:.0f}" height="{size[1] * scale:.0f}" '
            f'viewBox="0 0 {size[0]:.0f} {size[1]:.0f}" font-family="Arial, sans-serif" font-size="13">',
            '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto"><path d="M0,0 L8,4 L0,8 '
            'z"/></marker></defs>']
    across, back = drawn.rankdir in ("LR", "RL"), drawn.rankdir in ("BT", "RL")
    for a, b in drawn.edges:
        first, last = (_end(places[i], sizes[i], across, side) for i, side in ((a, not back), (b, back)))
        rows.append(f'<line x1="{first[0]:.1f}" y1="{first[1]:.1f}" x2="{last[0]:.1f}" y2="{last[1]:.1f}" stroke="black" '
                    'marker-end="url(#tip)"/>')
    for i, lines in enumerate(drawn.boxes):
        (x, y), (w, h) = places[i], sizes[i]
        rows.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="white" stroke="black"/>')
        for k, line in enumerate(lines):
            rows.append(f'<text x="{x + w / 2:.1f}" y="{y + 20 + k * _LINE:.1f}" text-anchor="middle">{html.escape(line)}</text>')
    return "\n".join([*rows, "</svg>"]) + "\n"


def _end(place, size, across, far):
    """The middle of a box's side."""
    if across:
        return place[0] + (size[0] if far else 0), place[1] + size[1] / 2
    return place[0] + size[0] / 2, place[1] + (size[1] if far else 0)
