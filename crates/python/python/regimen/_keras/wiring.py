"""The layers and calls of a model, in Keras's order: follows `map_graph` of keras/src/ops/function.py."""

from .input_layer import InputLayer


def of(inputs, outputs):
    """`(layers, calls)` between these tensors: the layers by depth, the calls (nodes) as a set."""
    calls, visited = _visited(inputs, outputs)
    depths, by_layer = {}, {}
    for node in reversed(calls):
        depth = max(depths.setdefault(node, 0), by_layer.get(node.operation, 0))
        by_layer[node.operation] = depths[node] = depth
        for parent in node.parent_nodes if not isinstance(node.operation, InputLayer) else []:
            depths[parent] = max(depth + 1, depths.get(parent, 0))
    for tensor in inputs:
        layer, index, _ = tensor._keras_history
        if layer not in by_layer:
            by_layer[layer], visited[layer] = 0, -1
            depths[layer._inbound_nodes[index]] = 0
    levels = {}
    for layer, depth in by_layer.items():
        levels.setdefault(depth, []).append(layer)
    layers = [layer for depth in sorted(levels, reverse=True) for layer in sorted(levels[depth], key=lambda found: visited[found])]
    return layers, set(depths)


def _visited(inputs, outputs):
    """Calls, each after those that feed it, and layers by the number of their first visit. Deep models are no deep recursion."""
    finished, progress, ordered, visited, known = set(), set(), [], {}, {id(tensor) for tensor in inputs}

    def entered(tensor):
        layer, index, _ = tensor._keras_history
        node = layer._inbound_nodes[index]
        if node in finished:
            return []
        if node in progress:
            raise ValueError(f"Tensor {tensor} from operation '{layer.name}' is part of a cycle.")
        visited.setdefault(layer, len(visited))
        progress.add(node)
        if id(tensor) in known:
            return [(node, iter(()))]
        _check_input(layer)
        return [(node, iter(node.input_tensors))]

    for output in outputs:
        waiting = entered(output)
        while waiting:
            node, sources = waiting[-1]
            further = next((found for source in sources if (found := entered(source))), None)
            if further is not None:
                waiting += further
                continue
            waiting.pop()
            finished.add(node)
            progress.discard(node)
            ordered.append(node)
    return ordered, visited


def _check_input(layer):
    if isinstance(layer, InputLayer):
        raise ValueError(f"`inputs` not connected to `outputs`: {layer.name} is needed for the outputs and is not among the inputs")


def calls_behind(known, outputs):
    """Calls that lead from known tensors (by identity) to outputs, each after those that feed it."""
    ordered, seen = [], set()
    waiting = [tensor for tensor in reversed(outputs) if id(tensor) not in known]
    while waiting:
        layer, index, _ = waiting[-1]._keras_history
        _check_input(layer)
        node = layer._inbound_nodes[index]
        before = [] if node in seen else [
            source for source in node.input_tensors if id(source) not in known and _node_of(source) not in seen
        ]
        if before:
            waiting += reversed(before)
            continue
        waiting.pop()
        if node not in seen:
            seen.add(node)
            ordered.append(node)
    return ordered


def _node_of(tensor):
    layer, index, _ = tensor._keras_history
    return layer._inbound_nodes[index]
