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
has_control = re.compile("[\x00-\x1f\x7f-\x9f]").search


def is_text(value: Json) -> bool:
    """Tell whether it is text."""
    return isinstance(value, str)


def is_whole(value: Json) -> bool:
    """Tell whether it is a whole number that is not negative; True is none."""
    return type(value) is int and 0 <= value <= BIGGEST


def seconds(value: Json) -> int:
    """Return a time of section 1.3 in Unix seconds."""
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", value, re.ASCII)
    want(match and value >= "1970", f"no time: {value!r:.40}")
    try:
        year, month, day, *clock = map(int, match.groups() if match else ())
        return int(datetime(year, month, day, *clock, tzinfo=UTC).timestamp())
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
    moment = datetime.fromtimestamp(min(unix, seconds("9999-12-31T23:59:59Z")), UTC)
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
    "name": lambda v: is_text(v)
    and v != ""
    and not any(bad in v for bad in ("/", "\\", ".."))
    and not has_control(v),
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


def check_envelope(envelope: Json) -> None:
    """Refuse an envelope, opened or put together again, that breaks a rule of section 2."""
    check(envelope, ENVELOPE, "envelope")
    check_keys(envelope)
    for _ in walk(envelope, ENVELOPE_LEAVES, ENVELOPE_DEPTH):
        pass
    files = [] if isinstance(envelope["files"], Hidden) else envelope["files"]
    names = [check(file, FILE, "file")["name"] for file in files]
    shown = [ascii_lower(name) for name in names if is_text(name)]
    want(len(set(shown)) == len(shown), "two files have one name")


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
    "envelope": lambda v: v is None or check_envelope(v) is None,
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
    **dict.fromkeys(("statuses", "titles"), list_of(is_contract)),
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
    return check(read_json(raw), TRUST, "trust file")
