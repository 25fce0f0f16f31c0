"""Command lines with what must be said to them: collected ones in `cases/`, and carriers that others are put into."""

from __future__ import annotations

import json
from pathlib import Path

CASES = Path(__file__).parent / "cases"


def read_cases(name: str) -> list[dict[str, str]]:
    """The lines of one file in `cases/`."""
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


# command -> the rule that must name it
BLOCKED = {case["command"]: case["rule"] for case in read_cases("commands-blocked.jsonl")}
ALLOWED = [case["command"] for case in read_cases("commands-allowed.jsonl")]

# Ways to start a program, `{}` being its words as they are.
WRAPPERS = (
    "{}", "({})", "{{ {}; }}", "! {}", "time {}", "{} &", "true && {}", "false || {}", "cd . ; {}", "echo x | {}", "if true; then {}; fi",
    "while true; do {}; break; done", "for i in 1; do {}; done", "case a in a) {};; esac", "f() {{ {}; }}; f", "coproc {}", "command {}",
    "builtin command {}", "exec {}", "env {}", "env A=1 {}", "sudo -E {}", "sudo -u me {}", "timeout 9 {}", "nice -n 5 {}", "nohup {}",
    "stdbuf -oL {}", "setsid {}", "ionice -c3 {}", "taskset 1 {}", "flock f {}", "strace -f {}", "xargs {} < /dev/null", "eval {}",
    "find . -maxdepth 0 -exec {} \\;", "parallel {} ::: 1", "watch -n1 {}", "echo $({})", "x=`{}`", "cat <({})", "A=1 {}", ">f {}",
    "cat <<E\n$({})\nE", "ssh host {}", "busybox env {}", "xvfb-run {}", "unshare -r {}", "script -qc '{}' f", "uv run {}", "npx {}",
    "git bisect run {}", "git submodule foreach {}", "docker run img {}", "trap '{}' EXIT", "coproc N {{ {}; }}", "[[ -z $({}) ]]",
)  # fmt: skip

# Ways to run text as code, `{}` being a word in shell quotes.
RUNNERS = (
    "sh -c {}", "bash -lc {}", "bash -xec {}", "zsh -c {}", "dash -c {}", "eval {}", "bash <<< {}", "echo {} | sh", "printf '%s\\n' {} | bash -s",
    ". /dev/stdin <<< {}", "source <(echo {})", "bash <(echo {})", "echo {} > f.sh; sh f.sh", "x={}; eval \"$x\"", "x={}; $x", "su -c {}",
    "script -c {}", "echo {} | xargs -I% sh -c %", "parallel ::: {}", "sudo bash -c {}", "env -S {}", "trap {} EXIT", "flock f -c {}",
    "git -c alias.z=\\!{} z", "git rebase -x {} main", "watch {}", "tmux new -d {}", "set -- {}; eval \"$1\"", "sh -c 'eval \"$0\"' {}",
)  # fmt: skip

# Where text is only text, `{}` being a word in shell quotes.
CARRIERS = (
    "echo {}", "printf '%s\\n' {}", "git commit -m {}", "git commit -m x -m {}", "git commit --message={}", "grep -rn -- {} docs", "grep -e {} f",
    "rg {}", "git log --grep={}", "git log -S{}", "echo {} >> notes.md", "echo {} | tee notes.md", "echo {} | grep x", "x={}; echo \"$x\"",
    "cat <<< {}", "gh pr create --title x --body {}", "gh issue create --body {}", "git tag -a v1 -m {}", "true # {}", ": {}", "test {} = x",
    "[[ {} == x ]] && true", "case {} in x) ;; esac", "python3 -c 'import sys; print(sys.argv)' {}", "git notes add -m {}", "man {}",
    "openclaw explain {}", "jq -n --arg x {} '$x'", "x=({}); echo ${{#x[@]}}", "for w in {}; do echo $w; done", "git stash push -m {}",
)  # fmt: skip

# The same words, written otherwise.
SPELLINGS = (
    "git commit -n -m x", "'git' commit -n -m x", "g\\it commit -n -m x", "$'\\x67it' commit -n -m x", "/usr/bin/git commit -n -m x",
    "git commit --no-verify -m x", "git commit --no-veri -m x", "git commit -anm x", "git commit -m x '-n'", "git commit -m x -\"n\"",
    "git -C . commit -n", "git --no-pager commit -qn", "git -c a.b=c commit -n", "git push --no-verify origin main",
    "git -c core.hooksPath=/dev/null commit -m x", "git update-ref refs/heads/main x", "git config core.hooksPath /dev/null",
    "rm -rf .git/hooks", "chmod -x .git/hooks/pre-commit", "mv .claude/settings.json /tmp/x", "pre-commit uninstall", "git push -f origin main",
)  # fmt: skip
HARMLESS = (
    "git commit -m x",
    "git push origin topic",
    "git log -n 5",
    "git status",
    "ls -n .git/hooks",
    "pre-commit run -a",
)
