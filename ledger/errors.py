# SPDX-License-Identifier: Apache-2.0
"""Every failure the ledger expects; anything else that escapes is a bug.

LedgerError
├── InvalidInputError              the caller can fix it
│   ├── InvalidValueError          a digest, address, time … that is not one
│   ├── InvalidJsonError           bytes that two readers could read differently
│   ├── InvalidDocumentError       an envelope that breaks docs/formats.md §1–4
│   ├── InvalidRedactionError      would break the tree, or hide what must be shown
│   ├── InvalidStatementError      not signed by its signer, wrong domain, high s
│   ├── InvalidNoteError           not a C2SP signed note
│   ├── InvalidPackageError        a package or receipt that does not parse
│   ├── InvalidTrustError          a trust file that does not parse
│   ├── EmptyTreeError             a Merkle tree needs a leaf
│   ├── UnknownDocumentTypeError
│   └── LimitExceededError         larger than a stated limit
├── AuthenticationError            no token, or one we do not know
├── ForbiddenError                 a known caller who may not do this
├── NotFoundError
├── StateError                     right call, wrong moment
│   ├── ReferenceAlreadyUsedError
│   ├── IdempotencyConflictError
│   ├── NotFinalError
│   └── NotAuthorisedYetError
├── ChainError                     the chain, not us
│   ├── ChainUnavailableError      nothing was decided; `retryable`
│   └── ChainRejectedError         the contract said no
├── OverloadedError                try again later
└── ConfigurationError             the operator must mend a setting, a key or the database
"""

from typing import ClassVar

__all__ = [
    "AuthenticationError",
    "ChainError",
    "ChainRejectedError",
    "ChainUnavailableError",
    "ConfigurationError",
    "EmptyTreeError",
    "ForbiddenError",
    "IdempotencyConflictError",
    "InvalidDocumentError",
    "InvalidInputError",
    "InvalidJsonError",
    "InvalidNoteError",
    "InvalidPackageError",
    "InvalidRedactionError",
    "InvalidStatementError",
    "InvalidTrustError",
    "InvalidValueError",
    "LedgerError",
    "LimitExceededError",
    "NotAuthorisedYetError",
    "NotFinalError",
    "NotFoundError",
    "OverloadedError",
    "PointedError",
    "ReferenceAlreadyUsedError",
    "StateError",
    "UnknownDocumentTypeError",
]


class LedgerError(Exception):
    """Root of every expected failure. `slug` is public and never changes."""

    slug: ClassVar[str] = "ledger-error"
    retryable: ClassVar[bool] = False


class InvalidInputError(LedgerError):
    """What was handed in is malformed."""

    slug = "invalid-input"


class PointedError(InvalidInputError):
    """Malformed at one place; `pointer` is the RFC 6901 path to it."""

    slug = "invalid-input-at"

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(f"{pointer or '(whole document)'}: {reason}")
        self.pointer = pointer
        self.reason = reason


class InvalidValueError(InvalidInputError):
    """Not the text form of a digest, address, party id, time, seed or signature."""

    slug = "invalid-value"


class InvalidJsonError(PointedError):
    """Not JSON, or JSON that two readers could read differently."""

    slug = "invalid-json"


class InvalidDocumentError(PointedError):
    """The document breaks a rule that no document may break (docs/formats.md §1–4)."""

    slug = "invalid-document"


class InvalidRedactionError(PointedError):
    """The redaction would break the tree, or hide what must stay shown."""

    slug = "invalid-redaction"


class InvalidStatementError(InvalidInputError):
    """The statement is malformed, or not signed by the key it names."""

    slug = "invalid-statement"


class InvalidNoteError(InvalidInputError):
    """Not a C2SP signed note, or a signature by a known key does not verify."""

    slug = "invalid-note"


class InvalidPackageError(PointedError):
    """The package or receipt does not parse, or breaks a rule of docs/formats.md §1–9."""

    slug = "invalid-package"


class InvalidTrustError(PointedError):
    """The trust file does not parse."""

    slug = "invalid-trust-file"


class EmptyTreeError(InvalidInputError):
    """A Merkle tree needs at least one leaf."""

    slug = "empty-tree"


class UnknownDocumentTypeError(InvalidInputError):
    """No module under `ledger.documents` knows this documentType."""

    slug = "unknown-document-type"


class LimitExceededError(InvalidInputError):
    """Larger than a stated limit."""

    slug = "limit-exceeded"


class AuthenticationError(LedgerError):
    """No bearer token, or one that was never issued, has expired or was withdrawn."""

    slug = "not-authenticated"


class ForbiddenError(LedgerError):
    """The token is good, but its party may not do this."""

    slug = "forbidden"


class NotFoundError(LedgerError):
    """Nothing is kept under that name."""

    slug = "not-found"


class StateError(LedgerError):
    """The request is well formed, but the document is not at that stage."""

    slug = "wrong-state"


class ReferenceAlreadyUsedError(StateError):
    """The party notarised another document of this type under this reference before."""

    slug = "reference-already-used"

    def __init__(self, reason: str, existing: str) -> None:
        super().__init__(reason)
        self.existing = existing


class IdempotencyConflictError(StateError):
    """The Idempotency-Key was used before with another body."""

    slug = "idempotency-conflict"


class NotFinalError(StateError):
    """No final anchor covers this document yet."""

    slug = "not-final"
    retryable = True

    def __init__(self, reason: str, retry_after_seconds: int) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


class NotAuthorisedYetError(StateError):
    """The chain says that this key may not sign this for the party, or not for long enough."""

    slug = "not-authorised"


class ChainError(LedgerError):
    """The chain refused or could not be reached."""

    slug = "chain-error"


class ChainUnavailableError(ChainError):
    """No node gave a usable answer; nothing is decided, and trying again is safe."""

    slug = "chain-unavailable"
    retryable = True


class ChainRejectedError(ChainError):
    """A contract reverted the call; trying again will not help."""

    slug = "chain-rejected"


class OverloadedError(LedgerError):
    """The queue is full; nothing was taken."""

    slug = "overloaded"
    retryable = True

    def __init__(self, reason: str, retry_after_seconds: int) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


class ConfigurationError(LedgerError):
    """A setting, key or database is missing or wrong; the operator must act."""

    slug = "misconfigured"
