"""Turns words into the text that a program gets, with holes where that is not known."""

from __future__ import annotations

from openclaw_hooks.shell.holes import HOLE, PLAIN, bare_holes, quote_holes
from openclaw_hooks.shell.parameters import apply_operator
from openclaw_hooks.shell.patterns import expand_braces
from openclaw_hooks.shell.state import SPLITTING, State, outer_value
from openclaw_hooks.shell.syntax import Arithmetic, Listing, Literal, Parameter, Part, Substitution, Word


class Expander:
    """Expands words in a state; substitutions are run by the class below."""

    def __init__(self, state: State) -> None:
        self.state = state

    def capture(self, listing: Listing) -> str:
        """What the commands of a substitution print, as far as known."""
        raise NotImplementedError

    def feed(self, substitution: Substitution) -> str:
        """The path that stands for a process substitution."""
        raise NotImplementedError

    def expand_late(self, text: str) -> None:
        """Follow the substitutions in a text that is expanded once more."""
        raise NotImplementedError

    def expand_words(self, words: list[Word]) -> list[str]:
        """The words that a program gets for `words`."""
        expanded: list[str] = []
        for word in words:
            text = word.plain_text()
            if text is not None and "{" not in text:
                expanded.append(bare_holes(text))
                continue
            for parts in expand_braces(word.parts):
                expanded.extend(self.expand_fields(parts))
        return expanded

    def expand_text(self, parts: list[Part]) -> str:
        """The text of `parts` where nothing is split, as in an assignment or a heredoc."""
        pieces = []
        for part in parts:
            if isinstance(part, Literal):
                pieces.append(part.text)
            else:
                pieces.append(quote_holes(" ".join(self._values(part))))
        return "".join(pieces)

    def expand_fields(self, parts: list[Part]) -> list[str]:
        """The words that the parts of one word become."""
        done: list[str] = []
        current: str | None = None
        for part in parts:
            for piece in self._pieces(part):
                if piece is not None:
                    current = (current or "") + piece
                elif current is not None:
                    done.append(current)
                    current = None
        if current is not None and (current or not _is_empty_list(parts)):
            done.append(current)
        return done

    def _pieces(self, part: Part) -> list[str | None]:
        """The text of a part, with None where one word ends and the next begins."""
        if isinstance(part, Literal):
            return [part.text if part.quoted else bare_holes(part.text)]
        values = self._values(part)
        pieces: list[str | None] = []
        for value in values:
            if pieces:
                pieces.append(None)
            if part.quoted:
                pieces.append(quote_holes(value))
            else:
                pieces.extend(self._split(bare_holes(value)))
        return pieces

    def _split(self, text: str) -> list[str | None]:
        separators = self.state.value("IFS")
        if separators is None:
            separators = SPLITTING
        elif separators not in (SPLITTING, ""):
            for char in separators:
                text = text.replace(char, " ")
        words = text.split(" ") if separators == "" else text.split()
        if separators == "":
            return [text] if text else []
        pieces: list[str | None] = [None] if text[:1].isspace() else []
        for word in words:
            pieces += [word, None]
        if words and not text[-1:].isspace():
            pieces.pop()
        return pieces

    def _values(self, part: Part) -> list[str]:
        """What an expansion stands for: one text, or the elements of a list."""
        if isinstance(part, Literal):
            return [part.text]
        if isinstance(part, Substitution):
            return [self.feed(part) if part.direction else self.capture(part.body).rstrip("\n")]
        if isinstance(part, Arithmetic):
            text = self.expand_text(part.parts).strip()
            return [text if text.isdigit() else PLAIN]
        return self._parameter_values(part)

    def _parameter_values(self, parameter: Parameter) -> list[str]:
        self.expand_text(parameter.key)  # only for what it runs
        elements = self._elements(parameter)
        if elements is None:
            value = self._scalar(parameter)
        elif parameter.name == "*" or parameter.subscript == "*":
            elements, value = None, " ".join(elements) if elements else None
        if not parameter.operator:
            return elements if elements is not None else [self._or_outer(parameter, value)]
        argument = self.expand_text(parameter.argument)
        if parameter.operator == "@" and argument == "P" and value:
            self.expand_late(value)
        if elements is not None:
            return self._list_operator(parameter, elements, argument)
        return [apply_operator(parameter, value, argument, self.state)]

    @staticmethod
    def _or_outer(parameter: Parameter, value: str | None) -> str:
        return outer_value(parameter.name) if value is None else value

    def _elements(self, parameter: Parameter) -> list[str] | None:
        """The elements of a list; None for a single value."""
        if parameter.name in ("@", "*"):
            return list(self.state.positional)
        if parameter.subscript in ("@", "*"):
            found = self.state.arrays.get(parameter.name)
            if found is None:
                value = self.state.value(parameter.name)
                return [outer_value(parameter.name) if value is None else value]
            return list(found)
        return None

    def _scalar(self, parameter: Parameter) -> str | None:
        name = parameter.name
        if name.isdigit() and name != "0":
            place = int(name[:4]) - 1
            return self.state.positional[place] if place < len(self.state.positional) else ""
        if parameter.subscript:
            elements = self.state.arrays.get(name)
            if elements is None:
                return self.state.value(f"{name}[{parameter.subscript}]")
            if parameter.subscript.lstrip("-").isdigit():
                index = int(parameter.subscript[:6])
                return elements[index] if -len(elements) <= index < len(elements) else ""
            return self.state.value(f"{name}[{parameter.subscript}]") or HOLE
        return self.state.value(name)

    def _list_operator(self, parameter: Parameter, elements: list[str], argument: str) -> list[str]:
        if parameter.operator == "#":
            return [str(len(elements))]
        if parameter.operator == ":":
            start, _, count = argument.strip().partition(":")
            if not start.strip().isdigit() or not (count.strip().isdigit() or not count):
                return [HOLE]
            first = int(start.strip()[:6])
            if parameter.name == "@":
                first -= 1  # $@ counts from 1
            last = first + int(count.strip()[:6]) if count else None
            return elements[max(first, 0) : last]
        if parameter.operator in (":-", "-", ":+", "+"):
            return [apply_operator(parameter, " ".join(elements) or None, argument, self.state)]
        return [apply_operator(parameter, element, argument, self.state) for element in elements]


def _is_empty_list(parts: list[Part]) -> bool:
    """Whether a word is `"$@"` and nothing else, which without arguments is no word at all."""
    return any(isinstance(part, Parameter) and (part.name == "@" or part.subscript == "@") for part in parts)
