from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.plans.substitute import CONTEXT, check_command, substitute_command, substitute_text

TRICKY = r"$& $1 \1 \g<0> \n {{vars.x}} {{context}} `id` $(id) 'a' " + '"b"'
values = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)


@given(values, values)
def test_values_stand_in_texts_exactly_as_they_are(context: str, other: str) -> None:
    text = substitute_text("a {{context}} b {{ vars.x }} c", {CONTEXT: context, "vars.x": other})
    assert text == f"a {context} b {other} c"


def test_escapes_of_other_tools_and_placeholders_in_values_mean_nothing() -> None:
    assert substitute_text("<{{context}}>", {CONTEXT: TRICKY, "vars.x": "wrong"}) == f"<{TRICKY}>"


@settings(max_examples=60)
@given(values)
def test_a_value_in_a_command_is_one_word_for_a_real_shell(value: str) -> None:
    command = substitute_command("printf %s {{context | shell}}", {CONTEXT: value})
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=True)
    assert done.stdout == value.encode()


@pytest.mark.parametrize(
    "command",
    [
        "grep '{{context | shell}}' a",
        'grep "{{context | shell}}" a',
        'grep "x {{context | shell}} y" a',
        "grep x{{context | shell}} a",
        "grep {{context | shell}}x a",
        "true # {{context | shell}}",
        "# {{context | shell}}",
        "cat <<END\n {{context | shell}}\nEND",
        "echo `printf {{context | shell}}`",
        "echo $'a' {{context | shell}}",
        "echo $(( {{context | shell}} ))",
        "echo \\ {{context | shell}} \\'{{context | shell}}",
        "echo 'a' \"b {{context | shell}}",
    ],
)
def test_quoting_is_refused_where_it_would_not_hold(command: str) -> None:
    with pytest.raises(OpenclawError, match="must be a word of its own"):
        check_command(command, [CONTEXT])


@pytest.mark.parametrize(
    "command",
    [
        "{{context | shell}}",
        "sh -c {{context|shell}}",
        "pytest -k {{ context | shell }} && echo done",
        "run --name={{context | shell}};",
        "echo 'it' \"is\" it\\'s {{context | shell}}",
        "echo a#b {{context | shell}}",
    ],
)
def test_quoting_is_allowed_where_a_word_stands(command: str) -> None:
    check_command(command, [CONTEXT])
    done = substitute_command(command, {CONTEXT: "; touch x #"})
    assert "'; touch x #'" in done
