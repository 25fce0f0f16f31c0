"""What code of other languages may start or write, from its string literals alone.

No language is parsed. Literals are found in all of them alike; where the code has a word that starts programs, each
literal is taken for a command line and each run of literals for a program with its words.
"""

from __future__ import annotations

from openclaw_hooks.shell.escapes import decode_escapes
from openclaw_hooks.shell.holes import SPLAT

_STARTING = ("system", "popen", "subprocess", "exec", "spawn", "getoutput", "child_process", "qx", "%x", "open3", "proc_open",
             "passthru", "getline", "| getline", "|-", "-|", "fork", "deno.command", "bun.$", "do shell script",
             "runtime", "processbuilder", "io.popen", "run(", "startprocess", "plumbum", "import sh", "open(\"|", "open('|",
             "open |", "shell-command", "call-process", "start-process", "backtick", "`", "| \"", "|\"")  # fmt: skip
_DYNAMIC = ("chr(", "fromhex", "codecs.", "unhex", "b64", "base64", "[::-1]", "reverse", "rot13", "rot_13", "pack(", "fromcharcode",
            "atob", "maketrans", "translate", "urlopen", "requests.", "urllib", "bytes(", "bytearray", "tr/", "unpack",
            "zlib", ".map(chr", "%c", "sprintf(\"%c")  # fmt: skip
_EVALUATING = (
    "exec(",
    "eval(",
    "eval ",
    "__import__",
    "getattr",
    "import_module",
    "globals(",
    "compile(",
    "runpy",
    "instance_eval",
)
_WRITING = ("remove", "unlink", "rmtree", "rename", "replace(", "move", "copy", "write", "chmod", "truncate", "symlink", "delete",
            "dump", "touch", "mkdir", "rm(", "rmsync", "rmdir", "file_put_contents", "os.link", "hardlink", "fileutils", "spew",
            "open(my", "open my", "open(f", ">")  # fmt: skip
_MODES = frozenset(
    ("w", "a", "x", "wb", "ab", "xb", "r+", "w+", "a+", "rb+", "wb+", "r+b", "w+b", "wt", "at", ">", ">>", "+<")
)
_APPENDING = ("args", "append(", "extend(", "+=", ".push(", "insert(", "concat(", "...")
_CALLING_GIT = ("git.commit(", "git.push(", "sh.git(", ".git(", "git.execute(")  # GitPython, sh, plumbum
_HOOKLESS = ("skip_hooks", "pygit2", "dulwich", "no_verify", "noverify", "create_commit", "libgit2", "isomorphic-git", "simple-git",
             "rugged", "go-git", "nodegit")  # fmt: skip
_SPACING = frozenset(" \t\r\n")
_JOINING = _SPACING | frozenset("+.")
_LISTING = _SPACING | frozenset(",[](){}")
_CLOSERS = {"(": ")", "[": "]", "{": "}", "<": ">"}
MAX_LITERALS = 400


class Code:
    """What was found: `texts` that may be command lines, `lists` of words, `paths` that may be written, `nested` code.

    `opaque` says why what it starts cannot be known; empty when it can.
    """

    __slots__ = ("lists", "nested", "opaque", "paths", "starts", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.lists: list[list[str]] = []
        self.paths: list[str] = []
        self.nested: list[str] = []
        self.starts = False
        self.opaque = ""


def read_code(code: str, has_backquotes: bool) -> Code:
    """What `code` may start and write; `has_backquotes` says whether its language runs what stands in them."""
    found = Code()
    groups, skeleton = _find_literals(code)
    bare = skeleton.lower()
    everything = code.lower()
    evaluates = any(word in bare for word in _EVALUATING)
    literals = [literal for group in groups for literal in group]
    piped = "open" in bare and any(literal.startswith("|") or literal.endswith("|") for literal in literals)
    searched = " ".join([everything, *literals]).lower() if evaluates else bare
    starting = _STARTING if has_backquotes else tuple(word for word in _STARTING if "`" not in word and "|" not in word)
    found.starts = piped or any(word in searched for word in starting)
    if found.starts:
        found.texts = [literal.strip("|") for literal in literals]
        found.lists = [group for group in groups if len(group) > 1]
        if any(word in bare for word in _APPENDING):  # one list may be made of several
            found.lists.append(literals)
        if any(word in searched for word in _DYNAMIC):
            found.opaque = "the code puts together what it starts"
    if any(call in bare for call in _CALLING_GIT):
        found.lists += [["git", *literals], ["git", "commit", *literals], ["git", "push", *literals]]
        found.starts = True
    if evaluates:
        found.nested = literals
        if any(word in everything for word in _DYNAMIC):
            found.opaque = "the code runs code that it puts together"
    if any(word in everything for word in _HOOKLESS) and "commit" in everything:
        found.opaque = "the code commits without git, and so without its hooks"
    if any(word in bare for word in _WRITING) or any(literal in _MODES or literal[:1] == ">" for literal in literals):
        found.paths = [*literals, *("/".join(group) for group in groups if 1 < len(group) <= 8)]
        found.paths = [path.lstrip("<>+ ") for path in found.paths]
    return found


def _find_literals(code: str) -> tuple[list[list[str]], str]:
    """The string literals in runs that only commas and brackets part, and the code without them."""
    groups: list[list[str]] = []
    skeleton: list[str] = []
    at = count = 0
    between = "start"
    while at < len(code) and count < MAX_LITERALS:
        literal = _literal_at(code, at)
        if literal is None:
            skeleton.append(code[at])
            between += code[at]
            at += 1
            continue
        text, end = literal
        skeleton.append(code[at : at + 2] if code[at] in "`q%" else " ")  # these may start a program by themselves
        at = end
        count += 1
        signs = set(between)
        if groups and groups[-1] and between.strip() in ("+", ".", "") and signs <= _JOINING:
            groups[-1][-1] += text
        elif groups and signs <= _LISTING:
            groups[-1].append(text)
        else:
            groups.append([text])
        between = ""
    skeleton.append(code[at:])
    return groups, "".join(skeleton)


def _literal_at(code: str, at: int) -> tuple[str, int] | None:
    """The text of the literal that begins at `at`, and the offset behind it."""
    char = code[at]
    if char in "'\"`":
        mark = char * 3 if code.startswith(char * 3, at) and char != "`" else char
        return _until(
            code, at + len(mark), mark, keeps_escapes=False, formats=code[at - 1 : at] in ("f", "F") and at > 0
        )
    if char in "q%" and (at == 0 or not (code[at - 1].isalnum() or code[at - 1] in "_$@%&")):
        place = at + 1
        while place < len(code) and place < at + 3 and code[place] in "qwxrWQi":
            place += 1
        opener = code[place : place + 1]
        if place == at + 1 and char == "%":
            return None
        if opener and (opener in _CLOSERS or (opener in "/|!" and char == "q")):
            return _until(code, place + 1, _CLOSERS.get(opener, opener), keeps_escapes=True, formats=False)
    return None


def _until(code: str, start: int, mark: str, *, keeps_escapes: bool, formats: bool) -> tuple[str, int] | None:
    at = start
    while True:
        end = code.find(mark, at)
        if end < 0:
            return None
        backslashes = 0
        while end - 1 - backslashes >= start and code[end - 1 - backslashes] == "\\":
            backslashes += 1
        if backslashes % 2 == 0:
            break
        at = end + 1
    text = code[start:end]
    if not keeps_escapes:
        text = decode_escapes(text)
    return (_hide_fields(text) if formats else text), end + len(mark)


def _hide_fields(text: str) -> str:
    """A format string with what stands in braces unknown."""
    pieces: list[str] = []
    at = 0
    while True:
        opening = text.find("{", at)
        closing = text.find("}", opening)
        if opening < 0 or closing < 0:
            return "".join(pieces) + text[at:]
        pieces.append(text[at:opening] + SPLAT)
        at = closing + 1
