"""Programs that write, move or delete what guards the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.checks.command_rules.guarded_paths import covers_guarded, is_guarded
from openclaw_hooks.shell.git_words import split_git, split_options
from openclaw_hooks.shell.options import option_values
from openclaw_hooks.shell.paths import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.checks.command_rules.model import CommandFinding, Subject

_INSTEAD = "leave it as it is, and ask a person to change it from their own shell"

# Every word that is no option is written, moved away or deleted.
_TAKING_ALL = frozenset(
    ("rm", "rmdir", "unlink", "shred", "srm", "truncate", "chmod", "chown", "chgrp", "chattr", "setfacl", "mv", "tee", "sponge",
     "trash", "trash-put", "patch", "ed", "ex", "vi", "vim", "nvim", "nano", "emacs", "mount", "umount", "rename", "gio", "rimraf",
     "del-cli", "del", "chflags", "xattr", "mkfifo", "mknod", "setfattr", "dos2unix", "unix2dos", "crudini", "sqlite", "zip")
)  # fmt: skip
_GIVING_RIGHTS = frozenset(("+x", "a+x", "u+x", "ug+x", "+rx", "755", "0755", "700", "a+rx", "u+rwx"))
_TAKING_LAST = frozenset(("cp", "ln", "install", "rsync", "scp", "ditto", "link"))
_REMOVING = frozenset(
    ("rm", "rmdir", "mv", "trash", "trash-put", "shred", "srm", "rimraf", "del", "del-cli", "gio", "mount")
)
_IN_PLACE = frozenset(("sed", "gsed", "perl", "ruby", "yq", "awk", "gawk", "sd", "jq"))
_COMPRESSING = frozenset(
    ("gzip", "gunzip", "bzip2", "bunzip2", "xz", "unxz", "zstd", "unzstd", "lz4", "compress", "pigz")
)
_KEEPING = ("-c", "--stdout", "--to-stdout", "-k", "--keep", "-l", "--list", "-t", "--test")
_FORMATTING = {"prettier": ("--write", "-w"), "eslint": ("--fix",), "biome": ("--write",), "dprint": ("fmt",)}
_WRITING_LAST = frozenset(("split", "script", "uniq", "ffmpeg", "xxd"))

# Programs whose `-o` does not name a file that is written.
_READING = frozenset(
    ("grep", "egrep", "fgrep", "rg", "ag", "ls", "ps", "find", "cut", "od", "test", "[", "ssh", "scp", "mount", "set", "echo", "printf",
     "cat", "head", "tail", "stat", "jq", "yq", "kubectl", "docker", "helm", "git", "bash", "sh", "env", "sudo", "xargs", "tree", "du",
     "python", "perl", "ruby", "node", "php")
)  # fmt: skip
_PATH_OPTIONS = {
    "curl": ("-o", "--output"),
    "wget": ("-O", "--output-document"),
    "tar": ("-C", "--directory"),
    "unzip": ("-d",),
    "sort": ("-o", "--output"),
    "cp": ("-t", "--target-directory"),
    "mv": ("-t", "--target-directory"),
    "ln": ("-t", "--target-directory"),
    "install": ("-t", "--target-directory"),
    "patch": ("-o", "--output", "-d", "--directory"),
    "base64": ("-o",),
    "openssl": ("-out",),
    "gpg": ("-o", "--output"),
    "cpio": ("-D",),
}
_GIT_WRITING = frozenset(("rm", "mv", "checkout", "restore", "clean", "update-index", "checkout-index"))


def judge_tampering(subject: Subject) -> Iterator[CommandFinding]:
    """Findings about the files that one run writes or deletes."""
    seen: set[str] = set()
    for path, removes in _touched_paths(subject):
        if path in seen:
            continue
        seen.add(path)
        run, root = subject.run, subject.facts.root
        cwd = f"{subject.facts.cwd}/{run.cwd}" if not run.cwd.startswith(("/", "~")) else run.cwd
        if is_guarded(path, cwd, root) or (removes and covers_guarded(path, cwd, root)):
            yield subject.finding(
                "guarded-files", path, f"`{run.program}` changes or deletes what guards this work", _INSTEAD
            )


def _touched_paths(subject: Subject) -> Iterator[tuple[str, bool]]:
    """The paths that the run changes, and whether what lies below them goes, too."""
    run = subject.run
    for redirection in run.redirections:
        if redirection.writes:
            yield redirection.target, redirection.operator == "code>"
    program, words = run.program, run.words
    if program in _PATH_OPTIONS:
        for value in option_values(words[1:], _PATH_OPTIONS[program]):
            yield value, False
    elif program not in _READING and (" -o" in (line := " ".join(words)) or " --out" in line):
        for value in option_values(words[1:], ("-o", "--output", "--out", "--output-file")):
            yield value, False
    plain = [word for word in words[1:] if not word.startswith("-")]
    yield from ((path, False) for path in _other_results(program, words[1:], plain))
    if program == "chmod" and plain and plain[0] in _GIVING_RIGHTS:
        return  # a hook that can run does no harm
    if program in _TAKING_ALL:
        removes = program in _REMOVING or (program in ("chmod", "chown") and _takes_rights(words))
        yield from ((word, removes) for word in plain)
        if program == "mv" and len(plain) > 1:
            yield from _inside(plain[-1], plain[:-1])
    elif program in _TAKING_LAST and len(plain) > 1:
        if program == "ln":  # what is written through the link is written there
            yield from ((word, True) for word in plain[:-1])
        if program == "rsync" and "--remove-source-files" in words:
            yield from ((word, True) for word in plain[:-1])
        yield plain[-1], False
        yield from _inside(plain[-1], plain[:-1])
    elif program in _IN_PLACE and _is_in_place(words):
        yield from ((word, False) for word in plain)
    elif program == "dd":
        yield from ((word[3:], False) for word in plain if word.startswith("of="))
    elif program in ("find", "gfind", "fd"):
        yield from _find_paths(words)
    elif program == "git":
        yield from _git_paths(subject)


def _other_results(program: str, words: list[str], plain: list[str]) -> list[str]:
    """What programs write that are not made for it: archives, compressed files, formatters."""
    if program in _COMPRESSING and not any(word in _KEEPING for word in words):
        return plain
    if any(flag in words for flag in _FORMATTING.get(program, ())):
        return plain
    if program in _WRITING_LAST and len(plain) > 1:
        return plain[-1:]
    if program == "tar" and words and "x" not in words[0] and "t" not in words[0]:
        bundled = words[1:2] if "f" in words[0].lstrip("-") and not words[0].startswith("--") else []
        return bundled + option_values(words, ("-f", "--file"))
    return []


def _inside(folder: str, sources: list[str]) -> list[tuple[str, bool]]:
    """Where files land that are put into a folder."""
    return [(f"{folder.rstrip('/')}/{last_name(source)}", False) for source in sources if last_name(source)]


def _takes_rights(words: list[str]) -> bool:
    """Whether a `chmod -R` takes the right to run away."""
    recursive = any(word.startswith("-") and "R" in word for word in words) or "--recursive" in words
    return recursive and any(
        word.endswith(("-x", "-rwx", "-rx", "644", "600", "000", "444", "400", "-wx")) for word in words[1:]
    )


def _is_in_place(words: list[str]) -> bool:
    return any(
        word.startswith(("--in-place", "--inplace", "-i"))
        or (word[:1] == "-" and word[1:2] != "-" and "i" in word[1:4])
        for word in words[1:]
    )


def _find_paths(words: list[str]) -> Iterator[tuple[str, bool]]:
    removes = "-delete" in words or any(word in ("rm", "unlink", "shred", "mv", "chmod", "truncate") for word in words)
    if not removes:
        return
    filtered = False
    for place, word in enumerate(words):
        if word in ("-name", "-iname", "-path", "-ipath", "-wholename", "-regex") and place + 1 < len(words):
            filtered = True
            value = words[place + 1]
            if "hooks" in value or ".git" in value or ".claude" in value or ".openclaw" in value:
                yield f".git/hooks/{value}", False
            else:
                yield f".git/hooks/{value}" if value in ("pre-commit", "commit-msg", "pre-push") else value, False
    for word in words[1:]:
        if word.startswith(("-", "(", "!")):
            return
        yield word, not filtered or word.rstrip("/").endswith(".git")


def _git_paths(subject: Subject) -> Iterator[tuple[str, bool]]:
    parts = split_git(subject.run.words, subject.run.environment)
    for value in option_values(parts.arguments, ("--output",)):
        yield value, False
    if parts.subcommand == "archive":
        yield from ((value, False) for value in option_values(parts.arguments, ("-o",)))
    if parts.subcommand == "bundle" and parts.arguments[:1] == ["create"]:
        yield from ((word, False) for word in parts.arguments[1:2])
    if parts.subcommand not in _GIT_WRITING:
        return
    options, others, rest = split_options(parts.subcommand, parts.arguments)
    flags = {option.name for option in options}
    if parts.subcommand == "restore" and flags & {"--staged", "-S"} and not flags & {"--worktree", "-W"}:
        return
    if parts.subcommand in ("rm", "checkout-index") and flags & {"--dry-run", "-n"}:
        return
    if parts.subcommand == "update-index" and not flags & {
        "--assume-unchanged",
        "--skip-worktree",
        "--force-remove",
        "--chmod",
    }:
        return
    if parts.subcommand == "checkout" and flags & {"-b", "-B", "--orphan"}:
        return
    for folder in parts.folders or [""]:
        for word in others + rest:
            yield (f"{folder}/{word}" if folder else word), parts.subcommand in ("rm", "mv")
