"""Whether a command line can matter at all: the cheap question that spares most of them the full reading."""

from __future__ import annotations

# Quotes and backslashes hide a word from a search and not from a shell.
_HIDING = {ord(char): None for char in "'\"\\"}
_PARTING = {ord(char): " " for char in ";&|<>(){}`=\n\t\r"}

# In lower case, wherever they stand: what the rules look for, and what runs code that is put together.
_TEXTS = (
    "git", "hook", "commit", "lefthook", "husky", ".claude", "openclaw", "claude_", "claudecode", "settings", ".codex", ".gemini",
    ".cursor", ".windsurf", "base64", "b64", "system", "subprocess", "popen", "spawn", "fromhex", "decode", "/dev/sd",
    "/dev/nvme", "/dev/disk", "/dev/hd", "/dev/vd", "-delete", "<(", ".env", ".pem", ".key", "id_rsa", "id_ed25519", "id_ecdsa", "id_dsa", ".ssh",
    ".aws", ".netrc", ".npmrc", ".pypirc", "credential", "secret", ".kube", ".docker", ".pgpass", "shadow", "token", "passw",
    "drop", "delete", "truncate", "flushall", "flushdb", "gnupg", "baseline", "environ", "child_process", "passthru",
    "__import__", "getattr", "getline", "open3", "proc_open", "rmtree", "rmsync", "unlink", "terraform", "destroy", ".jks",
    ".p12", ".pfx", ".kdbx", ".pgp", ".age", "keystore", "purge", "force", "terminate", "remove", "update",
    "flush", "reset", "wipe", "migrate", "alembic", "db:", "ecto.", "schema:",
)  # fmt: skip
# Programs that rules look at, and those that run what other words or their input say.
_PROGRAMS = frozenset(
    ("hub", "gh", "glab", "pre-commit", "prek", "skip", "eval", "exec", "source", ".", "xxd", "rm", "rmdir", "shred", "mkfs", "dd", "wipefs",
     "chmod", "chown", "chgrp", "env", "printenv", "mv", "sh", "bash", "zsh", "dash", "ksh", "ash", "mksh", "fish", "csh", "tcsh",
     "rbash", "yash", "posh", "busybox", "toybox", "parallel", "xargs", "tofu", "pulumi", "aws", "gcloud", "gsutil", "az", "kubectl", "helm",
     "heroku", "doctl", "flyctl", "fly", "vercel", "eksctl", "dropdb", "dropuser", "psql", "mysql", "mysqladmin", "mariadb", "mongo", "mongosh", "redis-cli",
     "sqlite3", "rsync", "tee", "lvremove", "vgremove", "pvremove", "fdisk", "parted", "sfdisk", "sgdisk", "gpg", "export", "set", "declare",
     "trap", "alias", "ln", "install", "cp", "claude", "su", "doas", "at", "batch", "expect", "blkdiscard", "hdparm", "cryptsetup", "find",
     "zpool", "zfs", "btrfs", "diskutil", "cqlsh", "sqlcmd", "bq", "supabase", "dotenv", "tofu", "ssh")
)  # fmt: skip
_INTERPRETERS = ("python", "perl", "ruby", "node", "php", "lua", "vim", "awk", "sed", "ed", "ex", "vi", "make", "bun", "deno", "pypy", "sqlite")  # fmt: skip
# With one of these a line can fill a variable, whose text then may be any word.
_FILLING = ("=", "for", "read", "set", ":-", "printf", "select", "local", "map", "typeset", "<<<", "getopts")

_SPECIAL = frozenset("@*!_-0123456789")


def needs_reading(text: str) -> bool:
    """Whether `text` must be read in full; False means that it is certainly harmless."""
    bare = text.replace("\\\n", "").translate(_HIDING).lower()
    if any(word in bare for word in _TEXTS):
        return True
    if not text.isascii() and "\0" in text:
        return True
    words = [word.rpartition("/")[2] for word in bare.translate(_PARTING).split()]
    if not _PROGRAMS.isdisjoint(words):
        return True
    if _joins_words(bare) or _feeds_interpreter(text, words):
        return True
    return _builds_words(text) or ":(" in bare.replace(" ", "")


def _builds_words(text: str) -> bool:
    """Whether the line can spell a word that it does not show."""
    if "$'" in text or "`" in text or "$(" in text or "{" in text:
        return True
    if "$" in text and any(sign in text for sign in _FILLING):
        return True
    if not any(sign in text for sign in "?*["):
        return False
    return any("bin/" in word or at == 0 or _finds_dot_files(word) for at, word in _globbed_words(text))


def _finds_dot_files(word: str) -> bool:
    """Whether a pattern may become a path such as `.git/hooks`."""
    return any(name[:1] == "." and name not in (".", "..") for name in word.replace(">", "/").split("/"))


def _joins_words(bare: str) -> bool:
    """Whether a parameter stands inside a word (`g$@it`, `g$none'it'`), or is the shell that runs the line."""
    at = bare.find("$")
    while at >= 0:
        if bare[at + 1 : at + 2] in _SPECIAL or (at and bare[at - 1].isalnum()):
            return True
        at = bare.find("$", at + 1)
    return "$bash" in bare or "$shell" in bare


def _globbed_words(text: str) -> list[tuple[int, str]]:
    """The words with a pattern in them, each with its place in its command."""
    for sign in ";&|(){}\n!":
        text = text.replace(sign, "\n")
    found = []
    for command in text.split("\n"):
        place = 0
        for word in command.split():
            if any(sign in word for sign in "?*[") and word not in ("[", "[["):
                found.append((place, word))
            is_prefix = "=" in word or word in ("do", "then", "else", "elif", "if", "while", "until", "time")
            place += not is_prefix
    return found


def _feeds_interpreter(text: str, words: list[str]) -> bool:
    """Whether an interpreter may get code from the line: its input, the text of an option, or a variable."""
    if not any(word.startswith(_INTERPRETERS) for word in words):
        return False
    return (
        "$" in text or "<<" in text or "|" in text or "!" in text or " -e" in text or "exec" in text or "fork" in text
    )
