"""Files that a program names by an address: they are taken from the folder where Keras keeps them, nothing is downloaded."""

import os


def keras_home():
    """Keras's folder: KERAS_HOME of the environment, or ~/.keras."""
    return os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")


def get_file(fname=None, origin=None, untar=False, md5_hash=None, file_hash=None, cache_subdir="datasets", hash_algorithm="auto",
             extract=False, archive_format="auto", cache_dir=None, force_download=False):
    """The path of a file that lies in the cache, its hash checked; of what was unpacked, for archives."""
    if origin is None:
        raise ValueError('Please specify the "origin" argument (URL of the file to download).')
    if force_download:
        raise NotImplementedError("get_file(force_download=True): nothing is downloaded here; put the file into the cache yourself")
    folder = os.path.join(os.path.expanduser(cache_dir) if cache_dir is not None else keras_home(), cache_subdir)
    name, unpacked, archive = _names(os.fspath(fname) if fname else "", origin, extract or untar)
    path = next((p for p in (os.path.join(folder, archive), os.path.join(folder, name)) if os.path.isfile(p)), None)
    if path is None:
        raise FileNotFoundError(f"Nothing is downloaded here: put the file of {origin} at {os.path.join(folder, archive)}, and run again")
    wanted, algorithm = (file_hash, hash_algorithm) if file_hash is not None else (md5_hash, "md5")
    if wanted is not None and not validate_file(path, wanted, algorithm):
        raise ValueError(f"{path}: its hash is not {wanted}. Put the file of {origin} there, whole and in the version that the program "
                         "wants")
    if not (extract or untar):
        return path
    target = os.path.join(folder, unpacked)
    if not os.path.exists(target):
        _unpack(path, target, "tar" if untar else archive_format)
    return target


def _names(fname, origin, extract):
    """The file's name, what it is unpacked to, and the name that Keras gives an archive."""
    import urllib.parse

    given = bool(fname)
    fname = fname or os.path.basename(urllib.parse.urlsplit(origin).path)
    if not fname:
        raise ValueError(f"Can't parse the file name from the origin provided: '{origin}'. Please specify the `fname` argument.")
    if os.sep in fname:
        raise ValueError(
            "Paths are no longer accepted as the `fname` argument. To specify the file's parent directory, use the `cache_dir` argument. "
            f"Received: fname={fname}"
        )
    if not extract:
        return fname, fname, fname
    if given and "." in fname:
        return fname, f"{fname.partition('.')[0]}_extracted", fname
    return fname, f"{fname}_extracted" if "." in fname else fname, f"{fname}_archive"


def validate_file(fpath, file_hash, algorithm="auto", chunk_size=65535):
    """Whether a file has a hash: sha256 or md5, by its length where that is not said."""
    import hashlib

    sha256 = algorithm == "sha256" or (algorithm == "auto" and len(file_hash) == 64)
    found = hashlib.sha256() if sha256 else hashlib.md5()
    with open(fpath, "rb") as file:
        while part := file.read(chunk_size):
            found.update(part)
    return found.hexdigest() == file_hash


def _unpack(path, target, archive_format):
    """Unpacks a tar or zip file into a folder; paths that lead out of it are refused."""
    import tarfile
    import zipfile

    kinds = ("tar", "zip") if archive_format == "auto" else [archive_format] if isinstance(archive_format, str) else archive_format
    if "tar" in kinds and tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            _check(target, [member.name for member in archive.getmembers()])
            links = [member.name for member in archive.getmembers() if member.issym() or member.islnk() or member.isdev()]
            if links:
                raise ValueError(f"{path}: holds links or devices ({links[0]}), which are not unpacked; unpack it yourself to {target}")
            archive.extractall(target)
    elif "zip" in kinds and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            _check(target, archive.namelist())
            archive.extractall(target)
    else:
        raise ValueError(f"{path}: is no archive of the kinds {', '.join(kinds)}")


def _check(target, names):
    root = os.path.realpath(target)
    for name in names:
        if os.path.commonpath([root, os.path.realpath(os.path.join(root, name))]) != root:
            raise ValueError(f"{name}: leads out of the folder that the archive is unpacked to")
