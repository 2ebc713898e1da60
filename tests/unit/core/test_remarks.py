# SPDX-License-Identifier: Apache-2.0
"""Remarks: encrypted per title, and committed to."""

import hashlib

import pytest

from ledger.errors import InvalidValueError
from ledger.primitives import Bytes32, Digest
from ledger.remarks import SealedRemark, open_remark, seal_remark

SECRET, TITLE = b"S" * 32, Bytes32(b"\x71" * 32)


@pytest.mark.parametrize(
    "text", ["x", "оплачено – ödendi", "x" * 1000, "\U0001d518" * 1000, "a\nb"]
)
def test_text_is_opened_again(text):
    remark = seal_remark(SECRET, TITLE, text)
    assert open_remark(SECRET, TITLE, SealedRemark.of(remark.raw, remark.digest)) == text
    assert text.encode() not in remark.raw or len(text) == 1


def test_commitment_is_that_of_format_nonce_and_ciphertext():
    remark = seal_remark(SECRET, TITLE, "paid")
    assert remark.digest.raw == hashlib.sha256(b"corridor/remark/1\0" + remark.raw).digest()


def test_same_text_looks_different_each_time():
    first, second = (seal_remark(SECRET, TITLE, "paid") for _ in range(2))
    assert first.digest != second.digest
    assert first.raw[12:] != second.raw[12:]


@pytest.mark.parametrize(("secret", "title"), [(b"T" * 32, TITLE), (SECRET, Bytes32(b"\x72" * 32))])
def test_other_secret_or_title_opens_nothing(secret, title):
    with pytest.raises(InvalidValueError, match="does not open"):
        open_remark(secret, title, seal_remark(SECRET, TITLE, "paid"))


@pytest.mark.parametrize("position", [0, 12, 20, -1])
def test_changed_byte_is_noticed(position):
    raw = bytearray(seal_remark(SECRET, TITLE, "paid in full").raw)
    raw[position] ^= 1
    with pytest.raises(InvalidValueError, match="does not open"):
        open_remark(SECRET, TITLE, SealedRemark(bytes(raw)))


def test_what_the_chain_does_not_commit_to_is_refused():
    with pytest.raises(InvalidValueError, match="is not"):
        SealedRemark.of(seal_remark(SECRET, TITLE, "paid").raw, Digest(bytes(32)))


@pytest.mark.parametrize("text", ["", "x" * 1001, "\ud800"])
def test_text_that_is_none_is_refused(text):
    with pytest.raises(InvalidValueError, match="remark"):
        seal_remark(SECRET, TITLE, text)


def test_too_short_to_be_a_remark_is_refused():
    with pytest.raises(InvalidValueError, match="nonce"):
        SealedRemark(bytes(28))
