# SPDX-License-Identifier: Apache-2.0
"""What opens the keys: from a file or a prompt, never from the command line."""

import secrets
from pathlib import Path
from typing import Final, NoReturn

from ledger.errors import ConfigurationError
from ledger.keys.secret_files import read_private

__all__ = ["Passphrase", "read_passphrase_file"]

SHORTEST: Final = 12
_RANDOM_BYTES: Final = 24


class Passphrase:
    """At least 12 characters. Nothing it prints shows it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        if len(text) < SHORTEST:
            raise ConfigurationError(f"a passphrase has at least {SHORTEST} characters")
        self._text = text

    @classmethod
    def random(cls) -> "Passphrase":
        """One that nobody guesses: 192 random bits."""
        return cls(secrets.token_urlsafe(_RANDOM_BYTES))

    def reveal(self) -> str:
        """The text: for what encrypts and decrypts, and for the file it is kept in."""
        return self._text

    def __repr__(self) -> str:
        return "Passphrase(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a passphrase is not pickled")


def read_passphrase_file(path: Path) -> Passphrase:
    """Read a file of mode 0600: one line, whose end does not count.

    Raises:
        ConfigurationError: see `read_private`; or not one line of text.
    """
    try:
        text = read_private(path).decode()
    except UnicodeDecodeError:
        text = ""
    line = text.removesuffix("\n").removesuffix("\r")
    if not line or "\n" in line:
        raise ConfigurationError(f"{path}: want one line of text, the passphrase")
    return Passphrase(line)
