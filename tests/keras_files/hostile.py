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
    overlap(folder / "overlap.h5")


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


if __name__ == "__main__":
    main()
