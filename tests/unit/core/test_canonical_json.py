# SPDX-License-Identifier: Apache-2.0
"""docs/formats.md §1: the JSON that two readers cannot read differently."""

import json

import pytest

from ledger.canonical import (
    ENVELOPE_LIMITS,
    PACKAGE_LIMITS,
    Limits,
    canonical_bytes,
    check_sealable,
    parse_exact,
    parse_submitted,
)
from ledger.errors import InvalidInputError, InvalidJsonError, LimitExceededError

REFUSED = [
    (b"\xef\xbb\xbf{}", ""),
    (b"\xff", ""),
    (b'{"a": 1, "\\u0061": 2}', ""),
    (b'{"a": NaN}', ""),
    (b'{"a": Infinity}', ""),
    (b'{"a": -Infinity}', ""),
    (b'{"a": 01}', ""),
    (b'{"a": 1,}', ""),
    (b"{'a': 1}", ""),
    (b"", ""),
    (b"{} {}", ""),
    ('{"a": \u0661}'.encode(), ""),
    (b'{"a": ["\\u0000"]}', "/a/0"),
    (b'{"a/b": {"~": "\\ud800"}}', "/a~1b/~0"),
    (b'{"a": "\\udfff"}', "/a"),
    (b'{"\\ud800": 1}', ""),
    (b'{"a": -0}', "/a"),
    (b'{"a": -0.0}', "/a"),
    (b'{"a": -0e9}', "/a"),
    (b'{"a": 9007199254740992}', "/a"),
    (b'{"a": -9007199254740992}', "/a"),
    (b'{"a": 9007199254740992.0}', "/a"),
    (b'{"a": 1e16}', "/a"),
    (b'{"a": 1e999}', "/a"),
    (b'{"a": 0.1000000000000000055511151231257827}', "/a"),
    (b'{"a": 1e-400}', "/a"),
    (b'{"a": 0e99999999999999999999999999}', "/a"),
    (b'{"a": ' + b"1" * 65 + b"}", ""),
    (b'{"a": ' + b"1" * 5000 + b"}", ""),
]


@pytest.mark.parametrize(("raw", "pointer"), REFUSED)
@pytest.mark.parametrize("exact", [True, False])
def test_reader_given_ambiguous_json_refuses_with_pointer(raw, pointer, exact):
    with pytest.raises(InvalidJsonError) as caught:
        (parse_exact if exact else parse_submitted)(raw, PACKAGE_LIMITS)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("token", "sealed"),
    [
        ("12000.50", "12000.5"),
        ("1.0", "1"),
        ("1E2", "100"),
        ("1e-7", None),
        ("0.0000001", "1e-7"),
        ("0.1e1", "1"),
        ("0e5", "0"),
        ("9007199254740991", None),
        ("-9007199254740991.0", "-9007199254740991"),
        ("0.30000000000000004", None),
        ("5e-324", None),
    ],
)
def test_number_of_same_value_is_rewritten_and_reported_and_refused_in_packages(token, sealed):
    raw = f'{{"a": [{token}]}}'.encode()
    value, rewritten = parse_submitted(raw, PACKAGE_LIMITS)
    assert [(r.pointer, r.submitted, r.sealed) for r in rewritten] == (
        [("/a/0", token, sealed)] if sealed else []
    )
    assert canonical_bytes(value) == f'{{"a":[{sealed or token}]}}'.encode()
    if sealed:
        with pytest.raises(InvalidJsonError, match=r"/a/0.*RFC 8785"):
            parse_exact(raw, PACKAGE_LIMITS)
    else:
        assert parse_exact(raw, PACKAGE_LIMITS) == value


@pytest.mark.parametrize("text", ["\u00e9", "e\u0301", "\u0430pple", "\u007f", "\u202e"])
def test_strings_are_never_normalised(text):
    assert parse_exact(json.dumps(text).encode(), PACKAGE_LIMITS) == text


@pytest.mark.parametrize(
    "key", ["", "k" * 257, "é" * 129, "a\n", "\u007f", "\u009f", "0", "1", "870323", "\u0000"]
)
def test_sealable_given_bad_key_refuses_at_its_parent(key):
    with pytest.raises(InvalidJsonError) as caught:
        check_sealable({"data": {key: 1}})
    assert caught.value.pointer == "/data"


def test_sealable_given_index_key_proposes_a_prefix():
    with pytest.raises(InvalidJsonError, match="hs-870323"):
        check_sealable({"870323": 1})


@pytest.mark.parametrize("key", ["k" * 256, "é" * 128, "00", "-1", "01", "1a", "\u0661", "~", "/"])
def test_sealable_given_odd_but_unambiguous_key_accepts(key):
    check_sealable({"data": {key: 1}})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1.0, -0.0, 2**53, -(2**53)])
def test_sealable_given_number_without_one_text_refuses(value):
    with pytest.raises(InvalidJsonError) as caught:
        check_sealable({"a": [value]})
    assert caught.value.pointer == "/a/0"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", {"\ud800": 1}])
def test_canonical_bytes_given_what_has_none_raises(value):
    with pytest.raises(InvalidJsonError):
        canonical_bytes(value)


def nested(depth):
    value = 1
    for _ in range(depth - 1):
        value = [value]
    return value


def test_limits_of_an_envelope_are_64_levels_and_20000_leaves():
    check_sealable(nested(64))
    check_sealable([0] * 20_000)
    with pytest.raises(LimitExceededError):
        check_sealable(nested(65))
    with pytest.raises(LimitExceededError):
        check_sealable([[]] * 20_001)
    assert ENVELOPE_LIMITS.size == 8 * 2**20


def test_limits_of_a_package_are_80000_leaves_and_64_mib():
    assert PACKAGE_LIMITS.size == 64 * 2**20
    parse_exact(b"[" + b"0," * 79_999 + b"0]", PACKAGE_LIMITS)
    with pytest.raises(LimitExceededError):
        parse_exact(b"[" + b"0," * 80_000 + b"0]", PACKAGE_LIMITS)
    small = Limits(size=10, depth=4, leaves=9)
    parse_exact(b'"12345678"', small)
    with pytest.raises(LimitExceededError):
        parse_exact(b'"123456789"', small)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.parametrize("depth", [66, 1_000, 100_000])
def test_reader_given_endless_nesting_stops(opening, depth):
    with pytest.raises(InvalidInputError):
        parse_exact(opening * depth + b"1", PACKAGE_LIMITS)
    closing = b"]" if opening == b"[" else b"}"
    with pytest.raises(LimitExceededError):
        parse_exact(opening * depth + b"1" + closing * depth, PACKAGE_LIMITS)


def test_reader_refuses_a_long_name_at_once():
    """A pointer per value under a name of 30 MB is quadratic: it took a verifier minutes."""
    raw = b'{"' + b"k" * 8_000_000 + b'": [' + b"0," * 2_000 + b"0]}"
    with pytest.raises(InvalidJsonError, match="at most 256 bytes"):
        parse_exact(raw, PACKAGE_LIMITS)


def test_reader_refuses_too_many_values_before_it_builds_them(monkeypatch):
    """8 MiB of small numbers became a gigabyte before anything was counted."""
    monkeypatch.setattr("json.loads", lambda *_, **__: pytest.fail("it was built first"))
    raw = b"[" + b"1e1," * 90_000 + b"1]"
    with pytest.raises(LimitExceededError):
        parse_exact(raw, PACKAGE_LIMITS)


def test_reader_counts_no_comma_inside_a_text():
    text = '",\\\\,' * 3 + "," * 100_000
    raw = json.dumps([text, 1]).encode()
    assert parse_exact(raw, PACKAGE_LIMITS) == [text, 1]
