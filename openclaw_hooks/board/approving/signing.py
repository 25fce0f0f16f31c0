"""Signing and checking by `ssh-keygen -Y`: with a key file, a key of the SSH agent, or a key on a token."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.git import call_git
from openclaw_hooks.process import run_program

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from openclaw_hooks.git import Repo
    from openclaw_hooks.process import Completed

# Part of what is signed: no signature made for git or for files can be used as an approval, nor the other way round.
NAMESPACE: Final = "openclaw-approval@v1"
LITERAL_PREFIXES: Final = ("ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-")
MAX_SIGNATURE: Final = 16_384  # characters of base64; the largest, of an RSA key of 16,384 bits, has below 6,000
CHECK_TIMEOUT_S: Final = 30.0
BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
END: Final = "-----END SSH SIGNATURE-----"


class Checked(NamedTuple):
    """Whether a signature holds, and if not, why."""

    ok: bool
    reason: str = ""


def find_key(repo: Repo, key: str = "") -> str:
    """The signing key: `key`, else git's user.signingKey where gpg.format is ssh; an absolute path, or a public key.

    Raises RefusedError when there is none.
    """
    folder = repo.top or repo.git_dir
    if not key:
        if _config(folder, "gpg.format") != "ssh":
            hint = "name one with --key, or set it: `git config --global gpg.format ssh` and `user.signingKey`"
            raise RefusedError("this approval must be signed, and git knows no SSH key of yours", hint)
        key = _config(folder, "user.signingKey")
    if not key:
        raise RefusedError(
            "this approval must be signed, and git's user.signingKey is not set", "name a key with --key"
        )
    literal = key.removeprefix("key::")
    if literal.startswith(LITERAL_PREFIXES) and " " in literal:
        return literal
    path = os.path.abspath(os.path.join(folder, os.path.expanduser(key)))
    if not os.path.isfile(path) and not os.path.isfile(f"{path}.pub"):
        raise RefusedError(f"there is no key file {key}", "name a key with --key")
    return path


def sign(repo: Repo, payload: bytes, key: str) -> str:
    """The signature of `payload` by `key` (as `find_key` gives it), as base64 in one line.

    May ask the person at the terminal for a passphrase. Raises RefusedError when nothing comes of it.
    """
    import tempfile

    program = _find_signer(repo)
    with tempfile.TemporaryDirectory(prefix="openclaw-approval-") as folder:
        if key.startswith(LITERAL_PREFIXES):
            key = _write(folder, "key.pub", key.encode() + b"\n")
        message = _write(folder, "approval", payload)
        words = [program, "-Y", "sign", "-n", NAMESPACE, "-f", key, message]
        done = run_program(words, attended=True)
        try:
            with open(f"{message}.sig", encoding="ascii") as stream:
                armoured = stream.read().strip()
        except (OSError, ValueError):
            raise RefusedError(f"the approval was not signed: {_complaint(done)}", "is it the right key?") from None
    return "".join(armoured.removeprefix(BEGIN).removesuffix(END).split())


def _find_signer(repo: Repo) -> str:
    """The program that signs: what the person told git for all repositories, else ssh-keygen.

    A repository's own setting does not count: it would give the person's key to whoever can write there.
    """
    done = call_git(["config", "--global", "--type=path", "--get", "gpg.ssh.program"], cwd=repo.top or repo.git_dir)
    return os.fsdecode(done.stdout.rstrip(b"\n")) or _require_ssh_keygen()


def find_principals(signature: str, signers: bytes) -> list[str]:
    """The names, or patterns of names, that `signers` gives to the key of `signature`; none for an unknown key."""
    with _Files(signature, signers) as files:
        done = _ask(["find-principals", "-f", files.signers, "-s", files.signature])
    return done.stdout.decode("utf-8", "replace").replace(",", "\n").split() if done.code == 0 else []


def check_signature(payload: bytes, signature: str, signers: bytes, principal: str, when: datetime) -> Checked:
    """Whether `principal` of `signers` signed exactly `payload` with a key that was valid at the time `when`."""
    if not _is_signature(signature):
        return Checked(False, "the signature is no SSH signature")
    # Without a zone ssh-keygen takes local time, as it does for the times in the list of signers.
    at = when.astimezone().strftime("%Y%m%d%H%M%S")
    with _Files(signature, signers) as files:
        words = [f"-Overify-time={at}", "-f", files.signers, "-I", principal, "-n", NAMESPACE, "-s", files.signature]
        done = _ask(["verify", *words], payload)
        if done.code == 0:
            return Checked(True)
        return Checked(False, _explain(done, files, principal))


def _explain(done: Completed, files: _Files, principal: str) -> str:
    """Why ssh-keygen did not accept a signature, in a person's words where its own are known."""
    complaint = done.stderr.decode("utf-8", "replace")
    meanings = {
        "has expired": "the key's time in the list of signers is over",
        "not yet valid": "the key's time in the list of signers has not begun",
        "not permitted for use in signature namespace": "the list of signers keeps this key to other namespaces",
        "namespace does not match": "the signature was made for another purpose",
        "incorrect signature": "the signature is not of this content",
    }
    for words, meaning in meanings.items():
        if words in complaint:
            return meaning
    found = _ask(["find-principals", "-f", files.signers, "-s", files.signature])
    if found.code != 0:
        return "the key is not in the list of signers"
    known = ", ".join(found.stdout.decode("utf-8", "replace").split())
    if principal not in known:
        return f"the key belongs to {known}, not to {principal}"
    return complaint.strip().rpartition("\n")[2] or "the signature does not hold"


class _Files:
    """The files that ssh-keygen reads, there as long as the context is open."""

    def __init__(self, signature: str, signers: bytes) -> None:
        import tempfile

        self._folder = tempfile.TemporaryDirectory(prefix="openclaw-approval-")
        self.signers = _write(self._folder.name, "signers", signers)
        self.signature = _write(self._folder.name, "signature", "\n".join(_armour(signature)).encode("ascii") + b"\n")

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _armour(signature: str) -> Iterator[str]:
    yield BEGIN
    for start in range(0, len(signature), 70):
        yield signature[start : start + 70]
    yield END


def _is_signature(text: str) -> bool:
    import base64

    try:
        return len(text) <= MAX_SIGNATURE and base64.b64decode(text, validate=True).startswith(b"SSHSIG")
    except ValueError:
        return False


def _write(folder: str, name: str, content: bytes) -> str:
    path = os.path.join(folder, name)
    with open(path, "wb") as stream:
        stream.write(content)
    return path


def _ask(words: Sequence[str], stdin: bytes | None = None) -> Completed:
    return run_program([_require_ssh_keygen(), "-Y", *words], stdin=stdin, timeout_s=CHECK_TIMEOUT_S)


def _require_ssh_keygen() -> str:
    import shutil

    found = shutil.which("ssh-keygen")
    if not found:
        raise OpenclawError("signed approvals need `ssh-keygen`, which is not on PATH", "install OpenSSH 8.9 or newer")
    return found


def _complaint(done: Completed) -> str:
    text = done.stderr.decode("utf-8", "replace").strip()
    return " ".join(text.split()) or f"exit code {done.code}"


def _config(folder: str, key: str) -> str:
    return os.fsdecode(call_git(["config", "--get", key], cwd=folder).stdout.rstrip(b"\n"))
