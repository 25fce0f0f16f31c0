"""What the demo tries, as values: the files of each act, the git command, and what must come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from openclaw_hooks.scratch.planted import Planted

PRE_COMMIT = "pre-commit"
COMMIT_MSG = "commit-msg"
PRE_PUSH = "pre-push"

# What the scratch project looks like before the first act: enough for the Python rules to be in force.
PROJECT = {
    "README.md": "# Orders\n\nA small service that takes orders.\n",
    "pyproject.toml": '[project]\nname = "orders"\nversion = "1.0.0"\n',
    "src/orders.py": '"""Takes orders."""\n\n\ndef total(prices: list[int]) -> int:\n    return sum(prices)\n',
    "tests/test_orders.py": "from orders import total\n\n\ndef test_total() -> None:\n    assert total([1, 2]) == 3\n",
    "deploy/service.yaml": "name: orders\nreplicas: 2\n",
    "docs/decisions.md": "# Decisions\n\n## Unpaid orders\n\nAn order that nobody pays is dropped after thirty days.\n\n"
    "## Rounding\n\nPrices are whole cents; a discount is rounded down.\n",
}


class Expected(NamedTuple):
    """What stops an act: the layer (a git hook), the check, and a text that its finding must show.

    No layer means that the act must go through, with a receipt that names the check.
    """

    layer: str
    check: str
    shows: str = ""


class Act(NamedTuple):
    """One thing that somebody tries: `files` are written, staged and committed with `message`, or `push` is run.

    With both, the commit is made past the hooks (--no-verify), and what counts is the push.
    """

    id: str
    title: str
    expected: Expected
    files: tuple[tuple[str, str], ...] = ()
    message: str = ""
    push: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()


def build_acts(planted: Planted) -> tuple[Act, ...]:
    """All acts in their order; each starts from the last state that went through."""
    return (*_secret_acts(planted), *_policy_acts(), *_push_acts(planted), *_good_acts())


def _secret_acts(planted: Planted) -> tuple[Act, ...]:
    keys = f'KEY_ID = "{planted.aws_id}"\nSECRET_KEY = "{planted.aws_key}"\n'
    token = f"#!/bin/sh\nexport GH_TOKEN={planted.github}\n"
    dotenv = f"ANTHROPIC_API_KEY={planted.anthropic}\n"
    settings = f"model:\n  api_key: {planted.openai}\n"
    return (
        _leak("aws-key", "an AWS key in code", "src/upload.py", keys, "feat: upload receipts"),
        _leak("github-token", "a GitHub token in a script", "deploy/release.sh", token, "ci: release from a script"),
        _leak("anthropic-key", "an Anthropic key in a .env file", ".env.production", dotenv, "chore: settings"),
        _leak("openai-key", "an OpenAI key in YAML", "deploy/settings.yaml", settings, "feat: ask a model"),
        _leak("private-key", "a private key in PEM form", "deploy/server.pem", planted.private_key, "build: use TLS"),
        _leak(
            "file-name", "a token in a file name", f"notes-{planted.github}.txt", "Empty.\n", "docs: notes", "notes-"
        ),
        Act(
            "message-secret",
            "a token in the commit message",
            Expected(COMMIT_MSG, "secrets", "(commit message)"),
            (("src/login.py", "TIMEOUT_S = 30\n"),),
            f"feat: log in\n\nTried it with {planted.github}.",
        ),
    )


def _leak(act_id: str, title: str, path: str, content: str, message: str, shows: str = "") -> Act:
    return Act(act_id, title, Expected(PRE_COMMIT, "secrets", shows or path), ((path, content),), message)


def _policy_acts() -> tuple[Act, ...]:
    command = 'import subprocess\n\n\ndef backup(name: str) -> None:\n    subprocess.run(f"tar cf {name}", shell=True)\n'  # openclaw: allow python/shell-true -- what the demo plants
    return (
        Act(
            "broken-json",
            "JSON that does not parse",
            Expected(PRE_COMMIT, "structured-files", "config.json:2"),
            (("src/config.json", '{\n  "retries" 3\n}\n'),),
            "feat: retry three times",
        ),
        Act(
            "shell-true",
            "a shell command that a rule forbids",
            Expected(PRE_COMMIT, "rules", "[python/shell-true]"),
            (("src/backup.py", command),),
            "feat: back orders up",
        ),
        Act(
            "out-of-scope",
            "a file outside the task's scope",
            Expected(PRE_COMMIT, "scope", "deploy/service.yaml"),
            (("deploy/service.yaml", "name: orders\nreplicas: 20\n"),),
            "perf: run twenty replicas",
            env=(("OPENCLAW_SCOPE", "src/** tests/**"),),
        ),
        Act(
            "bad-message",
            "a message that says nothing",
            Expected(COMMIT_MSG, "commit-message", "stuff"),
            (("src/stock.py", "STOCK = 1\n"),),
            "stuff",
        ),
        Act(
            "agent-edits-policy",
            "an agent that edits its own guard",
            Expected(PRE_COMMIT, "protected", ".openclaw/config.yaml"),
            ((".openclaw/config.yaml", "format: 1\nchecks:\n  disable: [secrets]\n"),),
            "chore: simplify the config",
            env=(("CLAUDECODE", "1"),),
        ),
    )


def _push_acts(planted: Planted) -> tuple[Act, ...]:
    return (
        Act(
            "no-verify",
            "commit --no-verify, then a push",
            Expected(PRE_PUSH, "secrets", "src/upload.py"),
            (("src/upload.py", f'KEY_ID = "{planted.aws_id}"\n'),),
            "feat: upload receipts",
            ("push", "origin", "main"),
        ),
        Act(
            "force-push",
            "a force-push of main",
            Expected(PRE_PUSH, "push", "rewrites the protected branch `main`"),
            push=("push", "--force", "origin", "HEAD~1:main"),
        ),
        Act(
            "delete-branch",
            "deleting main on the server",
            Expected(PRE_PUSH, "push", "deletes the protected branch `main`"),
            push=("push", "origin", "--delete", "main"),
        ),
    )


def _good_acts() -> tuple[Act, ...]:
    code = '"""Discounts."""\n\n\ndef reduce(price: int, percent: int) -> int:\n    return price - price * percent // 100\n'
    test = "from discount import reduce\n\n\ndef test_reduce() -> None:\n    assert reduce(200, 10) == 180\n"
    return (
        Act(
            "clean-commit",
            "an honest commit",
            Expected("", "secrets"),
            (("src/discount.py", code), ("tests/test_discount.py", test)),
            "feat: reduce prices by a percentage",
        ),
        Act("clean-push", "and its push", Expected("", "secrets"), push=("push", "origin", "main")),
    )
