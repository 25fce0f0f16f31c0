"""What the operators of `${name...}` make of a value."""

from __future__ import annotations

from openclaw_hooks.shell.escapes import decode_escapes
from openclaw_hooks.shell.holes import HOLE, HOLES, OUTER, PLAIN, is_known
from openclaw_hooks.shell.patterns import has_pattern, match_pattern
from openclaw_hooks.shell.state import State, outer_value
from openclaw_hooks.shell.syntax import Parameter

MAX_TRIMMED_CHARS = 300
"""Longer values are not trimmed by pattern: trying every length takes quadratic time."""


def apply_operator(parameter: Parameter, value: str | None, argument: str, state: State) -> str:
    """The text of `${name OPERATOR argument}`; `value` is None when the line did not set the name."""
    operator = parameter.operator
    if operator.startswith("!"):
        return _follow_reference(parameter, value, argument, state)
    if operator == "#":
        if parameter.argument:
            return _trim(_or_outer(parameter, value), argument, "#")
        return PLAIN
    if operator in (":-", "-", ":=", "=", ":?", "?", ":+", "+"):
        return _choose(parameter, value, argument, state)
    text = _or_outer(parameter, value)
    if operator == ":":
        return _cut(text, argument)
    if operator in ("#", "##", "%", "%%"):
        return _trim(text, argument, operator)
    if operator in ("/", "//"):
        return _replace(text, argument, operator)
    if operator in ("^", "^^", ",", ",,"):
        return _change_case(text, operator)
    if operator == "@":
        return _transform(text, argument)
    return HOLE


def _or_outer(parameter: Parameter, value: str | None) -> str:
    return outer_value(parameter.name) if value is None else value


def _follow_reference(parameter: Parameter, value: str | None, argument: str, state: State) -> str:
    """`${!name}`: the variable whose name is the value."""
    if value is None or not is_known(value):
        return HOLE
    found = state.value(value)
    if parameter.operator == "!" and not argument:
        return outer_value(value) if found is None else found
    if parameter.operator[1:] in ("*", "@"):
        return HOLE
    inner = Parameter(value, parameter.quoted)
    inner.operator = parameter.operator[1:]
    inner.argument = parameter.argument
    return apply_operator(inner, found, argument, state)


def _choose(parameter: Parameter, value: str | None, argument: str, state: State) -> str:
    operator = parameter.operator
    given = value is not None and (value != "" or not operator.startswith(":"))
    if value is None and outer_value(parameter.name) != OUTER:
        given, value = True, outer_value(parameter.name)
    if operator in (":+", "+"):
        return argument if given else ""
    if given:
        return value or ""
    if operator in (":?", "?"):
        return OUTER  # without a value the shell stops here
    if operator in (":=", "="):
        state.assign(parameter.name, argument)
    return argument


def _cut(text: str, argument: str) -> str:
    first, _, count = argument.partition(":")
    try:
        start = int(first.strip(" ()") or "0")
        length = int(count.strip(" ()")) if count.strip() else None
    except ValueError:
        return HOLE
    hole = next((at for at, char in enumerate(text) if char in HOLES), len(text))
    if hole < len(text):
        known_end = start + length if length is not None and start >= 0 and length >= 0 else len(text)
        return text[start:known_end] if known_end <= hole else HOLE
    end = None if length is None else length if length < 0 else (start if start >= 0 else len(text) + start) + length
    return text[start:end]


def _trim(text: str, pattern: str, operator: str) -> str:
    if not is_known(text + pattern) or len(text) > MAX_TRIMMED_CHARS:
        return HOLE
    if not has_pattern(pattern):
        return text.removeprefix(pattern) if operator[0] == "#" else text.removesuffix(pattern)
    sizes = range(len(text) + 1) if len(operator) == 1 else range(len(text), -1, -1)
    for size in sizes:
        part = text[:size] if operator[0] == "#" else text[len(text) - size :]
        if match_pattern(pattern, part):
            return text[size:] if operator[0] == "#" else text[: len(text) - size]
    return text


def _replace(text: str, argument: str, operator: str) -> str:
    pattern, _, replacement = argument.partition("/")
    if not is_known(text + pattern) or not pattern:
        return HOLE
    anchor = pattern[0] if pattern[0] in "#%" and operator == "/" else ""
    pattern = pattern[len(anchor) :]
    if has_pattern(pattern):
        if len(pattern) == 1 or len(text) > MAX_TRIMMED_CHARS:
            return HOLE
        return _replace_pattern(text, pattern, replacement, operator)
    if anchor == "#":
        return replacement + text.removeprefix(pattern) if text.startswith(pattern) else text
    if anchor == "%":
        return text.removesuffix(pattern) + replacement if text.endswith(pattern) else text
    return text.replace(pattern, replacement, -1 if operator == "//" else 1)


def _replace_pattern(text: str, pattern: str, replacement: str, operator: str) -> str:
    """A replacement of single characters by class; other patterns are not followed."""
    is_single = pattern[0] == "[" and pattern.find("]", 2) == len(pattern) - 1
    if not is_single and pattern != "?":
        return HOLE
    pieces = []
    for at, char in enumerate(text):
        if match_pattern(pattern, char):
            pieces.append(replacement)
            if operator == "/":
                return "".join(pieces) + text[at + 1 :]
        else:
            pieces.append(char)
    return "".join(pieces)


def _change_case(text: str, operator: str) -> str:
    change = str.upper if operator[0] == "^" else str.lower
    return change(text) if len(operator) == 2 else change(text[:1]) + text[1:]


def _transform(text: str, letter: str) -> str:
    if letter == "U":
        return text.upper()
    if letter in ("L", "u"):
        return text.lower() if letter == "L" else text[:1].upper() + text[1:]
    if letter == "E":
        return decode_escapes(text)
    return text if letter in ("Q", "A", "K", "k") and is_known(text) else HOLE
