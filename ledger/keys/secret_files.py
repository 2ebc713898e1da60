# SPDX-License-Identifier: Apache-2.0
"""Files for their owner only (0600, in a folder of 0700), written whole and never replaced."""

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from ledger.errors import ConfigurationError

__all__ = ["make_private_folder", "read_private", "sync_folder", "write_private"]

_FOR_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LARGEST: Final = 64 * 1024


def make_private_folder(folder: Path) -> None:
    """Make a folder of mode 0700, or check that nobody else has rights in it.

    Raises:
        ConfigurationError: others may enter it, or it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = folder.stat().st_mode
    except OSError as error:
        raise ConfigurationError(f"{folder}: {error.strerror}") from error
    if mode & _FOR_OTHERS:
        raise ConfigurationError(
            f"{folder} is open to others ({stat.filemode(mode)}): chmod 700 {folder}"
        )


def write_private(path: Path, content: bytes) -> None:
    """Write a new file of mode 0600, durably: all of it or none, and never over another one.

    Raises:
        ConfigurationError: it exists, or cannot be written.
    """
    make_private_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)  # unlike a rename, this does not replace what is there
        sync_folder(path.parent)
    except FileExistsError as error:
        raise ConfigurationError(f"{path} exists, and keys are never overwritten") from error
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)


def read_private(path: Path) -> bytes:
    """Read a file that only its owner may read.

    Raises:
        ConfigurationError: it is missing, is open to others, or is far too large.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error
    if mode & _FOR_OTHERS:
        raise ConfigurationError(
            f"{path} is open to others ({stat.filemode(mode)}): chmod 600 {path}"
        )
    if len(content) > _LARGEST:
        raise ConfigurationError(f"{path} is larger than any key")
    return content


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
