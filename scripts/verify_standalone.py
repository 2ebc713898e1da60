#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verify a document package of Corridor Ledger, with this file and Python 3.11 alone.

Written from docs/formats.md (section numbers are that page's), apart from the project's library and
sharing no code with it, so that each can be held against the other. It talks to one Ethereum node
and to nothing else. Reduced: `facts` is always [], and nothing of section 14 is read. From top to
bottom: bytes, JSON, sealing, curves, notes, files, chain, titles, match, the ten checks, report,
command.

Exit: 0 authentic, 3 authentic but not current, 1 not authentic, 4 undecided or unexpected, 2 wrong
usage or not a package.
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
from decimal import Decimal, getcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Json: TypeAlias = Any  # what JSON holds; every use is checked at run time
MOST = 2**53 - 1
ENVELOPE_LIMITS, FILE_LIMITS = (20_000, 64), (80_000, 65)  # leaves, depth
ENVELOPE_BYTES = 8 * 2**20
FILE_BYTES, ANSWER_BYTES, NODE_SECONDS = 64 * 2**20, 8 * 2**20, 10.0
LAST_SECOND, WEEK, YEAR, NAMED_POINTERS = 253_402_300_799, 604_800, 31_536_000, 50
MOST_CALLS, MOST_EVENTS, MOST_BYTES = 512, 4_096, 32 * 2**20  # for the history of one title
MOST_KIN, MOST_NAMES, MOST_TOLD, MOST_IDLE = 256, 64, 200, 1_024
ZERO = "0x" + "00" * 32
NOTHING: Any = (0, ZERO, ZERO[:42], [])
getcontext().prec = 60  # weights are added without rounding


class Refused(Exception):  # noqa: N818 — a finding, not a fault of this program
    """An input that is not what sections 1 to 8 describe: exit code 2."""


class Unanswered(Exception):  # noqa: N818 — as above
    """The chain gave no usable answer."""


class Declined(Unanswered):
    """The node would not answer this one question."""


class Hidden:
    """Stands where a redaction hides a value; it satisfies every rule about values."""


HIDDEN = Hidden()


def want(ok: object, what: str, error: type[Exception] = Refused) -> None:
    """Refuse unless `ok`."""
    if not ok:
        raise error(what)


# --- Bytes and trees (section 1.1) ------------------------------------------------------------


def sha(data: bytes) -> bytes:
    """H of the page."""
    return hashlib.sha256(data).digest()


def leaf(data: bytes) -> bytes:
    """Return a leaf of a tree."""
    return sha(b"\x00" + data)


def root_of(hashes: list[bytes]) -> bytes:
    """Hash in pairs, and carry a lone last one up."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=False)
        hashes = [sha(b"\x01" + a + b) for a, b in pairs] + hashes[len(hashes) // 2 * 2 :]
    return hashes[0] if hashes else sha(b"")


def leads_to(root: str, start: bytes, index: int, size: int, path: list[str]) -> bool:
    """RFC 9162 section 2.1.3.2: does the path lead from a leaf to the root?"""
    fn, sn, result = index, size - 1, start
    for step in map(bytes.fromhex, path):
        if sn == 0:
            return False
        right = bool(fn & 1) or fn == sn
        result = sha(b"\x01" + (step + result if right else result + step))
        while right and fn and not fn & 1:
            fn, sn = fn >> 1, sn >> 1
        fn, sn = fn >> 1, sn >> 1
    return index < size and sn == 0 and result.hex() == root


# --- JSON (sections 1.2 and 1.3) --------------------------------------------------------------


def number_text(number: float) -> str:
    """Return RFC 8785's token, which is ECMAScript's Number.prototype.toString."""
    if isinstance(number, int):
        return str(number)
    sign, parts, exponent = Decimal(repr(number)).normalize().as_tuple()
    digits, point = "".join(map(str, parts)), len(parts) + int(exponent)
    if 0 < point < len(digits):
        body = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:  # noqa: PLR2004 — the bound is ECMAScript's
        body = "0." + "0" * -point + digits
    else:  # whole numbers are ints here, so what is left is small
        body = digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{point - 1:+d}"
    return "-" * sign + body


def read_number(token: str) -> float:
    """Read a number, whose token must be the canonical one; a whole one becomes an int."""
    value = float(token)
    want(abs(value) <= MOST, "a number is too large")
    number = int(value) if value.is_integer() else value
    want(number_text(number) == token, f"a number is not written canonically: {token[:40]}")
    return number


def once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Read an object, which must not name a member twice."""
    want(len(dict(pairs)) == len(pairs), "an object names a member twice")
    return dict(pairs)


def read_object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Read an object of a file."""
    want(all(len(key.encode("utf-8", "replace")) <= 256 for key, _ in pairs), "a key is too long")  # noqa: PLR2004 — a number of the page
    return once(pairs)


def read_constant(token: str) -> Json:
    """Refuse NaN and the infinities."""
    raise Refused(f"no number of JSON: {token}")


def walk(tree: Json, limits: tuple[int, int]) -> Iterator[tuple[str, Json]]:
    """List every scalar and empty container with its RFC 6901 pointer (section 2.1)."""
    todo, found = [("", tree, 1)], 0
    while todo:
        pointer, value, depth = todo.pop()
        want(depth <= limits[1], "nested too deeply")
        if isinstance(value, dict | list) and value:
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            for key, child in pairs:
                token = str(key).replace("~", "~0").replace("/", "~1")
                todo.append((f"{pointer}/{token}", child, depth + 1))
        else:
            found += 1
            want(found <= limits[0], "too many values")
            yield pointer, value


def read_json(raw: bytes) -> Json:
    """Read a file by the rules of section 1.2."""
    want(len(raw) <= FILE_BYTES, "the file is too large")
    hooks: dict[str, Any] = {"parse_float": read_number, "parse_int": read_number}
    try:  # a byte-order mark stays in the text, and json refuses it
        tree = json.loads(
            raw.decode(), object_pairs_hook=read_object, parse_constant=read_constant, **hooks
        )
    except (ValueError, RecursionError) as error:
        raise Refused(f"not JSON: {error}") from error
    for pointer, value in walk(tree, FILE_LIMITS):
        text = pointer + value if isinstance(value, str) else pointer  # keys and strings alike
        want(not re.search("[\0\ud800-\udfff]", text), "U+0000 or a lone surrogate")
    return tree


def jcs(value: Json) -> bytes:
    """RFC 8785 of a value that `read_json` accepted."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return b"{" + b",".join(jcs(key) + b":" + jcs(value[key]) for key in keys) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(jcs, value)) + b"]"
    if isinstance(value, float):
        return number_text(value).encode()
    return json.dumps(value, ensure_ascii=False).encode()


def ascends(texts: Sequence[str]) -> bool:
    """Tell whether texts are sorted by their bytes, without repeats."""
    return all(a.encode() < b.encode() for a, b in itertools.pairwise(texts))


def seconds(text: str) -> int:
    """Return a time of section 1.3 in Unix seconds."""
    want(re.fullmatch(FORMS["time"], text) and text >= "1970", f"no time: {text[:40]}")
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except ValueError as error:
        raise Refused(f"no time: {text}") from error


def time_text(unix: int) -> str:
    """Return a time in its text form."""
    moment = datetime.fromtimestamp(min(max(unix, 0), LAST_SECOND), UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


# --- What members there are, and their rules (sections 2, 4, 5, 7 and 8) ----------------------

TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
LEDGER = "eip155:(0|[1-9][0-9]{0,17}):0x[0-9a-f]{40}"
FORM_TABLE = rf"""
digest [0-9a-f]{{64}}
hash 0x[0-9a-f]{{64}}
address 0x[0-9a-f]{{40}}
signature 0x[0-9a-f]{{130}}
seed [A-Za-z0-9_-]{{42}}[AEIMQUYcgkosw048]
salt [A-Za-z0-9_-]{{21}}[AQgw]
kind [a-z][a-z0-9-]{{0,47}}
ledger {LEDGER}
title {LEDGER}:0x[0-9a-f]{{64}}
time {TIME}
finality finalized-tag|instant|depth:[1-9][0-9]{{0,5}}
filename (?!.*\.\.)[^/\\\x00-\x1f\x7f-\x9f]+
index 0|[1-9][0-9]*
"""
FORMS = dict(row.split(" ", 1) for row in FORM_TABLE.strip().splitlines())
# An object, its members, their rules: `=` a constant, `?` or null, `*` array, `^` sorted array,
# `+` not empty, a number the greatest length. The last character of seed and salt has spare bits.
SHAPE_TABLE = """
document format:=corridor/document/1 documentType:kind issuers:hash^+ title:title? \
 validUntil:time? replaces:digest^ reference:reference consignment:text? data:object files:file*
header documentType:kind issuers:hash^+ title:title? validUntil:time?
file name:filename mediaType:text size:whole sha256:digest
shown pointer:text salt:salt value:any
hidden pointer:text hidden:digest
package format:=corridor/package/1 commitment:digest envelope:document? seed:seed? \
 digests:pair*? redaction:entry*? receipts:receipt* acceptances:text*64 evidence:null
receipt format:=corridor/receipt/1 statement:statement statementIndex:whole \
 statementPath:digest*64 entryIndex:whole logPath:digest*64 size:whole root:digest anchor:anchor
statement format:=corridor/statement/1 ledger:ledger party:hash signer:address count:count \
 root:digest statedAt:time signature:signature
anchor chainId:whole contract:address transaction:hash blockNumber:whole blockHash:hash \
 blockTime:time
trust format:=corridor/trust/1 chainId:whole genesisHash:hash finality:finality \
 maxHeadAgeSeconds:whole logKeys:logkey* witnesses:vkey* quorum:whole ledgers:trusted*
logkey vkey:vkey from:time to:time?
trusted log:contract parties:contract statuses:contract*+ titles:contract* lens:contract \
 retired:retired?
contract address:address codeHash:hash deployBlock:whole deployBlockHash:hash
retired size:whole root:digest block:whole
"""
SHAPES = {
    row.split()[0]: dict(member.split(":", 1) for member in row.split()[1:])
    for row in SHAPE_TABLE.strip().splitlines()
}
VALUES: dict[str, Callable[[Json], bool]] = {
    "any": lambda _: True,
    "null": lambda value: value is None,
    "text": lambda value: isinstance(value, str),
    "object": lambda value: isinstance(value, dict),
    "whole": lambda value: type(value) is int and value >= 0,
    "count": lambda value: type(value) is int and 1 <= value <= 2**32,
    "reference": lambda value: isinstance(value, str) and 1 <= len(value) <= 128,  # noqa: PLR2004 — a number of the page
    "pair": lambda value: isinstance(value, list) and list(map(type, value)) == [str, str],
    "vkey": lambda value: isinstance(value, str) and bool(read_vkey(value)),
}


def obey(value: Json, rule: str, what: str) -> None:
    """Refuse a value that does not obey a rule of the tables above."""
    many = re.fullmatch(r"(.+)([*^])(\+?)([0-9]*)", rule)
    if isinstance(value, Hidden):
        want(rule not in SHAPES, what)  # a file's four names must stand, hidden or not
    elif rule.endswith("?"):
        obey(value, rule[:-1], what) if value is not None else None
    elif many:
        most = int(many[4] or FILE_LIMITS[0])
        want(isinstance(value, list) and len(many[3]) <= len(value) <= most, what)
        for item in value:
            obey(item, many[1], what)
        want(many[2] == "*" or ascends(value), f"{what}: not sorted")
    elif rule in SHAPES or rule == "entry":
        obey_shape(value, rule, what)
    elif rule.startswith("="):
        want(isinstance(value, str) and value == rule[1:], what)
    elif rule in FORMS:
        want(isinstance(value, str) and re.fullmatch(FORMS[rule], value, re.DOTALL), what)
        want(rule != "time" or seconds(value) >= 0, what)
    else:
        want(VALUES[rule](value), what)
        want(rule != "pair" or re.fullmatch(FORMS["digest"], value[1]), what)


def obey_shape(value: Json, rule: str, what: str) -> None:
    """Refuse a value that is not an object with exactly the members of its shape."""
    want(isinstance(value, dict), what)
    shape = SHAPES[rule if rule in SHAPES else "hidden" if "hidden" in value else "shown"]
    want(set(value) == set(shape), f"{what}: members")
    for name, inner in shape.items():
        obey(value[name], inner, f"{what}.{name}")
    want(rule != "document" or envelope_fits(value), what)


def read_package(raw: bytes) -> dict[str, Json]:
    """Read a package (section 4)."""
    package: dict[str, Json] = read_json(raw)
    obey(package, "package", "package")
    given = [package[n] is not None for n in ("envelope", "seed", "digests", "redaction")]
    want(given in ([True] * 3 + [False], [False] * 3 + [True]), "neither opened nor redacted")
    want(ascends([party_of(receipt) for receipt in package["receipts"]]), "receipts: not sorted")
    want(len(jcs(package["envelope"])) <= ENVELOPE_BYTES, "an envelope of more than 8 MiB")
    return package


def read_trust(raw: bytes) -> dict[str, Json]:
    """Read a trust file (section 8)."""
    trust: dict[str, Json] = read_json(raw)
    obey(trust, "trust", "trust file")
    logs = [ledger["log"]["address"] for ledger in trust["ledgers"]]
    want(len(set(logs)) == len(logs), "trust file: a log stands twice")
    return trust


# --- Sealed document and redaction (sections 2 and 3) -----------------------------------------

ALWAYS_SHOWN = {"format", "documentType", "issuers", "title", "validUntil", "replaces"}


def envelope_fits(envelope: Json) -> bool:
    """Tell whether keys, size and file names of an envelope obey sections 1.2 and 2."""
    todo = [envelope]
    while todo:
        value = todo.pop()
        for key in value if isinstance(value, dict) else ():
            want(re.fullmatch("[^\x00-\x1f\x7f-\x9f]+", key), "a key is empty or has controls")
            want(len(key.encode()) <= 256, "a key is too long")  # noqa: PLR2004 — a number of the page
            want(not re.fullmatch(FORMS["index"], key), f"a key looks like an index: {key[:40]}")
        todo += value.values() if isinstance(value, dict) else ()
        todo += value if isinstance(value, list) else ()
    list(walk(envelope, ENVELOPE_LIMITS))
    files = envelope["files"] if isinstance(envelope["files"], list) else []
    names = [f["name"].encode() for f in files if isinstance(f["name"], str)]
    return len({name.lower() for name in names}) == len(names)  # of bytes: ASCII letters only


def value_digest(salt: str, value: Json) -> str:
    """Return v of section 2.1, step 4."""
    return sha(b"\x02" + jcs([salt, value])).hex()


def commitment_of(digests: Sequence[Sequence[str]]) -> str:
    """Return the root over pairs of pointer and v."""
    return root_of([leaf(jcs([pointer, v])) for pointer, v in digests]).hex()


def seal(envelope: Json, seed: str) -> list[list[str]]:
    """Return the pairs of pointer and v, in the order of the pointers' bytes."""
    key, result = base64.urlsafe_b64decode(seed + "="), []
    for pointer, value in sorted(walk(envelope, ENVELOPE_LIMITS), key=lambda p: p[0].encode()):
        mac = hmac.digest(key, b"corridor/salt/1" + pointer.encode(), "sha256")[:16]
        salt = base64.urlsafe_b64encode(mac).decode().rstrip("=")
        result.append([pointer, value_digest(salt, value)])
    return result


class Leaf(NamedTuple):
    """A leaf in a tree of dicts: keeps the value {} apart from a branch."""

    value: Json


def grown(leaves: list[tuple[str, Json]]) -> Json:
    """Put leaves together again: section 3, rules 2 to 4."""
    tree: dict[str, Json] = {}
    for pointer, value in leaves:
        want(re.fullmatch("(/([^~/]|~[01])*)+", pointer), f"no pointer: {pointer[:40]}")
        want(pointer.count("/") < ENVELOPE_LIMITS[1], "nested too deeply")
        tokens = [t.replace("~1", "/").replace("~0", "~") for t in pointer[1:].split("/")]
        place = tree
        for token in tokens[:-1]:
            place = place.setdefault(token, {})
            want(not isinstance(place, Leaf), f"below another leaf: {pointer[:40]}")
        want(tokens[-1] not in place, f"above another leaf, or twice: {pointer[:40]}")
        place[tokens[-1]] = Leaf(value)
    return branch(tree)


def branch(tree: Json) -> Json:
    """Turn dicts of children into objects and arrays."""
    if isinstance(tree, Leaf):
        return tree.value
    if not any(re.fullmatch(FORMS["index"], key) for key in tree):
        return {key: branch(child) for key, child in tree.items()}
    order = [str(i) for i in range(len(tree))]  # as text: an index may have a million digits
    want(set(tree) == set(order), "a gap in array indexes, or other names among them")
    return [branch(tree[key]) for key in order]


def put_together(redaction: list[Json]) -> Json:
    """Rebuild the envelope of a redaction, by the eight rules of section 3."""
    want(ascends([entry["pointer"] for entry in redaction]), "the pointers do not ascend")
    for entry in redaction:
        member, value = entry["pointer"].split("/")[1:2], entry.get("value")
        want(member and member[0] in SHAPES["document"], "no member of the envelope")
        want("hidden" not in entry or member[0] not in ALWAYS_SHOWN, f"/{member} is hidden")
        want(not (isinstance(value, dict | list) and value), "an object or array is no leaf")
    envelope = grown([(entry["pointer"], entry.get("value", HIDDEN)) for entry in redaction])
    obey(envelope, "document", "envelope")
    return envelope


def v_of(entry: Json) -> str:
    """Return v of an element of a redaction."""
    return str(
        entry["hidden"] if "hidden" in entry else value_digest(entry["salt"], entry["value"])
    )


class Document(NamedTuple):
    """What a package shows of its document, and what that is worth (section 10.2)."""

    header: Json  # None if what is shown is none
    envelope: Json  # with HIDDEN where values are hidden; None if it breaks a rule
    leaves: list[tuple[str, Json]]
    outcome: Json


def document_of(package: Json) -> Document:
    """Judge the document of a package, without its files."""
    envelope, redaction, claimed = package["envelope"], package["redaction"], package["commitment"]
    if redaction is None:
        leaves, header = list(walk(envelope, ENVELOPE_LIMITS)), envelope
        found = compared(package["digests"], seal(envelope, package["seed"]), claimed)
        return Document(header, envelope, leaves, found)
    leaves = [(entry["pointer"], entry.get("value", HIDDEN)) for entry in redaction]
    try:
        header = envelope = put_together(redaction)
        same = commitment_of([(entry["pointer"], v_of(entry)) for entry in redaction]) == claimed
        found = outcome("content-matches" if same else "content-altered")
    except Refused as fault:
        header, found = None, outcome("redaction-broken", detail=str(fault))
        try:  # the header may parse all the same
            named = [(pair, pair[0].split("/")[1:2]) for pair in leaves]
            mine = [pair for pair, member in named if member and member[0] in SHAPES["header"]]
            want(not any(isinstance(value, Hidden) for _, value in mine), "a hidden header")
            header = grown(mine)
            obey(header, "header", "header")
        except Refused:
            header = None
    return Document(header, envelope, leaves, found)


def compared(carried: Json, sealed: list[list[str]], claimed: str) -> Json:
    """Hold a sealed envelope against the commitment, and name the fields that differ."""
    if commitment_of(sealed) == claimed:
        return outcome("content-matches" if carried == sealed else "digests-differ")
    pointers = []
    if commitment_of(carried) == claimed:
        old, new = dict(carried), dict(sealed)
        pointers = [p for p in old.keys() | new.keys() if old.get(p) != new.get(p)]
    detail = f"{len(pointers)} fields" if len(pointers) > NAMED_POINTERS else None
    pointers.sort(key=str.encode)
    return outcome("content-altered", pointers=pointers[:NAMED_POINTERS], detail=detail)


# --- Keccak, secp256k1, Ed25519, notes (sections 5 and 6) -------------------------------------


def keccak_f(a: list[int]) -> list[int]:
    """Keccak-f[1600]; lane (x, y) is a[x + 5y]."""

    def turned(lane: int, by: int) -> int:
        return (lane << by | lane >> (64 - by)) & (2**64 - 1)

    lfsr = 1
    for _ in range(24):
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        a = [lane ^ c[i % 5 - 1] ^ turned(c[(i + 1) % 5], 1) for i, lane in enumerate(a)]
        b, x, y = list(a), 1, 0
        for t in range(1, 25):  # rho and pi in one: follow lane (1, 0) on its way
            moved = turned(a[x + 5 * y], t * (t + 1) // 2 % 64)
            x, y = y, (2 * x + 3 * y) % 5
            b[x + 5 * y] = moved
        a = [b[i] ^ (~b[i // 5 * 5 + (i + 1) % 5] & b[i // 5 * 5 + (i + 2) % 5]) for i in range(25)]
        for j in range(7):  # the round constant's bits come from a shift register
            a[0] ^= (lfsr & 1) << (2**j - 1)
            lfsr = lfsr << 1 ^ (lfsr >> 7) * 0x171
    return a


def keccak256(data: bytes) -> bytes:
    """Ethereum's hash: Keccak with the padding from before NIST."""
    rate = 136
    padded = bytearray(data + b"\x01" + bytes(rate - 1 - len(data) % rate))
    padded[-1] |= 0x80
    state = [0] * 25
    for start in range(0, len(padded), rate):
        for i in range(rate // 8):
            state[i] ^= int.from_bytes(padded[start + 8 * i : start + 8 * i + 8], "little")
        state = keccak_f(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


Point: TypeAlias = "tuple[int, int] | None"  # None is secp256k1's point at infinity
EC_P, EC_N = 2**256 - 2**32 - 977, 2**256 - 0x14551231950B75FC4402DA1732FC9BEBF
EC_G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def ec_add(a: Point, b: Point) -> Point:
    """Add two points of secp256k1."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % EC_P == 0:
        return None
    if a == b:
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, EC_P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, EC_P)
    x = (slope * slope - a[0] - b[0]) % EC_P
    return x, (slope * (a[0] - x) - a[1]) % EC_P


def times(scalar: int, point: Any, add: Callable[[Any, Any], Any], zero: Any) -> Any:  # noqa: ANN401 — of any shape
    """Multiply a point of either curve."""
    result = zero
    while scalar:
        result = add(result, point) if scalar & 1 else result
        point, scalar = add(point, point), scalar >> 1
    return result


def recover(digest: bytes, signature: bytes) -> str | None:
    """Return the address that made a signature r, s, v; None if there is none or s is high."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    odd = signature[64] - 27
    y = pow(r**3 + 7, (EC_P + 1) // 4, EC_P)
    in_range = odd in {0, 1} and 0 < r < EC_N and 0 < s <= EC_N // 2
    if not in_range or (y * y - r**3 - 7) % EC_P:
        return None
    point, inverse = (r, y if y & 1 == odd else EC_P - y), pow(r, -1, EC_N)
    minus = -int.from_bytes(digest, "big") * inverse % EC_N
    key = ec_add(times(minus, EC_G, ec_add, None), times(s * inverse % EC_N, point, ec_add, None))
    raw = b"".join(number.to_bytes(32, "big") for number in key or ())
    return "0x" + keccak256(raw)[12:].hex() if key else None


ED_P, ED_L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
ED_D = -121665 * pow(121666, -1, ED_P) % ED_P


def ed_add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """Add two points of edwards25519."""
    (x1, y1), (x2, y2) = a, b
    cross, x, y = ED_D * x1 * x2 * y1 * y2, x1 * y2 + x2 * y1, y1 * y2 + x1 * x2
    return x * pow(1 + cross, -1, ED_P) % ED_P, y * pow(1 - cross, -1, ED_P) % ED_P


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
    s, a, r = int.from_bytes(signature[32:], "little"), ed_point(key), ed_point(signature[:32])
    base = ed_point((4 * pow(5, -1, ED_P) % ED_P).to_bytes(32, "little"))
    if len(signature) != 2 * len(key) or s >= ED_L or a is None or r is None:
        return False
    hashed = hashlib.sha512(signature[:32] + key + message).digest()
    k = int.from_bytes(hashed, "little") % ED_L
    return bool(times(s, base, ed_add, (0, 1)) == ed_add(r, times(k, a, ed_add, (0, 1))))


def signing_digest(statement: Json) -> bytes:
    """Return the EIP-712 digest of a statement (section 5)."""
    _, chain_id, log = statement["ledger"].split(":")
    own = b"Statement(bytes32 party,bytes32 root,uint64 count,uint64 statedAt)"
    of_domain = (
        b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    )
    names = [keccak256(of_domain), keccak256(b"Corridor Ledger"), keccak256(b"1")]
    domain = [*names, word(int(chain_id)), word(log)]
    struct = [keccak256(own), word(statement["party"]), word(statement["root"])]
    struct += [word(statement["count"]), word(seconds(statement["statedAt"]))]
    return keccak256(b"\x19\x01" + keccak256(b"".join(domain)) + keccak256(b"".join(struct)))


def word(value: int | str) -> bytes:
    """Return 32 bytes of a number, or of hex with or without 0x."""
    return (value if isinstance(value, int) else int(value, 16)).to_bytes(32, "big")


def plain_base64(text: str) -> bytes:
    """Read standard base64 with padding, in its one canonical form."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused("not base64") from error
    want(base64.b64encode(raw).decode() == text, "not canonical base64")
    return raw


def read_vkey(vkey: str) -> tuple[str, bytes, bytes]:
    """Return name, key id and key (section 6.2)."""
    name, key_id, encoded = [*vkey.split("+", 2), "", ""][:3]
    raw = plain_base64(encoded)
    want(re.fullmatch("[^ +\x00-\x1f]+", name) and len(raw) == 33 and raw[0] == 1, "no vkey")  # noqa: PLR2004 — a number of the page
    want(sha(name.encode() + b"\n" + raw)[:4].hex() == key_id, "the key id does not fit")
    return name, bytes.fromhex(key_id), raw[1:]


class Promise(NamedTuple):
    """An acceptance: a statement, its ledger, and when it was accepted (section 6.3)."""

    statement: str
    ledger: str
    accepted_at: int


PROMISE = rf"(corridor-ledger/[a-z0-9][a-z0-9.-]{{0,62}})/acceptance\n({LEDGER})\n([0-9a-f]{{64}})"
PROMISE += rf"\n({TIME})\n({TIME})\n\n— ([^ +\x00-\x1f]+) ([^ \x00-\x1f]+)\n"


def read_promise(note: str, log_keys: Json) -> tuple[Promise, bool]:
    """Read an acceptance, and tell whether a key that counts for it signed it."""
    found = re.fullmatch(PROMISE, note)
    if not found:
        raise Refused("not an acceptance with one signature")
    origin, ledger, _, statement, accepted, by, name, encoded = found.groups()
    promise, signed = Promise(statement, ledger, seconds(accepted)), plain_base64(encoded)
    want(seconds(by) >= 0 and len(signed) > 4, "a signature is too short")  # noqa: PLR2004 — a number of the page
    for entry in log_keys:
        key_name, key_id, key = read_vkey(entry["vkey"])
        ends = LAST_SECOND + 1 if entry["to"] is None else seconds(entry["to"])
        counts = key_name == origin and seconds(entry["from"]) <= promise.accepted_at < ends
        if counts and (name, signed[:4]) == (key_name, key_id):
            text = note[: note.index("\n\n") + 1].encode()
            want(ed25519_verifies(key, text, signed[4:]), "its signature is wrong")
            return promise, True
    return promise, False


# --- The chain (section 9) --------------------------------------------------------------------

# The page's own words, from which the types below are read.
LOOKUP = """(address log, address registry, address[] statuses, bytes32 documentType,
 bytes32 commitment,
 (bytes32 party, address signer, bytes32 statementRoot, bytes32 root)[] receipts,
 bytes32[] issuers, (address registry, bytes32 title, address[] keys) title)"""
ANSWER = """(uint256 chainId, uint64 number, uint64 time, bytes32 logCodeHash,
 bytes32 registryCodeHash, bytes32[] statusCodeHashes, address logRegistry, uint64 logSize,
 bytes32 logRoot, bool frozen,
 ((uint64 previousSize, uint64 size, uint64 time, uint64 number) head,
  (bytes32 party, uint64 start, uint64 end, uint64 compromisedSince, uint8 role, bool addedLate,
   bool vetoed, bool declaredByRegistrar, bool objected, uint64 declaredBlock, uint64 declaredTime)
   key,
  (uint64 start, uint64 end)[] accreditations)[] receipts,
 (string name, bytes2 country, string kind,
  (uint8 status, uint16 reason, uint32 sequence, uint64 time, uint64 number, bytes32 supersededBy,
   address key, uint64 keyCompromisedSince, uint64 keyDeclaredBlock)[] statuses)[] issuers,
 (bytes32 codeHash, address registry, bytes32 titleOf,
  (bytes32 carrier, bytes32 holder, bytes32 beneficiary, bytes32 nominee, bytes32 formerHolder,
   bytes32 formerBeneficiary, bytes32 commitment, bytes32 intent, uint8 state, bool paused,
   uint32 sequence, uint64 time, uint64 acceptBy, uint64 share, address key, bytes32[] origins)
   record,
  (bytes32 id, string name, bytes2 country, string kind)[] parties,
  (address key, uint64 compromisedSince, uint64 declaredBlock)[] keys) title)"""
EVENT_TABLE = """
TitleIssued(bytes32 indexed title, bytes32 indexed party, bytes32 tag, bytes32 commitment, \
bytes32 holder, bytes32 beneficiary, uint64 share, bytes32 remark, address key)
TitleActed(bytes32 indexed title, bytes32 indexed party, uint8 action, uint32 sequence, \
bytes32 holder, bytes32 beneficiary, bytes32 intent, uint64 acceptBy, bytes32 remark, address key)
TitlesReissued(bytes32 indexed party, bytes32[] titles, bytes32[] parts, bytes32 remark, \
address key)
"""


class Abi(NamedTuple):
    """A type of the contract ABI: `name` of a simple one, members of a struct."""

    name: str
    members: tuple[tuple[str, Abi], ...] = ()
    many: bool = False

    def dynamic(self) -> bool:
        """Tell whether an offset stands in its place."""
        return self.many or self.name == "string" or any(m.dynamic() for _, m in self.members)

    def width(self) -> int:
        """Return how many bytes stand in its place."""
        return 32 if self.dynamic() or not self.members else sum(m.width() for _, m in self.members)

    def one(self) -> Abi:
        """Return the type of an array's elements."""
        return self._replace(many=False)


def abi(tokens: list[str]) -> Abi:
    """Read a type from the front of a list of tokens."""
    name, members = tokens.pop(0), []
    while name == "(" and tokens[0] != ")":
        kind = abi(tokens)
        members.append((tokens.pop(0), kind))
        tokens[:1] = [] if tokens[0] == "," else tokens[:1]
    tokens[:1] = [] if name == "(" else tokens[:1]
    many = tokens[:1] == ["[]"]
    tokens[:1] = [] if many else tokens[:1]
    return Abi(name, tuple(members), many)


def abi_of(text: str) -> Abi:
    """Read a type from the page's own words."""
    return abi(re.findall(r"\w+|\[\]|[(),]", text))


def event(text: str) -> tuple[str, Abi]:
    """Return the first topic of an event, and the type of its data."""
    name, members = text[:-1].split("(")
    words = [member.split() for member in members.split(", ")]
    topic = keccak256(f"{name}({','.join(kind for kind, *_ in words)})".encode())
    plain = ", ".join(" ".join(member) for member in words if "indexed" not in member)
    return "0x" + topic.hex(), abi_of(f"({plain})")


QUERY_ABI, ANSWER_ABI = abi_of(LOOKUP), abi_of(ANSWER)
EVENTS = dict(map(event, EVENT_TABLE.strip().splitlines()))
ISSUED, ACTED, REISSUED = EVENTS


def encode(kinds: Sequence[Abi], values: Sequence[Json]) -> bytes:
    """Encode values side by side; addresses and bytes32 are hex."""
    head, tail, start = b"", b"", sum(kind.width() for kind in kinds)
    for kind, value in zip(kinds, values, strict=True):
        if kind.many:
            raw = word(len(value)) + encode([kind.one()] * len(value), value)
        else:
            raw = encode([m for _, m in kind.members], value) if kind.members else word(value)
        head += word(start + len(tail)) if kind.dynamic() else raw
        tail += raw if kind.dynamic() else b""
    return head + tail


def decode(kind: Abi, data: bytes) -> Json:
    """Decode what a contract's own encoder wrote, and nothing else."""
    reader = Reader(data)
    found = reader.value(kind)
    want(reader.at == len(data), "an answer that goes on after its end", Unanswered)
    return found


class Reader:
    """Data of the contract ABI, read once from front to back: no encoder leaves gaps."""

    def __init__(self, data: bytes) -> None:
        """Begin at the front."""
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        self.at += size
        want(self.at <= len(self.data), "an answer that ends early", Unanswered)
        return self.data[self.at - size : self.at]

    def number(self) -> int:
        """Return the number in the next word."""
        return int.from_bytes(self.take(32))

    def value(self, kind: Abi) -> Json:
        """Read a value."""
        if kind.many:
            count = self.number()
            want(count * 32 <= len(self.data), "a list longer than the answer", Unanswered)
            return self.side_by_side([kind.one()] * count)
        if kind.members:
            values = self.side_by_side([member for _, member in kind.members])
            return dict(zip((name for name, _ in kind.members), values, strict=True))
        if kind.name != "string":
            return self.plain(kind)
        size = self.number()
        raw = self.take(-size % 32 + size)
        want(not any(raw[size:]), "a text with dirty padding", Unanswered)
        return raw[:size].decode(errors="replace")  # anyone may register any bytes

    def side_by_side(self, kinds: Sequence[Abi]) -> list[Json]:
        """Read what stands side by side: first what has its place there, then what has not."""
        start = self.at
        values = [self.number() if kind.dynamic() else self.value(kind) for kind in kinds]
        for i, kind in enumerate(kinds):
            if kind.dynamic():
                want(values[i] == self.at - start, "an offset that no encoder writes", Unanswered)
                values[i] = self.value(kind)
        return values

    def plain(self, kind: Abi) -> Json:
        """Read one word."""
        number, sizes = self.number(), {"address": 160, "bool": 1}
        size = int(re.sub("[a-z]", "", kind.name) or sizes[kind.name])
        if kind.name.startswith("bytes"):
            want(number % 2 ** (256 - 8 * size) == 0, "dirty padding", Unanswered)
            return f"0x{number >> (256 - 8 * size):0{2 * size}x}"
        want(number < 2**size, "a number beyond its type", Unanswered)
        return f"0x{number:040x}" if kind.name == "address" else number


class Node:
    """One Ethereum node, asked over JSON-RPC, with a limit of time and size."""

    def __init__(self, url: str, limit: float = NODE_SECONDS) -> None:
        """Take the node's URL."""
        self.url, self.limit, self.taken = urlsplit(url), limit, 0
        known = self.url.scheme in {"http", "https"} and self.url.hostname
        want(known and self.url.port != 0, "no URL of a node")
        host = self.url.netloc.rpartition("@")[2].lower()
        self.source = f"{self.url.scheme}://{host}"  # paths and logins may hold secrets

    def call(self, method: str, params: list[Json]) -> Json:
        """Ask in a thread of its own, because a node may dribble for ever."""
        results: queue.Queue[Json] = queue.Queue()

        def run() -> None:
            try:
                results.put(self.exchange(method, params))
            except Exception as error:  # noqa: BLE001 — whatever it is, it is no answer
                results.put(error)

        threading.Thread(target=run, daemon=True).start()
        try:
            answer = results.get(timeout=self.limit)
        except queue.Empty:
            answer = TimeoutError("no answer in time")
        if isinstance(answer, Exception):
            kind = Declined if isinstance(answer, Declined) else Unanswered
            raise kind(f"{method}: {answer}") from answer
        return answer

    def exchange(self, method: str, params: list[Json]) -> Json:
        """Send one request and read its answer."""
        https = self.url.scheme == "https"
        maker = http.client.HTTPSConnection if https else http.client.HTTPConnection
        connection = maker(str(self.url.hostname), self.url.port, timeout=self.limit)
        headers = {"Content-Type": "application/json"}
        if self.url.username is not None:
            login = f"{unquote(self.url.username)}:{unquote(self.url.password or '')}"
            headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
        path = (self.url.path or "/") + (f"?{self.url.query}" if self.url.query else "")
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        try:
            connection.request("POST", path, json.dumps(body).encode(), headers)
            response = connection.getresponse()
            raw = response.read(ANSWER_BYTES + 1)
        finally:
            connection.close()
        self.taken += len(raw)
        want(len(raw) <= ANSWER_BYTES, "the answer is too long", Declined)
        want(response.status not in {400, 413}, f"HTTP {response.status}", Declined)
        want(response.status == http.HTTPStatus.OK, f"HTTP {response.status}", Unanswered)
        return result_of(raw)


def result_of(raw: bytes) -> Json:
    """Return what a JSON-RPC answer holds."""
    answer = json.loads(raw.decode(), object_pairs_hook=once, parse_constant=read_constant)
    want(repr(answer.get("id")) == "1", str(answer)[:200], Unanswered)
    want(answer.get("error") is None, str(answer)[:200], Declined)
    want(answer.get("result") is not None, "no result", Unanswered)
    return answer["result"]


def quantity(value: Json) -> int:
    """Read a quantity of JSON-RPC."""
    good = isinstance(value, str) and re.fullmatch("0x(0|[1-9a-f][0-9a-f]{0,15})", value)
    want(good, f"no quantity: {value!r:.40}", Unanswered)
    return int(value, 16)


class Block(NamedTuple):
    """A block as the node names it."""

    number: int
    hash: str
    time: int


class Chain:
    """The chain of a trust file, asked through one node."""

    def __init__(self, node: Node, trust: Json) -> None:
        """Take node and trust file."""
        self.node, self.trust, self.known = node, trust, False

    def block(self, which: str) -> Block:
        """Ask for a block by number or tag."""
        found = self.node.call("eth_getBlockByNumber", [which, False])
        good = isinstance(found, dict) and re.fullmatch(FORMS["hash"], str(found.get("hash")))
        want(good, "no block", Unanswered)
        number, when = quantity(found.get("number")), quantity(found.get("timestamp"))
        block = Block(number, found["hash"], when)
        same = not which.startswith("0x") or block.number == int(which, 16)
        want(same and block.time <= LAST_SECOND, "another block", Unanswered)
        return block

    def view(self, ledger: Json, query: list[Json], past: Past | None) -> list[Json]:
        """Ask one ledger, about a title, too, at the final and the latest block (section 9.2)."""
        if not self.known:
            chain_id = quantity(self.node.call("eth_chainId", []))
            want(chain_id == self.trust["chainId"], "another chain", Unanswered)
            genesis = self.block("0x0").hash
            want(genesis == self.trust["genesisHash"], "another genesis block", Unanswered)
            self.known = True
        latest, rule = self.block("latest"), self.trust["finality"]
        final = self.block("finalized") if rule == "finalized-tag" else latest
        if rule.startswith("depth:"):
            final = self.block(hex(max(latest.number - int(rule[6:]), 0)))
        want(final.number <= latest.number, "the final block is above the latest", Unanswered)
        if past:
            past.read_title(latest.number)
        blocks = list(dict.fromkeys((final, latest)))
        told = [self.ask(ledger, query, past, block) for block in blocks]
        if past and told[-1]["title"]["record"]["origins"]:
            past.read_kin(told[-1]["title"]["record"])
            told = [self.ask(ledger, query, past, block) for block in blocks]
        return [told[0], told[-1]]

    def ask(self, ledger: Json, query: list[Json], past: Past | None, block: Block) -> Json:
        """Ask a ledger's lens at one block, and believe only a usable answer."""
        asked = past.query(query) if past else [*query, [ZERO, ZERO, []]]
        names = re.sub(r"(?<=\w|\]|\)) \w+|\s", "", re.sub(r"\s+", " ", LOOKUP))
        data = keccak256(f"lookup({names})".encode())[:4] + encode([QUERY_ABI], [asked])
        call = {"to": ledger["lens"]["address"], "data": "0x" + data.hex()}
        result = self.node.call("eth_call", [call, {"blockHash": block.hash}])
        good = isinstance(result, str) and bool(re.fullmatch("0x([0-9a-f]{2})*", result))
        raw = bytes.fromhex(result[2:]) if good else b""
        answer: Json = decode(Abi("(", (("answer", ANSWER_ABI),)), raw)["answer"]
        codes = [contract["codeHash"] for contract in ledger["statuses"]]
        expected = {
            "chainId": self.trust["chainId"],
            "time": block.time,
            "logCodeHash": ledger["log"]["codeHash"],
            "registryCodeHash": ledger["parties"]["codeHash"],
            "statusCodeHashes": codes,
            "logRegistry": ledger["parties"]["address"],
        }
        wrong = [name for name, value in expected.items() if answer[name] != value]
        want(not wrong, f"another {' '.join(wrong)}", Unanswered)
        lengths = [len(answer["receipts"]), len(answer["issuers"])]
        records = [issuer["statuses"] for issuer in answer["issuers"]]
        good = lengths == [len(query[5]), len(asked[6])]
        good = good and all(len(one) == 2 * len(codes) for one in records)
        moments = [receipt["head"]["time"] for receipt in answer["receipts"]]
        moments += [one["time"] for one in itertools.chain(*records[: len(query[6])])]
        if past:
            good = good and past.fits(answer["title"], ledger, asked[7][2])
            moments.append(answer["title"]["record"]["time"])
        good = good and max([0, *moments]) <= LAST_SECOND
        want(good, "an answer to another question, or of no time", Unanswered)
        return answer | {"block": block.number, "asked": asked[6]}


# --- The history of a title (section 9.4) -----------------------------------------------------


class Past:
    """What events tell of a title and its ancestors; it ends at the first fault."""

    def __init__(self, node: Node, ledger: Json, register: Json, title: str) -> None:
        """Take the ledger that is asked about it, and the register of the trust file."""
        self.node, self.ledger, self.register, self.title = node, ledger, register, title
        self.acts: list[Json] = []  # of the title, in their order
        self.older: list[Json] = []  # of its ancestors
        self.kin: list[str] = []  # its ancestors
        self.parents: dict[str, list[str]] = {}
        self.fault: str | None = None
        self.calls, self.before = 0, node.taken
        self.places: set[tuple[int, ...]] = set()
        self.times: dict[str, int] = {}  # by block hash
        self.searched: set[int] = set()  # blocks, for reissues

    def read_title(self, last: int) -> None:
        """Read the acts on the title itself."""
        self.acts = self.read([[ISSUED, ACTED], self.title], self.register["deployBlock"], last)

    def end(self, fault: str) -> None:
        """Ask nothing more; the first fault counts."""
        self.fault = self.fault or fault

    def read_kin(self, record: Json) -> None:
        """Read which titles this one came from, those they came from, and the acts on them."""
        children = [self.title]
        while children and self.fault is None:
            acts = sorted([*self.acts, *self.older], key=lambda act: act["place"], reverse=True)
            blocks = {act["title"]: act["place"][0] for act in acts if act["topic"] == ISSUED}
            opened = [blocks[title] for title in children if title in blocks]
            if len(opened) < len(children):
                self.end("nothing tells when one of its ancestors was opened")
            self.read_parents(record["carrier"], opened)
            if self.parents.get(self.title) != record["origins"]:
                self.end("the reissue that made it is missing")
            parents = {one for title in children for one in self.parents.get(title, ())}
            children = sorted(parents - {*self.kin})
            if self.title in parents or len(self.kin) + len(children) > MOST_KIN:
                self.end("too many ancestors, or itself among them")
            if children and self.fault is None:
                self.kin += children
                first = self.register["deployBlock"]
                self.older += self.read([[ISSUED, ACTED], children], first, max(opened))
                self.older.sort(key=lambda act: act["place"])

    def read_parents(self, carrier: str, blocks: list[int]) -> None:
        """Read which titles were closed for those that were opened in these blocks."""
        for block in sorted({*blocks} - self.searched):
            self.searched.add(block)
            for made in self.read([REISSUED, carrier], block, block):
                for part in made["parts"]:
                    if part in self.parents:
                        self.end(f"{part} was made twice")
                    self.parents[part] = made["titles"]

    def read(self, topics: list[Json], first: int, last: int) -> list[Json]:
        """Read events with these topics, the newest range first; keep those before an odd one."""
        found: list[Json] = []
        titles = set(topics[1] if isinstance(topics[1], list) else topics[1:])
        width = last - first + 1
        while last >= first and self.fault is None:
            start = max(first, last - width + 1)
            where = {"address": self.register["address"], "topics": topics}
            where |= {"fromBlock": hex(start), "toBlock": hex(last)}
            try:
                logs = self.ask("eth_getLogs", [where])
                want(isinstance(logs, list), "no list of logs", Unanswered)
                found.extend(self.event(log, topics, range(start, last + 1)) for log in logs)
            except Declined as refusal:
                width = (last - start + 1) // 2
                self.fault = None if width else str(refusal)
            except Unanswered as error:
                self.fault = str(error)
            else:
                last = start - 1
                if titles <= {act["title"] for act in found if act["topic"] == ISSUED}:
                    break  # nothing is older
        return sorted(found, key=lambda act: act["place"])

    def ask(self, method: str, params: list[Json]) -> Json:
        """Ask within the bounds."""
        self.calls += 1
        want(self.calls <= MOST_CALLS, "it needs too many questions", Unanswered)
        try:
            return self.node.call(method, params)
        finally:
            want(self.node.taken - self.before <= MOST_BYTES, "it is too long", Unanswered)

    def event(self, log: Json, topics: list[Json], blocks: range) -> Json:
        """Read one log, which must be one that was asked for."""
        want(isinstance(log, dict) and log.get("removed", False) is False, "no log", Unanswered)
        names = ("blockNumber", "transactionIndex", "logIndex")
        place = tuple(quantity(log.get(name)) for name in names)
        want(place[0] in blocks and place not in self.places, "a log out of place", Unanswered)
        self.places.add(place)
        want(len(self.places) <= MOST_EVENTS, "it has too many acts", Unanswered)
        marks, data, of = log.get("topics"), log.get("data"), log.get("address")
        wanted = [one if isinstance(one, list) else [one] for one in topics]
        good = of == self.register["address"] and isinstance(marks, list)
        good = good and len(marks) == (2 if topics[0] == REISSUED else 3)
        good = good and all(m in w for m, w in zip(marks, wanted, strict=False))
        for form in (good and marks[-1], log.get("transactionHash"), log.get("blockHash")):
            good = good and re.fullmatch(FORMS["hash"], str(form))
        want(good and re.fullmatch("0x([0-9a-f]{2})*", str(data)), "another log", Unanswered)
        kind, raw = EVENTS[marks[0]], bytes.fromhex(data[2:])
        act = decode(kind, raw)
        if marks[0] == ISSUED:
            act |= {"action": 0, "sequence": 1, "intent": ZERO, "acceptBy": 0}
        want(marks[0] != ACTED or 0 < act["action"] < len(ACTIONS), "no action", Unanswered)
        act |= {"topic": marks[0], "title": marks[1], "party": marks[-1], "place": place}
        when = 0 if marks[0] == REISSUED else self.time(log)
        return act | {"time": when, "transaction": log["transactionHash"]}

    def time(self, log: Json) -> int:
        """Return the time of a log's block, which is asked for where the node does not say it."""
        if log.get("blockTimestamp") is not None:
            when = quantity(log["blockTimestamp"])
        else:
            name = log["blockHash"]
            if name not in self.times:
                try:
                    block = self.ask("eth_getBlockByHash", [name, False])
                except Declined as refusal:
                    raise Unanswered(str(refusal)) from refusal
                want(isinstance(block, dict) and block.get("hash") == name, "no block", Unanswered)
                self.times[name] = quantity(block.get("timestamp"))
            when = self.times[name]
        want(when <= LAST_SECOND, "a time that is none", Unanswered)
        return when

    def query(self, query: list[Json]) -> list[Json]:
        """Return what the lens is asked: with other parties of the history, and all keys."""
        named = (act[name] for act in self.acts for name in ("party", "holder", "beneficiary"))
        others = [party for party in dict.fromkeys(named) if party not in [*query[6], ZERO]]
        keys = list(dict.fromkeys(act["key"] for act in [*self.acts, *self.older]))
        about = [self.register["address"], self.title, keys]
        return [*query[:6], query[6] + others[:MOST_NAMES], about]

    def fits(self, told: Json, ledger: Json, keys: list[str]) -> bool:
        """Tell whether an answer is about this title (section 9.3)."""
        record, roles = told["record"], ("carrier", "holder", "beneficiary", "nominee")
        is_empty = all(value in NOTHING for value in record.values())
        return bool(
            told["codeHash"] == self.register["codeHash"]
            and told["registry"] == ledger["parties"]["address"]
            and record["state"] < len(STATES)
            and (record["carrier"] != ZERO if record["state"] else is_empty)
            and [party["id"] for party in told["parties"]] == [record[role] for role in roles]
            and [key["key"] for key in told["keys"]] == [*keys, record["key"]]
        )


# --- Titles (section 13) ----------------------------------------------------------------------

STATE_TABLE = """
None|
Held|Its holder can pass it on.
OfferedHolder|It was offered to a new holder, who has not accepted it.
OfferedBeneficiary|It was offered to a new beneficiary, who has not accepted it.
OfferedBoth|It was offered to a new holder and beneficiary, and not accepted.
ForDelivery|It was handed back for the goods; the carrier has to answer.
ForAmendment|It was handed back to be amended; the carrier has to answer.
ForPaper|It was handed back for a paper one; the carrier has to answer.
ForReissue|It was handed back to be split or joined; the carrier has to answer.
Delivered|It was handed back for the goods, and the carrier accepted it.
SwitchedToPaper|It was changed for a paper document, which counts instead.
Reissued|It was split or joined with others: other titles count instead.
"""
STATES = [row.split("|") for row in STATE_TABLE.strip().splitlines()]
DELIVERED, ON_PAPER, WAS_REISSUED, ACCEPTED, WHOLE = 9, 10, 11, 14, 1_000_000_000
CLOSED = {9: "title-delivered", 10: "title-on-paper", 11: "title-reissued"}
OFFERS = {2: "h", 3: "b", 4: "hb"}  # which roles are offered in a state
# By whom, from which states, with which members. h: holder, b: beneficiary, c: carrier, o: who was
# offered a role, f: who gets it back; i: intent, t: acceptBy.
ACTION_TABLE = """
Issue||||{party} issued it to {holder}, for {beneficiary}
Nominate|b|1|b|{party} wants {beneficiary} as the next beneficiary
TransferHolder|h|1|ht|{party} passed it on to {holder}
TransferBeneficiary|h|1|bt|{party} made {beneficiary} the beneficiary
TransferBoth|h|1|hbt|{party} passed it on to {holder}, for {beneficiary}
Accept|o|234||{party} accepted it
RejectHolder|h|1234||{party} refused to hold it
RejectBeneficiary|b|1234||{party} refused to be the beneficiary
RejectBoth|hb|1234||{party} refused it
TakeBack|f|234||{party} took it back, for it was not accepted in time
SurrenderForDelivery|hb|1||{party} handed it back for the goods
SurrenderForAmendment|hb|1|i|{party} handed it back to be amended
SurrenderForPaper|hb|1||{party} handed it back for a paper one
SurrenderForReissue|hb|1|i|{party} handed it back to be split or joined with others
AcceptSurrender|c|5678|i|{party} accepted what it was handed back for
RefuseSurrender|c|5678||{party} refused what it was handed back for, and gave it back
Pause|c|12345678||{party} put it on hold
Unpause|c|12345678||{party} ended the hold
"""
ACTIONS = [row.split("|") for row in ACTION_TABLE.strip().splitlines()]
ROLES = {"h": "Holder", "b": "Beneficiary"}


def give(record: Json, roles: str, to: Callable[[str], str], former: str = ZERO) -> None:
    """Give roles to someone, and say who gets them back."""
    for role in roles:
        record |= {ROLES[role].lower(): to(ROLES[role]), "former" + ROLES[role]: former}


def settle(record: Json, state: int, by: int = 0) -> None:
    """Set a state, and the deadline of what is offered."""
    record |= {"state": state, "acceptBy": by if state in OFFERS else 0}


def check_act(old: Json, act: Json, mine: str, offered: str) -> None:
    """Refuse an act that is not possible where the title stands."""
    number, party = act["action"], act["party"]
    name, who, states, members, _ = ACTIONS[number]
    has = {"h": "h" in mine, "b": "b" in mine, "c": old["carrier"] == party}
    has["o"] = bool(set(offered) & set(mine))
    back = ["formerHolder"] if "h" in offered else ["formerBeneficiary", "holder"]
    has["f"] = party in [old[role] for role in back]
    free = {"h": act["holder"], "b": act["beneficiary"], "i": act["intent"], "t": act["acceptBy"]}
    rejects = 6 <= number <= 13 or number == 17  # noqa: PLR2004 — numbers of the page
    rules = {
        "its number": act["sequence"] == old["sequence"] + 1,
        "where it stands": str(old["state"]) in states and (number != 17 or old["paused"]),  # noqa: PLR2004 — as above
        "by whom": all(has[one] for one in who),
        "its members": all(one in members or free[one] in {ZERO, 0} for one in free),
        "its intent": "i" not in members or number == ACCEPTED or act["intent"] != ZERO,
        "put on hold": not old["paused"] or rejects,
        "too many idle acts": number not in {1, 16} or old["sequence"] < MOST_IDLE,
    }
    for rule, kept in rules.items():
        want(kept, f"{name} {act['sequence']}: {rule}")


def after(old: Json, act: Json) -> Json:
    """Return the record after an act (section 13.3)."""
    number, offered = act["action"], OFFERS.get(old["state"], "")
    who, members = ACTIONS[number][1], ACTIONS[number][3]
    mine = "".join(role for role in ROLES if old[ROLES[role].lower()] == act["party"])
    check_act(old, act, mine, offered)
    new = old | {"sequence": act["sequence"], "time": act["time"], "key": act["key"]}
    if number < 5:  # noqa: PLR2004 — numbers of the page
        new |= {"former" + ROLES[role]: ZERO for role in mine}  # acting accepts
        pass_on(new, act, members.rstrip("t"))
    elif number < 10:  # noqa: PLR2004 — as above
        answer_offer(new, act, offered, {5: mine, 9: offered}.get(number) or who)
    elif number < ACCEPTED:
        give(new, "hb", lambda _: str(old["carrier"]), act["party"])
        new |= {"nominee": ZERO, "intent": act["intent"], "state": number - 5}
    elif number < 16:  # noqa: PLR2004 — as above
        answer_surrender(new, act)
    else:
        new["paused"] = number == 16  # noqa: PLR2004 — as above
    return new


def pass_on(new: Json, act: Json, roles: str) -> None:
    """Nominate, and the transfers."""
    to, by = act["beneficiary"], act["acceptBy"]
    if act["action"] == 1:
        want(to not in {new["beneficiary"], new["nominee"]}, "Nominate: whom")
        new["nominee"] = to
        return
    others = all(act[ROLES[r].lower()] not in {ZERO, new[ROLES[r].lower()]} for r in roles)
    free = "b" not in roles or new["holder"] == new["beneficiary"] or to == new["nominee"]
    want(others and free, "a transfer: to whom")
    want(by == 0 or act["time"] < by <= act["time"] + YEAR, "a transfer: its deadline")
    for role in roles:
        give(new, role, lambda name: str(act[name.lower()]), new[ROLES[role].lower()])
    new["nominee"] = ZERO if "b" in roles else new["nominee"]
    settle(new, next(state for state in OFFERS if OFFERS[state] == roles) if by else 1, by)


def answer_offer(new: Json, act: Json, offered: str, roles: str) -> None:
    """Accept, reject, take back: what becomes of an offer."""
    by, late = new["acceptBy"], act["time"] > new["acceptBy"]
    if act["action"] == 5:  # noqa: PLR2004 — a number of the page
        want(not late, "Accept: too late")
        new |= {"former" + ROLES[role]: ZERO for role in roles if role in offered}
    else:
        want(late or act["action"] != 9, "TakeBack: too early")  # noqa: PLR2004 — as above
        want(all(new["former" + ROLES[role]] != ZERO for role in roles), "nobody had it before")
        give(new, roles, lambda name: str(new["former" + name]))
    left = "".join(role for role in offered if role not in roles)
    settle(new, next((state for state in OFFERS if OFFERS[state] == left), 1), by)


def answer_surrender(new: Json, act: Json) -> None:
    """Accept or refuse a surrender."""
    accepts = act["action"] == ACCEPTED
    closed = {5: DELIVERED, 7: ON_PAPER, 8: WAS_REISSUED}.get(new["state"]) if accepts else None
    want(not accepts or act["intent"] == new["intent"], "AcceptSurrender: of something else")
    if accepts and not closed:
        new["commitment"] = new["intent"]
    give(new, "hb", lambda name: ZERO if closed else str(new["former" + name]))
    new |= {"intent": ZERO, "state": closed or 1}


def replay(title: str, acts: list[Json], origins: list[str]) -> list[Json]:
    """Return the record after each act."""
    want(acts and acts[0]["topic"] == ISSUED, "it does not begin with its issue")
    first, party = acts[0], acts[0]["party"]
    own = keccak256(word(party) + word(first["tag"])) == word(title)
    named = [first[name] for name in ("tag", "commitment", "holder", "beneficiary")]
    share = first["share"] == WHOLE or (origins and first["share"] > 0)
    want(own and share and ZERO not in named, "it cannot have been issued like that")
    names = ("holder", "beneficiary", "commitment", "intent", "sequence", "time", "acceptBy")
    record = {name: first[name] for name in (*names, "share", "key")}
    record |= {"carrier": party, "nominee": ZERO, "state": 1, "paused": 0, "origins": origins}
    for role in ROLES.values():
        given = not origins and first[role.lower()] != party
        record["former" + role] = party if given else ZERO
    records = [record]
    for act in acts[1:]:
        records.append(after(records[-1], act))
    return records


# --- Matching (section 10.10) -----------------------------------------------------------------

KNOWN = ("bill-of-lading", "certificate-of-origin", "file-only")
KILOGRAMS = {"KGM": "1", "TNE": "1000", "GRM": "0.001", "LBR": "0.45359237"}


def at(tree: Json, *steps: str) -> list[Json]:
    """List what stands at a path; `*` is every element; HIDDEN where the way is hidden."""
    if isinstance(tree, Hidden) or not steps:
        return [tree]
    if steps[0] == "*":
        return [v for one in tree for v in at(one, *steps[1:])] if isinstance(tree, list) else []
    return at(tree[steps[0]], *steps[1:]) if isinstance(tree, dict) and steps[0] in tree else []


def amount(value: Json, unit: Json = "KGM") -> Decimal | None:
    """Return a number, in kilograms; None if it is not usable or hidden."""
    good = isinstance(value, int | float) and not isinstance(value, bool) and isinstance(unit, str)
    good = good and unit in KILOGRAMS
    return Decimal(number_text(value)) * Decimal(KILOGRAMS[unit]) if good else None


def total(parts: list[Decimal | None]) -> Decimal | None:
    """Add up, to the gram; None if there is nothing, or a part is not stated or hidden."""
    stated = [part for part in parts if part is not None]
    whole = parts and len(stated) == len(parts)
    return sum(stated, Decimal()).quantize(Decimal("0.001")) if whole else None


def stated_by(bill: bool, data: Json) -> tuple[list[Json], list[Json], tuple[str, ...]]:  # noqa: FBT001 — one of two kinds
    """Return items and container numbers of a kind, and the names below an item."""
    if bill:
        consigned = at(data, "consignmentItems", "*")
        items = [cargo for one in consigned for cargo in at(one, "cargoItems", "*") or [None]]
        used = at(data, "utilizedTransportEquipments", "*")
        numbers = [n for one in used for n in at(one, "equipment", "equipmentReference")]
        numbers += [n for one in [*used, *items] for n in at(one, "equipmentReference")]
        return items, numbers, ("cargoGrossWeight", "unit", "outerPackaging", "numberOfPackages")
    items = at(data, "includedConsignmentItems", "*")
    used = at(data, "utilizedTransportEquipments", "*")
    numbers = [n for one in used for name in ("equipmentReference", "id") for n in at(one, name)]
    return items, numbers, ("grossWeight", "unitCode", "packageCount")


def named_values(kind: str, envelope: Json) -> dict[str, Json]:
    """Return what a kind of document has to compare; None for hidden or not stated."""
    data, bill = envelope["data"], kind == "bill-of-lading"
    if kind == "file-only":
        return {}
    if not bill:
        data = next(iter(at(data, "supplyChainConsignment")), {})
    items, numbers, (weight, unit, *packages) = stated_by(bill, data)
    texts = [re.sub("[ -]", "", text).upper() for text in numbers if isinstance(text, str)]
    hidden = any(isinstance(number, Hidden) for number in numbers)
    weights = [[*at(i, weight, "value"), *at(i, weight, unit)] for i in items]
    counts = [at(i, *packages) for i in items]
    reference = [text for text in at(data, "transportDocumentReference") if isinstance(text, str)]
    values = {
        "transport document reference": (reference or [""])[0].strip(" \t\r\n") or None,
        "gross weight": total([amount(*pair) if len(pair) > 1 else None for pair in weights]),
        "packages": total([amount(c[0]) if c and type(c[0]) is int else None for c in counts]),
        "containers": None if hidden else frozenset(filter(None, texts)) or None,
    }
    if not bill and not hidden and values["containers"] is None:
        del values["containers"]  # most certificates list none
    return values


# --- The ten checks (section 10) --------------------------------------------------------------

WORST = ("FAILED", "UNKNOWN", "PASSED", "NOT_APPLICABLE")
STATUSES = {0: None, 1: "revoked", 2: "suspended", 3: "superseded"}
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
acceptance-elsewhere UNKNOWN A promise that comes with it is about something else.
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
title-held PASSED Its title to the goods is in force, and is of this document.
title-not-found FAILED The title to the goods that it names does not exist.
title-of-another FAILED The title to the goods that it names is another carrier's.
title-not-this FAILED The title to the goods that it names is of another document.
title-amended FAILED Its title to the goods was moved to an amended document.
title-delivered FAILED It was handed back to the carrier in exchange for the goods.
title-on-paper FAILED It was changed for a paper document, which counts instead.
title-reissued FAILED It was split or joined with others: other documents count now.
title-not-trusted UNKNOWN Your list of trusted records does not name its title register.
title-not-final-yet UNKNOWN Its title is not on the chain for good yet.
title-in-doubt UNKNOWN Someone acted on its title with a key that was reported stolen.
title-history-incomplete UNKNOWN What was done with its title could not be read completely.
title-history-contradicts UNKNOWN \
The chain was told of acts on its title that contradict each other.
nothing-to-match NOT_APPLICABLE It was not compared with another document.
matches PASSED It agrees with the document it was presented with.
mismatched FAILED It contradicts the document it was presented with.
match-hidden UNKNOWN A field to compare is hidden or not stated.
other-altered UNKNOWN The document it was presented with is not proved itself.
kind-unknown UNKNOWN This kind of document cannot be compared by this version.
"""
REASONS = {row.split()[0]: row.split(maxsplit=2)[1:] for row in REASON_TABLE.strip().splitlines()}


def outcome(code: str, **more: Json) -> dict[str, Json]:
    """Return an outcome as reports have it; its code fixes its state."""
    state, sentence = REASONS[code]
    rest: dict[str, Json] = {"detail": None, "pointers": [], "otherPointers": []}
    rest |= {"party": None, "asOf": None} | more
    return {"code": code, "state": state, "sentence": sentence} | rest


def party_of(receipt: Json) -> str:
    """Return who speaks in a receipt."""
    return str(receipt["statement"]["party"])


class Request(NamedTuple):
    """What the caller wants to be checked."""

    package: Json
    trust: Json
    now: int
    files: Sequence[tuple[str, str]] = ()  # name and SHA-256
    other: Json = None
    stated: int | None = None


class Case:
    """One verification: the request, and what the chain says to it."""

    def __init__(self, request: Request, node: Node) -> None:
        """Judge the document and the promises, and ask the chain about each ledger."""
        self.request, self.trust, self.now = request, request.trust, request.now
        self.package, self.receipts = request.package, request.package["receipts"]
        self.document = document_of(self.package)
        self.header = self.document.header
        prefix = f"eip155:{self.trust['chainId']}:"
        known = {prefix + ledger["log"]["address"]: ledger for ledger in self.trust["ledgers"]}
        self.ledgers = [known.get(r["statement"]["ledger"]) for r in self.receipts]
        self.digests = [sha(jcs(receipt["statement"])) for receipt in self.receipts]
        self.past = self.past_of(node)
        self.home = prefix + self.past.ledger["log"]["address"] if self.past else ""
        self.views: dict[str, Json] = {}  # by ledger: two answers, or why there are none
        chain, asked = Chain(node, self.trust), [*self.ledgers, self.past and self.past.ledger]
        for ledger in filter(None, asked if self.header else []):
            name = prefix + ledger["log"]["address"]
            if name not in self.views:
                self.views[name] = self.look(chain, ledger, name)
        self.promises: list[Promise] = []
        judged = list(map(self.judge_promise, enumerate(self.package["acceptances"])))
        self.broken_promises = [found for found in judged if found]

    def past_of(self, node: Node) -> Past | None:
        """Say which ledger is asked about the title, if any (section 9.2)."""
        _, chain, register, title = ((self.header or {}).get("title") or ":::").split(":")
        known = [ledger for ledger in [*self.ledgers, *self.trust["ledgers"]] if ledger]
        found = [(k, t) for k in known for t in k["titles"] if t["address"] == register]
        right = chain == str(self.trust["chainId"])
        return Past(node, *found[0], title) if found and right else None

    def look(self, chain: Chain, ledger: Json, name: str) -> Json:
        """Ask a ledger about its receipts."""
        said = [
            (r["statement"], r["root"]) for r in self.receipts if r["statement"]["ledger"] == name
        ]
        query = [
            *(ledger["log"]["address"], ledger["parties"]["address"]),
            [contract["address"] for contract in ledger["statuses"]],
            *(sha(self.header["documentType"].encode()).hex(), self.package["commitment"]),
            [(s["party"], s["signer"], s["root"], root) for s, root in said],
            self.header["issuers"],
        ]
        try:
            mine = self.past and self.past.ledger is ledger
            return chain.view(ledger, query, self.past if mine else None)
        except Unanswered as error:
            return str(error)

    def judge_promise(self, numbered: tuple[int, str]) -> Json:
        """Keep a genuine acceptance; return the outcome of any other (section 10.5)."""
        try:
            want(numbered[1] not in self.package["acceptances"][: numbered[0]], "it comes twice")
            promise, signed = read_promise(numbered[1], self.trust["logKeys"])
            about = [
                (d.hex(), r["statement"]["ledger"])
                for d, r in zip(self.digests, self.receipts, strict=True)
            ]
        except Refused as fault:
            return outcome("acceptance-invalid", detail=str(fault))
        if promise[:2] not in about:
            return outcome("acceptance-elsewhere")
        if not signed:
            return outcome("acceptance-unknown")
        self.promises.append(promise)
        return None

    def answers(self, i: int) -> Json:
        """Return the final and the latest answer to receipt i; [] if there are none."""
        found = self.views.get(self.receipts[i]["statement"]["ledger"], [])
        return found if isinstance(found, list) else []

    def told(self, i: int) -> list[Json]:
        """Return what both answers say about receipt i itself."""
        names = [receipt["statement"]["ledger"] for receipt in self.receipts]
        return [answer["receipts"][names[:i].count(names[i])] for answer in self.answers(i)]

    def fresh(self, i: int) -> bool:
        """Tell whether the newest answer is young enough (section 10.1)."""
        latest, hint = self.answers(i)[1], self.receipts[i]["anchor"]["blockNumber"]
        return self.young(latest) and bool(latest["number"] >= hint)

    def young(self, latest: Json) -> bool:
        """Tell whether an answer's block is young enough."""
        return bool(latest["time"] >= self.now - self.trust["maxHeadAgeSeconds"])


def check_content(case: Case) -> Iterator[Json]:
    """10.2: is this the document, and are these its files?"""
    yield case.document.outcome
    leaves = case.document.leaves
    listed = [value for p, value in leaves if re.fullmatch("/files(/[0-9]+/sha256)?", p)]
    hidden = any(isinstance(value, Hidden) for value in listed)
    for name, digest in case.request.files:
        if digest not in listed:
            yield outcome("file-not-comparable" if hidden else "file-altered", detail=name)


def check_statement(case: Case) -> Iterator[Json]:
    """10.3: does each statement cover the commitment, and is every issuer's there?"""
    issuers = case.header["issuers"] if case.header else []
    start = leaf(bytes.fromhex(case.package["commitment"]))
    for receipt in case.receipts:
        said, code = receipt["statement"], "statement-covers"
        place = receipt["statementIndex"], said["count"], receipt["statementPath"]
        if not leads_to(said["root"], start, *place):
            code = "statement-path-broken"
        elif case.header and party_of(receipt) not in issuers:
            code = "party-not-issuer"
        yield outcome(code, party=party_of(receipt))
    for party in sorted(set(issuers) - set(map(party_of, case.receipts))):
        yield outcome("receipt-missing", party=party)
    if not case.receipts and not issuers:
        yield outcome("receipt-missing")


def check_signature(case: Case) -> Iterator[Json]:
    """10.4: did the named key sign?"""
    for receipt in case.receipts:
        said = receipt["statement"]
        good = recover(signing_digest(said), bytes.fromhex(said["signature"][2:])) == said["signer"]
        yield outcome("signature-valid" if good else "signature-invalid", party=said["party"])
    if not case.receipts:
        yield outcome("no-receipt")


def check_log(case: Case) -> Iterator[Json]:
    """10.5: does each entry lead to its root, and are the promises genuine?"""
    for receipt, digest in zip(case.receipts, case.digests, strict=True):
        entry = receipt["entryIndex"].to_bytes(8, "big") + digest
        place = receipt["entryIndex"], receipt["size"], receipt["logPath"]
        good = leads_to(receipt["root"], leaf(entry), *place)
        yield outcome("entry-in-log" if good else "log-path-broken", party=party_of(receipt))
    yield from case.broken_promises
    if not case.receipts and not case.broken_promises:
        yield outcome("no-receipt")


def anchor_fault(head: Json, receipt: Json, retired: Json) -> str | None:
    """Return why a head is not an entry's anchor; None if it is (section 10.6, line 2)."""
    if head["size"] == 0:
        return "head-not-found"
    if head["size"] != receipt["size"]:
        return "size-differs"
    if not head["previousSize"] <= receipt["entryIndex"] < head["size"]:
        return "not-the-anchor"
    return "after-retirement" if retired and head["number"] > retired["block"] else None


def anchor_of(case: Case, i: int) -> Json:
    """10.6: judge one receipt's anchor."""
    receipt, ledger, party = case.receipts[i], case.ledgers[i], party_of(case.receipts[i])
    if ledger is None:
        name = receipt["statement"]["ledger"]
        return outcome("ledger-not-trusted", party=party, detail=name)
    if not case.answers(i):
        why = case.views.get(receipt["statement"]["ledger"], "there is nothing to ask for")
        return outcome("chain-unavailable", party=party, detail=why)
    (final, latest), (head, newest) = case.answers(i), [told["head"] for told in case.told(i)]
    code = anchor_fault(head, receipt, ledger["retired"])
    if code is None:
        return outcome("anchored", party=party, asOf=time_text(head["time"]))
    if not case.fresh(i):
        return outcome("head-too-old", party=party, asOf=time_text(latest["time"]))
    early = final["number"] < receipt["anchor"]["blockNumber"] or (
        head["size"] == 0 < newest["size"]
    )
    code = "not-final-yet" if early else code
    return outcome(code, party=party, asOf=time_text(final["time"]))


def check_anchor(case: Case) -> Iterator[Json]:
    """10.6: is that head the entry's anchor, final, on a trusted ledger?"""
    yield from (anchor_of(case, i) for i in range(len(case.receipts)))
    if not case.receipts:
        yield outcome("no-receipt")


def entitled(told: Json, moment: int) -> list[bool]:
    """Tell of a moment: the key was in force, was not stolen yet, and the party accredited."""
    key = told["key"]
    spans = told["accreditations"]
    return [
        not key["vetoed"] and key["start"] <= moment < key["end"],
        key["compromisedSince"] == 0 or moment < key["compromisedSince"],
        any(span["start"] <= moment < span["end"] for span in spans),
    ]


def authority(told: Json, party: str, head: Json) -> str:
    """10.7: judge a key at its anchor by one answer."""
    key, (in_force, sound, accredited) = told["key"], entitled(told, head["time"])
    lines = [
        (key["party"] != party, "key-not-the-partys"),
        (key["role"] != 1, "key-may-not-sign"),
        (not in_force, "key-not-in-force"),
        (not sound and head["number"] > key["declaredBlock"], "key-compromised"),
        (not accredited, "not-accredited"),
        (not sound, "key-in-doubt"),
    ]
    return next((code for applies, code in lines if applies), "issuer-authorised")


def check_issuer(case: Case) -> Iterator[Json]:
    """10.7: at the anchor, by what right?"""
    for i, receipt in enumerate(case.receipts):
        party = party_of(receipt)
        if anchor_of(case, i)["code"] != "anchored":
            yield outcome("anchor-not-proved", party=party)
            continue
        final, latest = case.told(i)
        head, mine = final["head"], (case.digests[i].hex(), receipt["statement"]["ledger"])
        code = authority(final, party, head)
        times = [p.accepted_at for p in case.promises if p[:2] == mine]
        in_time = any(t <= head["time"] and all(entitled(final, t)) for t in times)
        if code in {"key-not-in-force", "not-accredited"} and in_time:
            code = "anchored-late"
        elif code == "issuer-authorised" and authority(latest, party, head) != code:
            code = "issuer-in-doubt"
        yield outcome(code, party=party, asOf=time_text(head["time"]))
    if not case.receipts:
        yield outcome("no-receipt")


def check_validity(case: Case) -> Iterator[Json]:
    """10.8: has the document's own validity ended?"""
    if case.header is None:
        yield outcome("content-not-proved")
    elif case.header["validUntil"] is None:
        yield outcome("no-expiry")
    else:
        views = [view for view in case.views.values() if isinstance(view, list)]
        blocks = [answer["time"] for view in views for answer in view]
        moment, ends = max(case.now, *blocks, case.request.stated or 0), case.header["validUntil"]
        code = "still-valid" if moment < seconds(ends) else "expired"
        yield outcome(code, detail=f"until {ends}", asOf=time_text(moment))


def withdrawals(case: Case, answers: Json) -> Iterator[Json]:
    """10.8: list what the issuers say against the document, in both views."""
    for answer in answers:
        for party, issuer in zip(case.header["issuers"], answer["issuers"], strict=False):
            for record in issuer["statuses"]:
                since, written = record["keyCompromisedSince"], record["time"]
                code = STATUSES.get(record["status"], "chain-unavailable")
                detail: str | None = f"reason {record['reason']}, since {time_text(written)}"
                if code == "superseded":
                    detail = f"{detail}, by {record['supersededBy'][2:]}"
                doubtful = 0 < since <= written
                if doubtful and record["number"] <= record["keyDeclaredBlock"]:
                    code, detail = "status-in-doubt", None
                if written != 0 and code:
                    moment = time_text(answer["time"])
                    yield outcome(code, party=party, asOf=moment, detail=detail)


def check_status(case: Case) -> Iterator[Json]:
    """10.8: has an issuer revoked, superseded or suspended it?"""
    if case.header is None:
        yield outcome("content-not-proved")
        return
    for i, ledger in enumerate(case.ledgers):
        name, answers = case.receipts[i]["statement"]["ledger"], case.answers(i)
        if ledger is None:
            yield outcome("ledger-not-trusted", detail=name)
        elif not answers:
            yield outcome("chain-unavailable", detail=case.views.get(name))
        elif not case.fresh(i):
            yield outcome("head-too-old", asOf=time_text(answers[1]["time"]))
        else:
            nothing = outcome("not-withdrawn", asOf=time_text(answers[1]["time"]))
            yield from list(withdrawals(case, answers)) or [nothing]
    if not case.receipts:
        yield outcome("receipt-missing")


def check_title(case: Case) -> Iterator[Json]:
    """10.9: who controls the goods?"""
    if case.header is None or case.header["title"] is None:
        yield outcome("no-title" if case.header else "content-not-proved")
        return
    if case.past is None:
        yield outcome("title-not-trusted", detail=case.header["title"])
        return
    name, views = case.home, case.views[case.home]
    if not isinstance(views, list):
        yield outcome("chain-unavailable", detail=views)
        return
    mine = [i for i, r in enumerate(case.receipts) if r["statement"]["ledger"] == name]
    fresh = [case.fresh(i) for i in mine] or [case.young(views[1])]
    if not all(fresh):
        yield outcome("head-too-old", asOf=time_text(views[1]["time"]))
    if any(fresh):
        yield from title_outcomes(case, case.past, views)


def title_outcomes(case: Case, past: Past, views: list[Json]) -> Iterator[Json]:
    """Judge a title by both views and its history: the first line of section 10.9 that fits."""
    lines = [line_of(case, past, view["title"]) for view in views]
    (first, _), (last, _) = lines
    doubts, ends = [], []
    for (_, moved), view in zip(lines, views, strict=True):
        which, record = doubt(past, view["title"]), view["title"]["record"]
        if which:
            doubts.append(outcome("title-in-doubt", detail=which, asOf=time_text(view["time"])))
        codes = ("title-amended" if moved else None, CLOSED.get(record["state"]))
        ends += [said_of(code, past, view) for code in codes if code]
    if last:
        yield said_of(last, past, views[1])
    elif doubts or ends:
        yield from doubts or ends
    elif first:
        yield outcome("title-not-final-yet", asOf=time_text(views[0]["time"]))
    elif hole := gap(past, views[1]["title"]["record"]):
        yield outcome("title-history-incomplete", detail=hole)
    else:
        held = outcome("title-held", asOf=time_text(views[1]["time"]))
        yield from list(contradictions(past, views)) or [held]


def line_of(case: Case, past: Past, told: Json) -> tuple[str | None, bool]:
    """Say whether a record is absent, foreign or unlike, and whether it is amended."""
    record, known = told["record"], told["titleOf"] == past.title
    other = record["commitment"] != "0x" + case.package["commitment"]
    if record["state"] == 0:
        return "title-not-found", False
    if record["carrier"] not in case.header["issuers"]:
        return "title-of-another", other and known
    return "title-not-this" if other and not known else None, other and known


def said_of(code: str, past: Past, view: Json) -> Json:
    """Return an outcome about what a record says."""
    record = view["title"]["record"]
    detail = {
        "title-not-found": past.title,
        "title-of-another": None,
        "title-not-this": f"it is of {record['commitment'][2:]}",
        "title-amended": f"it is of {record['commitment'][2:]} now",
    }.get(code, f"since {time_text(record['time'])}")
    party = None if code == "title-not-found" else record["carrier"]
    return outcome(code, detail=detail, party=party, asOf=time_text(view["time"]))


def doubt(past: Past, told: Json) -> str | None:
    """Return the first act of a key in doubt, as one view knows it; None if there is none."""
    since = {key["key"]: key["compromisedSince"] for key in told["keys"]}
    acts = [*past.acts, told["record"] | {"title": past.title}, *past.older]
    bad = [act for act in acts if 0 < since[act["key"]] <= act["time"]]
    mine = [act["sequence"] for act in bad if act["title"] == past.title]
    if mine:
        return f"act {min(mine)}"
    return f"act {bad[0]['sequence']} of {bad[0]['title']}" if bad else None


def gap(past: Past, record: Json) -> str | None:
    """Return what of a history is missing, if anything."""
    whole = record["sequence"]
    there = {act["sequence"] for act in past.acts if 0 < act["sequence"] <= whole}
    if past.fault or len(there) < whole:
        return past.fault or f"{whole - len(there)} of {whole} acts are missing"
    if past.parents.get(past.title, []) != record["origins"]:
        return "the reissue that made it is missing"
    for title in past.kin:
        acts = [act for act in past.older if act["title"] == title]
        numbers = {act["sequence"] for act in acts} - {0}
        whole = acts and acts[-1]["action"] == ACCEPTED and len(numbers) == max(numbers, default=-1)
        shares = [act["share"] for act in acts if act["topic"] == ISSUED]
        if not whole or (title not in past.parents and set(shares) - {WHOLE}):
            return f"acts on {title} are missing"
    return None


def contradictions(past: Past, views: list[Json]) -> Iterator[Json]:
    """Say where a history does not give the records."""
    code = "title-history-contradicts"
    try:
        records = replay(past.title, past.acts, views[1]["title"]["record"]["origins"])
        for title in past.kin:
            acts = [act for act in past.older if act["title"] == title]
            last = replay(title, acts, past.parents.get(title, []))[-1]
            want(last["state"] == WAS_REISSUED, f"{title} was not reissued")
    except Refused as fault:
        yield outcome(code, detail=str(fault))
        return
    early = [act for act in past.acts if act["place"][0] <= views[0]["block"]]
    for view, count in zip(views, (len(early), len(records)), strict=True):
        if records[:count][-1:] != [view["title"]["record"]]:
            detail = "the acts do not lead to the record"
            yield outcome(code, detail=detail, asOf=time_text(view["time"]))


def check_match(case: Case) -> Iterator[Json]:
    """10.10: does it agree with what it was presented with?"""
    if case.request.other is None:
        yield outcome("nothing-to-match")
        return
    both = [case.document, document_of(case.request.other)]
    kinds = [document.header and document.header["documentType"] for document in both]
    if both[1].outcome["state"] != "PASSED":
        yield outcome("other-altered")
    elif not set(kinds) <= set(KNOWN):
        yield outcome("kind-unknown")
    elif both[0].envelope is None:
        yield outcome("match-hidden", detail="the document breaks its own rules")
    else:
        mine, theirs = (named_values(k, d.envelope) for k, d in zip(kinds, both, strict=True))
        names = [name for name in mine if name in theirs]
        if kinds == ["bill-of-lading"] * 2:
            names.pop(0)  # each names itself
        for name in names:
            known = mine[name] is not None and theirs[name] is not None
            code = "matches" if mine[name] == theirs[name] else "mismatched"
            yield outcome(code if known else "match-hidden", detail=name)
        if not names:
            yield outcome("match-hidden")


# --- Verdict and report (section 11) ----------------------------------------------------------

CHECKS: dict[str, Callable[[Case], Iterator[Json]]] = {
    "content": check_content,
    "statement": check_statement,
    "signature": check_signature,
    "log": check_log,
    "anchor": check_anchor,
    "issuer": check_issuer,
    "validity": check_validity,
    "status": check_status,
    "title": check_title,
    "match": check_match,
}
VERDICT_TABLE = """
AUTHENTIC|0|This document is exactly what its issuer signed, and it is in force.|\
Compare the facts below with the paper and the goods.
REVOKED|3|This document is genuine, but its issuer has withdrawn it.|\
Do not act on it; ask the issuer for the document that is in force.
SURRENDERED|3|This document is genuine, but it was surrendered to the carrier.|\
Do not release goods against it; ask the carrier.
SUPERSEDED|3|This document is genuine, but its issuer has replaced it by another.|\
Ask the presenter for the document that replaces it.
SUSPENDED|3|This document is genuine, but its issuer has put it on hold.|\
Wait, or ask the issuer when it will be in force again.
EXPIRED|3|This document is genuine, but the time for which it was valid has passed.|\
Ask the presenter for a document that is still valid.
NOT_CONTROLLED|3|This document is genuine, but it does not give control of the goods.|\
Do not release goods against it; ask the carrier who controls them.
MISMATCHED|3|This document is genuine, but it contradicts what it was presented with.|\
Compare the fields named below; ask the issuers which one is right.
ALTERED|1|This document is not what its issuer signed: something in it was changed.|\
Do not act on it; keep a copy and ask the issuer for the original.
SIGNATURE_INVALID|1|The signature on this document was not made by the named key.|\
Do not act on it; keep a copy and ask the issuer.
NOT_ANCHORED|1|This document was never entered in the public record it points to.|\
Do not act on it; keep a copy and ask the issuer.
ISSUER_NOT_AUTHORISED|1|Whoever signed this document was not entitled to issue it.|\
Do not act on it; ask the authority that admits such issuers.
UNDECIDED|4|It could not be found out whether this document is genuine and in force.|\
Do not treat it as forged. See what was missing below, and check again.
"""
VERDICTS = {row.split("|")[0]: row.split("|")[1:] for row in VERDICT_TABLE.strip().splitlines()}


def verdict_of(checks: Json) -> str:
    """Return the first verdict that fits (section 11.1)."""
    states = {check["name"]: check["state"] for check in checks}
    codes = {said["code"] for check in checks for said in check["outcomes"]}
    failed = {name for name, state in states.items() if state == "FAILED"}
    core = [states[name] for name in list(CHECKS)[:6]]
    lines = [
        ("content" in failed or "statement-path-broken" in codes, "ALTERED"),
        ("signature" in failed, "SIGNATURE_INVALID"),
        (failed & {"log", "anchor"}, "NOT_ANCHORED"),
        ("issuer" in failed or "party-not-issuer" in codes, "ISSUER_NOT_AUTHORISED"),
        ("UNKNOWN" in core, "UNDECIDED"),
        ("revoked" in codes, "REVOKED"),
        (codes & {"title-delivered", "title-on-paper"}, "SURRENDERED"),
        (codes & {"superseded", "title-amended", "title-reissued"}, "SUPERSEDED"),
        ("suspended" in codes, "SUSPENDED"),
        ("expired" in codes, "EXPIRED"),
        (codes & {"title-not-found", "title-of-another", "title-not-this"}, "NOT_CONTROLLED"),
        ("mismatched" in codes, "MISMATCHED"),
        (failed or "UNKNOWN" in states.values(), "UNDECIDED"),
    ]
    return next((verdict for applies, verdict in lines if applies), "AUTHENTIC")


def notes_of(case: Case) -> Iterator[str]:
    """List what is worth knowing and changes no verdict (section 11.3)."""
    if case.header and case.header["documentType"] not in KNOWN:
        yield f"document type {case.header['documentType']!r} is not known to this version"
    given = [digest for _, digest in case.request.files]
    for file in at(case.document.envelope, "files", "*"):
        if not isinstance(file, Hidden) and file["sha256"] not in given:
            name = file["name"] if isinstance(file["name"], str) else "(hidden)"
            yield f"file {name} was not checked"
    for i, receipt in enumerate(case.receipts):
        stated, told = seconds(receipt["statement"]["statedAt"]), case.told(i)
        recorded = told[0]["head"]["time"] if told and told[0]["head"]["size"] else None
        if recorded is not None and not recorded - WEEK <= stated <= recorded:
            later = stated > recorded
            far = "later than the time of recording" if later else "over 7 days before recording"
            yield f"the issuer's own time is {far}"


def title_notes(record: Json) -> Iterator[str]:
    """Say what is pending with a title."""
    sentence = STATES[record["state"]][1]
    if 2 <= record["state"] <= 8:  # noqa: PLR2004 — numbers of the page
        until = f", until {time_text(record['acceptBy'])}" if record["acceptBy"] else ""
        yield f"its title{until}: {sentence}"
    if record["paused"]:
        yield "its title: The carrier has put it on hold."


class Names:
    """Parties as reports have them."""

    def __init__(self, view: Json) -> None:
        """Take the names that a view tells."""
        told = {party["id"]: party["name"] for party in view["title"]["parties"]}
        pairs = zip(view["asked"], view["issuers"], strict=True)
        self.names = told | {party: issuer["name"] for party, issuer in pairs}

    def party(self, party: str) -> Json:
        """Return id and name; None for nobody."""
        return None if party == ZERO else {"id": party, "name": self.names.get(party) or None}

    def text(self, party: str) -> str:
        """Return what to call a party in a sentence."""
        return "nobody" if party == ZERO else self.names.get(party) or party

    def act(self, act: Json) -> Json:
        """Return an act as reports have it."""
        name, *_, sentence = ACTIONS[act["action"]]
        if act["beneficiary"] == act["holder"]:
            sentence = sentence.replace(", for {beneficiary}", "")
        parties = ("party", "holder", "beneficiary")
        by = time_text(act["acceptBy"]) if act["acceptBy"] else None
        sentence = sentence.format(**{role: self.text(act[role]) for role in parties})
        return {role: self.party(act[role]) for role in parties} | {
            "sequence": act["sequence"],
            "action": name,
            "sentence": sentence + (f", to be accepted by {by}." if by else "."),
            "acceptBy": by,
            "time": time_text(act["time"]),
            "block": act["place"][0],
            "transaction": act["transaction"],
        }


def title_of(case: Case) -> Json:
    """Return who controls the goods, as the latest view has it; None if it has no title."""
    views: Json = case.views.get(case.home)
    told = isinstance(views, list) and views[1]["title"]["record"]["state"]
    if case.past is None or not told:
        return None
    past, names, record = case.past, Names(views[1]), views[1]["title"]["record"]
    since, holder = None, ZERO
    try:
        records = replay(past.title, past.acts, record["origins"]) if past.acts else []
    except Refused:
        records = []
    for one in records:
        since, holder = (since if one["holder"] == holder else one["time"]), one["holder"]
    leads = records[-1:] == [record] and holder != ZERO
    return {
        "title": case.header["title"],
        "state": STATES[record["state"]][0],
        "sentence": STATES[record["state"]][1],
        "paused": bool(record["paused"]),
        "sequence": record["sequence"],
        "changedAt": time_text(record["time"]),
        **{n: names.party(record[n]) for n in ("carrier", "holder", "beneficiary", "nominee")},
        "heldSince": time_text(since) if leads and since is not None else None,
        "acceptBy": time_text(record["acceptBy"]) if record["acceptBy"] else None,
        "commitment": record["commitment"][2:],
        "share": record["share"],
        "whole": WHOLE,
        "origins": record["origins"],
        "history": [names.act(act) for act in past.acts[-MOST_TOLD:]],
        "earlierActs": max(len(past.acts) - MOST_TOLD, 0),
    }


def signatories_of(case: Case) -> Iterator[Json]:
    """Name the issuers as the registries do."""
    views = [view[0] for view in case.views.values() if isinstance(view, list)]
    for place, party in enumerate(case.header["issuers"] if case.header else []):
        named = [view["issuers"][place] for view in views if view["issuers"][place]["name"]]
        said = named[0] if named else {"name": None, "country": None, "kind": None}
        letters = bytes.fromhex((said["country"] or "0x")[2:]).rstrip(b"\0")
        country = letters.decode("ascii", "replace") if named else None
        yield {"party": party, "name": said["name"], "country": country, "kind": said["kind"]}


def verify(request: Request, node: Node) -> dict[str, Json]:
    """Verify, and return the report."""
    case = Case(request, node)
    checks = []
    for name, check in CHECKS.items():
        said = unique(check(case))
        state = min((one["state"] for one in said), key=WORST.index)
        checks.append({"name": name, "state": state, "outcomes": said})
    verdict, leaves = verdict_of(checks), case.document.leaves
    anchors = [said["asOf"] for said in checks[4]["outcomes"] if said["code"] == "anchored"]
    hidden = sum(isinstance(value, Hidden) for _, value in leaves)
    views = [view for view in case.views.values() if isinstance(view, list)]
    title, notes = title_of(case), list(notes_of(case))
    if title and checks[8]["state"] != "FAILED":
        notes += title_notes(case.views[case.home][1]["title"]["record"])
    return {
        "format": "corridor/report/1",
        "verdict": verdict,
        "sentence": VERDICTS[verdict][1],
        "advice": VERDICTS[verdict][2],
        "commitment": request.package["commitment"],
        "documentType": case.header and case.header["documentType"],
        "checkedAt": time_text(request.now),
        "recordedAt": max(anchors, default=None),
        "complete": hidden == 0 < len(leaves),
        "fieldsShown": len(leaves) - hidden,
        "fieldsHidden": hidden,
        "checks": checks,
        "facts": [],
        "signatories": list(signatories_of(case)),
        "title": title,
        "evidence": [
            {
                "source": node.source,
                "finalBlock": final["block"],
                "finalTime": time_text(final["time"]),
                "latestBlock": latest["block"],
                "latestTime": time_text(latest["time"]),
            }
            for final, latest in views
        ],
        "notes": notes,
    }


def unique(values: Iterator[Json]) -> list[Json]:
    """Drop repeats."""
    kept: list[Json] = []
    for value in values:
        kept += [value] if value not in kept else []
    return kept


# --- Command ----------------------------------------------------------------------------------


def screen(report: dict[str, Json]) -> str:
    """Return a report as one screen of text, in which no document can steer the terminal."""
    shown, hidden = report["fieldsShown"], report["fieldsHidden"]
    lines = [f"{report['verdict']}: {report['sentence']}", report["advice"], ""]
    lines += [f"{report['documentType']} {report['commitment']}"]
    lines += [f"recorded {report['recordedAt']}, checked {report['checkedAt']}"]
    lines += [f"{shown} fields shown, {hidden} hidden", ""]
    for check in report["checks"]:
        lines.append(f"{check['name']:10} {check['state']}")
        for said in check["outcomes"]:
            more = [said["detail"], *said["pointers"], said["party"], said["asOf"]]
            lines.append(f"    {' '.join([said['sentence'], *filter(None, more)])}")
    for who in report["signatories"]:
        lines.append(f"issuer {who['name']}, {who['country']}, {who['kind']}: {who['party']}")
    title = report["title"] or {"history": []}
    lines += [f"title {title['title']}: {title['sentence']}"] if title["history"] else []
    lines += [f"    {act['time']} {act['sentence']}" for act in title["history"]]
    lines += [f"node {e['source']}, final block {e['finalBlock']}" for e in report["evidence"]]
    lines += [f"note: {note}" for note in report["notes"]]
    return "".join(re.sub("[^ -~]", spelt, line) + "\n" for line in lines)


def spelt(match: re.Match[str]) -> str:
    """Spell out a character that is not printable ASCII."""
    return match[0].encode("unicode_escape").decode()


def run(arguments: Sequence[str] | None) -> int:
    """Verify what the command line names."""
    parser = argparse.ArgumentParser(description="Verify a package of Corridor Ledger.")
    parser.add_argument("package", help="the *.corridor.json")
    parser.add_argument("file", nargs="*", help="a file that belongs to the document")
    parser.add_argument("--node", required=True, help="URL of an Ethereum node that you trust")
    parser.add_argument("--trust", required=True, help="the trust file")
    parser.add_argument("--with", dest="other", help="another package to compare with")
    parser.add_argument("--at", help="a time at which it must still be valid")
    parser.add_argument("--now", type=int, help="the clock, in Unix seconds (default: this one)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args(arguments)
    try:
        request = Request(
            read_package(Path(options.package).read_bytes()),
            read_trust(Path(options.trust).read_bytes()),
            int(time.time()) if options.now is None else options.now,
            [(Path(f).name, sha(Path(f).read_bytes()).hex()) for f in options.file],
            read_package(Path(options.other).read_bytes()) if options.other else None,
            seconds(options.at) if options.at else None,
        )
        node = Node(options.node)
    except (Refused, OSError, ValueError) as error:
        print(f"not verified: {error}", file=sys.stderr)
        return 2
    report = verify(request, node)
    text = json.dumps(report) + "\n" if options.json else screen(report)
    sys.stdout.write(text)
    sys.stdout.flush()
    return int(VERDICTS[report["verdict"]][0])


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code; whatever is unexpected is 4, never a verdict."""
    try:
        return run(arguments)
    except SystemExit:
        raise  # argparse: wrong usage is 2
    except BaseException:  # noqa: BLE001 — an interrupt and a closed pipe, too
        traceback.print_exc()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python fails once more while it ends
        return 4


if __name__ == "__main__":
    sys.exit(main())
