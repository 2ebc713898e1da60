# SPDX-License-Identifier: Apache-2.0
"""Why a wish is refused: the contract's own error names, so that both can be compared."""

from ledger.errors import StateError

__all__ = ["TitleRefusedError"]


class TitleRefusedError(StateError):
    """TitleRegistry would revert; `code` is its error's name without `TitleRegistry_`."""

    slug = "title-refused"

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
