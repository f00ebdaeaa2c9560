"""Reads YAML as nodes that know where they stand, so that a wrong value has a line and a column."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from hooks.files import Problem, shown

LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
DEEPEST = 20
PREFIX = "tag:yaml.org,2002:"
KINDS = {
    "str": "a text. Put it in quotes",
    "map": "a mapping",
    "seq": "a list",
    "bool": "true or false",
    "float": "a number with a decimal point",
    "timestamp": "a date such as 2026-11-24",
}


class Values:
    """The values of a YAML text. What is wrong with them gathers in ``problems``.

    Aliases are refused, as a few lines of them expand to gigabytes, and so are tags, which make objects
    of any kind, except ``!ENV`` of MkDocs.
    """

    def __init__(self, path: str, text: str, above: int = 0) -> None:
        self.path, self.above = path, above  # lines above the YAML in its file
        self.problems: list[Problem] = []
        self.root: yaml.Node | None = None
        try:
            self._look(text)
            if not self.problems:
                self.root = yaml.compose(text, Loader=LOADER)
                self._keys(self.root)
        except yaml.YAMLError as error:
            what = getattr(error, "problem", None) or "it cannot be read"
            mark = getattr(error, "problem_mark", None)
            self._add(mark, f"This is not valid YAML: {what}. Put a value with a colon in quotes.")

    def _add(self, mark: yaml.Mark | None, message: str) -> None:
        line, column = (mark.line, mark.column) if mark else (0, 0)
        self.problems.append(Problem(self.path, self.above + line + 1, column + 1, message))

    def complain(self, node: yaml.Node, message: str) -> None:
        self._add(node.start_mark, message)

    def _look(self, text: str) -> None:
        depth = 0
        for event in yaml.parse(text, Loader=LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent):
                self._add(event.start_mark, f"*{event.anchor} is an alias. Write the value out.")
            elif getattr(event, "tag", None) not in (None, "!", "!ENV"):
                self._add(event.start_mark, f"{event.tag} is a tag. Write a plain value.")
            elif depth > DEEPEST:
                self._add(event.start_mark, "This is nested too deeply. Write it flatter.")
            if self.problems:
                return

    def _keys(self, node: yaml.Node | None) -> None:
        if isinstance(node, yaml.SequenceNode):
            for child in node.value:
                self._keys(child)
        elif isinstance(node, yaml.MappingNode):
            seen = set()
            for key, child in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    self.complain(key, "This key is no plain word. Write one.")
                elif key.value in seen:
                    self.complain(key, f"{shown(key.value)} is given twice. Keep one.")
                seen.add(str(key.value))
                self._keys(child)

    def items(self, node: yaml.Node | None) -> dict[str, yaml.Node]:
        """The values of a mapping by key; of anything else none."""
        if not isinstance(node, yaml.MappingNode):
            return {}
        return {key.value: value for key, value in node.value}

    def fields(
        self, node: yaml.Node, kinds: dict[str, str], needed: tuple[str, ...] = ()
    ) -> dict[str, yaml.Node]:
        """The values of a mapping that has no keys but ``kinds``, each of its kind, and all ``needed``."""
        if not isinstance(node, yaml.MappingNode):
            self.complain(node, f"Write here {', '.join(needed or kinds)}, each with its value.")
            return {}
        found = self.items(node)
        for key, value in found.items():
            kind = kinds.get(key)
            if kind is None:
                self.complain(value, f"There is no {shown(key)} here. Use: {', '.join(kinds)}.")
            elif value.tag != PREFIX + kind:
                self.complain(value, f"{key} must be {KINDS[kind]}.")
        for key in needed:
            if key not in found:
                self.complain(node, f"{key} is missing. Add it.")
        return {
            key: value for key, value in found.items() if value.tag == PREFIX + kinds.get(key, "")
        }

    def texts(self, node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
        """Every plain value below ``node``, keys of mappings left out."""
        if isinstance(node, yaml.ScalarNode):
            yield node
        elif node is not None:
            for child in node.value:
                yield from self.texts(child[1] if isinstance(node, yaml.MappingNode) else child)
