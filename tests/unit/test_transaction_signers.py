# SPDX-License-Identifier: Apache-2.0
"""Whose signature a stored transaction carries, whatever its row says."""

import pytest

from ledger.chain.writing.transactions import Fee, Transaction, signer_of
from ledger.errors import InvalidValueError
from ledger.keys import HeldKey
from ledger.primitives import Address

FEES = (Fee(10**9, None), Fee(10**9, 5))


@pytest.mark.parametrize("fee", FEES, ids=["legacy", "eip1559"])
@pytest.mark.parametrize("nonce", [0, 1, 200, 2**40])
def test_signer_of_a_transaction_is_told_with_its_nonce(fee, nonce):
    key = HeldKey.random()
    transaction = Transaction(1337, nonce, fee, 21_000, Address(b"\x01" * 20), b"call")
    assert signer_of(transaction.signed(key).raw) == (nonce, key.address)


@pytest.mark.parametrize("fee", FEES, ids=["legacy", "eip1559"])
def test_transaction_when_its_content_was_changed_is_not_its_signers(fee):
    key = HeldKey.random()
    raw = Transaction(1337, 7, fee, 21_000, Address(b"\x01" * 20), b"call").signed(key).raw
    assert signer_of(raw.replace(b"call", b"cell"))[1] != key.address


@pytest.mark.parametrize("raw", [b"", b"\x02", b"\x02\xc0", b"\xc0", b"\xff" * 40, b"\x02" * 9])
def test_bytes_that_are_no_transaction_have_no_signer(raw):
    with pytest.raises(InvalidValueError, match="not a signed transaction"):
        signer_of(raw)
