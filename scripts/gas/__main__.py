# SPDX-License-Identifier: Apache-2.0
"""`python -m scripts.gas`: measure, print, and write docs/gas.md."""

from scripts.gas import PAGE, measured, page


def main() -> None:
    """Every run gives the same bytes, as long as contracts and compiler are the same."""
    text = page(measured())
    PAGE.write_text(text, "utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
