# SPDX-License-Identifier: Apache-2.0
"""A local chain with the real contracts, one carrier, and one benchmark package anchored on it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import journey
from ledger.chain.writing import (
    FOREVER,
    DeploymentPlan,
    KeyGrant,
    LogAnchorSender,
    Node,
    Registrar,
    Role,
    connect,
    deploy,
)
from ledger.journey import Place
from ledger.keys.held_key import HeldKey
from ledger.localnode import LocalNode, LocalNodeOptions, local_node
from ledger.log import Acceptance, NoteSigner, origin_of
from ledger.primitives import PartyId
from ledger.receipts import Package
from ledger.sealing import SealedDocument
from ledger.statements import LedgerId, Statement
from ledger.trust import FinalityRule, LogKey, Trust
from ledger.wiring_verifier import SystemClock
from scripts.bench.sample import DOCUMENTS, KIND, random_digests, submission

__all__ = ["World", "world"]

LOG_ENTRIES: Final = 1024  # so that the path through the log has ten hashes
_LOG: Final = "bench"
_ROLES: Final = ("admin", "registrar", "accreditor", "sequencer", "guardian")


@dataclass(frozen=True, slots=True)
class World:
    """A running node and what a verifier of the package needs."""

    anvil: LocalNode
    trust: Trust
    package: Package


@dataclass(frozen=True, slots=True)
class _Office:
    """What the operator holds."""

    anvil: LocalNode
    node: Node
    keys: dict[str, HeldKey]
    log_key: NoteSigner


@contextmanager
def world() -> Iterator[World]:
    """Start Anvil, deploy, register, accredit, notarise; it stands still from then on."""
    with local_node(LocalNodeOptions(block_seconds=None)) as anvil:
        keys = {role: HeldKey.random() for role in (*_ROLES, "sign", "manage")}
        anvil.fund(*(key.address for key in keys.values()))
        signer = NoteSigner(origin_of(_LOG), Ed25519PrivateKey.generate())
        office = _Office(anvil, connect(anvil.url), keys, signer)
        trust = deploy(office.node, keys["admin"], _plan(office))
        party = _carrier(office, trust)
        document, _ = journey.read_document(submission(), party)
        package = _notarised(office, trust, journey.seal_document(document))
        yield World(anvil, trust, package)


def _plan(office: _Office) -> DeploymentPlan:
    accounts = {role: office.keys[role].address for role in _ROLES}
    return DeploymentPlan(
        **accounts,
        key_delay_seconds=0,
        finality=FinalityRule.parse("finalized-tag"),
        max_head_age_seconds=3600,
        log_keys=(LogKey(office.log_key.verifier, 0, None),),
    )


def _carrier(office: _Office, trust: Trust) -> PartyId:
    registry, keys = trust.ledgers[0].parties.address, office.keys
    grants = (KeyGrant(keys["manage"], Role.MANAGE), KeyGrant(keys["sign"], Role.SIGN))
    registrar = Registrar(office.node, registry, keys["registrar"])
    party = registrar.register_party("Example Caspian Line", "KZ", "carrier", grants)
    Registrar(office.node, registry, keys["accreditor"]).accredit(party, KIND, 0, FOREVER)
    office.anvil.call("evm_increaseTime", 2)
    office.anvil.call("anvil_mine", "0x3")
    return party


def _notarised(office: _Office, trust: Trust, sealed: SealedDocument) -> Package:
    """Stops 5 to 8, in the middle of a statement and of a log; then make the anchor final."""
    ledger, key = LedgerId(trust.chain_id, trust.ledgers[0].log.address), office.keys["sign"]
    commitments = random_digests(DOCUMENTS)
    commitments[DOCUMENTS // 2] = sealed.commitment
    (party,) = sealed.document.issuers
    signer = (key.address, key.sign)
    statement = journey.state_documents(ledger, party, commitments, int(time.time()), signer)
    logged = random_digests(LOG_ENTRIES)
    logged[LOG_ENTRIES // 2] = statement.digest()
    entries, head = journey.log_statements(logged)
    sequencer = office.keys["sequencer"]
    sender = LogAnchorSender.at(office.node, ledger.log, sequencer, trust.finality, SystemClock())
    sender.broadcast(sender.prepare(head, 0, ()))
    office.anvil.call("anvil_mine", "0x3")
    found = sender.locate(head.root)
    if found is None:
        raise RuntimeError("the benchmark's head was not anchored")
    place = Place(commitments, LOG_ENTRIES // 2, entries, found.record, found.hint)
    receipt = journey.issue_receipt(sealed.commitment, statement, place)
    return Package.of(sealed, (receipt,), (_promise(office, statement),))


def _promise(office: _Office, statement: Statement) -> str:
    now = int(time.time())
    ledger = statement.body.ledger
    return Acceptance(_LOG, ledger, statement.digest(), now, now + 600).signed(office.log_key)
