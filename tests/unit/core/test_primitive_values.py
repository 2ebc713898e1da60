# SPDX-License-Identifier: Apache-2.0
"""docs/formats.md §1: one text form per value, and no other."""

import base64

import pytest

from ledger.errors import InvalidValueError
from ledger.primitives import (
    Address,
    Bytes32,
    Digest,
    PartyId,
    Seed,
    Signature,
    format_time,
    parse_decimal,
    parse_time,
    shown,
)
from ledger.sealing import Salt

FIXED = [(Digest, "", 32), (Bytes32, "0x", 32), (PartyId, "0x", 32), (Address, "0x", 20)]
FIXED.append((Signature, "0x", 65))


@pytest.mark.parametrize(("kind", "prefix", "length"), FIXED)
def test_hex_value_has_one_text_form(kind, prefix, length):
    digits = "ab" * length
    assert str(kind.parse(prefix + digits)) == prefix + digits
    other = "0x" if not prefix else ""
    bad = [
        other + digits,
        prefix + digits.upper(),
        "0X" + digits,
        prefix + digits[:-1],
        prefix + digits + "a",
        prefix + digits[:-1] + "g",
        prefix + digits[:-1] + "\u0661",
        prefix + " " + digits[1:],
        prefix + digits + "\n",
        prefix + digits[:-1] + "\n",
        "",
        None,
        5,
        True,
        [digits],
        digits.encode(),
    ]
    for text in bad:
        with pytest.raises(InvalidValueError):
            kind.parse(text)
    with pytest.raises(InvalidValueError):
        kind(bytes(length - 1))


@pytest.mark.parametrize(("kind", "length"), [(Seed, 32), (Salt, 16)])
def test_base64url_value_has_one_text_form_and_never_shows_itself(kind, length):
    raw = bytes(range(200, 200 + length))
    value = kind(raw)
    text = value.text()
    assert kind.parse(text) == value
    assert text not in repr(value)
    assert text not in str(value)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spare = alphabet[alphabet.index(text[-1]) ^ 1]
    standard = base64.b64encode(b"\xff" * length).decode().rstrip("=")
    for bad in (text[:-1] + spare, text + "=", text[:-1], text + "A", standard, " " + text, None):
        with pytest.raises(InvalidValueError):
            kind.parse(bad)
    assert len(text) == {32: 43, 16: 22}[length]


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30T00:00:00Z",
        "2026-02-04T09:12:60Z",
        "2026-02-04T24:00:00Z",
        "2026-02-04T09:12:31",
        "2026-02-04t09:12:31z",
        "2026-02-04T09:12:31.0Z",
        "2026-02-04T09:12:31+00:00",
        "2026-2-4T09:12:31Z",
        " 2026-02-04T09:12:31Z",
        "2026-02-04T09:12:31Z\n",
        "1969-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "٢٠٢٦-02-04T09:12:31Z",
        "",
        None,
        1770196351,
    ],
)
def test_time_in_any_other_form_is_refused(text):
    with pytest.raises(InvalidValueError):
        parse_time(text)


@pytest.mark.parametrize(
    "text", ["1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "9999-12-31T23:59:59Z"]
)
def test_time_is_read_and_written_back(text):
    assert format_time(parse_time(text)) == text


@pytest.mark.parametrize("seconds", [2**64 - 1, 253402300800, -(2**60)])
def test_time_that_cannot_be_written_is_refused(seconds):
    with pytest.raises(InvalidValueError):
        format_time(seconds)


@pytest.mark.parametrize(
    "text", ["+1", "-1", "01", "00", "1 ", "\u0661", "1_0", "", "0x1", "101", "1\n"]
)
def test_decimal_with_sign_leading_zero_or_other_digits_is_refused(text):
    with pytest.raises(InvalidValueError):
        parse_decimal(text, 100)


def test_shown_text_stays_one_short_line():
    assert "\n" not in shown("a\nb" * 500)
    assert len(shown("x" * 10_000)) <= 81
