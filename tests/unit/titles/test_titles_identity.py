# SPDX-License-Identifier: Apache-2.0
"""Tags, title ids and plans, computed here with other libraries than there."""

import hashlib
import hmac

import pytest
from eth_abi import encode
from eth_utils import keccak
from title_desk import BANK, CARRIER, digest, part

from ledger.errors import InvalidValueError
from ledger.primitives import Bytes32, Digest
from ledger.titles import Issue, Part, Reissue, TitleAct, TitleAction, plan_of, title_id, title_tag

SECRET = bytes(range(32))


@pytest.mark.parametrize("reference", ["XMPL0000001", "", "Баку-17, şahsi", "x" * 300])
def test_tag_of_a_reference_when_made_then_is_its_hmac(reference):
    # RFC 2104 written out: SHA-256 has blocks of 64 bytes.
    inner = bytes(0x36 ^ each for each in SECRET.ljust(64, b"\0"))
    outer = bytes(0x5C ^ each for each in SECRET.ljust(64, b"\0"))
    expected = hashlib.sha256(
        outer + hashlib.sha256(inner + reference.encode("utf-8")).digest()
    ).digest()
    assert title_tag(SECRET, reference).raw == expected
    assert hmac.new(SECRET, reference.encode(), hashlib.sha256).digest() == expected


@pytest.mark.parametrize("length", [0, 31, 33])
def test_tag_when_the_secret_has_a_wrong_length_then_is_refused(length):
    with pytest.raises(InvalidValueError, match=f"32 bytes; got {length}"):
        title_tag(bytes(length), "XMPL0000001")


def test_title_id_when_made_then_is_the_hash_of_carrier_and_tag():
    tag = digest("a tag")
    expected = keccak(encode(["bytes32", "bytes32"], [CARRIER.raw, tag.raw]))
    assert title_id(CARRIER, tag).raw == expected
    assert title_id(BANK, tag).raw != expected


@pytest.mark.parametrize(("closing", "opening"), [(1, 2), (1, 32), (2, 1), (32, 1), (0, 0)])
def test_plan_when_made_then_is_the_hash_of_the_abi_encoding(closing, opening):
    titles = [Bytes32(digest(f"title {i}").raw) for i in range(closing)]
    parts = [part(f"part {i}", (i + 1) * 2**40) for i in range(opening)]
    encoded = encode(
        ["bytes32[]", "(bytes32,bytes32,uint64)[]"],
        [
            [each.raw for each in titles],
            [(each.tag.raw, each.commitment.raw, each.share) for each in parts],
        ],
    )
    assert plan_of(titles, parts).raw == keccak(encoded)


def test_plan_when_known_then_stays_the_same():
    plan = plan_of([Bytes32(b"\x01" * 32)], [Part(Digest(b"\x02" * 32), Digest(b"\x03" * 32), 7)])
    expected = (
        "0x"
        + keccak(
            bytes.fromhex(
                f"{64:064x}{128:064x}{1:064x}{'01' * 32}{1:064x}{'02' * 32}{'03' * 32}{7:064x}"
            )
        ).hex()
    )
    assert f"0x{plan}" == expected


def test_wish_when_a_member_is_zero_then_it_has_none():
    zeros = {"holder": type(BANK)(bytes(32)), "intent": Digest(bytes(32)), "accept_by": 0}
    act = TitleAct(TitleAction.ACCEPT, Bytes32(b"\x01" * 32), 1, **zeros)
    assert act == TitleAct(TitleAction.ACCEPT, Bytes32(b"\x01" * 32), 1)
    issue = Issue(digest("tag"), digest("bill"), BANK, BANK, remark=Digest(bytes(32)))
    assert issue.remark is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: Part(digest("tag"), digest("bill"), -1),
        lambda: Part(digest("tag"), digest("bill"), 2**64),
        lambda: TitleAct(TitleAction.ACCEPT, Bytes32(b"\x01" * 32), 2**32),
        lambda: TitleAct(TitleAction.ACCEPT, Bytes32(b"\x01" * 32), -1),
        lambda: TitleAct(TitleAction.ACCEPT, Bytes32(b"\x01" * 32), 1, accept_by=2**64),
        lambda: Issue(digest("tag"), digest("bill"), BANK, BANK, expected_sequence=2**32),
        lambda: Reissue((), (2**32,), ()),
    ],
)
def test_wish_when_a_number_does_not_fit_the_contract_then_cannot_be_built(make):
    with pytest.raises(InvalidValueError, match=r"is a number of (32|64) bits; got"):
        make()


@pytest.mark.parametrize(
    ("value", "label"),
    [(TitleAction.TRANSFER_HOLDER, "TransferHolder"), (TitleAction.NONE, "None")],
)
def test_label_when_shown_then_is_the_contracts_name(value, label):
    assert value.label == label
