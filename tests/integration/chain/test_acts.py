# SPDX-License-Identifier: Apache-2.0
"""Signed acts: our EIP-712 against eth-account's, and both against the contracts."""

import hashlib
import json
import secrets

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from ledger.acts import Act, ActContract, ActDomain, ActType, SignedAct, recovered_key
from ledger.chain.writing import relay_now
from ledger.chain.writing.contract import checksummed
from ledger.errors import ChainRejectedError, InvalidValueError
from ledger.keys import HeldKey
from ledger.primitives import Address, Signature
from ledger.statements import keccak256

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
ZERO = bytes(32)
WHOLE = 10**9
HELD, FOR_REISSUE, REISSUED = 1, 8, 11
TRANSFER_BOTH, SURRENDER_FOR_REISSUE = 4, 13


def word(number):
    return bytes([number]) * 32


ITEM = {
    "subject": word(1),
    "status": 1,
    "reason": 65535,
    "supersededBy": ZERO,
    "expectedSequence": 0,
}
EXAMPLES = {
    "TagKey": {"keyHash": word(9)},
    "Issue": {
        "tag": word(1),
        "expectedSequence": 0,
        "commitment": word(2),
        "holder": word(3),
        "beneficiary": word(4),
        "remark": word(5),
    },
    "Act": {
        "action": 17,
        "title": word(1),
        "expectedSequence": 2**32 - 1,
        "holder": word(2),
        "beneficiary": ZERO,
        "intent": word(3),
        "acceptBy": 2**64 - 1,
        "remark": ZERO,
    },
    "Reissue": {
        "titles": (word(1), word(2)),
        "expectedSequences": (3, 4),
        "parts": ((word(5), word(6), WHOLE), (word(7), word(8), 1)),
        "remark": ZERO,
    },
    "StatusChange": ITEM,
    "StatusChanges": {"items": (tuple(ITEM.values()), (word(2), 0, 0, ZERO, 7))},
}
TICKET = {"party": word(7), "nonce": 2**256 - 1, "deadline": 2**63}


def domain_of(act):
    return ActDomain(act.type.contract, 1337, Address(b"\x22" * 20))


@pytest.mark.parametrize("kind", list(ActType))
def test_digest_is_that_of_an_independent_library(kind):
    act = Act(kind, TICKET | EXAMPLES[kind])
    message = encode_typed_data(full_message=act.typed_data(domain_of(act)))
    assert message.version == b"\x01"
    independent = keccak256(b"\x19\x01" + message.header + message.body)
    assert act.digest(domain_of(act)).raw == independent
    wallet = Account.create()
    signature = Signature(bytes(wallet.sign_message(message).signature))
    address = Address(bytes.fromhex(wallet.address[2:]))
    assert SignedAct(act, domain_of(act), address, signature).id == act.digest(domain_of(act))


@pytest.mark.parametrize("kind", list(ActType))
def test_json_form_is_read_back(kind):
    act = Act(kind, TICKET | EXAMPLES[kind])
    assert Act.parse(kind.value, json.loads(json.dumps(act.json()))) == act


@pytest.mark.parametrize("member", ["party", "nonce", "deadline", "title", "remark", "action"])
def test_every_member_is_signed(member):
    act = Act(ActType.ACT, TICKET | EXAMPLES["Act"])
    value = act.message[member]
    other = word(99) if isinstance(value, bytes) else value - 1
    changed = Act(ActType.ACT, {**act.message, member: other})
    assert changed.digest(domain_of(act)) != act.digest(domain_of(act))


def test_domain_is_signed():
    act = Act(ActType.TAG_KEY, TICKET | EXAMPLES["TagKey"])
    own = domain_of(act)
    others = [ActDomain(own.contract, 1, own.address)]
    others.append(ActDomain(own.contract, 1337, Address(b"\x23" * 20)))
    assert len({act.digest(domain).raw for domain in (own, *others)}) == 3
    with pytest.raises(InvalidValueError, match="no act of the contract status"):
        act.digest(ActDomain(ActContract.STATUS, 1337, own.address))


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("Sale", {}, "want one of TagKey"),
        ("TagKey", {"keyHash": None}, "keyHash: an EVM word"),
        ("TagKey", {"keyHash": "0x00"}, "keyHash: an EVM word"),
        ("TagKey", {"more": 1}, "want an object with the members party, keyHash"),
        ("TagKey", {"nonce": -1}, "fits uint256; got -1"),
        ("TagKey", {"nonce": True}, "nonce: want a number"),
        ("TagKey", {"nonce": 1.5}, "nonce: want a number"),
        ("TagKey", {"nonce": "1e3"}, "nonce: want a number"),
        ("TagKey", {"nonce": str(2**256)}, "nonce: want a number that fits uint256"),
        ("TagKey", {"deadline": 2**64}, "deadline: want a number that fits uint64"),
        ("Reissue", {"titles": "0x"}, "titles: want an array"),
        ("Reissue", {"parts": [{"tag": "0x"}]}, "parts/0: want an object with the members tag"),
        ("Reissue", {"titles": ["0x" + "00" * 32] * 257}, "at most 256"),
        ("StatusChanges", {"items": [1]}, "items/0: want an object"),
    ],
)
def test_message_that_does_not_fit_is_refused_with_its_member(kind, changes, message):
    example = EXAMPLES.get(kind)
    body = Act(ActType(kind), TICKET | example).json() if example else {}
    with pytest.raises(InvalidValueError, match=message):
        Act.parse(kind, body | changes)


def test_numbers_may_be_texts():
    act = Act(ActType.TAG_KEY, TICKET | EXAMPLES["TagKey"])
    texts = {"nonce": hex(2**256 - 1), "deadline": str(2**63)}
    assert Act.parse("TagKey", act.json() | texts) == act


class TestSignature:
    @pytest.fixture
    def digest(self):
        return Act(ActType.TAG_KEY, TICKET | EXAMPLES["TagKey"]).digest(
            ActDomain(ActContract.TITLES, 1, Address(bytes(20)))
        )

    def test_of_a_key_is_recovered(self, digest):
        key = HeldKey.random()
        assert recovered_key(digest, key.sign(digest.raw)) == key.address

    def test_with_high_s_is_refused(self, digest):
        raw = HeldKey.random().sign(digest.raw).raw
        high = (ORDER - int.from_bytes(raw[32:64], "big")).to_bytes(32, "big")
        twin = Signature(raw[:32] + high + bytes([27 + 28 - raw[64]]))
        with pytest.raises(InvalidValueError, match="upper half"):
            recovered_key(digest, twin)

    @pytest.mark.parametrize("v", [0, 1, 26, 29, 255])
    def test_with_another_v_is_refused(self, digest, v):
        raw = HeldKey.random().sign(digest.raw).raw
        with pytest.raises(InvalidValueError, match=f"27 or 28; got {v}"):
            recovered_key(digest, Signature(raw[:64] + bytes([v])))

    def test_that_no_key_made_is_refused(self, digest):
        with pytest.raises(InvalidValueError, match="no key made it"):
            recovered_key(digest, Signature(b"\xff" * 32 + bytes(32) + b"\x1b"))

    def test_of_another_key_is_refused(self):
        act = Act(ActType.TAG_KEY, TICKET | EXAMPLES["TagKey"])
        domain, key = domain_of(act), HeldKey.random()
        signature = key.sign(act.digest(domain).raw)
        with pytest.raises(InvalidValueError, match=f"made by {key.address}, not by the key"):
            SignedAct(act, domain, HeldKey.random().address, signature)


@pytest.fixture
def parties(ledger):
    return {name: party.raw for name, party in ledger.admit("carrier", "bank").items()}


@pytest.fixture
def relay(ledger):
    def carry(signed):
        return relay_now(ledger.node, signed, ledger.keys["relayer"])

    return carry


@pytest.fixture
def issue(ledger, parties, relay):
    """Issue a title under a tag to the bank."""
    carrier = parties["carrier"]
    relay(ledger.signed("carrier", "TagKey", party=carrier, keyHash=word(9)))

    def title(tag):
        commitment = hashlib.sha256(tag).digest()
        members = {"tag": tag, "expectedSequence": 0, "commitment": commitment, "remark": ZERO}
        signed = ledger.signed(
            "carrier",
            "Issue",
            party=carrier,
            holder=parties["bank"],
            beneficiary=parties["bank"],
            **members,
        )
        relay(signed)
        return signed.act.title.raw

    return title


def test_title_is_issued_passed_on_and_split_by_signature(ledger, parties, issue, relay):
    titles, carrier = ledger.contract("TitleRegistry"), parties["carrier"]
    title = issue(word(1))
    record = titles.read("record", title)
    assert (bytes(record[0]), bytes(record[1]), record[8]) == (carrier, parties["bank"], HELD)

    parts = ((word(2), word(12), 1), (word(3), word(13), WHOLE - 1))
    plan = bytes(titles.read("planOf", [title], parts))
    act = {"title": title, "holder": ZERO, "beneficiary": ZERO, "acceptBy": 0, "remark": ZERO}
    relay(
        ledger.signed(
            "bank",
            "Act",
            party=parties["bank"],
            action=SURRENDER_FOR_REISSUE,
            expectedSequence=1,
            intent=plan,
            **act,
        )
    )
    assert titles.read("record", title)[8] == FOR_REISSUE
    signed = ledger.signed(
        "carrier",
        "Reissue",
        party=carrier,
        titles=(title,),
        expectedSequences=(2,),
        parts=parts,
        remark=ZERO,
    )
    relay(signed)
    assert titles.read("record", title)[8] == REISSUED
    opened = signed.act.writes() - {title}
    assert [titles.read("record", each)[8] for each in opened] == [HELD, HELD]


def test_statuses_are_set_by_signature_alone_and_together(ledger, parties, relay):
    carrier, status = parties["carrier"], ledger.contract("DocumentStatus")
    relay(ledger.signed("carrier", "StatusChange", party=carrier, **ITEM))
    assert tuple(status.read("record", carrier, word(1))[1:4]) == (1, 65535, 1)
    items = ((word(2), 2, 5, ZERO, 0), (word(3), 3, 6, word(4), 0))
    relay(ledger.signed("carrier", "StatusChanges", party=carrier, items=items))
    found = [status.read("record", carrier, subject) for subject in (word(2), word(3))]
    assert [tuple(record[1:4]) for record in found] == [(2, 5, 1), (3, 6, 1)]


def test_act_counts_once(ledger, parties, relay):
    signed = ledger.signed("carrier", "TagKey", party=parties["carrier"], keyHash=word(9))
    relay(signed)
    with pytest.raises(ChainRejectedError, match="RelayedActs_NonceUsed"):
        relay(signed)


def test_act_for_another_party_is_not_believed(ledger, parties, relay):
    signed = ledger.signed("bank", "TagKey", party=parties["carrier"], keyHash=word(9))
    with pytest.raises(ChainRejectedError, match="RelayedActs_BadSignature"):
        relay(signed)
    status = ledger.signed("bank", "StatusChange", party=parties["carrier"], **ITEM)
    with pytest.raises(ChainRejectedError, match="DocumentStatus_NotSigner"):
        relay(status)


def test_nonces_are_not_in_any_order(ledger, parties, relay):
    carrier = parties["carrier"]
    for index, nonce in enumerate((secrets.randbits(256), 0, 2**256 - 1)):
        item = ITEM | {"subject": word(20 + index)}
        relay(ledger.signed("carrier", "StatusChange", party=carrier, nonce=nonce, **item))
    used = ledger.contract("DocumentStatus")
    assert used.read("nonceUsed", checksummed(ledger.keys["carrier"].address), 0)
