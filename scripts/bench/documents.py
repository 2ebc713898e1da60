# SPDX-License-Identifier: Apache-2.0
"""Work on one document without a chain: judge, seal, reopen, state, read its package."""

import hashlib
import json
import time
from collections.abc import Sequence
from typing import Any, Final, cast

import coincurve
import rfc8785

from ledger import journey
from ledger.documents.schema import breaches
from ledger.keys.held_key import HeldKey
from ledger.primitives import Address, PartyId
from ledger.receipts import Package, parse_package
from ledger.sealing import SealedDocument, reopen, seal
from ledger.statements import LedgerId
from scripts.bench.hashing import bare_hashes
from scripts.bench.measuring import Row, Unit, compared, rates, row
from scripts.bench.sample import DOCUMENTS, KIND, random_digests, submission

__all__ = ["package_rows", "sealing_rows", "statement_rows"]

DOCUMENTS_PER_SECOND: Final = Unit("documents/s", better_more=True)
PACKAGES_PER_SECOND: Final = Unit("packages/s", better_more=True)
STATEMENTS_PER_SECOND: Final = Unit("statements/s", better_more=True)
_PARTY: Final = PartyId(bytes(32))


def sealing_rows(rounds: int) -> Sequence[Row]:
    """Stops 1 to 4, and opening again what was sealed."""
    sent = submission()
    document, _ = journey.read_document(sent, _PARTY)
    sealed = seal(document)
    bare = bare_hashes(sealed)
    envelope = cast("Any", document.envelope())
    found = rates(
        {
            "seal": lambda: seal(document),
            "reopen": lambda: reopen(document, sealed.seed),
            "bare": bare.run,
            "whole": lambda: hashlib.sha256(rfc8785.dumps(envelope)).digest(),
            "judge": lambda: journey.read_document(sent, _PARTY),
            "schema": lambda: breaches(KIND, document.data),
            "json": lambda: json.loads(sent),
        },
        rounds,
    )
    unit, bare_name = DOCUMENTS_PER_SECOND, f"its {_hashes(sealed)} hashes alone"
    return (
        row(
            "seal, 72 data fields",
            unit,
            found["seal"],
            compared(bare_name, unit, found["seal"], found["bare"]),
            compared("one hash over rfc8785.dumps", unit, found["seal"], found["whole"]),
        ),
        row(
            "reopen, to compare",
            unit,
            found["reopen"],
            compared(bare_name, unit, found["reopen"], found["bare"]),
        ),
        row(
            "read and judge, before sealing",
            unit,
            found["judge"],
            compared("its JSON Schema alone", unit, found["judge"], found["schema"]),
            compared("json.loads", unit, found["judge"], found["json"]),
        ),
    )


def statement_rows(rounds: int) -> Sequence[Row]:
    """Stop 5: a party states eight documents; and anyone checks its signature."""
    key, commitments = HeldKey.random(), random_digests(DOCUMENTS)
    signer = (key.address, key.sign)
    ledger, now = LedgerId(1337, Address(bytes(20))), int(time.time())
    statement = journey.state_documents(ledger, _PARTY, commitments, now, signer)
    private, digest = coincurve.PrivateKey(key.secret()), statement.body.signing_digest()
    signature = private.sign_recoverable(digest, hasher=None)

    def recover() -> object:
        return coincurve.PublicKey.from_signature_and_message(signature, digest, hasher=None)

    def sign_and_recover() -> object:
        made = private.sign_recoverable(digest, hasher=None)
        return coincurve.PublicKey.from_signature_and_message(made, digest, hasher=None)

    found = rates(
        {
            "state": lambda: journey.state_documents(ledger, _PARTY, commitments, now, signer),
            "both": sign_and_recover,
            "check": statement.check_signature,
            "recover": recover,
        },
        rounds,
    )
    unit = STATEMENTS_PER_SECOND
    return (
        row(
            f"state {DOCUMENTS} documents: sign and check",
            unit,
            found["state"],
            compared("coincurve sign and recover", unit, found["state"], found["both"]),
        ),
        row(
            "check a statement's signature",
            unit,
            found["check"],
            compared("coincurve recover", unit, found["check"], found["recover"]),
        ),
    )


def package_rows(package: Package, rounds: int) -> Sequence[Row]:
    """What reading a package file strictly costs, beside reading it at all."""
    raw = package.file_bytes()
    found = rates({"ours": lambda: parse_package(raw), "json": lambda: json.loads(raw)}, rounds)
    unit = PACKAGES_PER_SECOND
    against = compared("json.loads", unit, found["ours"], found["json"])
    return (row(f"read a package of {len(raw)} bytes", unit, found["ours"], against),)


def _hashes(sealed: SealedDocument) -> int:
    bare = bare_hashes(sealed)
    return len(bare.hmacs) + len(bare.hashes)
