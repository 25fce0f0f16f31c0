"""Shell text to read: made by a small grammar, with a seed, so that a failure can be tried again."""

from __future__ import annotations

import random

WORDS = (
    "git", "commit", "-n", "a", "b.c", "'single q'", '"double q"', "$'a\\tb'", "x\\ y", "$x", "${x:-d}", '"$x y"', "`ls -l`",
    "$(ls a)", '"$(ls "$x")"', "$((1 + 2))", "{a,b}", "*.py", "--opt=val", "'it'\\''s'", "\"a'b\"", "~/x", "<(ls)", "a#b", "''",
    "\\\\", "@(a|b)", "${#x}", "${x[@]}", '"${x[@]}"', "$@", "$1", "-", "=", "a=b", "x[1]", "!", "%s\\n", "é", "$",
)  # fmt: skip
ASSIGNMENTS = ("X=1", "X=", "Y='a b'", 'Z="$x"', "A+=b", "Q=$(ls)")
REDIRECTS = (">f", ">>f", "2>&1", "<f", "<<<word", "&>f", "2>/dev/null", ">|f", "3<>f")
SEPARATORS = ("; ", " && ", " || ", " | ", " & ", "\n", " |& ", ";\n\n")


def make_line(seed: int) -> str:
    """A command line that bash accepts."""
    return _make_list(random.Random(seed), 3)


def _make_list(dice: random.Random, depth: int) -> str:
    commands = [_make_command(dice, depth) for _ in range(dice.randint(1, 3))]
    text = commands[0]
    for command in commands[1:]:
        text += ("" if text.endswith("\n") else dice.choice(SEPARATORS)) + command
    return text


def _make_simple(dice: random.Random) -> str:
    pieces = [dice.choice(ASSIGNMENTS) for _ in range(dice.choice((0, 0, 0, 1, 2)))]
    program = dice.choice([word for word in WORDS if word not in ("!", "=", "a=b", "x[1]", "-", "@(a|b)")])
    pieces.append(program)
    pieces += [dice.choice(WORDS) for _ in range(dice.randint(0, 4))]
    for _ in range(dice.choice((0, 0, 0, 1, 2))):
        pieces.insert(dice.randint(0, len(pieces)), dice.choice(REDIRECTS))
    return dice.choice((" ", " ", "  ", "\t", " \\\n")).join(pieces)


def _make_command(dice: random.Random, depth: int) -> str:
    if depth == 0 or dice.random() < 0.5:
        return _make_simple(dice)
    inner = _make_list(dice, depth - 1)
    return dice.choice(
        (
            f"( {inner} )",
            f"{{ {inner}\n}}",
            f"if {_make_simple(dice)}; then {inner}\nelse {_make_simple(dice)}; fi",
            f"while {_make_simple(dice)}; do {inner}\ndone",
            f"until {_make_simple(dice)}\ndo\n{inner}\ndone >f",
            f"for v in {dice.choice(WORDS[:20])} x; do {inner}\ndone",
            f"for ((i=0; i<3; i++)); do {inner}\ndone",
            f"case {dice.choice(WORDS[:8])} in a|b) {inner}\n;; *) {_make_simple(dice)};; esac",
            f"f() {{ {inner}\n}}",
            f"function g {{ {inner}\n}}",
            f"! {_make_simple(dice)}",
            f"[[ $x == a* && -f 'y z' ]] && {_make_simple(dice)}",
            f"((x > 1)) || {_make_simple(dice)}",
            f'echo "$({inner}\n)"',
            f"cat <<EOF && {_make_simple(dice)}\ntext $x $(ls -a)\n\\$y 'q'\nEOF\n",
            f"cat <<'EOF' | {_make_simple(dice)}\ntext $x $(nothing)\nEOF\n",
            f"cat <<-EOF >f\n\tx\n\tEOF\n{_make_simple(dice)}",
            f"time -p {_make_simple(dice)}",
            f"coproc {{ {inner}\n}}",
            f"arr=(a 'b c' $(ls)) m[1]=x; {_make_simple(dice)}",
            f"export V={dice.choice(WORDS[:8])} W",
            f"diff <({inner}\n) <(ls)",
        )
    )
