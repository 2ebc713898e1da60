# SPDX-License-Identifier: Apache-2.0
"""Words of the command line become typed values; anything else is wrong usage (exit code 2)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import click

from ledger.errors import InvalidValueError
from ledger.primitives import Address, Digest, PartyId, parse_time

__all__ = ["ADDRESS", "COMMITMENT", "PARTY", "TIME", "InputFile", "OutputFile", "Parsed"]

_Value = TypeVar("_Value")


class Parsed(click.ParamType, Generic[_Value]):
    """A parameter that one of our own parsers reads."""

    def __init__(self, name: str, parse: Callable[[object], _Value]) -> None:
        self.name = name
        self._parse = parse

    def convert(
        self,
        value: Any,  # noqa: ANN401 — click's signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> _Value:
        """Read one word."""
        try:
            return self._parse(value)
        except InvalidValueError as error:
            self.fail(str(error), param, ctx)


COMMITMENT: Final = Parsed("commitment", Digest.parse)
PARTY: Final = Parsed("party", PartyId.parse)
ADDRESS: Final = Parsed("address", lambda text: Address.parse(str(text).lower()))
TIME: Final = Parsed("time", parse_time)


class InputFile(click.Path):
    """A file that is there and can be read."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, readable=True, path_type=Path)


class OutputFile(click.Path):
    """Where a file is to be written."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)
