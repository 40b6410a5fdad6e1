"""Writes the hostile HDF5 files of crates/save/tests/hostile: what a reader must refuse. They are harmless.

    .venv/bin/pip install h5py numpy
    .venv/bin/python tests/keras_files/hostile.py crates/save/tests/hostile
"""

import pathlib
import sys

import h5py
import numpy as np

KERNEL = "layers/dense/vars/0"
BIAS = "layers/dense/vars/1"


def file(folder, name):
    """A new file with a sound bias; what is put into it is the kernel."""
    out = h5py.File(folder / name, "w", libver=("earliest", "v110"))
    out[BIAS] = np.zeros(2, "float32")
    return out


def main():
    folder = pathlib.Path(sys.argv[1])
    with file(folder, "external_link.h5") as f:
        f[KERNEL] = h5py.ExternalLink("/etc/passwd", "/")
    with file(folder, "soft_link.h5") as f:
        f["elsewhere"] = np.zeros((3, 2), "float32")
        f[KERNEL] = h5py.SoftLink("/elsewhere")
    with file(folder, "external_storage.h5") as f:
        f.create_dataset(KERNEL, (3, 2), "float32", external=[("/etc/passwd", 0, h5py.h5f.UNLIMITED)])
    with file(folder, "virtual.h5") as f:
        layout = h5py.VirtualLayout((3, 2), "float32")
        layout[:] = h5py.VirtualSource("other.h5", "x", (3, 2))
        f.create_virtual_dataset(KERNEL, layout)
    with file(folder, "bomb.h5") as f:
        # 4 GB of zeros in a few kilobytes.
        f.create_dataset(KERNEL, (1 << 15, 1 << 15), "float32", chunks=(1 << 11, 1 << 11), compression="gzip", fillvalue=0)
        f[KERNEL][: 1 << 11, : 1 << 11] = 0
    with file(folder, "absurd.h5") as f:
        f.create_dataset(KERNEL, (1 << 40, 1 << 20), "float32", chunks=(1, 1 << 10))
    with file(folder, "cycle.h5") as f:
        f["layers/dense/again"] = f["layers"]
    with file(folder, "object.h5") as f:
        f.create_dataset(KERNEL, (3, 2), h5py.string_dtype(), data=np.full((3, 2), "a", object))
    with file(folder, "compound.h5") as f:
        pair = np.dtype([("a", "float32"), ("b", "float32")])
        f.create_dataset(KERNEL, (3, 2), pair, data=np.zeros((3, 2), pair))
    with file(folder, "float9.h5") as f:
        # Nine bits of exponent in four bytes: no IEEE single, though as long.
        kind = h5py.h5t.IEEE_F32LE.copy()
        kind.set_fields(31, 22, 9, 0, 22)
        kind.set_ebias(255)
        h5py.h5d.create(f["layers/dense/vars"].id, b"0", kind, h5py.h5s.create_simple((3, 2))).write(
            h5py.h5s.ALL, h5py.h5s.ALL, np.ones((3, 2), "float32"), h5py.h5t.NATIVE_FLOAT
        )
    overlap(folder / "overlap.h5")
    overlapping_chunks(folder / "overlapping_chunks.h5")
    tree(folder / "tree_of_groups.h5", 0, 8)
    tree(folder / "tree_of_chunks.h5", 1, 8 + 8 * 3)
    one_text_many_times(folder / "one_text.h5")


def overlap(path):
    """The kernel's last two elements are also the bias: its address is written over in the file."""
    with h5py.File(path, "w", libver=("earliest", "v110")) as f:
        f[KERNEL], f[BIAS] = np.zeros((3, 2), "float32"), np.zeros(2, "float32")
        f.flush()
        kernel, bias = (f[name].id.get_offset() for name in (KERNEL, BIAS))
    stored = path.read_bytes()
    layout = b"\x03\x01" + bias.to_bytes(8, "little")
    assert stored.count(layout) == 1
    path.write_bytes(stored.replace(layout, layout[:2] + (kernel + 16).to_bytes(8, "little")))


def overlapping_chunks(path):
    """Both datasets have the same chunk: the address of the second is written over in its index."""
    with h5py.File(path, "w", libver=("earliest", "v110")) as f:
        f.create_dataset(KERNEL, data=np.zeros((3, 2), "float32"), chunks=(3, 2))
        f.create_dataset(BIAS, data=np.zeros(2, "float32"), chunks=(2,))
        kernel, bias = (f[name].id.get_chunk_info(0).byte_offset.to_bytes(8, "little") for name in (KERNEL, BIAS))
    stored = path.read_bytes()
    assert stored.count(bias) == 1
    path.write_bytes(stored.replace(bias, kernel))


def tree(path, kind, key):
    """A tree of 9 levels, each node of which has the one below it 16 times: 16 to the power of 9 ways to one leaf."""
    with h5py.File(path, "w", libver=("earliest", "v110")) as f:
        f.create_dataset(KERNEL, data=np.zeros((3, 2), "float32"), chunks=(2, 2))
        f[BIAS] = np.zeros(2, "float32")
    stored = bytearray(path.read_bytes())
    leaf = stored.find(b"TREE" + bytes([kind, 0]))
    length, first = len(stored), bytes(stored[leaf + 24 : leaf + 24 + key])
    below = leaf
    for level in range(1, 10):
        node = b"TREE" + bytes([kind, level]) + (16).to_bytes(2, "little") + b"\xff" * 16
        node += (first + below.to_bytes(8, "little")) * 16 + first
        below = len(stored)
        stored += node.ljust(2048, b"\0")
    old = bytes(stored[:length]).replace(leaf.to_bytes(8, "little"), below.to_bytes(8, "little"))
    stored[:length] = old.replace(length.to_bytes(8, "little"), len(stored).to_bytes(8, "little"))
    path.write_bytes(stored)


def one_text_many_times(path):
    """A legacy file with an attribute of 1,000 texts, each of them the same 60 kB of the heap: 60 MB in memory."""
    text, times = "@" * 60_000, 1_000
    with h5py.File(path, "w", libver=("earliest", "v110")) as f:
        f["dense/kernel"] = np.zeros((3, 2), "float32")
        f.attrs["layer_names"], f["dense"].attrs["weight_names"] = np.array([b"dense"]), np.array([b"kernel"])
        texts = [text] + [f"~{i:07d}" for i in range(times - 1)]
        f.attrs.create("names", np.array(texts, object), dtype=h5py.string_dtype())
    stored = bytearray(path.read_bytes())
    at = stored.find(len(text).to_bytes(4, "little"))
    while stored[at + 16 : at + 20] != (8).to_bytes(4, "little"):
        at = stored.index(len(text).to_bytes(4, "little"), at + 1)
    stored[at : at + 16 * times] = bytes(stored[at : at + 16]) * times
    path.write_bytes(stored)


if __name__ == "__main__":
    main()
