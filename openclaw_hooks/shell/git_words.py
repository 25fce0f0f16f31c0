"""Takes a call of git apart: options before the subcommand, settings given there, the subcommand and its words."""

from __future__ import annotations

from openclaw_hooks.shell.holes import HOLE, HOLES, OUTER, PLAIN

_WITH_VALUE = frozenset(
    (
        "-C",
        "-c",
        "--git-dir",
        "--work-tree",
        "--namespace",
        "--super-prefix",
        "--config-env",
        "--attr-source",
        "--exec-path",
    )
)


class GitWords:
    """`settings` are the (name, value) pairs of `-c` and `--config-env`, names in lower case; `unknown` the words in
    front of the subcommand that nobody knows.
    """

    __slots__ = (
        "arguments",
        "exec_path",
        "folders",
        "git_dir",
        "prefix",
        "settings",
        "subcommand",
        "unknown",
        "work_tree",
    )

    def __init__(self) -> None:
        self.settings: list[tuple[str, str]] = []
        self.folders: list[str] = []
        self.git_dir = ""
        self.work_tree = ""
        self.exec_path = ""
        self.subcommand = ""
        self.arguments: list[str] = []
        self.unknown: list[str] = []
        self.prefix: list[str] = []


def split_git(words: list[str], environment: dict[str, str]) -> GitWords:
    """The parts of `git ...`; `environment` is what the line sets, where `--config-env` finds its values."""
    parts = GitWords()
    at = 1
    while at < len(words):
        word = words[at]
        if word[:1] in HOLES and word and word[0] not in (OUTER, PLAIN):
            parts.unknown.append(word)
            at += 1
            continue
        if not word.startswith("-"):
            break
        name, equals, value = word.partition("=")
        at += 1
        if name.startswith("--") and not equals and name in _WITH_VALUE and name != "--exec-path":
            value = words[at] if at < len(words) else ""
            at += 1
        elif name in ("-C", "-c") or word[:2] == "-c":
            attached = word[2:]
            value = attached or (words[at] if at < len(words) else "")
            at += not attached
            name = word[:2]
        _keep_option(parts, name, value, environment)
    parts.prefix = words[:at]
    parts.settings += _environment_settings(environment)
    if at < len(words):
        parts.subcommand = words[at]
        parts.arguments = words[at + 1 :]
    return parts


def _keep_option(parts: GitWords, name: str, value: str, environment: dict[str, str]) -> None:
    if name == "-c":
        key, _, setting = value.partition("=")
        parts.settings.append((_lower_key(key), setting))
    elif name == "--config-env":
        key, _, variable = value.rpartition("=")
        parts.settings.append((_lower_key(key), environment.get(variable, HOLE)))
    elif name == "-C":
        parts.folders.append(value)
    elif name == "--git-dir":
        parts.git_dir = value
    elif name == "--work-tree":
        parts.work_tree = value
    elif name == "--exec-path":
        parts.exec_path = value


def _lower_key(key: str) -> str:
    """A setting's name as git compares it: section and last part in any case."""
    section, dot, rest = key.partition(".")
    middle, last_dot, last = rest.rpartition(".")
    return section.lower() + dot + middle + last_dot + last.lower()


def _environment_settings(environment: dict[str, str]) -> list[tuple[str, str]]:
    """Settings that the line gives by GIT_CONFIG_KEY_<n> and GIT_CONFIG_VALUE_<n>."""
    if "GIT_CONFIG_COUNT" not in environment:
        return []
    settings = []
    for name, key in environment.items():
        if name.startswith("GIT_CONFIG_KEY_"):
            value = environment.get("GIT_CONFIG_VALUE_" + name.removeprefix("GIT_CONFIG_KEY_"), HOLE)
            settings.append((_lower_key(key), value))
    return settings


class GitOption:
    """One option of a subcommand: `name` as written without its value, or one letter of a bundle with its dash."""

    __slots__ = ("name", "value", "word")

    def __init__(self, name: str, value: str, word: str) -> None:
        self.name = name
        self.value = value
        self.word = word


# subcommand -> letters that take a value (attached or next), letters whose value is only attached, long names with one
_TAKING: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "commit": ("mFCct", "Su", ("message", "file", "reuse-message", "reedit-message", "template", "author", "date",
                                "cleanup", "fixup", "squash", "trailer", "pathspec-from-file")),
    "push": ("o", "", ("repo", "receive-pack", "exec", "push-option", "recurse-submodules")),
    "merge": ("mFsX", "S", ("message", "file", "strategy", "strategy-option", "cleanup", "into-name")),
    "pull": ("sXoj", "Sr", ("strategy", "strategy-option", "upload-pack", "depth", "shallow-since", "shallow-exclude",
                             "server-option", "negotiation-tip", "refmap", "jobs", "deepen", "cleanup")),
    "rebase": ("sXxC", "S", ("strategy", "strategy-option", "exec", "onto", "whitespace", "empty")),
    "am": ("pC", "S", ("directory", "exclude", "include", "whitespace", "patch-format", "resolvemsg")),
    "cherry-pick": ("mX", "S", ("mainline", "strategy", "strategy-option", "cleanup")),
    "revert": ("mX", "S", ("mainline", "strategy", "strategy-option", "cleanup")),
    "checkout": ("bB", "", ("orphan", "conflict", "pathspec-from-file")),
    "switch": ("cC", "", ("create", "force-create", "orphan", "conflict")),
    "restore": ("s", "", ("source", "conflict", "pathspec-from-file")),
    "branch": ("ut", "", ("set-upstream-to", "contains", "no-contains", "merged", "no-merged", "points-at", "sort", "format")),
    "tag": ("mFun", "", ("message", "file", "local-user", "cleanup", "sort", "format", "contains", "points-at")),
    "clean": ("e", "", ("exclude",)),
    "config": ("f", "", ("file", "blob", "type", "default", "value", "comment", "url")),
    "reset": ("", "U", ("pathspec-from-file",)),
    "gc": ("", "", ("prune-x",)),
    "reflog": ("", "", ()),
    "worktree": ("bB", "", ("reason",)),
    "update-ref": ("m", "", ()),
    "symbolic-ref": ("m", "", ()),
    "hash-object": ("t", "", ("path",)),
    "stash": ("m", "", ("message", "pathspec-from-file")),
    "notes": ("mFCc", "", ("message", "file", "ref", "strategy")),
    "fetch": ("oj", "", ("upload-pack", "depth", "refmap", "server-option", "jobs", "negotiation-tip")),
    "clone": ("bcjou", "", ("branch", "config", "template", "reference", "origin", "upload-pack", "depth", "jobs")),
    "rm": ("", "", ("pathspec-from-file",)),
    "bisect": ("", "", ()),
}  # fmt: skip


def split_options(subcommand: str, arguments: list[str]) -> tuple[list[GitOption], list[str], list[str]]:
    """The options, the other words, and the words behind `--` of a subcommand; bundles are taken apart."""
    letters, attached, longs = _TAKING.get(subcommand, ("", "", ()))
    options: list[GitOption] = []
    others: list[str] = []
    at = 0
    while at < len(arguments):
        word = arguments[at]
        at += 1
        if word in ("--", "--end-of-options"):
            return options, others, arguments[at:]
        if len(word) < 2 or word[0] != "-":
            others.append(word)
            continue
        following = arguments[at] if at < len(arguments) else ""
        if word.startswith("--"):
            at += _add_long(options, word, longs, following)
        else:
            at += _add_bundle(options, word, (letters, attached), following)
    return options, others, []


def _add_long(options: list[GitOption], word: str, longs: tuple[str, ...], following: str) -> int:
    name, equals, value = word.partition("=")
    takes = not equals and any(long.startswith(name[2:]) for long in longs) and not name.startswith("--no-")
    options.append(GitOption(name, following if takes else value, word))
    return int(takes)


def _add_bundle(options: list[GitOption], word: str, letters: tuple[str, str], following: str) -> int:
    for place, letter in enumerate(word[1:], 2):
        if letter in letters[0]:
            value = word[place:]
            options.append(GitOption("-" + letter, value or following, word))
            return int(not value)
        if letter in letters[1]:
            options.append(GitOption("-" + letter, word[place:], word))
            return 0
        options.append(GitOption("-" + letter, "", word))
    return 0
