# SPDX-License-Identifier: Apache-2.0
"""RFC 8785 against the vectors of its author, and our short ways against rfc8785."""

import hashlib
import json
import random
import struct

import pytest
import rfc8785

from ledger.canonical import PACKAGE_LIMITS, canonical_bytes, parse_submitted, scalar_text
from ledger.errors import InvalidJsonError
from ledger.sealing import Salt, field_leaf, value_digest

CASES = ("arrays", "french", "structures", "unicode", "values", "weird")


@pytest.mark.parametrize("name", CASES)
def test_canonical_bytes_of_published_input_are_the_published_bytes(shared, name):
    value = json.loads(shared(f"jcs/input/{name}.json").read_text("utf-8"))
    expected = bytes.fromhex(shared(f"jcs/outhex/{name}.txt").read_text("ascii"))
    assert canonical_bytes(value) == expected


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "weird"])
def test_published_input_survives_our_reader(shared, name):
    value, rewritten = parse_submitted(
        shared(f"jcs/input/{name}.json").read_bytes(), PACKAGE_LIMITS
    )
    assert canonical_bytes(value) == bytes.fromhex(shared(f"jcs/outhex/{name}.txt").read_text())
    assert name == "structures" or rewritten == ()


def test_published_numbers_that_a_double_does_not_hold_are_refused(shared):
    with pytest.raises(InvalidJsonError, match="/numbers/0"):
        parse_submitted(shared("jcs/input/values.json").read_bytes(), PACKAGE_LIMITS)


def test_scalar_text_is_rfc8785_for_every_character_of_the_bmp():
    for start in range(0, 0x10000, 0x100):
        characters = [chr(c) for c in range(start, start + 0x100) if not 0xD800 <= c <= 0xDFFF]
        for text in ("".join(characters), *characters):
            assert scalar_text(text).encode() == rfc8785.dumps(text)


def test_scalar_text_is_rfc8785_for_sampled_strings_beyond_the_bmp():
    draw = random.Random(8785)  # noqa: S311 — a sample, no secret
    for _ in range(2000):
        codes = draw.choices([draw.randrange(0x110000) for _ in range(8)] + [10, 34, 92, 127], k=5)
        text = "".join(chr(c) for c in codes if not 0xD800 <= c <= 0xDFFF)
        assert scalar_text(text).encode() == rfc8785.dumps(text)


def test_scalar_text_is_rfc8785_for_sampled_doubles():
    draw = random.Random(8785)  # noqa: S311 — a sample, no secret
    for _ in range(5000):
        (number,) = struct.unpack(">d", draw.randbytes(8))
        if number == number and abs(number) != float("inf"):  # noqa: PLR0124 — not NaN
            assert scalar_text(number).encode() == rfc8785.dumps(number)
    for whole in (0, 1, -1, 2**53 - 1, 1 - 2**53, True, False, None):
        assert scalar_text(whole).encode() == rfc8785.dumps(whole)


def test_hashed_bytes_written_by_hand_are_rfc8785():
    """`value_digest` and `field_leaf` write their JCS themselves: compare with the library."""
    draw = random.Random(1)  # noqa: S311 — a sample, no secret
    values = ["", '\u0007\u007f\u2028é😀"\\/', 0, -5, 1.5, 1e-7, True, False, None, {}, []]
    for value in values:
        salt = Salt(draw.randbytes(16))
        expected = hashlib.sha256(b"\x02" + rfc8785.dumps([salt.text(), value])).digest()
        found = value_digest(salt, value)
        assert found.raw == expected
        pointer = f"/data/{value if isinstance(value, str) else 'a'}"
        leaf = hashlib.sha256(b"\x00" + rfc8785.dumps([pointer, str(found)])).digest()
        assert field_leaf(pointer, found).raw == leaf
