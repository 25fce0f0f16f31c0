"""Mass deletion outside the repository, and writing to disks past their file systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.checks.command_rules.guarded_paths import is_temporary
from openclaw_hooks.checks.command_rules.model import UNSURE
from openclaw_hooks.shell.holes import HOLE, OUTER, SPLAT, is_known, show_holes
from openclaw_hooks.shell.options import option_values
from openclaw_hooks.shell.paths import join_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.checks.command_rules.model import CommandFinding, Subject

_REMOVERS = frozenset(("rm", "srm", "rimraf", "del", "del-cli", "trash", "shred"))
_OWNERS = frozenset(("chmod", "chown", "chgrp", "setfacl", "chattr"))
_DISK_PROGRAMS = frozenset(
    (
        "wipefs",
        "blkdiscard",
        "lvremove",
        "vgremove",
        "pvremove",
        "sfdisk",
        "sgdisk",
        "fdisk",
        "parted",
        "cfdisk",
        "gdisk",
    )
)
_DISKS = ("/dev/sd", "/dev/nvme", "/dev/hd", "/dev/vd", "/dev/xvd", "/dev/disk", "/dev/mapper", "/dev/mmcblk", "/dev/dm-", "/dev/rdisk", "/dev/md")  # fmt: skip
_CACHES = (
    "~/.cache/",
    "~/.npm/_cacache",
    "~/.gradle/caches",
    "~/.cargo/registry",
    "~/Library/Caches/",
    "~/.pnpm-store",
)
_INSTEAD = "name what may go, inside the repository or a temporary folder"


def judge_deletion(subject: Subject) -> Iterator[CommandFinding]:
    """Findings about one run."""
    run = subject.run
    yield from _judge_disks(subject)
    words = run.words[1:]
    plain = [word for word in words if not word.startswith("-") or word == "-"]
    if run.program in _REMOVERS and (_is_recursive(words) or run.program == "rimraf"):
        yield from _judge_targets(subject, plain, "deletes")
    elif run.program in _REMOVERS:
        for word in plain:
            if word in ("/*", "~/*") or join_path(".", word).startswith(
                ("/etc/", "/usr/", "/bin/", "/boot/", "/lib", "/sbin/")
            ):
                yield _outside(subject, word, "deletes")
    elif run.program in _OWNERS and _is_recursive(words):
        yield from _judge_targets(subject, plain[1:], "changes the rights of")
    elif run.program in ("find", "gfind") and _find_deletes(words):
        yield from _judge_find(subject, words)
    elif run.program == "rsync" and any(word.startswith("--del") for word in words) and len(plain) > 1:
        yield from _judge_targets(subject, plain[-1:], "deletes")
    elif run.program == "mv" and plain and plain[0] in ("/", "/*", "~", "~/*", "/home", "/etc", "/usr"):
        yield _outside(subject, plain[0], "moves")


def _is_recursive(words: list[str]) -> bool:
    for word in words:
        if word == "--":
            return False
        if word.startswith("--r") and "--recursive".startswith(word):
            return True
        if word[:1] == "-" and word[1:2] != "-" and ("r" in word or "R" in word):
            return True
    return False


def _judge_targets(subject: Subject, targets: list[str], act: str) -> Iterator[CommandFinding]:
    for word in targets:
        if _is_far(subject, word):
            yield _outside(subject, word, act)
        elif word[:1] == OUTER and word[1:] in ("/", "/*", "/.", "/.*"):
            message = f"{act} everything below a variable that may be empty, and then everything"
            yield subject.finding("mass-deletion", word, message, "use ${NAME:?}, which stops when it is empty")
        elif word[:1] and word[0] in HOLE + SPLAT and act == "deletes" and "git" not in subject.run.via:
            message = f"{act} a folder that is only known at run time"
            yield subject.finding(UNSURE, word, message, _INSTEAD, subject.facts.settings.unsure)


def _outside(subject: Subject, word: str, act: str) -> CommandFinding:
    return subject.finding(
        "mass-deletion", word, f"{act} `{show_holes(word)}` and all below it, outside this work", _INSTEAD
    )


def _is_far(subject: Subject, word: str) -> bool:
    """Whether a folder lies outside the repository and outside temporary folders, or is the whole repository."""
    cwd, root = subject.run.cwd, subject.facts.root
    path = join_path(cwd, word)
    if not cwd.startswith(("/", "~")) and not path.startswith(("/", "~")):
        path = join_path(subject.facts.cwd, path)
    bare = path.removesuffix("/*").removesuffix("/.*").removesuffix("/.[!.]*")
    if path.startswith("/"):
        if is_temporary(bare) and (bare.count("/") > 1 or bare != path):
            return False
        return not (root and bare.startswith(root + "/"))
    if path.startswith("~"):
        return not path.startswith(_CACHES)
    if path.startswith(".."):
        return path.count("..") > (0 if subject.facts.cwd == "." else subject.facts.cwd.count("/") + 1)
    return path in (".", "*", ".*", "./*")


def _find_deletes(words: list[str]) -> bool:
    if "-delete" in words:
        return True
    starts = ("-exec", "-execdir", "-ok", "-okdir")
    return any(
        word in starts and words[place + 1 : place + 2] in (["rm"], ["shred"]) for place, word in enumerate(words)
    )


def _judge_find(subject: Subject, words: list[str]) -> Iterator[CommandFinding]:
    roots = []
    for word in words:
        if word.startswith(("-", "(", "!")):
            break
        roots.append(word)
    filters = {
        "-name",
        "-iname",
        "-path",
        "-ipath",
        "-regex",
        "-newer",
        "-mtime",
        "-mmin",
        "-size",
        "-empty",
        "-type",
        "-user",
    }
    narrowed = any(word in filters - {"-type", "-user"} for word in words)
    for root in roots or ["."]:
        local = not join_path(subject.run.cwd, root).startswith(("/", "~", ".."))
        if is_known(root) and _is_far(subject, root) and not (narrowed and (local or is_temporary(root))):
            yield _outside(subject, root, "deletes")


def _judge_disks(subject: Subject) -> Iterator[CommandFinding]:
    run = subject.run
    targets = [redirection.target for redirection in run.redirections if redirection.writes]
    if run.program == "dd":
        targets += [word[3:] for word in run.words if word.startswith("of=")]
    if run.program in ("tee", "cp", "shred", "cryptsetup", "hdparm", "badblocks", "pv"):
        targets += run.words[1:]
    if run.program.startswith("mkfs") or run.program in _DISK_PROGRAMS or run.program in ("mkswap", "mke2fs"):
        lists = any(word in ("-l", "--list", "-n", "--no-act", "print") for word in run.words)
        if not lists and len(run.words) > 1 and not option_values(run.words, ("--help",)):
            yield subject.finding("disk", run.program, "writes to a disk past its file system", "ask a person")
    if run.program in ("zpool", "zfs", "btrfs", "diskutil") and any(
        "destroy" in word or "erase" in word.lower() for word in run.words
    ):
        yield subject.finding("disk", run.program, "destroys a file system", "ask a person")
    for target in targets:
        if target.startswith(_DISKS):
            yield subject.finding("disk", target, "writes to a disk past its file system", "ask a person")
