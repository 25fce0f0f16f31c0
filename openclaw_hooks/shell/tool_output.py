"""What well-known programs print, as far as it can be known without running them."""

from __future__ import annotations

from openclaw_hooks.shell.holes import PLAIN, SPLAT
from openclaw_hooks.shell.options import skip_options

# Their answers are names, numbers or paths, and no words that start with a dash.
_NAMING = frozenset(
    ("date", "pwd", "basename", "dirname", "hostname", "whoami", "id", "uname", "nproc", "wc", "seq", "realpath",
     "readlink", "uuidgen", "stat", "du", "df", "tput", "arch", "logname", "tty", "getconf", "sha256sum", "md5sum",
     "sha1sum", "cksum", "pgrep", "pidof", "ls", "fd", "rg", "npm", "node", "go", "cargo", "rustc", "gh", "glab",
     "docker", "kubectl", "jq", "yq", "openssl", "lsof", "ps", "git", "hub")
)  # fmt: skip

# They print the commands that set up a shell; that is what `eval "$(...)"` is made for.
_GENERATORS = frozenset(
    ("ssh-agent", "gpg-agent", "direnv", "pyenv", "rbenv", "nodenv", "goenv", "jenv", "plenv", "brew", "fnm", "nvm",
     "conda", "mamba", "micromamba", "opam", "starship", "zoxide", "keychain", "dircolors", "docker-machine", "minikube",
     "register-python-argcomplete", "luarocks", "mise", "rtx", "asdf", "lesspipe", "atuin", "fzf", "thefuck", "resize",
     "tset", "modulecmd", "dbus-launch", "perlbrew")
)  # fmt: skip
_COMPLETING = frozenset(("kubectl", "helm", "gh", "npm", "pip", "poetry", "uv", "rustup", "docker", "minikube", "just"))


def tool_output(program: str, words: list[str]) -> str:
    """What `program` prints when started with `words`; SPLAT when nobody knows."""
    if program in _GENERATORS or (
        program in _COMPLETING and ("completion" in words or "generate-shell-completion" in words)
    ):
        return ""  # taken for code that does nothing
    if program in ("which", "whereis", "type", "command", "whence", "hash"):
        at = skip_options(words, 1)
        return "\n".join(words[at:]) + "\n"
    if program in ("git", "hub"):
        return _git_output(words)
    if program == "mktemp":
        return f"/tmp/{PLAIN}"  # noqa: S108  # nothing is written there: it is what mktemp prints
    if program == "find":
        at = 1
        while at < len(words) and not words[at].startswith(("-", "(", "!")):
            at += 1
        folders = words[1:at] or ["."]
        names = [words[place + 1] for place, word in enumerate(words[:-1]) if word in ("-name", "-iname")]
        hooks = [name for name in names if name.startswith(("pre-", "commit-m", "post-"))]
        found = [f"{path}/{PLAIN}\n" for path in folders]
        return "".join(
            found + [f"{path}/.git/hooks/{name}\n" for path in folders if path in (".", "./", ".git") for name in hooks]
        )
    if program == "ls":
        folders = [word for word in words[1:] if not word.startswith("-") and "/" in word]
        return "".join(f"{path}\n" for path in folders) or PLAIN
    if program in ("grep", "egrep", "rg") and any(
        word[:1] == "-" and word[1:2] != "-" and "l" in word for word in words
    ):
        plain = [word for word in words[1:] if not word.startswith("-")]
        return "".join(f"{path}/{PLAIN}\n" for path in plain[1:] if "/" in path) or SPLAT
    return PLAIN if program in _NAMING else SPLAT


def _git_output(words: list[str]) -> str:
    for flag, answer in (
        ("--git-dir", ".git"),
        ("--absolute-git-dir", ".git"),
        ("--git-common-dir", ".git"),
        ("--show-toplevel", "."),
        ("--show-cdup", "."),
    ):
        if flag in words and "rev-parse" in words:
            return answer
    if "--git-path" in words[:-1]:
        return ".git/" + words[words.index("--git-path") + 1]
    if any(word.lower() == "core.hookspath" for word in words):
        return ".git/hooks"
    return PLAIN
