# SPDX-License-Identifier: Apache-2.0
"""Foreign text on its way to a terminal: no control character of a document ever arrives there."""

import json
import re
from typing import Final

from ledger.primitives import Json

__all__ = ["json_line", "plain"]

# Control characters; what is invisible or turns the direction of writing; line separators; lone
# surrogates (names of files that are not UTF-8); tags; variation selectors. By ranges, no tables.
_UNSAFE: Final = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def plain(text: str) -> str:
    r"""Write text on one line with everything unseen in it spelt out, such as \x1b or \u202e."""
    return _UNSAFE.sub(_spelt, text)


def _spelt(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code <= 0xFF:  # noqa: PLR2004 — two hex digits
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 — four digits


def json_line(value: Json) -> str:
    """Write one JSON value on one line, in ASCII: what is escaped cannot reach a terminal."""
    return json.dumps(value, ensure_ascii=True).replace("\x7f", "\\u007f")
