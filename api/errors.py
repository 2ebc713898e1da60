# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a request before the ledger has seen it, and what only HTTP knows of."""

from ledger.errors import InvalidInputError, LedgerError, OverloadedError

__all__ = [
    "InternalError",
    "InvalidRequestError",
    "MalformedRequestError",
    "MethodNotAllowedError",
    "NotReadyError",
    "RequestTimeoutError",
    "TookTooLongError",
    "UnsupportedMediaTypeError",
]


class MalformedRequestError(InvalidInputError):
    """The request breaks a rule of HTTP, of multipart/form-data, or lacks a part."""

    slug = "malformed-request"


class InvalidRequestError(InvalidInputError):
    """A parameter or a member of the body is missing, unknown or not of its type.

    `faults`: pairs of a place (`query/limit`, `/reason`) and what is wrong there; never the value.
    """

    slug = "invalid-request"

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{place}: {message}" for place, message in faults))
        self.faults = faults


class UnsupportedMediaTypeError(InvalidInputError):
    """This route does not read bodies of this Content-Type or Content-Encoding."""

    slug = "unsupported-media-type"


class MethodNotAllowedError(LedgerError):
    """This resource has no such method; see the header Allow."""

    slug = "method-not-allowed"


class RequestTimeoutError(LedgerError):
    """The body did not arrive in time; nothing was taken."""

    slug = "request-timeout"
    retryable = True


class TookTooLongError(LedgerError):
    """No answer within the stated time; the work may still be done, and asking again is safe."""

    slug = "took-too-long"
    retryable = True


class NotReadyError(OverloadedError):
    """The service cannot do all of its work now; `checks` say what is missing."""

    slug = "not-ready"

    def __init__(self, checks: tuple[tuple[str, bool, str], ...]) -> None:
        missing = ", ".join(name for name, well, _ in checks if not well)
        super().__init__(f"not ready: {missing or 'starting'}", retry_after_seconds=5)
        self.checks = checks


class InternalError(LedgerError):
    """A fault of the service; it was logged under the answer's X-Request-Id."""

    slug = "internal-error"
