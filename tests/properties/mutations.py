# SPDX-License-Identifier: Apache-2.0
"""One table: for every member of a package, how a forger could change it and stay well-formed.

A shape is a pointer with `*` for array indexes; everything below the envelope's `data` is one
shape. Each mutator takes a way to draw and the old value, and gives another valid one.
"""

import copy
import re

from ledger.canonical import escape_token
from ledger.primitives import format_time, parse_time

DATA = "/envelope/data"
EXCEPTED = {
    "/evidence": "null in this version; the parser refuses everything else",
    "/format": "one legal value; the parser refuses every other",
    "/envelope/format": "one legal value; the parser refuses every other",
    "/receipts/*/format": "one legal value; the parser refuses every other",
    "/receipts/*/statement/format": "one legal value; the parser refuses every other",
    **{
        f"/receipts/*/anchor{member}": "a hint for finding evidence, never evidence"
        for member in (
            *("", "/chainId", "/contract", "/transaction"),
            *("/blockNumber", "/blockHash", "/blockTime"),
        )
    },
}


def shape(pointer):
    if re.match(r"/envelope/data(/|\Z)", pointer):
        return DATA
    if pair := re.fullmatch(r"/digests/[0-9]+/([01])", pointer):
        return f"/digests/*/{pair[1]}"
    return re.sub(r"(?<=/)[0-9]+(?=/|\Z)", "*", pointer)


def places(value, pointer=""):
    """Every value of decoded JSON with its RFC 6901 pointer, containers included."""
    yield pointer, value
    if isinstance(value, dict):
        for key, child in value.items():
            yield from places(child, f"{pointer}/{escape_token(key)}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from places(child, f"{pointer}/{index}")


def at(whole, pointer):
    """The container and key of a place."""
    *path, last = [t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:]]
    for token in path:
        whole = whole[int(token) if isinstance(whole, list) else token]
    return whole, int(last) if isinstance(whole, list) else last


def put(whole, pointer, value):
    changed = copy.deepcopy(whole)
    holder, key = at(changed, pointer)
    holder[key] = value
    return changed


# --- mutators: (draw a number below n, old) → new --------------------------------------------


def hexadecimal(draw, old):
    place = len(old) - 1 - draw(len(old) - old.startswith("0x") * 2)
    digits = "0123456789abcdef"
    other = digits[(digits.index(old[place]) + 1 + draw(15)) % 16]
    return old[:place] + other + old[place + 1 :]


def base64url(draw, old):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    place = draw(len(old) - 1)  # the last character has spare bits
    other = alphabet[(alphabet.index(old[place]) + 1 + draw(63)) % 64]
    return old[:place] + other + old[place + 1 :]


def number(draw, old):
    choices = [old + 1, old - 1, old ^ 1, 0, 1, 2, 2 * old, 2**32, 2**53 - 1]
    valid = [n for n in choices if 0 <= n < 2**53 and n != old]
    return valid[draw(len(valid))]


def count(draw, old):
    valid = [n for n in (old + 1, old - 1, 1, 2**32, 2 * old) if 1 <= n <= 2**32 and n != old]
    return valid[draw(len(valid))]


def time(draw, old):
    return format_time(parse_time(old) + (1, -1, 86_400, 3600)[draw(4)])


def text(draw, old):
    choices = [old + "x", "x" + old, old[:-1] or "y", old.swapcase() + "z", old + "\u0301"]
    return choices[draw(len(choices))]


def document_type(draw, old):
    choices = ["certificate-of-origin", "bill-of-ladinG".lower() + "s", "b", old + "-x"]
    return choices[draw(len(choices))]


def ledger(draw, old):
    chain, address = old.split(":")[1:]
    if draw(2):
        return f"eip155:{int(chain) + 1 + draw(9)}:{address}"
    return f"eip155:{chain}:{hexadecimal(draw, address)}"


def title(draw, old):
    if old is not None:
        return None if draw(2) else hexadecimal(draw, old)
    return f"eip155:1337:0x{'ab' * 20}:0x{'cd' * 32}"


def valid_until(draw, old):
    if old is None:
        return "2030-01-01T00:00:00Z"
    return (None, "2099-01-01T00:00:00Z", time(draw, old))[draw(3)]


def optional_text(draw, old):
    if old is None:
        return "XMPL-CONS"
    return None if draw(2) else text(draw, old)


def digests(draw, old):
    """A sorted list of digests (with or without 0x) of another length or content."""
    prefix = "0x" if old and old[0].startswith("0x") else ""
    fresh = prefix + f"{draw(2**32):064x}"
    if old and prefix and draw(2):
        return sorted({*old[1:], fresh})
    return sorted({*old, fresh}) if draw(2) or not old else sorted({*old[:-1], fresh})


def hashes(draw, old):
    """A path: one more, one less, two swapped."""
    choices = [[*old, "ab" * 32], ["cd" * 32, *old], old[::-1], old[1:], old[:-1]]
    valid = [path for path in choices if path != old]
    return valid[draw(len(valid))]


def files(draw, old):
    fresh = {"name": "new.pdf", "mediaType": "text/plain", "size": 1, "sha256": "ef" * 32}
    choices = [[*old, fresh], old[1:], old[::-1], [fresh]]
    valid = [item for item in choices if item != old]
    return valid[draw(len(valid))]


def data(draw, old):
    """Any JSON in the place of any other; a mapping stays one at the top."""
    if isinstance(old, dict):
        fewer = dict(list(old.items())[1:])
        return fewer if old and draw(2) else {**old, "added": None}
    if isinstance(old, list):
        return old[1:] if old and draw(2) else [*old, None]
    choices = [None, True, False, 0, 1, -1, 0.5, "", "x", "1", [], {}, ["x"], {"x": "y"}]
    choices += [str(old), old + 1 if isinstance(old, int | float) else 7]
    valid = [item for item in choices if (type(item), item) != (type(old), old)]
    return valid[draw(len(valid))]


def disclosed(draw, old):
    """The value of a redacted leaf: scalars and empty containers are well-formed there."""
    choices = [None, True, 0, 1, "", "x", "XMPL260200002", [], {}, "2099-01-01T00:00:00Z", ["x"]]
    valid = [item for item in choices if (type(item), item) != (type(old), old)]
    return valid[draw(len(valid))]


def pointer(draw, old):
    choices = [old + "x", old + "/0", "/data/zz", "", "/reference", "/extra", old[:-1], "data"]
    valid = [item for item in choices if item != old]
    return valid[draw(len(valid))]


def leaves(draw, old):
    """The list of leaves or digests: one gone, one twice, two swapped, none."""
    place = draw(len(old))
    choices = [
        old[:place] + old[place + 1 :],
        old[: place + 1] + old[place:],
        old[::-1],
        old[place:] + old[:place] if place else old[1:],
        [],
    ]
    return choices[draw(len(choices))]


def receipts(draw, old):
    """One receipt less: an issuer has not stated."""
    place = draw(len(old))
    return old[:place] + old[place + 1 :]


def note(draw, old):
    """One character of a signed note changed, taken out or doubled."""
    place = draw(len(old))
    other = "A" if old[place] != "A" else "B"
    return (
        old[:place] + other + old[place + 1 :],
        old[:place] + old[place + 1 :],
        old[: place + 1] + old[place:],
        "",
    )[draw(4)]


def notes(draw, old):
    return [*old, ("", "x", "corridor-ledger/example/acceptance\n")[draw(3)]]


STATEMENT = "/receipts/*/statement"
MUTATORS = {
    "/commitment": hexadecimal,
    "/seed": base64url,
    "/digests": leaves,
    "/digests/*/0": pointer,
    "/digests/*/1": hexadecimal,
    "/redaction": leaves,
    "/redaction/*/pointer": pointer,
    "/redaction/*/salt": base64url,
    "/redaction/*/value": disclosed,
    "/redaction/*/hidden": hexadecimal,
    "/envelope/documentType": document_type,
    "/envelope/issuers": digests,
    "/envelope/title": title,
    "/envelope/validUntil": valid_until,
    "/envelope/replaces": digests,
    "/envelope/replaces/*": hexadecimal,
    "/envelope/reference": text,
    "/envelope/consignment": optional_text,
    DATA: data,
    "/envelope/files": files,
    "/envelope/files/*/name": text,
    "/envelope/files/*/mediaType": text,
    "/envelope/files/*/size": number,
    "/envelope/files/*/sha256": hexadecimal,
    "/receipts": receipts,
    "/receipts/*/statementIndex": number,
    "/receipts/*/statementPath": hashes,
    "/receipts/*/statementPath/*": hexadecimal,
    "/receipts/*/entryIndex": number,
    "/receipts/*/logPath": hashes,
    "/receipts/*/logPath/*": hexadecimal,
    "/receipts/*/size": number,
    "/receipts/*/root": hexadecimal,
    f"{STATEMENT}/ledger": ledger,
    f"{STATEMENT}/party": hexadecimal,
    f"{STATEMENT}/signer": hexadecimal,
    f"{STATEMENT}/count": count,
    f"{STATEMENT}/root": hexadecimal,
    f"{STATEMENT}/statedAt": time,
    f"{STATEMENT}/signature": hexadecimal,
    "/acceptances": notes,
    "/acceptances/*": note,
}
# Objects and pairs whose members each have a line above; a whole item is replaced with its list.
HELD_BY_THEIR_MEMBERS = {
    *("", "/envelope", "/digests/*", "/redaction/*", "/envelope/files/*"),
    *("/receipts/*", STATEMENT, "/envelope/issuers/*"),
}
