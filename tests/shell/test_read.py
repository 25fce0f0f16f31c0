"""What a line runs: words as the programs get them, and who starts what."""

from __future__ import annotations

import pytest

from openclaw_hooks.shell.holes import show_holes
from openclaw_hooks.shell.read import MAX_CHARS, read_command
from openclaw_hooks.shell.reading import CODE, COMMAND_WORD, PIPED_CODE, SIZE, SYNTAX


def runs(text: str, aliases: dict[str, str] | None = None) -> list[str]:
    """Each run as one line, unknown text as an ellipsis."""
    return [show_holes("|".join(run.words)) for run in read_command(text, aliases).runs]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("p a\\ b 'c d' \"e f\" g'h'\"i\"", "p|a b|c d|e f|ghi"),
        ("p 'a\\nb' \"a\\nb\" $'a\\nb'", "p|a\\nb|a\\nb|a\nb"),
        ("p $'\\x41\\102\\u0043' \"\\$x \\\\ \\a\"", "p|ABC|$x \\ \\a"),
        ("p a\\\nb \\\n c", "p|ab|c"),
        ("p '' \"\" a#b # c", "p|||a#b"),
        ("x='a b'; p $x \"$x\"", "p|a|b|a b"),
        ("x=a; x+=b; p ${x} ${x}c ${#x}", "p|ab|abc|…"),
        ("p ${a:-b} ${a-c d} ${a:+e}", "p|b|c|d"),
        ("x=abc; p ${x:1:1} ${x#a} ${x%c} ${x/b/X} ${x^^} ${x^}", "p|b|bc|ab|aXc|ABC|Abc"),
        ("x=a.b.c; p ${x%.*} ${x%%.*} ${x#*.} ${x##*.} ${x//./-}", "p|a.b|a|b.c|c|a-b-c"),
        ("y=x; x=1; p ${!y}", "p|1"),
        ("a=(x 'y z'); p ${a[0]} \"${a[@]}\" ${a[1]} ${#a[@]} \"${a[*]}\"", "p|x|x|y z|y|z|2|x y z"),
        ("set -- a 'b c'; p \"$@\" $# $1 \"$2\" \"$*\"", "p|a|b c|…|a|b c|a b c"),
        ("p {a,b}{1,2} x{1..3} {c} {d,} '{e,f}'", "p|a1|a2|b1|b2|x1|x2|x3|{c}|d|{e,f}"),
        ("IFS=,; x=a,b; p $x", "p|a|b"),
        ("p a${IFS}b", "p|a|b"),
        ("p $((1+2)) $[3] \"$((x))\"", "p|…|3|…"),
        ("p $HOME ~ $OUTER \"$OUTER\"", "p|~|~|…|…"),
        ("printf -v x '%s-%s' a b; p $x", "p|a-b"),
        ("read a b <<< 'x y z'; p $a $b", "p|x|y|z"),
        ("declare x=1; local y=2; export z=3; p $x $y $z", "p|1|2|3"),
    ],
)  # fmt: skip
def test_words_are_what_the_program_gets(text: str, words: str) -> None:
    assert [run for run in runs(text) if run.startswith("p|")] == [words]


@pytest.mark.parametrize(
    "text",
    [
        "p x", "{ p x; }", "(p x)", "! p x", "time -p p x", "p x &", "a && p x", "a || p x", "a | p x", "a |& p x",
        "if p x; then a; fi", "if a; then b; elif c; then p x; fi", "while p x; do a; done", "until a; do p x; done",
        "for i in x; do p $i; done", "for ((;;)); do p x; done", "case a in a|b) p x;; esac", "case $(p x) in *) ;; esac",
        "select i in x; do p $i; done", "f() { p x; }; f", "f() { p $1; }; f x", "function f { p \"$@\"; }; f x", "coproc p x",
        "coproc N { p x; }", "trap 'p x' EXIT", "eval p x", "eval 'p' \"x\"", "$(echo p) x", "`echo p x`", "\"$(printf %s p)\" x",
        "echo $(p x)", "echo \"`p x`\"", "cat <(p x)", "cat > >(p x)", "x=$(p x)", "[[ -n $(p x) ]]", "cat <<E\n$(p x)\nE",
        "c=p; $c x", "{p,x}", "c=(p x); ${c[@]}", "'p' x", "\\p x", "$'\\x70' x", "p \\\nx", "p >f x", "2>f p x", "A=1 p x",
        "command p x", "builtin command p x", "exec -a n p x", "env p x", "env -i A=1 p x", "env -S 'p x'", "env -u A -C d p x",
        "sudo -u me p x", "sudo A=1 p x", "doas p x", "timeout -k 1 5 p x", "nice -n 5 p x", "nice -5 p x", "nohup p x", "stdbuf -oL p x",
        "setsid -w p x", "chrt -b 0 p x", "taskset -c 0 p x", "ionice -c3 p x", "flock f p x", "flock f -c 'p x'", "strace -o f p x",
        "xvfb-run -a p x", "chroot d p x", "/usr/bin/time -f %e p x", "echo x | xargs p", "echo x | xargs -I{} p {}", "xargs -n1 p <<< x",
        "find d -exec p x \\;", "parallel p ::: x", "parallel ::: 'p x'", "watch -n 1 p x", "script -qc 'p x' f", "su -c 'p x'", "ssh h p x",
        "busybox p x", "sh -c 'p x'", "bash -lc 'p $0' x", "bash -c '\"$@\"' _ p x", "sh -c 'eval p x'", "bash <<< 'p x'", "echo p x | sh",
        "bash <<'E'\np x\nE", "cat <<E | sh -s\np x\nE", ". /dev/stdin <<< 'p x'", "source <(echo p x)", "echo p x > f; sh f",
        "echo p x > ./f; chmod +x f; ./f", "alias q='p x'\nq", "python -c 'import os; os.system(\"p x\")'", "perl -e '`p x`'",
        "python3 -c 'import subprocess; subprocess.run([\"p\", \"x\"])'", "node -e 'require(\"child_process\").execSync(\"p x\")'",
        "ruby -e 'exec %w(p x)'", "awk 'BEGIN { system(\"p x\") }'", "sed '1e p x' f", "vim -c '!p x'", "git -c alias.z='!p x' z",
        "git submodule foreach 'p x'", "git bisect run p x", "git rebase -x 'p x' main", "GIT_EDITOR='p x' git commit",
        "printf 'p\\0x' | xargs -0 sh -c 'p x'", "make -f - <<E\na:\n\tp x\nE",
    ],
)  # fmt: skip
def test_a_program_is_found_wherever_it_is_started(text: str) -> None:
    found = runs(text)
    assert any(run == "p|x" or run.startswith("p|x|") for run in found), found


@pytest.mark.parametrize(
    "text",
    [
        "# p x", "a # p x", "echo 'p x'", "echo p x", "cat <<E\np x\nE", "cat <<'E'\n$(p x)\nE", "a '$(p x)'", "a \\$(p x\\)", "a '`p x`'",
        "grep 'p x' f", "printf 'p x\\n'", "git commit -m 'p x'", "a <<< 'p x'", "f() { p x; }", "x='p x'", "python -c 'print(\"p x\")'",
        "echo 'p x' > f", "echo p x | cat", "sed 's/p x/y/' f", "awk '/p x/' f", "a -- p x",
    ],
)  # fmt: skip
def test_text_that_nothing_runs_is_no_run(text: str) -> None:
    found = runs(text)
    assert not any(run.startswith("p|") for run in found), found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("$(cat f) x", COMMAND_WORD),
        ("$X y", COMMAND_WORD),
        ("curl u | sh", PIPED_CODE),
        ("cat f | bash", PIPED_CODE),
        ("base64 -d <<< x | python3", PIPED_CODE),
        ('eval "$(cat f)"', CODE),
        ('bash -c "$(curl u)"', CODE),
        ("echo 'a", SYNTAX),
        ("$(a", SYNTAX),
        ("if a; then b", SYNTAX),
        ("a )", SYNTAX),
        ("sh -c 'a ('", SYNTAX),
        ("{ " * 100 + "a; " + "}; " * 100, SYNTAX),
        ("a;" * 3000, SIZE),
        ("a" * (MAX_CHARS + 1), SIZE),
    ],
)
def test_what_cannot_be_known_is_said_with_its_kind(text: str, kind: str) -> None:
    reading = read_command(text)
    assert not reading.is_complete
    assert kind in [unknown.kind for unknown in reading.unknowns]
    assert all(unknown.reason for unknown in reading.unknowns)


def test_branches_leave_every_value_possible() -> None:
    found = runs("x=a; if t; then x=b; elif u; then x=c; fi; p $x")
    assert sorted(run for run in found if run.startswith("p|")) == ["p|a", "p|b", "p|c"]
    assert sorted(run for run in runs("for x in a b; do for y in 1 2; do p $x$y; done; done") if run[0] == "p") == [
        "p|a1", "p|a2", "p|b1", "p|b2",
    ]  # fmt: skip


def test_a_subshell_changes_nothing_outside() -> None:
    assert [run for run in runs("x=1; (x=2; cd d); p $x") if run.startswith("p")] == ["p|1"]
    assert [run.cwd for run in read_command("(cd d); p").runs][-1] == "."
    assert [run.cwd for run in read_command("cd d && cd ../e/; p").runs][-1] == "e"


def test_a_run_says_through_what_where_and_with_what() -> None:
    text = "export A=1; cd d; B=2 sudo env -u C sh -c 'p x >f' 2>g"
    run = read_command(text).runs[-1]
    assert (run.program, run.via, run.cwd) == ("p", ("sudo", "env", "sh"), "d")
    assert run.environment == {"A": "1", "B": "2"}
    assert run.unset == {"C"}
    assert [(found.operator, found.target, found.writes) for found in run.redirections] == [(">", "f", True)]
    assert text[run.start : run.end] == "B=2 sudo env -u C sh -c 'p x >f' 2>g"
    assert read_command("env -i p").runs[-1].cleared


def test_aliases_of_git_are_followed() -> None:
    assert runs("git z y", {"z": "commit -n"})[-1] == "git|commit|-n|y"
    assert runs("git z y", {"z": "!p x"})[-1] == "p|x|y"
    assert runs("git a", {"a": "b", "b": "a"}).count("git|a") <= 2


def test_a_pattern_in_a_command_word_may_be_git() -> None:
    for text in ("/usr/bin/g?t x", "/usr/bin/gi* x", "/*/bin/[g]it x", "git-x", "GIT x", "/opt/git.exe x"):
        assert read_command(text).runs[0].program == "git", text
    for text in ("legit x", "gitk", "./gitx"):
        assert read_command(text).runs[0].program != "git", text
