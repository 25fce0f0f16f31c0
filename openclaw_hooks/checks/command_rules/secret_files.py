"""Programs that print files which hold secrets, or send them away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.shell.options import option_values
from openclaw_hooks.shell.paths import last_name
from openclaw_hooks.shell.patterns import match_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.checks.command_rules.model import CommandFinding, Subject

_PRINTING = frozenset(
    ("cat", "less", "more", "head", "tail", "bat", "batcat", "base64", "base32", "xxd", "od", "hexdump", "hd", "strings", "tac", "nl",
     "cut", "paste", "fold", "fmt", "pr", "rev", "sort", "uniq", "jq", "yq", "column", "view", "vim", "vi", "nano", "diff", "sdiff",
     "comm", "join", "tr", "zcat", "dd", "pbcopy", "xclip", "most", "glow", "ccat", "openssl", "uuencode", "bzcat", "xzcat", "look")
)  # fmt: skip
_SEARCHING = frozenset(
    ("grep", "egrep", "fgrep", "rg", "ag", "ack", "awk", "gawk", "mawk", "sed", "gsed", "perl", "git")
)
_SENDING = frozenset(("scp", "nc", "ncat", "netcat", "ftp", "sftp", "curl", "wget", "rsync", "aws", "gsutil", "rclone"))
_NAMES = ("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", "_netrc", ".pgpass", ".my.cnf", ".git-credentials", ".htpasswd",
          ".npmrc", ".pypirc", ".vault-token", "credentials.json", "service-account.json", "service_account.json", ".s3cfg",
          "secrets.yml", "secrets.yaml", "secrets.json", "secrets.toml", "master.key", "shadow", ".boto", "kubeconfig",
          "client_secret.json", "application_default_credentials.json", ".terraformrc", "terraform.tfvars", ".dockercfg")  # fmt: skip
_ENDINGS = (".key", ".p12", ".pfx", ".jks", ".kdbx", ".keystore", ".ppk", "_rsa", "_ed25519", ".asc.key", ".agekey")
_PATHS = (".aws/credentials", ".docker/config.json", ".kube/config", ".config/gh/hosts.yml", ".config/gcloud/", ".gnupg/private",
          ".azure/", ".ssh/id_", "/etc/shadow", "/etc/sudoers", "/proc/self/environ", ".config/hub", ".cargo/credentials")  # fmt: skip
_SAMPLES = (
    ".example",
    ".sample",
    ".template",
    ".dist",
    ".tmpl",
    ".test",
    ".schema",
    ".md",
    ".pub",
    ".defaults",
    ".d.ts",
    ".py",
    ".ts",
)
_INSTEAD = "ask for the one value you need, or read the sample file beside it; secrets stay out of the transcript"
_QUIET = ("-q", "--quiet", "--silent", "-l", "--files-with-matches", "-c", "--count", "-L")

_DATA = ("-d", "--data", "--data-raw", "--data-ascii", "--data-urlencode", "--json", "-H", "--header", "-A", "-X", "-F")


def judge_secret_files(subject: Subject) -> Iterator[CommandFinding]:
    """Findings about the files that one run prints."""
    run = subject.run
    paths: list[str] = []
    if run.program in _PRINTING:
        paths = [word.removeprefix("if=") for word in run.words[1:] if not word.startswith(("-", "+"))]
        if run.program in ("jq", "yq"):
            paths = _queried_paths(run.words)
    elif run.program in _SEARCHING:
        paths = _searched_paths(run.program, run.words)
    elif run.program in _SENDING:
        paths = _sent_paths(run.words)
    paths += [redirection.target for redirection in run.redirections if redirection.operator == "<"]
    for path in paths:
        if holds_secrets(path):
            message = f"`{run.program}` would show a file that holds secrets"
            yield subject.finding("secret-file", path, message, _INSTEAD, subject.facts.settings.secret_files)
    if run.program == "printenv":
        for word in run.words[1:]:
            if any(
                part in word.upper() for part in ("TOKEN", "SECRET", "PASSW", "API_KEY", "PRIVATE_KEY", "ACCESS_KEY")
            ):
                yield subject.finding(
                    "secret-file", word, "would show a secret", _INSTEAD, subject.facts.settings.secret_files
                )


def holds_secrets(path: str) -> bool:
    """Whether a file of this name usually holds secrets."""
    name = last_name(path)
    if not name or name.endswith(_SAMPLES):
        return False
    lowered = name.lower()
    if lowered == ".env" or (
        lowered.startswith(".env.") and not any(part in lowered for part in ("example", "sample", "template"))
    ):
        return True
    if lowered == ".envrc" or (lowered.endswith(".env") and lowered.count(".") == 1 and lowered != "default.env"):
        return lowered != ".envrc"
    if (
        lowered in _NAMES
        or lowered.endswith(_ENDINGS)
        or (lowered.endswith(".pem") and ("key" in lowered or "priv" in lowered))
    ):
        return True
    if any(part in path for part in _PATHS) and not lowered.endswith(".pub"):
        return True
    if any(sign in name for sign in "*?["):
        return (
            any(match_pattern(name, known) for known in (".env", "id_rsa", "id_ed25519", ".netrc"))
            and name.strip("*?") != ""
        )
    return False


def _searched_paths(program: str, words: list[str]) -> list[str]:
    if program == "git":
        return []
    if any(word in _QUIET for word in words) and program not in ("sed", "awk", "perl"):
        return []
    if any(word.startswith(("-i", "--in-place")) for word in words) and program in ("sed", "gsed", "perl"):
        return []
    plain = [word for word in words[1:] if not word.startswith("-")]
    has_pattern = option_values(words, ("-e", "-f", "--regexp", "--file")) and program != "perl"
    if not has_pattern:
        return plain[1:]
    return [word for word in plain if word not in option_values(words, ("-e", "--regexp"))]


def _queried_paths(words: list[str]) -> list[str]:
    """The files that `jq` reads: neither its filter nor the values that it is given."""
    plain = []
    at = 1
    has_filter = False
    while at < len(words):
        word = words[at]
        if word in ("--arg", "--argjson"):
            at += 3
            continue
        has_filter = has_filter or word in ("-f", "--from-file")
        if not word.startswith("-"):
            plain.append(word)
        at += 1
    return plain if has_filter else plain[1:]


def _sent_paths(words: list[str]) -> list[str]:
    paths = []
    for place, word in enumerate(words[1:], 1):
        if words[place - 1] in ("-i", "--key", "--cert", "-E", "--cacert", "--netrc-file"):
            continue
        if words[0] == "curl" and words[place - 1] in _DATA and "@" not in word:
            continue  # sent as it stands, not read from a file
        _, mark, path = word.rpartition("@")
        paths.append(path if mark else word)
    return paths
