"""The hashes that put texts into bins: FarmHash's `Fingerprint64` (Pike and Alakuijala, the variant `na`), SipHash-2-4 (Aumasson and
Bernstein 2012), and the hash of crossed values. The library has the same in crates/nn/src/host."""

import functools
import struct

_ALL = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F
_CROSS_KEY, _CROSS_MUL = 0xDECAFCAFFE, 0xC6A4A7935BD1E995


def bucket(text, bins, salt=None):
    """The bin of a text; `salt` is a key of two numbers, and then another hash."""
    data = text.encode() if isinstance(text, str) else text
    return (fingerprint64(data) if salt is None else siphash(tuple(salt), data)) % bins


def crossed(prints):
    """The hash of the fingerprints of values that belong together, in order."""
    result = _CROSS_KEY
    for each in prints:
        found = (result ^ _CROSS_MUL) ^ (_mix(each * _CROSS_MUL & _ALL) * _CROSS_MUL & _ALL)
        found = found * _CROSS_MUL & _ALL
        result = _mix(_mix(found) * _CROSS_MUL & _ALL)
    return result


@functools.lru_cache(maxsize=65536)
def fingerprint64(s):
    """The fingerprint of some bytes."""
    if len(s) <= 16:
        return _up_to_16(s)
    if len(s) <= 32:
        return _up_to_32(s)
    return _up_to_64(s) if len(s) <= 64 else _longer(s)


def _word(s, at):
    return int.from_bytes(s[at : at + 8], "little")


def _half(s, at):
    return int.from_bytes(s[at : at + 4], "little")


def _mix(value):
    return value ^ (value >> 47)


def _right(value, by):
    value &= _ALL
    return (value >> by | value << (64 - by)) & _ALL


def _join(u, v, mul):
    a = _mix((u ^ v) * mul & _ALL)
    return _mix((v ^ a) * mul & _ALL) * mul & _ALL


def _up_to_16(s):
    size = len(s)
    mul = _K2 + size * 2 & _ALL
    if size >= 8:
        a, b = _word(s, 0) + _K2 & _ALL, _word(s, size - 8)
        return _join(_right(b, 37) * mul + a & _ALL, (_right(a, 25) + b) * mul & _ALL, mul)
    if size >= 4:
        return _join(size + (_half(s, 0) << 3) & _ALL, _half(s, size - 4), mul)
    if not size:
        return _K2
    y, z = s[0] + (s[size >> 1] << 8), size + (s[-1] << 2)
    return _mix(y * _K2 & _ALL ^ z * _K0 & _ALL) * _K2 & _ALL


def _ends(s, first):
    """What texts of 17 to 64 bytes begin with, and the last 16 bytes."""
    size = len(s)
    mul = _K2 + size * 2 & _ALL
    a, b = _word(s, 0) * first & _ALL, _word(s, 8)
    c, d = _word(s, size - 8) * mul & _ALL, _word(s, size - 16) * _K2 & _ALL
    y = _right(a + b, 43) + _right(c, 30) + d & _ALL
    return mul, a, y, a + _right(b + _K2, 18) + c & _ALL


def _up_to_32(s):
    mul, _, u, v = _ends(s, _K1)
    return _join(u, v, mul)


def _up_to_64(s):
    size = len(s)
    mul, a, y, shifted = _ends(s, _K2)
    z = _join(y, shifted, mul)
    e, f = _word(s, 16) * mul & _ALL, _word(s, 24)
    g, h = (y + _word(s, size - 32)) * mul & _ALL, (z + _word(s, size - 24)) * mul & _ALL
    return _join(_right(e + f, 43) + _right(g, 30) + h & _ALL, e + _right(f + a, 18) + g & _ALL, mul)


def _weak(s, at, a, b):
    """Mixes 32 bytes with two seeds."""
    w, x, y, z = struct.unpack_from("<4Q", s, at)
    a = a + w & _ALL
    b = _right(b + a + z, 21)
    c, a = a, a + x + y & _ALL
    return a + z & _ALL, b + _right(a, 44) + c & _ALL


def _block(s, at, state, mul, last=False):
    """Mixes 64 bytes into the state; the last ones otherwise than those before."""
    x, y, z, v, w = state
    x = _right(x + y + v[0] + _word(s, at + 8), 37) * mul & _ALL
    y = _right(y + v[1] + _word(s, at + 48), 42) * mul & _ALL
    x ^= w[1] * (9 if last else 1) & _ALL
    y = y + v[0] * (9 if last else 1) + _word(s, at + 40) & _ALL
    z = _right(z + w[0], 33) * mul & _ALL
    v = _weak(s, at, v[1] * mul & _ALL, x + w[0] & _ALL)
    w = _weak(s, at + 32, z + w[1] & _ALL, y + _word(s, at + 16) & _ALL)
    return z, y, x, v, w


def _longer(s):
    size, seed = len(s), 81
    y = seed * _K1 + 113 & _ALL
    state = (seed * _K2 + _word(s, 0) & _ALL, y, _mix(y * _K2 + 113 & _ALL) * _K2 & _ALL, (0, 0), (0, 0))
    end = (size - 1) // 64 * 64
    for at in range(0, end, 64):
        state = _block(s, at, state, _K1)
    x, y, z, v, w = state
    mul = _K1 + ((z & 0xFF) << 1) & _ALL
    first = w[0] + ((size - 1) & 63) & _ALL
    v = (v[0] + first & _ALL, v[1])
    w = (first + v[0] & _ALL, w[1])
    x, y, z, v, w = _block(s, end + ((size - 1) & 63) - 63, (x, y, z, v, w), mul, last=True)
    left = _join(v[0], w[0], mul) + _mix(y) * _K0 + z & _ALL
    return _join(left, _join(v[1], w[1], mul) + x & _ALL, mul)


def siphash(key, data):
    """The hash of some bytes under a key."""
    k0, k1 = (int(part) & _ALL for part in key)
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]
    whole = len(data) // 8 * 8
    words = [_word(data, at) for at in range(0, whole, 8)]
    words.append(int.from_bytes(data[whole:].ljust(7, b"\0") + bytes([len(data) & 255]), "little"))
    for word in words:
        v[3] ^= word
        _rounds(v, 2)
        v[0] ^= word
    v[2] ^= 0xFF
    _rounds(v, 4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _rounds(v, count):
    for _ in range(count):
        v[0] = v[0] + v[1] & _ALL
        v[1] = _right(v[1], 51) ^ v[0]
        v[0] = _right(v[0], 32)
        v[2] = v[2] + v[3] & _ALL
        v[3] = _right(v[3], 48) ^ v[2]
        v[0] = v[0] + v[3] & _ALL
        v[3] = _right(v[3], 43) ^ v[0]
        v[2] = v[2] + v[1] & _ALL
        v[1] = _right(v[1], 47) ^ v[2]
        v[2] = _right(v[2], 32)
