"""Which key signs, and with which program."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.approving.approvals import (
    make_approval,
    verify_approval,
)
from openclaw_hooks.errors import OpenclawError, RefusedError
from tests.board.approving.samples import (
    ADA,
    Key,
    make_key,
    set_policy,
    task,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.git import Repo
    from tests.conftest import Repository


ROOT = Path(__file__).parents[3]


def test_key_comes_from_git(signed: Repo, repository: Repository, ada: Key) -> None:
    with pytest.raises(RefusedError, match="git knows no SSH key of yours") as caught:
        make_approval(signed, task(), ADA)
    assert "--key" in caught.value.hint
    repository.git("config", "gpg.format", "ssh")
    with pytest.raises(RefusedError, match=r"user.signingKey is not set"):
        make_approval(signed, task(), ADA)
    repository.git("config", "user.signingKey", str(ada.path.with_suffix(".pub")))
    assert verify_approval(signed, task(), make_approval(signed, task(), ADA)).ok


def test_missing_key_file_is_named(signed: Repo) -> None:
    with pytest.raises(RefusedError, match="there is no key file ~/nowhere"):
        make_approval(signed, task(), ADA, "~/nowhere")


@pytest.fixture
def ssh_agent(ada: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An SSH agent that alone holds the private key."""
    socket = tmp_path.parent / "a.sock"
    running = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE)
    monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
    try:
        assert running.stdout is not None
        running.stdout.readline()
        subprocess.run(["ssh-add", "-q", ada.path], check=True)
        ada.path.unlink()
        yield
    finally:
        running.terminate()
        running.communicate()


@pytest.mark.usefixtures("ssh_agent")
def test_key_of_the_ssh_agent_signs(signed: Repo, repository: Repository, ada: Key) -> None:
    literal = ada.public
    for key in (f"key::{literal}", literal, str(ada.path.with_suffix(".pub")), str(ada.path)):
        assert verify_approval(signed, task(), make_approval(signed, task(), ADA, key)).ok
    repository.git("config", "gpg.format", "ssh")
    repository.git("config", "user.signingKey", f"key::{literal}")
    assert verify_approval(signed, task(), make_approval(signed, task(), ADA)).ok


def test_literal_key_without_an_ssh_agent_says_what_failed(
    signed: Repo, ada: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    with pytest.raises(RefusedError, match=r"the approval was not signed: .*key"):
        make_approval(signed, task(), ADA, f"key::{ada.public}")


def test_passphrase_is_asked_for_at_the_terminal(repository: Repository, tmp_path: Path) -> None:
    key = make_key(tmp_path, "locked", "open sesame")
    set_policy(repository, key.line())
    program = textwrap.dedent(f"""
        import fcntl, termios
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # ssh-keygen asks at the terminal that controls its session
        from tests.board.approving.samples import ADA, task
        from openclaw_hooks.board.approving.approvals import make_approval, verify_approval
        from openclaw_hooks.git import open_repo
        repo = open_repo({str(repository.path)!r})
        print(verify_approval(repo, task(), make_approval(repo, task(), ADA, {str(key.path)!r})))
    """)
    terminal, inner = pty.openpty()
    words = [sys.executable, "-c", program]
    running = subprocess.Popen(words, stdin=inner, stdout=inner, stderr=inner, cwd=ROOT, start_new_session=True)
    os.close(inner)
    shown = b""
    while b"passphrase" not in shown:
        shown += os.read(terminal, 4096)
    os.write(terminal, b"open sesame\n")
    try:
        while chunk := os.read(terminal, 4096):
            shown += chunk
    except OSError:  # how Linux ends a terminal
        pass
    running.wait()
    os.close(terminal)
    assert b"Verified(ok=True" in shown, shown


def test_missing_ssh_keygen_is_one_clear_line(
    signed: Repo, ada: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    approval = make_approval(signed, task(), ADA, str(ada.path))
    git_only = tmp_path / "bin"
    git_only.mkdir()
    (git_only / "git").symlink_to(subprocess.check_output(["which", "git"], text=True).strip())
    monkeypatch.setenv("PATH", str(git_only))
    for act in (
        lambda: make_approval(signed, task(), ADA, str(ada.path)),
        lambda: verify_approval(signed, task(), approval),
    ):
        with pytest.raises(OpenclawError) as caught:
            act()
        assert caught.value.message == "signed approvals need `ssh-keygen`, which is not on PATH"
        assert "OpenSSH" in caught.value.hint


def test_signing_program_of_the_repository_is_not_trusted(
    signed: Repo, repository: Repository, ada: Key, tmp_path: Path
) -> None:
    thief = tmp_path / "thief"
    thief.write_text(f"#!/bin/sh\ntouch {tmp_path}/stolen\n")
    thief.chmod(0o755)
    repository.git("config", "gpg.ssh.program", str(thief))
    assert make_approval(signed, task(), ADA, str(ada.path)).signature
    assert not (tmp_path / "stolen").exists()
    repository.git("config", "--global", "gpg.ssh.program", str(thief))
    with pytest.raises(RefusedError, match="was not signed"):
        make_approval(signed, task(), ADA, str(ada.path))
    assert (tmp_path / "stolen").exists()
