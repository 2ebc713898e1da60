# SPDX-License-Identifier: Apache-2.0
"""Writing files: whole or not at all, and never over another by accident."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

import click

__all__ = ["check_free", "save"]

_PRIVATE: Final = 0o600
_SHARED: Final = 0o644


def check_free(path: Path, *, force: bool, sources: tuple[Path, ...] = ()) -> None:
    """Refuse early what `save` would refuse late.

    Raises:
        click.UsageError: the file is there and `force` is not given, or it is one of `sources`.
    """
    if any(path.exists() and path.samefile(source) for source in sources):
        raise click.UsageError(f"{path}: is what was read; choose another name.")
    if path.exists() and not force:
        raise click.UsageError(f"{path}: is there already; choose another name, or --force.")
    if not path.parent.is_dir():
        raise click.UsageError(f"{path.parent}: no such folder.")


def save(path: Path, content: bytes, *, force: bool, private: bool) -> None:
    """Write a file whole: under another name first, then into place.

    Args:
        path: where to.
        content: all of it.
        force: replace a file that is there.
        private: for the owner's eyes only; a package with its seed opens every hidden value.

    Raises:
        click.UsageError: there is a file of that name, and `force` is not given.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_PRIVATE if private else _SHARED)
        if force:
            Path(name).replace(path)
        else:
            path.hardlink_to(name)  # unlike a rename, this fails if somebody was faster
    except FileExistsError as error:
        raise click.UsageError(f"{path}: is there already; choose another name.") from error
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()
