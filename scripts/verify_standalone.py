#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verify a document package of Corridor Ledger, with this file and Python 3.11 alone.

    python3 verify_standalone.py PACKAGE [FILE...] --node URL --trust FILE
                                 [--with OTHER] [--at TIME] [--now UNIX] [--json]

Written from docs/formats.md (the "page"; section numbers below are the page's), apart from the
project's library and sharing no code with it, so that each can be held against the other. It
talks to one Ethereum node and to nothing else. Reduced: `facts` is always [], and no state
proofs, packs or title registers are read (section 14).

Exit: 0 authentic, 3 authentic but not current, 1 not authentic, 4 undecided or unexpected,
2 wrong usage or no package. Read it from top to bottom: bytes, JSON, sealing, curves, notes,
inputs, chain, the ten checks, verdict and report.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import http.client
import itertools
import json
import os
import queue
import re
import sys
import threading
import time
import traceback
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Json: TypeAlias = Any  # what JSON holds; every use is checked at run time
Path9162: TypeAlias = "tuple[int, int, list[str]]"  # index, size, hashes
Outcome: TypeAlias = dict[str, Json]

BIGGEST = 2**53 - 1
ENVELOPE_DEPTH, ENVELOPE_LEAVES = 64, 20_000
FILE_DEPTH, FILE_LEAVES, FILE_BYTES = 65, 80_000, 64 * 2**20
ANSWER_BYTES, NODE_SECONDS = 8 * 2**20, 10.0
NOTE_CHARACTERS, NOTE_SIGNATURES, ACCEPTANCES, PATH_HASHES = 65_536, 64, 64, 64
LAST_SECOND = 253_402_300_799  # of the year 9999
NAMED_POINTERS, STALE_STATEMENT = 50, 604_800


class Refused(Exception):  # noqa: N818 - a verdict on an input, not a programming error
    """An input that is not what section 1 to 8 of the page describe: exit code 2."""


class Unanswered(Exception):  # noqa: N818 - as above
    """The chain gave no usable answer."""


class Hidden:
    """The place of a value that a redaction hides; it satisfies every rule about values."""


HIDDEN = Hidden()


def want(ok: object, what: str) -> None:
    """Refuse unless `ok`."""
    if not ok:
        raise Refused(what)


# --- Bytes, trees, text forms (sections 1.1 and 1.3) ------------------------------------------


def sha(data: bytes) -> bytes:
    """H of the page."""
    return hashlib.sha256(data).digest()


def leaf(data: bytes) -> bytes:
    """Return a leaf of an RFC 9162 tree."""
    return sha(b"\x00" + data)


def node(left: bytes, right: bytes) -> bytes:
    """Return an inner node of an RFC 9162 tree."""
    return sha(b"\x01" + left + right)


def root_of(hashes: list[bytes]) -> bytes:
    """Return the root over leaves: pair them up, and carry a lone last one."""
    while len(hashes) > 1:
        pairs = [node(a, b) for a, b in zip(hashes[::2], hashes[1::2], strict=False)]
        hashes = pairs + hashes[len(hashes) // 2 * 2 :]
    return hashes[0] if hashes else sha(b"")


def root_from_path(start: bytes, place: Path9162) -> bytes | None:
    """RFC 9162 section 2.1.3.2; None if the path does not fit index and size."""
    index, size, path = place
    if index >= size:
        return None
    fn, sn, result = index, size - 1, start
    for step in map(bytes.fromhex, path):
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            result = node(step, result)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node(result, step)
        fn, sn = fn >> 1, sn >> 1
    return result if sn == 0 else None


def form(pattern: str) -> Callable[[Json], bool]:
    """Return a test for text of one form; the empty search `$` trap is why it is fullmatch."""
    expression = re.compile(pattern)
    return lambda value: isinstance(value, str) and bool(expression.fullmatch(value))


NUMBER = "(?:0|[1-9][0-9]*)"
CHAIN_ID = "(?:0|[1-9][0-9]{0,17})"
is_digest = form("[0-9a-f]{64}")
is_hash = form("0x[0-9a-f]{64}")
is_address = form("0x[0-9a-f]{40}")
is_signature = form("0x[0-9a-f]{130}")
is_seed = form("[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")  # the last character has two spare bits
is_salt = form("[A-Za-z0-9_-]{21}[AQgw]")  # and here four
is_kind = form("[a-z][a-z0-9-]{0,47}")
is_ledger = form(f"eip155:{CHAIN_ID}:0x[0-9a-f]{{40}}")
is_title = form(f"eip155:{CHAIN_ID}:0x[0-9a-f]{{40}}:0x[0-9a-f]{{64}}")
is_index = form(NUMBER)
is_time_form = form("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
has_control = re.compile("[\x00-\x1f\x7f-\x9f]").search


def is_text(value: Json) -> bool:
    """Tell whether it is text."""
    return isinstance(value, str)


def is_whole(value: Json) -> bool:
    """Tell whether it is a whole number that is not negative; True is none."""
    return type(value) is int and 0 <= value <= BIGGEST


def seconds(value: Json) -> int:
    """Return a time of section 1.3 in Unix seconds."""
    want(is_time_form(value) and value >= "1970", f"no time: {value!r:.40}")
    try:
        return int(datetime.fromisoformat(value).timestamp())
    except ValueError as error:
        raise Refused(f"no time: {value!r:.40}") from error


def is_time(value: Json) -> bool:
    """Tell whether it is a time."""
    try:
        return is_text(value) and seconds(value) >= 0
    except Refused:
        return False


def time_text(unix: int) -> str:
    """Return a time in its text form."""
    moment = datetime.fromtimestamp(min(max(unix, 0), LAST_SECOND), UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def is_sorted(values: Sequence[str]) -> bool:
    """Tell whether texts ascend by their bytes, without repeats."""
    return all(a.encode() < b.encode() for a, b in itertools.pairwise(values))


# --- JSON (section 1.2) -----------------------------------------------------------------------


def number_text(number: float) -> str:
    """Return the token of RFC 8785, which is ECMAScript's Number.prototype.toString."""
    if isinstance(number, int):
        return str(number)
    sign, digit_tuple, exponent = Decimal(repr(number)).normalize().as_tuple()
    digits, point = "".join(map(str, digit_tuple)), len(digit_tuple) + int(exponent)
    if 0 < point <= 21:  # noqa: PLR2004 - the bounds are ECMAScript's
        body = digits[:point].ljust(point, "0") + ("." + digits[point:] if digits[point:] else "")
    elif -6 < point <= 0:  # noqa: PLR2004
        body = "0." + "0" * -point + digits
    else:
        body = digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{point - 1:+d}"
    return "-" * sign + body


def read_number(token: str) -> float:
    """Read a number whose token must be the canonical one; a whole one becomes an int."""
    value = float(token)
    want(abs(value) <= BIGGEST, f"a number is too large: {token[:40]}")
    whole = int(value) if value.is_integer() else value
    want(number_text(whole) == token, f"a number is not written canonically: {token[:40]}")
    return whole


def read_object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Read an object without repeated keys."""
    want(len(dict(pairs)) == len(pairs), "an object names a member twice")
    return dict(pairs)


def read_constant(token: str) -> Json:
    """Refuse NaN and the infinities."""
    raise Refused(f"not a number of JSON: {token}")


def walk(tree: Json, most_leaves: int, most_depth: int) -> Iterator[tuple[str, Json]]:
    """List every scalar and empty container with its pointer (section 2.1, step 1)."""
    todo, found = [("", tree, 1)], 0
    while todo:
        pointer, value, depth = todo.pop()
        want(depth <= most_depth, "nested too deeply")
        if not (isinstance(value, dict | list) and value):
            found += 1
            want(found <= most_leaves, "too many values")
            yield pointer, value
            continue
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, child in pairs:
            token = str(key).replace("~", "~0").replace("/", "~1")
            todo.append((f"{pointer}/{token}", child, depth + 1))


def strings_of(tree: Json) -> Iterator[str]:
    """List all strings and keys."""
    todo = [tree]
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            todo += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            todo += value


def read_json(raw: bytes) -> Json:
    """Read JSON by the rules of section 1.2."""
    want(len(raw) <= FILE_BYTES, "the file is too large")
    try:
        tree = json.loads(
            raw.decode(),  # a byte-order mark stays, and json refuses it
            object_pairs_hook=read_object,
            parse_float=read_number,
            parse_int=read_number,
            parse_constant=read_constant,
        )
    except (ValueError, RecursionError) as error:
        raise Refused(f"not JSON: {error}") from error
    for _ in walk(tree, FILE_LEAVES, FILE_DEPTH):
        pass
    for text in strings_of(tree):
        want("\0" not in text, "U+0000 in a string")
        want(not re.search("[\ud800-\udfff]", text), "a lone surrogate in a string")
    return tree


def jcs(value: Json) -> bytes:
    """RFC 8785 of a value that `read_json` accepted."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return b"{" + b",".join(jcs(key) + b":" + jcs(value[key]) for key in keys) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(jcs, value)) + b"]"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_text(value).encode()
    return json.dumps(value, ensure_ascii=False).encode()


def members(value: Json, names: str, what: str) -> dict[str, Json]:
    """Return an object, which must have exactly these members."""
    want(isinstance(value, dict) and set(value) == set(names.split()), f"{what}: members")
    return dict(value)


def check(value: Json, rules: dict[str, Callable[[Json], bool]], what: str) -> dict[str, Json]:
    """Return an object whose members are exactly those of `rules`, and obey them."""
    members(value, " ".join(rules), what)
    for name, rule in rules.items():
        want(isinstance(value[name], Hidden) or rule(value[name]), f"{what}: {name}")
    return dict(value)


def null_or(rule: Callable[[Json], bool]) -> Callable[[Json], bool]:
    """Return a rule that null obeys too."""
    return lambda value: value is None or rule(value)


def is_(constant: Json) -> Callable[[Json], bool]:
    """Return a rule that one value obeys."""
    return lambda value: type(value) is type(constant) and value == constant


def list_of(rule: Callable[[Json], bool], most: int = FILE_LEAVES) -> Callable[[Json], bool]:
    """Return a rule for arrays."""
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(rule, value))


def sorted_of(rule: Callable[[Json], bool]) -> Callable[[Json], bool]:
    """Return a rule for sorted arrays of texts."""
    return lambda value: list_of(rule)(value) and is_sorted(value)


# --- Sealed document and redaction (sections 2 and 3) -----------------------------------------

REFERENCE_CHARACTERS, KEY_BYTES = 128, 256
ALWAYS_SHOWN = {"format", "documentType", "issuers", "title", "validUntil", "replaces"}
HEADER: dict[str, Callable[[Json], bool]] = {
    "documentType": is_kind,
    "issuers": lambda v: bool(v) and sorted_of(is_hash)(v),
    "title": null_or(is_title),
    "validUntil": null_or(is_time),
}
ENVELOPE: dict[str, Callable[[Json], bool]] = {
    **HEADER,
    "format": is_("corridor/document/1"),
    "replaces": sorted_of(is_digest),
    "reference": lambda v: is_text(v) and 1 <= len(v) <= REFERENCE_CHARACTERS,
    "consignment": null_or(is_text),
    "data": lambda v: isinstance(v, dict),
    "files": lambda v: isinstance(v, list),
}
FILE: dict[str, Callable[[Json], bool]] = {
    "name": lambda v: (
        is_text(v)
        and v != ""
        and not any(bad in v for bad in ("/", "\\", ".."))
        and not has_control(v)
    ),
    "mediaType": is_text,
    "size": is_whole,
    "sha256": is_digest,
}


def ascii_lower(text: str) -> str:
    """Read A-Z as a-z, and change nothing else."""
    return re.sub("[A-Z]", lambda match: chr(ord(match[0]) + 32), text)


def check_keys(tree: Json) -> None:
    """Refuse keys that section 1.2 does not allow inside an envelope."""
    todo = [tree]
    while todo:
        value = todo.pop()
        for key in value if isinstance(value, dict) else ():
            want(1 <= len(key.encode()) <= KEY_BYTES and not has_control(key), "a bad key")
            want(not is_index(key), f"a key that looks like an index: {key[:40]}")
        todo += value.values() if isinstance(value, dict) else ()
        todo += value if isinstance(value, list) else ()


def check_envelope(envelope: Json) -> bool:
    """Refuse an envelope, opened or put together again, that breaks a rule of section 2."""
    check(envelope, ENVELOPE, "envelope")
    check_keys(envelope)
    for _ in walk(envelope, ENVELOPE_LEAVES, ENVELOPE_DEPTH):
        pass
    files = [] if isinstance(envelope["files"], Hidden) else envelope["files"]
    names = [check(file, FILE, "file")["name"] for file in files]
    shown = [ascii_lower(name) for name in names if is_text(name)]
    want(len(set(shown)) == len(shown), "two files have one name")
    return True


def value_digest(salt: str, value: Json) -> str:
    """Return v of section 2.1, step 4."""
    return sha(b"\x02" + jcs([salt, value])).hex()


def commitment_of(digests: Sequence[Sequence[str]]) -> str:
    """Return the root over pairs of pointer and v."""
    return root_of([leaf(jcs([pointer, v])) for pointer, v in digests]).hex()


def seal(envelope: Json, seed: str) -> list[list[str]]:
    """Return the pairs of pointer and v, in the order of the pointers' bytes."""
    key, result = base64.urlsafe_b64decode(seed + "="), []
    leaves = list(walk(envelope, ENVELOPE_LEAVES, ENVELOPE_DEPTH))
    for pointer, value in sorted(leaves, key=lambda pair: pair[0].encode()):
        mac = hmac.digest(key, b"corridor/salt/1" + pointer.encode(), "sha256")[:16]
        salt = base64.urlsafe_b64encode(mac).decode().rstrip("=")
        result.append([pointer, value_digest(salt, value)])
    return result


def tokens_of(pointer: str) -> list[str]:
    """Split an RFC 6901 pointer into its tokens."""
    want(re.fullmatch("(/([^~/]|~[01])*)+", pointer, re.DOTALL), "no pointer")
    want(pointer.count("/") < ENVELOPE_DEPTH, "nested too deeply")
    return [t.replace("~1", "/").replace("~0", "~") for t in pointer[1:].split("/")]


def plant(tree: dict[str, Json], tokens: list[str], value: Json) -> None:
    """Put one leaf into a tree of dicts; a Leaf keeps `{}` apart from a branch."""
    for token in tokens[:-1]:
        tree = tree.setdefault(token, {})
        want(not isinstance(tree, Leaf), "a pointer below another leaf")
    want(tokens[-1] not in tree, "a pointer above another leaf, or twice")
    tree[tokens[-1]] = Leaf(value)


class Leaf(NamedTuple):
    """A leaf that was planted."""

    value: Json


def grown(tree: Json) -> Json:
    """Turn planted dicts into objects and arrays."""
    if isinstance(tree, Leaf):
        return tree.value
    if not any(map(is_index, tree)):
        return {key: grown(child) for key, child in tree.items()}
    indexes = list(map(str, range(len(tree))))  # compared as text: a token may have many digits
    want(set(tree) == set(indexes), "a gap in array indexes, or other tokens among them")
    return [grown(tree[index]) for index in indexes]


def put_together(redaction: list[Json]) -> Json:
    """Rebuild the envelope of a redaction, by the eight rules of section 3."""
    pointers = [entry["pointer"] for entry in redaction]
    want(is_sorted(pointers), "the pointers do not ascend")
    tree: dict[str, Json] = {}
    for entry in redaction:
        tokens = tokens_of(entry["pointer"])
        want(tokens[0] in ENVELOPE, f"no member of the envelope: {entry['pointer']:.40}")
        shown = "hidden" not in entry
        want(shown or tokens[0] not in ALWAYS_SHOWN, f"hidden: {entry['pointer']:.40}")
        want(not (shown and isinstance(entry["value"], dict | list) and entry["value"]), "no leaf")
        plant(tree, tokens, entry["value"] if shown else HIDDEN)
    envelope = grown(tree)
    check_envelope(envelope)
    return envelope


def header_of_redaction(redaction: list[Json]) -> Json:
    """Return the members that judge the document, from a redaction that may break rules."""
    tree: dict[str, Json] = {}
    for entry in redaction:
        tokens = entry["pointer"].split("/")[1:]
        if tokens and tokens[0] in HEADER and "hidden" not in entry:
            plant(tree, tokens, entry["value"])
    return grown(tree)


# --- Keccak, secp256k1, Ed25519, notes (sections 5 and 6) -------------------------------------

LANES, ROUNDS, RATE, MASK64 = 5, 24, 136, 2**64 - 1


def turned(lane: int, by: int) -> int:
    """Rotate 64 bits to the left."""
    return (lane << by | lane >> (64 - by)) & MASK64


def keccak_f(a: list[int]) -> list[int]:
    """Keccak-f[1600]; lane (x, y) is a[x + 5y]."""
    lfsr = 1
    for _ in range(ROUNDS):
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(LANES)]
        d = [c[x - 1] ^ turned(c[(x + 1) % 5], 1) for x in range(LANES)]
        a = [lane ^ d[i % 5] for i, lane in enumerate(a)]
        b, x, y = list(a), 1, 0
        for t in range(1, ROUNDS + 1):  # rho and pi in one: follow lane (1, 0) on its way
            x, y, moved = y, (2 * x + 3 * y) % 5, turned(a[x + 5 * y], t * (t + 1) // 2 % 64)
            b[x + 5 * y] = moved
        a = [
            b[i] ^ (~b[i // 5 * 5 + (i + 1) % 5] & b[i // 5 * 5 + (i + 2) % 5]) & MASK64
            for i in range(LANES * LANES)
        ]
        for j in range(7):  # iota: the round constant's bits come from a shift register
            a[0] ^= (lfsr & 1) << (2**j - 1)
            lfsr = lfsr << 1 ^ (lfsr >> 7) * 0x171
    return a


def keccak256(data: bytes) -> bytes:
    """Ethereum's hash: Keccak with the padding from before NIST."""
    padded = bytearray(data + b"\x01" + b"\x00" * (RATE - 1 - len(data) % RATE))
    padded[-1] |= 0x80
    state = [0] * (LANES * LANES)
    for start in range(0, len(padded), RATE):
        for i in range(RATE // 8):
            state[i] ^= int.from_bytes(padded[start + 8 * i : start + 8 * i + 8], "little")
        state = keccak_f(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


Point: TypeAlias = "tuple[int, int] | None"  # None is the point at infinity
EC_P = 2**256 - 2**32 - 977
EC_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
EC_G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
ETHEREUM_V = 27


def ec_add(a: Point, b: Point) -> Point:
    """Add two points of secp256k1."""
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0] and (a[1] + b[1]) % EC_P == 0:
        return None
    if a == b:
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, EC_P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, EC_P)
    x = (slope * slope - a[0] - b[0]) % EC_P
    return x, (slope * (a[0] - x) - a[1]) % EC_P


def ec_mul(scalar: int, point: Point) -> Point:
    """Multiply a point of secp256k1."""
    result: Point = None
    while scalar:
        if scalar & 1:
            result = ec_add(result, point)
        point, scalar = ec_add(point, point), scalar >> 1
    return result


def recover(digest: bytes, signature: bytes) -> str | None:
    """Return the address that made a signature r, s, v; None if there is none or s is high."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    odd = signature[64] - ETHEREUM_V
    if odd not in {0, 1} or not 0 < r < EC_N or not 0 < s <= EC_N // 2:
        return None
    y = pow(r**3 + 7, (EC_P + 1) // 4, EC_P)
    if (y * y - r**3 - 7) % EC_P:
        return None
    point, inverse = (r, y if y & 1 == odd else EC_P - y), pow(r, -1, EC_N)
    hashed = int.from_bytes(digest, "big")
    key = ec_add(ec_mul(-hashed * inverse % EC_N, EC_G), ec_mul(s * inverse % EC_N, point))
    if key is None:
        return None
    return "0x" + keccak256(b"".join(n.to_bytes(32, "big") for n in key))[12:].hex()


ED_P, ED_L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
ED_D = -121665 * pow(121666, -1, ED_P) % ED_P
ED_G = (
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    46316835694926478169428394003475163141307993866256225615783033603165251855960,
)


def ed_add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """Add two points of edwards25519."""
    (x1, y1), (x2, y2) = a, b
    cross, xx, yy = ED_D * x1 * x2 * y1 * y2, x1 * y2 + x2 * y1, y1 * y2 + x1 * x2
    return xx * pow(1 + cross, -1, ED_P) % ED_P, yy * pow(1 - cross, -1, ED_P) % ED_P


def ed_mul(scalar: int, point: tuple[int, int]) -> tuple[int, int]:
    """Multiply a point of edwards25519."""
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = ed_add(result, point)
        point, scalar = ed_add(point, point), scalar >> 1
    return result


def ed_point(raw: bytes) -> tuple[int, int] | None:
    """Decode a point (RFC 8032 section 5.1.3)."""
    number = int.from_bytes(raw, "little")
    y, odd = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(ED_D * y * y + 1, -1, ED_P) % ED_P
    x = pow(square, (ED_P + 3) // 8, ED_P)
    if (x * x - square) % ED_P:
        x = x * pow(2, (ED_P - 1) // 4, ED_P) % ED_P
    if y >= ED_P or (x * x - square) % ED_P or (x == 0 and odd):
        return None
    return (x if x & 1 == odd else ED_P - x), y


def ed25519_verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032 section 5.1.7, without the cofactor."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    a, r_point = ed_point(key), ed_point(r)
    if len(signature) != len(key) * 2 or s >= ED_L or a is None or r_point is None:
        return False
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % ED_L
    return ed_mul(s, ED_G) == ed_add(r_point, ed_mul(k, a))


def signing_digest(statement: Json) -> bytes:
    """Return the EIP-712 digest of a statement (section 5)."""

    def word(value: int | str) -> bytes:
        """Return 32 bytes of a number or of 0x hex."""
        return (value if isinstance(value, int) else int(value, 16)).to_bytes(32, "big")

    _, chain_id, log = statement["ledger"].split(":")
    domain_type = "EIP712Domain(string name,string version,uint256 chainId,"
    domain_type += "address verifyingContract)"
    own_type = "Statement(bytes32 party,bytes32 root,uint64 count,uint64 statedAt)"
    names = keccak256(b"Corridor Ledger") + keccak256(b"1")
    domain = keccak256(domain_type.encode()) + names + word(int(chain_id)) + word(log)
    struct = keccak256(own_type.encode()) + word(statement["party"]) + word(statement["root"])
    struct += word(statement["count"]) + word(seconds(statement["statedAt"]))
    return keccak256(b"\x19\x01" + keccak256(domain) + keccak256(struct))


def plain_base64(text: str) -> bytes:
    """Read standard base64 with padding, in its one canonical form."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused("not base64") from error
    want(base64.b64encode(raw).decode() == text, "not canonical base64")
    return raw


class LogKey(NamedTuple):
    """A key that signs notes."""

    name: str
    key_id: bytes
    key: bytes


def read_vkey(vkey: Json) -> LogKey:
    """Read a key in its text form (section 6.2)."""
    want(is_text(vkey) and re.fullmatch(r"[^ +]+\+[0-9a-f]{8}\+[^+ ].*", vkey), "no vkey")
    name, key_id, encoded = vkey.split("+", 2)
    raw = plain_base64(encoded)
    want(len(raw) == 1 + 32 and raw[0] == 1, "not an Ed25519 key")
    want(sha(name.encode() + b"\n" + raw)[:4].hex() == key_id, "the key id does not fit")
    return LogKey(name, bytes.fromhex(key_id), raw[1:])


def signers_of(note: str, keys: list[LogKey]) -> set[LogKey]:
    """Return which of the keys signed; refuse a note that one of them signed wrongly."""
    want(len(note) <= NOTE_CHARACTERS, "the note is too long")
    text, gap, tail = note.rpartition("\n\n")
    text, lines = text + "\n", tail.split("\n")
    want(gap and text != "\n" and not has_low(text.replace("\n", "")), "no text")
    want(lines.pop() == "" and 1 <= len(lines) <= NOTE_SIGNATURES, "no signatures")
    found = set()
    for line in lines:
        match = re.fullmatch("— ([^ +]+) ([^ ]+)", line)
        want(match and not has_low(line), "a malformed signature line")
        name, signed = (match[1], plain_base64(match[2])) if match else ("", b"")
        want(len(signed) > len("kkkk"), "a signature is too short")
        for key in (k for k in keys if (k.name, k.key_id) == (name, signed[:4])):
            want(ed25519_verifies(key.key, text.encode(), signed[4:]), "signed wrongly")
            found.add(key)
    return found


has_low = re.compile("[\x00-\x1f]").search


class Acceptance(NamedTuple):
    """A promise to anchor a statement."""

    ledger: str
    statement: str
    accepted_at: int


def read_acceptance(note: str) -> Acceptance:
    """Read the text of an acceptance (section 6.3)."""
    lines = note.partition("\n\n")[0].split("\n")
    want(len(lines) == len("five5"), "an acceptance has five lines")
    want(re.fullmatch("corridor-ledger/[a-z0-9][a-z0-9.-]{0,62}/acceptance", lines[0]), "origin")
    want(is_ledger(lines[1]) and is_digest(lines[2]), "ledger or statement")
    want(is_time(lines[3]) and is_time(lines[4]), "times")
    return Acceptance(lines[1], lines[2], seconds(lines[3]))


# --- Package, receipt, trust file (sections 4, 5, 7 and 8) ------------------------------------

STATEMENT: dict[str, Callable[[Json], bool]] = {
    "format": is_("corridor/statement/1"),
    "ledger": is_ledger,
    "party": is_hash,
    "signer": is_address,
    "count": lambda v: is_whole(v) and 1 <= v <= 2**32,
    "root": is_digest,
    "statedAt": is_time,
    "signature": is_signature,
}
ANCHOR: dict[str, Callable[[Json], bool]] = {
    "chainId": is_whole,
    "contract": is_address,
    "transaction": is_hash,
    "blockNumber": is_whole,
    "blockHash": is_hash,
    "blockTime": is_time,
}
RECEIPT: dict[str, Callable[[Json], bool]] = {
    "format": is_("corridor/receipt/1"),
    "statement": lambda v: bool(check(v, STATEMENT, "statement")),
    "statementIndex": is_whole,
    "statementPath": list_of(is_digest, PATH_HASHES),
    "entryIndex": is_whole,
    "logPath": list_of(is_digest, PATH_HASHES),
    "size": is_whole,
    "root": is_digest,
    "anchor": lambda v: bool(check(v, ANCHOR, "anchor")),
}


def is_redacted(entry: Json) -> bool:
    """Tell whether it has the shape of an element of a redaction."""
    if isinstance(entry, dict) and "hidden" in entry:
        return bool(check(entry, {"pointer": is_text, "hidden": is_digest}, "redaction"))
    rules = {"pointer": is_text, "salt": is_salt, "value": lambda _: True}
    return bool(check(entry, rules, "redaction"))


def is_pair(pair: Json) -> bool:
    """Tell whether it is a pair of pointer and v."""
    both = isinstance(pair, list) and len(pair) == len("pv")
    return both and is_text(pair[0]) and is_digest(pair[1])


PACKAGE: dict[str, Callable[[Json], bool]] = {
    "format": is_("corridor/package/1"),
    "commitment": is_digest,
    "envelope": null_or(check_envelope),
    "seed": null_or(is_seed),
    "digests": null_or(list_of(is_pair)),
    "redaction": null_or(list_of(is_redacted)),
    "receipts": list_of(lambda v: bool(check(v, RECEIPT, "receipt"))),
    "acceptances": list_of(is_text, ACCEPTANCES),
    "evidence": is_(None),
}


def read_package(raw: bytes) -> dict[str, Json]:
    """Read a package (section 4)."""
    package = check(read_json(raw), PACKAGE, "package")
    opened = [package[name] is not None for name in ("envelope", "seed", "digests")]
    redacted = package["redaction"] is not None
    want(all(opened) != redacted and any(opened) != redacted, "package: neither open nor redacted")
    want(is_sorted([r["statement"]["party"] for r in package["receipts"]]), "receipts: order")
    return package


CONTRACT: dict[str, Callable[[Json], bool]] = {
    "address": is_address,
    "codeHash": is_hash,
    "deployBlock": is_whole,
    "deployBlockHash": is_hash,
}
RETIRED: dict[str, Callable[[Json], bool]] = {
    "size": is_whole,
    "root": is_digest,
    "block": is_whole,
}


def is_contract(value: Json) -> bool:
    """Tell whether it is a contract of a trust file."""
    return bool(check(value, CONTRACT, "contract"))


LEDGER: dict[str, Callable[[Json], bool]] = {
    **dict.fromkeys(("log", "parties", "lens"), is_contract),
    "statuses": lambda v: bool(v) and list_of(is_contract)(v),
    "titles": list_of(is_contract),
    "retired": null_or(lambda v: bool(check(v, RETIRED, "retired"))),
}
LOG_KEY: dict[str, Callable[[Json], bool]] = {
    "vkey": lambda v: bool(read_vkey(v)),
    "from": is_time,
    "to": null_or(is_time),
}
TRUST: dict[str, Callable[[Json], bool]] = {
    "format": is_("corridor/trust/1"),
    "chainId": is_whole,
    "genesisHash": is_hash,
    "finality": form("finalized-tag|instant|depth:[1-9][0-9]{0,5}"),
    "maxHeadAgeSeconds": is_whole,
    "logKeys": list_of(lambda v: bool(check(v, LOG_KEY, "logKeys"))),
    "witnesses": list_of(lambda v: bool(read_vkey(v))),
    "quorum": is_whole,
    "ledgers": list_of(lambda v: bool(check(v, LEDGER, "ledger"))),
}


def read_trust(raw: bytes) -> dict[str, Json]:
    """Read a trust file (section 8)."""
    trust = check(read_json(raw), TRUST, "trust file")
    logs = [ledger["log"]["address"] for ledger in trust["ledgers"]]
    want(len(set(logs)) == len(logs), "trust file: a log stands twice")
    return trust


# --- The chain (section 9): contract ABI, JSON-RPC, one lens call per view --------------------

ROLE_SIGN, CURRENT, WORD = 1, 0, 32
Abi: TypeAlias = Any  # "uint64", "string", ...; a tuple is a struct; a list of one is an array
HEAD_ABI = ("uint64",) * 4
KEY_ABI = ("bytes32", *("uint64",) * 3, "uint8", *("bool",) * 4, "uint64", "uint64")
STATUS_ABI = (
    *("uint8", "uint16", "uint32", "uint64", "uint64"),
    *("bytes32", "address", "uint64", "uint64"),
)
QUERY_ABI = (
    *("address", "address", ["address"], "bytes32", "bytes32"),
    *([("bytes32", "address", "bytes32", "bytes32")], ["bytes32"]),
)
ANSWER_ABI = (
    *("uint256", "uint64", "uint64", "bytes32", "bytes32", ["bytes32"], "address"),
    *("uint64", "bytes32", "bool", [(HEAD_ABI, KEY_ABI, [("uint64", "uint64")])]),
    [("string", "bytes2", "string", [STATUS_ABI])],
)


class Head(NamedTuple):
    """What DocumentLog stores for a root."""

    previous_size: int
    size: int
    time: int
    number: int


class Key(NamedTuple):
    """What PartyRegistry stores for an address."""

    party: str
    start: int
    end: int
    compromised_since: int
    role: int
    added_late: bool
    vetoed: bool
    declared_by_registrar: bool
    objected: bool
    declared_block: int
    declared_time: int


class Status(NamedTuple):
    """What DocumentStatus stores, and the compromise of the key that wrote it."""

    status: int
    reason: int
    sequence: int
    time: int
    number: int
    superseded_by: str
    key: str
    key_compromised_since: int
    key_declared_block: int


class Answer(NamedTuple):
    """The answer of LedgerLens at one block."""

    chain_id: int
    number: int
    time: int
    log_code: str
    registry_code: str
    status_codes: list[str]
    log_registry: str
    log_size: int
    log_root: str
    frozen: bool
    receipts: list[tuple[tuple[Json, ...], tuple[Json, ...], list[tuple[int, int]]]]
    issuers: list[tuple[str, str, str, list[tuple[Json, ...]]]]


def is_dynamic(kind: Abi) -> bool:
    """Tell whether the ABI puts an offset in its place."""
    return isinstance(kind, list) or kind == "string" or any(map(is_dynamic, structure(kind)))


def structure(kind: Abi) -> tuple[Abi, ...]:
    """Return the members of a struct; of anything else none."""
    return kind if isinstance(kind, tuple) else ()


def width(kind: Abi) -> int:
    """Return how many bytes stand in place."""
    members_of = structure(kind)
    return 32 if not members_of or is_dynamic(kind) else sum(map(width, members_of))


def encode(kind: Abi, value: Json) -> bytes:
    """Encode for a call; addresses and bytes32 are hex text."""
    if isinstance(kind, str):
        return bytes.fromhex(value.removeprefix("0x").zfill(64))
    count = len(value).to_bytes(32, "big") if isinstance(kind, list) else b""
    kinds = kind * len(value) if isinstance(kind, list) else kind
    head, tail, start = b"", b"", sum(map(width, kinds))
    for inner, member in zip(kinds, value, strict=True):
        encoded = encode(inner, member)
        if is_dynamic(inner):
            encoded, tail = (start + len(tail)).to_bytes(32, "big"), tail + encoded
        head += encoded
    return count + head + tail


def answer_wants(ok: object, what: str) -> None:
    """Find an answer of the node unusable unless `ok`."""
    if not ok:
        raise Unanswered(what)


def word_at(data: bytes, at: int) -> int:
    """Return a number of 32 bytes."""
    answer_wants(at + 32 <= len(data), "an offset outside the answer")
    return int.from_bytes(data[at : at + 32], "big")


def decode(kind: Abi, data: bytes, at: int) -> Json:
    """Decode, refusing everything that a contract's own encoder would not write."""
    if isinstance(kind, list):
        count = word_at(data, at)
        answer_wants(count * 32 <= len(data), "a list longer than the answer")
        return list(decode_members(kind * count, data, at + 32))
    if isinstance(kind, tuple):
        return decode_members(kind, data, at)
    if kind == "string":
        return decode_string(data, at)
    return decode_word(kind, word_at(data, at))


def decode_members(kinds: Sequence[Abi], data: bytes, start: int) -> tuple[Json, ...]:
    """Decode what stands side by side."""
    result, at = [], start
    for kind in kinds:
        place = start + word_at(data, at) if is_dynamic(kind) else at
        result.append(decode(kind, data, place))
        at += width(kind)
    return tuple(result)


def decode_word(kind: str, number: int) -> Json:
    """Decode one word; numbers beyond their type and dirty padding are refused."""
    name, bits = re.fullmatch("([a-z]+)([0-9]*)", kind).groups()  # type: ignore[union-attr]
    if name == "bytes":
        unused = 256 - 8 * int(bits)
        answer_wants(number % 2**unused == 0, "dirty padding")
        return f"0x{number >> unused:0{2 * int(bits)}x}"
    size = {"address": 160, "bool": 1}.get(name) or int(bits)
    answer_wants(number < 2**size, "a number beyond its type")
    if name == "address":
        return f"0x{number:040x}"
    return bool(number) if name == "bool" else number


def decode_string(data: bytes, at: int) -> str:
    """Decode text; bytes that are no UTF-8 are shown, not refused: anyone may register them."""
    length, start = word_at(data, at), at + 32
    padded = start + (length + 31) // 32 * 32
    answer_wants(padded <= len(data), "an offset outside the answer")
    answer_wants(not any(data[start + length : padded]), "dirty padding")
    return data[start : start + length].decode(errors="replace")


class Node:
    """One Ethereum node, asked over JSON-RPC with a limit of time and size."""

    def __init__(self, url: str, limit: float = NODE_SECONDS) -> None:
        """Take the address of the node."""
        self.url, self.limit, self.source = urlsplit(url), limit, url
        want(self.url.scheme in {"http", "https"} and self.url.hostname, "no URL of a node")
        want(self.url.port is None or self.url.port, "no URL of a node")
        if "@" in self.url.netloc:  # a password stays out of the report
            self.source = url.replace(self.url.netloc.rpartition("@")[0] + "@", "", 1)

    def call(self, method: str, params: list[Json]) -> Json:
        """Return the result of one call."""
        results: queue.Queue[Json] = queue.Queue()

        def run() -> None:
            """Ask, and hand the answer over; a thread, because a node may dribble for ever."""
            try:
                results.put(self.exchange(method, params))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is no answer
                results.put(error)

        threading.Thread(target=run, daemon=True).start()
        try:
            answer = results.get(timeout=self.limit)
        except queue.Empty:
            raise Unanswered(f"{method}: no answer in {self.limit} s") from None
        if isinstance(answer, Exception):
            raise Unanswered(f"{method}: {answer}") from answer
        return answer

    def exchange(self, method: str, params: list[Json]) -> Json:
        """Send one request and read its answer."""
        secure = self.url.scheme == "https"
        maker = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = maker(str(self.url.hostname), self.url.port, timeout=self.limit)
        headers = {"Content-Type": "application/json"}
        if self.url.username is not None:
            login = f"{unquote(self.url.username)}:{unquote(self.url.password or '')}"
            headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
        query = f"?{self.url.query}" if self.url.query else ""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        try:
            body = json.dumps(request).encode()
            connection.request("POST", (self.url.path or "/") + query, body, headers)
            response = connection.getresponse()
            answer_wants(response.status == http.HTTPStatus.OK, f"HTTP {response.status}")
            raw = response.read(ANSWER_BYTES + 1)
        finally:
            connection.close()
        answer_wants(len(raw) <= ANSWER_BYTES, "the answer is too long")
        answer = json.loads(raw)
        answer_wants(answer.get("id") == 1 and answer.get("error") is None, str(answer)[:200])
        answer_wants(answer.get("result") is not None, "a null result")
        return answer["result"]


class Block(NamedTuple):
    """A block as the node names it."""

    number: int
    hash: str
    time: int


def quantity(value: Json) -> int:
    """Read a quantity of JSON-RPC."""
    answer_wants(form("0x(0|[1-9a-fA-F][0-9a-fA-F]{0,15})")(value), f"no quantity: {value!r:.40}")
    return int(value, 16)


def block_at(rpc: Node, which: str) -> Block:
    """Ask for a block by number or tag."""
    found = rpc.call("eth_getBlockByNumber", [which, False])
    answer_wants(isinstance(found, dict) and is_hash(found.get("hash")), "no block")
    block = Block(quantity(found.get("number")), found["hash"], quantity(found.get("timestamp")))
    answer_wants(not which.startswith("0x") or block.number == int(which, 16), "another block")
    return block


class View(NamedTuple):
    """What a ledger said at the final and at the latest block."""

    final: Answer
    latest: Answer
    final_block: Block
    latest_block: Block


class Chain:
    """The chain of a trust file, asked through one node."""

    def __init__(self, rpc: Node, trust: Json) -> None:
        """Take node and trust file."""
        self.rpc, self.trust, self.known = rpc, trust, False

    def view(self, ledger: Json, query: tuple[Json, ...]) -> View:
        """Ask one ledger, at two blocks (section 9.2)."""
        if not self.known:
            answer_wants(
                quantity(self.rpc.call("eth_chainId", [])) == self.trust["chainId"],
                "another chain",
            )
            genesis = block_at(self.rpc, "0x0").hash
            answer_wants(genesis == self.trust["genesisHash"], "another genesis block")
            self.known = True
        latest = block_at(self.rpc, "latest")
        final, rule = latest, self.trust["finality"]
        if rule == "finalized-tag":
            final = block_at(self.rpc, "finalized")
        elif rule != "instant":
            final = block_at(self.rpc, hex(max(latest.number - int(rule[6:]), 0)))
        answer_wants(final.number <= latest.number, "the final block lies above the latest")
        told = self.ask(ledger, query, final)
        newest = told if final.hash == latest.hash else self.ask(ledger, query, latest)
        return View(told, newest, final, latest)

    def ask(self, ledger: Json, query: tuple[Json, ...], block: Block) -> Answer:
        """Ask the lens of a ledger at one block, and believe only a usable answer."""
        lookup = b"lookup((address,address,address[],bytes32,bytes32,"
        lookup += b"(bytes32,address,bytes32,bytes32)[],bytes32[]))"
        call = keccak256(lookup)[:4] + encode((QUERY_ABI,), (query,))
        where = {"to": ledger["lens"]["address"], "data": "0x" + call.hex()}
        result = self.rpc.call("eth_call", [where, {"blockHash": block.hash}])
        answer_wants(form("0x([0-9a-f]{2})*")(result), "no data")
        data = bytes.fromhex(result[2:])
        answer_wants(word_at(data, 0) == WORD, "the first offset")
        answer = Answer(*decode(ANSWER_ABI, data, WORD))
        codes = [contract["codeHash"] for contract in ledger["statuses"]]
        parties = ledger["parties"]
        answer_wants(answer.chain_id == self.trust["chainId"], "another chain")
        answer_wants(answer.log_code == ledger["log"]["codeHash"], "another log")
        answer_wants(answer.registry_code == parties["codeHash"], "another registry")
        answer_wants(answer.status_codes == codes, "another status contract")
        answer_wants(answer.log_registry == parties["address"], "the log has another registry")
        answer_wants(len(answer.receipts) == len(query[5]), "another number of receipts")
        answer_wants(len(answer.issuers) == len(query[6]), "another number of issuers")
        answer_wants(all(len(i[3]) == 2 * len(codes) for i in answer.issuers), "status records")
        answer_wants(answer.time == block.time, "another block")
        times = [answer.time, *(r[0][2] for r in answer.receipts)]
        times += [record[3] for issuer in answer.issuers for record in issuer[3]]
        answer_wants(max(times) <= LAST_SECOND, "a time beyond the calendar")
        return answer


# --- Matching (section 10.10) -----------------------------------------------------------------

KNOWN_KINDS = ("bill-of-lading", "certificate-of-origin", "file-only")
KILOGRAMS = {"KGM": "1", "TNE": "1000", "GRM": "0.001", "LBR": "0.45359237"}
ASCII_SPACE = " \t\n\r\f\v"


def at(tree: Json, *steps: str) -> Json:
    """Follow names downwards; HIDDEN if the way is hidden, None if nothing is there."""
    for step in steps:
        if isinstance(tree, Hidden):
            return HIDDEN
        tree = tree.get(step) if isinstance(tree, dict) else None
    return tree


def items_of(tree: Json) -> list[Json]:
    """Return the elements of an array; one hidden element if it is hidden."""
    if isinstance(tree, Hidden):
        return [HIDDEN]
    return tree if isinstance(tree, list) else []


def cargo_of(data: Json) -> list[Json]:
    """Return the cargo items of a bill; an item without any counts as one that says nothing."""
    consigned = items_of(at(data, "consignmentItems"))
    return [cargo for item in consigned for cargo in items_of(at(item, "cargoItems")) or [None]]


def amount(value: Json) -> Decimal | None:
    """Return a number as it is written; None if it is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(number_text(value)) if is_number else None


def kilograms(value: Json, unit: Json) -> Decimal | None:
    """Return a weight in kilograms; None if it is not usable."""
    number, factor = amount(value), KILOGRAMS.get(unit) if isinstance(unit, str) else None
    return number * Decimal(factor) if number is not None and factor else None


def total(parts: list[Decimal | None]) -> Decimal | None:
    """Add up; None if there is nothing, or a part is not stated or hidden."""
    stated = [part for part in parts if part is not None]
    return sum(stated, Decimal()) if parts and len(stated) == len(parts) else None


def numbers_of(stated: list[Json]) -> frozenset[str] | None:
    """Return container numbers as a set; None if one is hidden, or there is none."""
    if any(isinstance(value, Hidden) for value in stated):
        return None
    texts = [value for value in stated if isinstance(value, str)]
    return frozenset(re.sub("[ -]", "", value).upper() for value in texts) or None


def named_values(kind: str, envelope: Json) -> dict[str, Json]:
    """Return what a kind of document has to compare; None for hidden or not stated."""
    data = at(envelope, "data")
    if kind == "bill-of-lading":
        reference, items = at(data, "transportDocumentReference"), cargo_of(data)
        used = items_of(at(data, "utilizedTransportEquipments"))
        stated = [at(u, "equipment", "equipmentReference") for u in used]
        stated += [at(u, "equipmentReference") for u in [*used, *items]]
        weights = [at(i, "cargoGrossWeight") for i in items]
        weighed = [kilograms(at(w, "value"), at(w, "unit")) for w in weights]
        packed = [amount(at(i, "outerPackaging", "numberOfPackages")) for i in items]
    elif kind == "certificate-of-origin":
        shipped = at(data, "supplyChainConsignment")
        reference = at(shipped, "transportDocumentReference")
        items = items_of(at(shipped, "includedConsignmentItems"))
        used = items_of(at(shipped, "utilizedTransportEquipments"))
        stated = [at(u, name) for u in used for name in ("equipmentReference", "id")]
        weights = [at(i, "grossWeight") for i in items]
        weighed = [kilograms(at(w, "value"), at(w, "unitCode")) for w in weights]
        packed = [amount(at(i, "packageCount")) for i in items]
    else:
        return {}
    values = {
        "transport document reference": reference.strip(ASCII_SPACE)
        if is_text(reference)
        else None,
        "gross weight": weighed_total(weighed),
        "packages": total(packed),
        "containers": numbers_of(stated),
    }
    if kind == "certificate-of-origin" and not any(stated):
        del values["containers"]
    return values


def weighed_total(parts: list[Decimal | None]) -> Decimal | None:
    """Add up weights, to the gram."""
    added = total(parts)
    return None if added is None else added.quantize(Decimal("0.001"))


# --- The ten checks (section 10) --------------------------------------------------------------

WORST = ("FAILED", "UNKNOWN", "PASSED", "NOT_APPLICABLE")
CHECKS = "content statement signature log anchor issuer validity status title match".split()
REASON_TABLE = """
content-matches PASSED Every field and every file checked is unchanged.
content-altered FAILED Fields differ from what was signed.
digests-differ FAILED The list that explains changes does not fit the document.
redaction-broken FAILED The shortened copy is not one that the document allows.
file-altered FAILED A file is not one of those that belong to the document.
file-not-comparable UNKNOWN A file cannot be compared: its fingerprint is hidden.
statement-covers PASSED The issuer's signed statement covers this document.
statement-path-broken FAILED The issuer's signed statement is about something else.
party-not-issuer FAILED It was signed by someone who is not named as an issuer.
receipt-missing UNKNOWN An issuer named in the document has not signed this copy.
signature-valid PASSED The signature was made by the named key.
signature-invalid FAILED The signature was not made by the named key.
no-receipt NOT_APPLICABLE There is no signature to check.
entry-in-log PASSED The signed statement is in the record it points to.
log-path-broken FAILED The signed statement is not in the record it points to.
acceptance-invalid FAILED A promise of the record keeper that comes with it is false.
acceptance-unknown UNKNOWN A promise that comes with it was signed by an unknown key.
anchored PASSED The record stands on the chain, and cannot be changed any more.
head-not-found FAILED The chain has no such record.
not-the-anchor FAILED The record is real, but not the one that first held the entry.
size-differs FAILED The chain knows the record with another number of entries.
after-retirement FAILED The record was closed before this entry was made.
not-final-yet UNKNOWN The record is not on the chain for good yet.
ledger-not-trusted UNKNOWN Your list of trusted records does not name this one.
chain-unavailable UNKNOWN The chain could not be asked.
head-too-old UNKNOWN The chain was asked, but its newest answer is too old.
issuer-authorised PASSED The issuer was entitled to issue it when it was recorded.
anchor-not-proved UNKNOWN When it was recorded is not known, so neither is by what right.
key-not-the-partys FAILED The signing key did not belong to the issuer.
key-may-not-sign FAILED The signing key was not one that may sign documents.
key-not-in-force FAILED The signing key was not in force when it was recorded.
key-compromised FAILED The signing key had been reported stolen before.
key-in-doubt UNKNOWN The signing key was reported stolen for the time of recording.
not-accredited FAILED The issuer was not accredited for this kind of document.
anchored-late UNKNOWN It was accepted in time, but recorded when the right had ended.
issuer-in-doubt UNKNOWN A newer block that is not final yet contradicts the issuer's right.
no-expiry NOT_APPLICABLE The document states no end of its validity.
still-valid PASSED The document's own validity has not ended.
expired FAILED The document's own validity has ended.
content-not-proved UNKNOWN The content is not proved, so this cannot be judged.
not-withdrawn PASSED No issuer has withdrawn, replaced or suspended it.
revoked FAILED An issuer has withdrawn it.
superseded FAILED An issuer has replaced it.
suspended FAILED An issuer has put it on hold.
status-in-doubt UNKNOWN A change was made with a key that was reported stolen.
no-title NOT_APPLICABLE Control of this document is not kept on this ledger.
title-not-trusted UNKNOWN Your list of trusted records does not name its title register.
title-not-readable UNKNOWN This version cannot read title registers.
nothing-to-match NOT_APPLICABLE It was not compared with another document.
matches PASSED It agrees with the document it was presented with.
mismatched FAILED It contradicts the document it was presented with.
match-hidden UNKNOWN A field to compare is hidden or not stated.
other-altered UNKNOWN The document it was presented with is not proved itself.
kind-unknown UNKNOWN This kind of document cannot be compared by this version.
"""
REASONS = {row.split()[0]: row.split(maxsplit=2)[1:] for row in REASON_TABLE.strip().splitlines()}


def outcome(code: str, **more: Json) -> Outcome:
    """Return an outcome as reports have it; its code fixes its state."""
    state, sentence = REASONS[code]
    rest: Outcome = {"detail": None, "pointers": [], "party": None, "asOf": None} | more
    return {"code": code, "state": state, "sentence": sentence} | rest


class Document(NamedTuple):
    """What a package shows of its document."""

    header: Json  # None if what is shown is no header
    envelope: Json  # with HIDDEN where a redaction hides; None if it breaks a rule
    leaves: list[tuple[str, Json]]
    verdict: Outcome  # of `content`, before files


def judge_opened(package: Json) -> Document:
    """Seal the envelope again, and compare (section 10.2)."""
    envelope, carried = package["envelope"], package["digests"]
    sealed = seal(envelope, package["seed"])
    if commitment_of(sealed) != package["commitment"]:
        pointers, detail = [], None
        if commitment_of(carried) == package["commitment"]:
            before, now = dict(carried), dict(sealed)
            pointers = [p for p in before.keys() | now.keys() if before.get(p) != now.get(p)]
            pointers.sort(key=str.encode)
        if len(pointers) > NAMED_POINTERS:
            detail = f"{len(pointers)} fields differ"
        found = outcome("content-altered", pointers=pointers[:NAMED_POINTERS], detail=detail)
    else:
        found = outcome("content-matches" if carried == sealed else "digests-differ")
    leaves = list(walk(envelope, ENVELOPE_LEAVES, ENVELOPE_DEPTH))
    return Document(envelope, envelope, leaves, found)


def judge_redacted(package: Json) -> Document:
    """Put the redaction together, and compare (sections 3 and 10.2)."""
    redaction, envelope = package["redaction"], None
    leaves = [(e["pointer"], HIDDEN if "hidden" in e else e["value"]) for e in redaction]
    try:
        header = envelope = put_together(redaction)
    except Refused as fault:
        try:
            header = header_of_redaction(redaction)
            members(header, " ".join(HEADER), "header")
            want(all(rule(header[name]) for name, rule in HEADER.items()), "header")
        except Refused:
            header = None
        return Document(header, None, leaves, outcome("redaction-broken", detail=str(fault)))
    digests = [(e["pointer"], v_of(e)) for e in redaction]
    same = commitment_of(digests) == package["commitment"]
    found = outcome("content-matches" if same else "content-altered")
    return Document(header, envelope, leaves, found)


def v_of(entry: Json) -> str:
    """Return v of an element of a redaction."""
    return str(entry.get("hidden") or value_digest(entry["salt"], entry["value"]))


def judge_document(package: Json) -> Document:
    """Judge the document of a package without its files."""
    return judge_opened(package) if package["redaction"] is None else judge_redacted(package)


class Case:
    """Everything that one verification looks at."""

    def __init__(self, package: Json, trust: Json, now: int) -> None:
        """Take the package, the trust file and the clock."""
        self.package, self.trust, self.now = package, trust, now
        self.document = judge_document(package)
        self.receipts: list[Json] = package["receipts"]
        self.ledgers = [self.ledger_of(r["statement"]["ledger"]) for r in self.receipts]
        self.views: dict[int, View | None] = {}
        self.why: dict[int, str] = {}
        self.promises, self.promise_faults = judge_acceptances(self)

    def ledger_of(self, name: str) -> int | None:
        """Return which ledger of the trust file a statement belongs to."""
        names = [
            f"eip155:{self.trust['chainId']}:{x['log']['address']}" for x in self.trust["ledgers"]
        ]
        return names.index(name) if name in names else None

    def ask(self, chain: Chain) -> None:
        """Ask the chain once per ledger; without a header there is nothing to ask."""
        header = self.document.header
        for number in sorted({n for n in self.ledgers if n is not None} if header else ()):
            ledger = self.trust["ledgers"][number]
            mine = [r for r, n in zip(self.receipts, self.ledgers, strict=True) if n == number]
            asked = [
                (*(r["statement"][k] for k in ("party", "signer", "root")), r["root"]) for r in mine
            ]
            statuses = [contract["address"] for contract in ledger["statuses"]]
            kind = sha(header["documentType"].encode()).hex()
            query: tuple[Json, ...] = (
                ledger["log"]["address"],
                ledger["parties"]["address"],
                statuses,
                kind,
            )
            query += (self.package["commitment"], asked, header["issuers"])
            try:
                self.views[number] = chain.view(ledger, query)
            except Unanswered as error:
                self.views[number], self.why[number] = None, str(error)

    def view(self, i: int) -> View | None:
        """Return what the ledger of receipt i said."""
        number = self.ledgers[i]
        return None if number is None else self.views.get(number)

    def fresh(self, i: int) -> bool:
        """Tell whether the chain's newest answer is new enough (section 10.1)."""
        view, hint = self.view(i), self.receipts[i]["anchor"]["blockNumber"]
        oldest = self.now - self.trust["maxHeadAgeSeconds"]
        return view is not None and view.latest.time >= oldest and view.latest.number >= hint

    def told(self, answer: Answer, i: int) -> tuple[Head, Key, list[tuple[int, int]]]:
        """Return what an answer says about receipt i."""
        place = self.ledgers[:i].count(self.ledgers[i])
        head, key, accreditations = answer.receipts[place]
        return Head(*head), Key(*key), accreditations


def judge_acceptances(case: Case) -> tuple[list[Acceptance], list[Outcome]]:
    """Return the genuine acceptances, and the outcomes of all others (section 10.5)."""
    known = [(entry, read_vkey(entry["vkey"])) for entry in case.trust["logKeys"]]
    about = {(statement_digest(r).hex(), r["statement"]["ledger"]) for r in case.receipts}
    genuine, faults = [], []
    for note in case.package["acceptances"]:
        try:
            promise = read_acceptance(note)
            keys = [key for entry, key in known if in_force(entry, promise.accepted_at)]
            signed = signers_of(note, keys)
            want((promise.statement, promise.ledger) in about, "it is about something else")
        except Refused as fault:
            faults.append(outcome("acceptance-invalid", detail=str(fault)))
            continue
        if signed:
            genuine.append(promise)
        else:
            faults.append(outcome("acceptance-unknown"))
    return genuine, faults


def in_force(entry: Json, moment: int) -> bool:
    """Tell whether a log key's interval holds a moment."""
    ends = entry["to"]
    return seconds(entry["from"]) <= moment and (ends is None or moment < seconds(ends))


def statement_digest(receipt: Json) -> bytes:
    """Return H(JCS(statement)), signature included."""
    return sha(jcs(receipt["statement"]))


def party_of(receipt: Json) -> str:
    """Return who speaks in a receipt."""
    return str(receipt["statement"]["party"])


def check_content(case: Case, files: Sequence[str]) -> Iterator[Outcome]:
    """10.2: is this the document, and are these its files?"""
    yield case.document.verdict
    listed = [v for p, v in case.document.leaves if re.fullmatch("/files/[0-9]+/sha256", p)]
    hidden = any(
        isinstance(v, Hidden) and re.fullmatch("/files(/[0-9]+/sha256)?", p)
        for p, v in case.document.leaves
    )
    for digest in files:
        if digest not in listed:
            yield outcome("file-not-comparable" if hidden else "file-altered", detail=digest)


def check_statement(case: Case) -> Iterator[Outcome]:
    """10.3: does each statement cover the commitment, and did every issuer sign?"""
    header = case.document.header
    issuers = header["issuers"] if header else []
    for receipt in case.receipts:
        said, party = receipt["statement"], party_of(receipt)
        place = (receipt["statementIndex"], said["count"], receipt["statementPath"])
        found = root_from_path(leaf(bytes.fromhex(case.package["commitment"])), place)
        if found is None or found.hex() != said["root"]:
            yield outcome("statement-path-broken", party=party)
        elif header and party not in issuers:
            yield outcome("party-not-issuer", party=party)
        else:
            yield outcome("statement-covers", party=party)
    for party in set(issuers) - {party_of(r) for r in case.receipts}:
        yield outcome("receipt-missing", party=party)
    if not case.receipts and not issuers:
        yield outcome("receipt-missing")


def check_signature(case: Case) -> Iterator[Outcome]:
    """10.4: did the named key sign?"""
    for receipt in case.receipts:
        said = receipt["statement"]
        signer = recover(signing_digest(said), bytes.fromhex(said["signature"][2:]))
        code = "signature-valid" if signer == said["signer"] else "signature-invalid"
        yield outcome(code, party=party_of(receipt))
    if not case.receipts:
        yield outcome("no-receipt")


def check_log(case: Case) -> Iterator[Outcome]:
    """10.5: is each entry in the log, and is each promise genuine?"""
    for receipt in case.receipts:
        entry = receipt["entryIndex"].to_bytes(8, "big") + statement_digest(receipt)
        place = (receipt["entryIndex"], receipt["size"], receipt["logPath"])
        found = root_from_path(leaf(entry), place)
        ok = found is not None and found.hex() == receipt["root"]
        yield outcome("entry-in-log" if ok else "log-path-broken", party=party_of(receipt))
    yield from case.promise_faults
    if not case.receipts and not case.promise_faults:
        yield outcome("no-receipt")


def anchor_fault(head: Head, receipt: Json, ledger: Json) -> str | None:
    """Return why a head is not the anchor of an entry; None if it is (section 10.6, line 2)."""
    if head.size == 0:
        return "head-not-found"
    if head.size != receipt["size"]:
        return "size-differs"
    if not head.previous_size <= receipt["entryIndex"] < head.size:
        return "not-the-anchor"
    late = ledger["retired"] is not None and head.number > ledger["retired"]["block"]
    return "after-retirement" if late else None


def judge_anchor(case: Case, i: int) -> Outcome:
    """Judge one receipt's anchor (section 10.6)."""
    receipt, number, view = case.receipts[i], case.ledgers[i], case.view(i)
    party = party_of(receipt)
    if number is None:
        return outcome("ledger-not-trusted", party=party)
    if view is None:
        return outcome("chain-unavailable", party=party, detail=case.why.get(number))
    head = case.told(view.final, i)[0]
    code = anchor_fault(head, receipt, case.trust["ledgers"][number])
    if code is None:
        return outcome("anchored", party=party, asOf=time_text(head.time))
    coming = head.size == 0 and case.told(view.latest, i)[0].size != 0
    if not case.fresh(i):
        code = "head-too-old"
    elif coming or view.final.number < receipt["anchor"]["blockNumber"]:
        code = "not-final-yet"
    return outcome(code, party=party, asOf=time_text(view.latest.time))


def check_anchor(case: Case) -> Iterator[Outcome]:
    """10.6: is that head the entry's anchor, final, on a trusted ledger?"""
    for i in range(len(case.receipts)):
        yield judge_anchor(case, i)
    if not case.receipts:
        yield outcome("no-receipt")


def holds(intervals: list[tuple[int, int]], moment: int) -> bool:
    """Tell whether one of the half-open intervals holds a moment."""
    return any(start <= moment < end for start, end in intervals)


def in_force_at(key: Key, moment: int) -> bool:
    """Tell whether a key's interval holds a moment; a vetoed key's never does."""
    return not key.vetoed and holds([(key.start, key.end)], moment)


def compromised_at(key: Key, moment: int) -> bool:
    """Tell whether a key counts as stolen at a moment."""
    return key.compromised_since != 0 and moment >= key.compromised_since


def authority(case: Case, answer: Answer, i: int, head: Head) -> str:
    """Judge a key at its anchor by one view (section 10.7)."""
    _, key, accreditations = case.told(answer, i)
    if key.party != party_of(case.receipts[i]):
        return "key-not-the-partys"
    if key.role != ROLE_SIGN:
        return "key-may-not-sign"
    if not in_force_at(key, head.time):
        return "key-not-in-force"
    stolen = compromised_at(key, head.time)
    if stolen and head.number > key.declared_block:
        return "key-compromised"
    if not holds(accreditations, head.time):
        return "not-accredited"
    return "key-in-doubt" if stolen else "issuer-authorised"


def judge_issuer(case: Case, i: int) -> Outcome:
    """Judge one issuer's right at the anchor (section 10.7)."""
    receipt, view = case.receipts[i], case.view(i)
    party = party_of(receipt)
    if view is None or judge_anchor(case, i)["code"] != "anchored":
        return outcome("anchor-not-proved", party=party)
    head, key, accreditations = case.told(view.final, i)
    code = authority(case, view.final, i, head)
    if code in {"key-not-in-force", "not-accredited"}:
        mine = statement_digest(receipt).hex(), receipt["statement"]["ledger"]
        for promise in case.promises:
            moment = promise.accepted_at
            right = in_force_at(key, moment) and not compromised_at(key, moment)
            early = (promise.statement, promise.ledger) == mine and moment <= head.time
            if early and right:
                code = "anchored-late" if holds(accreditations, moment) else code
    elif code == "issuer-authorised" and authority(case, view.latest, i, head) != code:
        code = "issuer-in-doubt"
    return outcome(code, party=party, asOf=time_text(head.time))


def check_issuer(case: Case) -> Iterator[Outcome]:
    """10.7: at the anchor, by what right?"""
    for i in range(len(case.receipts)):
        yield judge_issuer(case, i)
    if not case.receipts:
        yield outcome("no-receipt")


def check_validity(case: Case, stated: int | None) -> Iterator[Outcome]:
    """10.8: has the document's own validity ended?"""
    header = case.document.header
    if header is None:
        yield outcome("content-not-proved")
    elif header["validUntil"] is None:
        yield outcome("no-expiry")
    else:
        views = [view for view in case.views.values() if view]
        times = [answer.time for view in views for answer in (view.final, view.latest)]
        moment = max(case.now, *times, stated or 0)
        code = "still-valid" if moment < seconds(header["validUntil"]) else "expired"
        yield outcome(code, detail=f"until {header['validUntil']}", asOf=time_text(moment))


def judge_record(record: Status) -> str | None:
    """Judge one status record (section 10.8)."""
    since = record.key_compromised_since
    if record.time == 0:
        return None
    if since != 0 and since <= record.time and record.number <= record.key_declared_block:
        return "status-in-doubt"
    codes = {CURRENT: None, 1: "revoked", 2: "suspended", 3: "superseded"}
    return codes.get(record.status, "chain-unavailable")


def withdrawals(case: Case, view: View) -> Iterator[Outcome]:
    """List what the issuers say against the document, in both views."""
    for answer in (view.final, view.latest):
        for party, issuer in zip(case.document.header["issuers"], answer.issuers, strict=True):
            for record in (Status(*raw) for raw in issuer[3]):
                code = judge_record(record)
                if code:
                    yield outcome(code, party=party, asOf=time_text(record.time))


def check_status(case: Case) -> Iterator[Outcome]:
    """10.8: has an issuer revoked, superseded or suspended it?"""
    if case.document.header is None:
        yield outcome("content-not-proved")
        return
    for i, number in enumerate(case.ledgers):
        view = case.view(i)
        if number is None:
            yield outcome("ledger-not-trusted")
        elif view is None:
            yield outcome("chain-unavailable", detail=case.why.get(number))
        elif not case.fresh(i):
            yield outcome("head-too-old", asOf=time_text(view.latest.time))
        else:
            nothing = outcome("not-withdrawn", asOf=time_text(view.latest.time))
            yield from list(withdrawals(case, view)) or [nothing]
    if not case.receipts:
        yield outcome("receipt-missing")


def check_title(case: Case) -> Iterator[Outcome]:
    """10.9: who controls the goods? This version cannot tell."""
    header = case.document.header
    if header is None:
        yield outcome("content-not-proved")
    elif header["title"] is None:
        yield outcome("no-title")
    else:
        registers = {t["address"] for ledger in case.trust["ledgers"] for t in ledger["titles"]}
        known = header["title"].split(":")[2] in registers
        yield outcome("title-not-readable" if known else "title-not-trusted")


def check_match(case: Case, other: Json) -> Iterator[Outcome]:
    """10.10: does it agree with what it was presented with?"""
    if other is None:
        yield outcome("nothing-to-match")
        return
    documents = [case.document, judge_document(other)]
    if documents[1].verdict["state"] != "PASSED":
        yield outcome("other-altered")
        return
    if any(d.header is None or d.envelope is None for d in documents):
        yield outcome("content-not-proved")
        return
    kinds = [d.header["documentType"] for d in documents]
    if not set(kinds) <= set(KNOWN_KINDS):
        yield outcome("kind-unknown")
        return
    mine, theirs = (named_values(k, d.envelope) for k, d in zip(kinds, documents, strict=True))
    names = [name for name in mine if name in theirs]
    if kinds == ["bill-of-lading"] * 2:  # each names itself
        names = names[1:]
    for name in names:
        known = mine[name] is not None and theirs[name] is not None
        code = "matches" if mine[name] == theirs[name] else "mismatched"
        yield outcome(code if known else "match-hidden", detail=name)
    if not names:
        yield outcome("match-hidden")


# --- Verdict and report (section 11) ----------------------------------------------------------

NOT_AUTHENTIC, NOT_CURRENT = 1, 3
VERDICTS: dict[str, tuple[int, str]] = {
    "ALTERED": (1, "This document is not what its issuer signed."),
    "SIGNATURE_INVALID": (1, "The signature was not made by the named key."),
    "NOT_ANCHORED": (1, "The record of this document is not on the chain."),
    "ISSUER_NOT_AUTHORISED": (1, "Whoever signed this document had no right to issue it."),
    "REVOKED": (3, "The document is genuine, but an issuer has withdrawn it."),
    "SUPERSEDED": (3, "The document is genuine, but an issuer has replaced it."),
    "SUSPENDED": (3, "The document is genuine, but an issuer has put it on hold."),
    "EXPIRED": (3, "The document is genuine, but its validity has ended."),
    "MISMATCHED": (3, "The document is genuine, but contradicts what it came with."),
    "UNDECIDED": (4, "This document could not be fully checked."),
    "AUTHENTIC": (0, "This document is exactly what its issuer signed, and it is in force."),
}
ADVICE = {
    0: "Compare the facts with the paper and the goods.",
    1: "Do not rely on it.",
    3: "Do not rely on it without asking its issuer.",
    4: "Settle what could not be checked, and verify again.",
}


def state_of(outcomes: list[Outcome]) -> str:
    """Return the worst state."""
    return next(state for state in WORST if state in {o["state"] for o in outcomes})


def verdict_of(found: dict[str, list[Outcome]]) -> str:
    """Return the first verdict that fits (section 11.1)."""
    states = {name: state_of(outcomes) for name, outcomes in found.items()}
    codes = {o["code"] for outcomes in found.values() for o in outcomes}
    failed = {name for name, state in states.items() if state == "FAILED"}
    core = [states[name] for name in CHECKS[:6]]
    lines = [
        ("content" in failed or "statement-path-broken" in codes, "ALTERED"),
        ("signature" in failed, "SIGNATURE_INVALID"),
        (failed & {"log", "anchor"}, "NOT_ANCHORED"),
        ("issuer" in failed or "party-not-issuer" in codes, "ISSUER_NOT_AUTHORISED"),
        ("UNKNOWN" in core, "UNDECIDED"),
        ("revoked" in codes, "REVOKED"),
        ("superseded" in codes, "SUPERSEDED"),
        ("suspended" in codes, "SUSPENDED"),
        ("expired" in codes, "EXPIRED"),
        ("mismatched" in codes, "MISMATCHED"),
        (failed or "UNKNOWN" in states.values(), "UNDECIDED"),
    ]
    return next((verdict for applies, verdict in lines if applies), "AUTHENTIC")


def notes_of(case: Case, files: Sequence[str]) -> Iterator[str]:
    """List what is worth knowing and changes no verdict (section 11.3)."""
    document = case.document
    if document.header and document.header["documentType"] not in KNOWN_KINDS:
        yield f"this version does not know documents of type {document.header['documentType']}"
    listed = at(document.envelope, "files")
    for file in listed if isinstance(listed, list) else ():
        if file["sha256"] not in files:
            name = "(hidden)" if isinstance(file["name"], Hidden) else file["name"]
            yield f"file {name} was not checked"
    for i, receipt in enumerate(case.receipts):
        anchor, stated = judge_anchor(case, i), seconds(receipt["statement"]["statedAt"])
        if anchor["code"] == "anchored" and stated > seconds(anchor["asOf"]):
            yield "the statement is dated after it was recorded"
        elif anchor["code"] == "anchored" and stated < seconds(anchor["asOf"]) - STALE_STATEMENT:
            yield "the statement is dated more than 7 days before it was recorded"


def signatories_of(case: Case) -> Iterator[dict[str, Json]]:
    """Name the issuers as their registry does."""
    parties = {party_of(r): case.view(i) for i, r in enumerate(case.receipts)}
    views = [view for view in case.views.values() if view]
    issuers = case.document.header["issuers"] if case.document.header else []
    for place, party in enumerate(issuers):
        view = parties.get(party) or (views[0] if views else None)
        name, country, kind, _ = view.final.issuers[place] if view else (None, None, None, None)
        letters = bytes.fromhex(country[2:]).rstrip(b"\0").decode("latin-1") if country else None
        yield {"party": party, "name": name, "country": letters, "kind": kind}


def evidence_of(view: View, source: str) -> dict[str, Json]:
    """Say whom the report believes, and as of when."""
    return {
        "source": source,
        "finalBlock": view.final.number,
        "finalTime": time_text(view.final.time),
        "latestBlock": view.latest.number,
        "latestTime": time_text(view.latest.time),
    }


class Request(NamedTuple):
    """What the caller wants to be checked."""

    package: Json
    trust: Json
    now: int
    files: Sequence[str] = ()  # their SHA-256, as hex
    other: Json = None
    stated: int | None = None


def verify(request: Request, rpc: Node) -> dict[str, Json]:
    """Verify, and return the report."""
    case = Case(request.package, request.trust, request.now)
    case.ask(Chain(rpc, request.trust))
    found = {
        "content": check_content(case, request.files),
        "statement": check_statement(case),
        "signature": check_signature(case),
        "log": check_log(case),
        "anchor": check_anchor(case),
        "issuer": check_issuer(case),
        "validity": check_validity(case, request.stated),
        "status": check_status(case),
        "title": check_title(case),
        "match": check_match(case, request.other),
    }
    outcomes = {name: unique(list(made)) for name, made in found.items()}
    verdict, document = verdict_of(outcomes), case.document
    code, sentence = VERDICTS[verdict]
    anchors = [o["asOf"] for o in outcomes["anchor"] if o["code"] == "anchored"]
    hidden = sum(isinstance(value, Hidden) for _, value in document.leaves)
    return {
        "format": "corridor/report/1",
        "verdict": verdict,
        "sentence": sentence,
        "advice": ADVICE[code],
        "commitment": request.package["commitment"],
        "documentType": document.header and document.header["documentType"],
        "checkedAt": time_text(request.now),
        "recordedAt": max(anchors, default=None),
        "complete": hidden == 0,
        "fieldsShown": len(document.leaves) - hidden,
        "fieldsHidden": hidden,
        "checks": [
            {"name": name, "state": state_of(made), "outcomes": made}
            for name, made in outcomes.items()
        ],
        "facts": [],
        "signatories": list(signatories_of(case)),
        "evidence": [evidence_of(v, rpc.source) for v in case.views.values() if v],
        "notes": unique(list(notes_of(case, request.files))),
    }


def unique(values: list[Json]) -> list[Json]:
    """Drop repeats."""
    return [value for i, value in enumerate(values) if value not in values[:i]]


# --- Command ----------------------------------------------------------------------------------


def screen(report: dict[str, Json]) -> str:
    """Return a report as one screen of text."""
    lines = [f"{report['verdict']}: {report['sentence']}", report["advice"], ""]
    lines.append(f"{report['documentType']} {report['commitment']}")
    lines.append(f"recorded {report['recordedAt']}, checked {report['checkedAt']}")
    shown, hidden = report["fieldsShown"], report["fieldsHidden"]
    lines += [f"{shown} fields shown, {hidden} hidden" + (": not complete" if hidden else ""), ""]
    for made in report["checks"]:
        lines.append(f"{made['name']:10} {made['state']}")
        for said in made["outcomes"]:
            more = [said["detail"], *said["pointers"], said["party"], said["asOf"]]
            lines.append(f"  {said['sentence']} " + " ".join(filter(None, more)))
    for who in report["signatories"]:
        lines.append(f"issuer {who['name']}, {who['country']}, {who['kind']}: {who['party']}")
    lines += [f"node {e['source']}, final block {e['finalBlock']}" for e in report["evidence"]]
    lines += [f"note: {note}" for note in report["notes"]]
    # A document's text must not steer a terminal.
    return "".join(c if c == "\n" or not has_control(c) else "?" for c in "\n".join(lines)) + "\n"


def digest_of(path: str) -> str:
    """Return the SHA-256 of a file."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run(arguments: Sequence[str] | None) -> int:
    """Verify what the command line names."""
    parser = argparse.ArgumentParser(description="Verify a package of Corridor Ledger.")
    parser.add_argument("package", help="the *.corridor.json")
    parser.add_argument("file", nargs="*", help="a file that belongs to the document")
    parser.add_argument("--node", required=True, help="URL of an Ethereum node you trust")
    parser.add_argument("--trust", required=True, help="the trust file")
    parser.add_argument("--with", dest="other", help="another package to compare with")
    parser.add_argument("--at", help="a time at which it must still be valid")
    parser.add_argument("--now", type=int, help="the clock, in Unix seconds (default: this one)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args(arguments)
    try:
        want(options.at is None or is_time(options.at), "--at: no time")
        request = Request(
            read_package(Path(options.package).read_bytes()),
            read_trust(Path(options.trust).read_bytes()),
            int(time.time()) if options.now is None else options.now,
            [digest_of(path) for path in options.file],
            read_package(Path(options.other).read_bytes()) if options.other else None,
            seconds(options.at) if options.at else None,
        )
        rpc = Node(options.node)
    except (Refused, OSError, ValueError) as error:
        print(f"not verified: {error}", file=sys.stderr)
        return 2
    report = verify(request, rpc)
    text = (
        json.dumps(report, ensure_ascii=False, indent=2) + "\n" if options.json else screen(report)
    )
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
    return VERDICTS[report["verdict"]][0]


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code; whatever is unexpected is 4, never a verdict."""
    try:
        return run(arguments)
    except BaseException as error:  # an interrupt and a broken pipe too
        if isinstance(error, SystemExit):
            raise
        traceback.print_exc()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python fails again while it ends
        return 4


if __name__ == "__main__":
    sys.exit(main())
