# SPDX-License-Identifier: Apache-2.0
"""The mutants of a contract: its source with one small change each. See `scripts.mutation`."""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import shutil
from dataclasses import dataclass
from functools import partial
from itertools import chain
from operator import is_
from typing import TYPE_CHECKING, Any, Final

from scripts.coverage import FORGE, PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPERATORS: Final = (("==", "!=", "<", "<=", ">", ">="), ("&&", "||"))
# Of something unsigned, which is all that the contracts compare: this is no change.
SAME_BEFORE_ZERO: Final = {("==", "<="), ("!=", ">"), (">", "!="), ("<=", "==")}
# Of assembly, which Slither's mutators only delete line by line.
ASSEMBLY: Final = re.compile(rb'assembly \("memory-safe"\) \{.*?^ {8}\}', re.DOTALL | re.MULTILINE)
WORDS: Final = re.compile(rb"\b(?:0x[0-9a-f]+|\d+|[a-z]+(?=\())")
OPPOSITES: Final = {
    "add": ("sub", "or"),
    "and": ("or",),
    "eq": ("lt", "gt"),
    "mul": ("div", "add"),
    "number": ("timestamp",),
    "sub": ("add",),
    "timestamp": ("number",),
}
# What Slither gives: it has no annotations.
Foreign = Any


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of a contract's source; `start` and `end` are offsets in bytes."""

    mutator: str
    line: int
    old: str
    new: str
    start: int
    end: int

    def applied(self, source: bytes) -> bytes:
        """Return the changed source."""
        return source[: self.start] + self.new.encode() + source[self.end :]


def mutants_of(contract: str, file: Path, tree: Path) -> dict[str, Mutant]:
    """Ask all mutators.

    Args:
        contract: The contract's name.
        file: Its file, relative to the project.
        tree: A folder for a copy of the contracts, which Slither compiles.

    Returns:
        The mutants, by the digest of the changed source: equal sources are one mutant.
    """
    # Slither takes seconds to load.
    from slither import Slither  # type: ignore[import-untyped]  # noqa: PLC0415 — see above

    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(PROJECT / "contracts", tree / "contracts")
    shutil.copytree(PROJECT / "scripts" / "solc", tree / "scripts" / "solc")
    shutil.copy(PROJECT / "foundry.toml", tree)
    (tree / "node_modules").symlink_to(PROJECT / "node_modules")
    os.environ["PATH"] = f"{FORGE.parent}:{os.environ['PATH']}"
    os.chdir(tree)
    source = file.read_bytes()
    slither = Slither(file.as_posix())
    (found,) = (each for each in slither.contracts if each.name == contract)
    mutants: dict[str, Mutant] = {}
    makers = (_by_slither(found, tree), _by_operator(found, source), _by_assembly(source))
    for mutant in chain.from_iterable(makers):
        changed = mutant.applied(source)
        if changed != source:
            mutants.setdefault(hashlib.sha256(changed).hexdigest()[:20], mutant)
    return mutants


def _nodes(contract: Foreign) -> Iterator[Foreign]:
    for function in contract.functions_and_modifiers_declared:
        yield from function.nodes


def _by_slither(contract: Foreign, tree: Path) -> Iterator[Mutant]:
    """Ask Slither's mutators, node by node: one that fails over a node would say nothing at all."""
    all_mutators = importlib.import_module("slither.tools.mutator.mutators.all_mutators")
    verbose = False
    for name, maker in sorted(vars(all_mutators).items()):
        if not (isinstance(maker, type) and maker.__module__.endswith(f".{name}")):
            continue
        mutator = maker(contract.compilation_unit, 0, "", "", contract, "", verbose, tree, [])
        for node in _nodes(contract):
            mutator.should_mutate_node = partial(is_, node)
            try:
                patches = mutator._mutate().get("patches", {})  # noqa: SLF001 — what `mutate` calls
            except (AttributeError, IndexError, KeyError, ValueError):
                continue  # a mutator stumbles over what is not in the line it looks at
            for patch in (each for listed in patches.values() for each in listed):
                texts = (patch["old_string"], patch["new_string"])
                if _means_the_same(node, *texts):
                    continue
                yield Mutant(name, patch["line_number"], *texts, patch["start"], patch["end"])


def _means_the_same(node: Foreign, old: str, new: str) -> bool:
    """Tell whether the language makes no difference: a zero left out, `++i` alone as `i++`."""
    if old.removesuffix("= 0") == new:
        return True
    alone = type(node.expression).__name__ == "UnaryOperation"
    return alone and sorted(old) == sorted(new)


def _by_operator(contract: Foreign, source: bytes) -> Iterator[Mutant]:
    """Replace each comparison and each `&&` or `||` just where it stands.

    Slither's own mutator of comparisons puts the whole statement where one comparison was: of a
    condition with several, hardly a mutant compiles.
    """
    for node in _nodes(contract):
        for expression in {id(ir.expression): ir.expression for ir in node.irs}.values():
            parts = getattr(expression, "expressions", [])
            operator = str(getattr(expression, "type", ""))
            others = [kind for kind in OPERATORS if operator in kind]
            if len(parts) != 2 or not others:  # noqa: PLR2004 — left and right
                continue
            left, right = (each.source_mapping for each in parts)
            start = source.find(operator.encode(), left.start + left.length, right.start)
            zero = source[right.start : right.start + right.length] == b"0"
            for other in others[0]:
                same = other == operator or (zero and (operator, other) in SAME_BEFORE_ZERO)
                if start >= 0 and not same:
                    spot = (start, start + len(operator))
                    yield Mutant("operator", node.source_mapping.lines[0], operator, other, *spot)


def _by_assembly(source: bytes) -> Iterator[Mutant]:
    """Replace each number of the assembly by its neighbours and zero, and operations by others."""
    for block in ASSEMBLY.finditer(source):
        for word in WORDS.finditer(source, *block.span()):
            old = word[0].decode()
            others: tuple[str, ...] = OPPOSITES.get(old, ())
            if old[0].isdigit():
                value = int(old, 0)
                others = tuple(str(each) for each in (value + 1, value - 1, 0) if each >= 0)
            line = source.count(b"\n", 0, word.start()) + 1
            for other in others:
                yield Mutant("assembly", line, old, other, *word.span())
