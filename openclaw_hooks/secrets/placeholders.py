"""Values that stand where a secret will be: placeholders, references to variables, patterns, prose, public values."""

import re

from openclaw_hooks.secrets.randomness import is_sequence

_REFERENCE = re.compile(
    r"[$%#@]?\{(?!\d)|\$\(|<%|%\(|\A\$[A-Za-z_]|\$[A-Z_]{3,40}\b|\A[%@][A-Za-z_]\w*[%@]?\Z|__[A-Za-z_]+__|\.\.\.|…|\[[a-z]-|\\[dws]|\(\?|\{\d|\[\^"
    r"|process\.env|os\.environ|getenv|secrets\.|\benv[.(\[]|vault:|ENC\[|\{cipher\}|\$ANSIBLE|arn:aws|::|->|&amp;"
    r"|\A(?:self|this|args|opts|options|config|cfg|settings|params|request|req|ctx|props|data|input|state|user)[.\[]"
)
# Said of a value, these words mean that it is none. They are long enough not to occur in random text.
_PLACEHOLDER = re.compile(
    r"example|change.?(?:me|it|this)|your[-_. ]?|placeholder|dummy|fake|sample|insert[-_ ]|replace|redacted|removed|hidden"
    r"|masked|xxxx|\*\*\*|\?\?\?|todo|fixme|undefined|not.?set|[-_]here\b|enter[-_ ]|some[-_]|my[-_]|test[-_]|[-_]test\b"
    r"|invalid|foobar|lorem|n/?a\Z|none\Z|null\Z|true\Z|false\Z|deadbeef|specified|default|unused|correct.?horse|snip"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,15}://|data:|mailto:|urn:")
_PATH = re.compile(r"(?:\.{0,2}/|~/|[A-Za-z]:\\)[\w.~-]+(?:[/\\][\w.~-]+)*[/\\]?\Z")
_VERSION = re.compile(r"[vV]?\d+(?:[.\-:T/ ]\d+)+Z?\Z")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*(?:[.-][A-Za-z_]\w*)+\Z")


def is_reference(value: str) -> bool:
    """Whether the value names where the secret comes from, or is a pattern, path, address or version."""
    return (
        _REFERENCE.search(value) is not None
        or value[:1] in "<[$"
        or _SCHEME.match(value) is not None
        or _PATH.match(value) is not None
        or _VERSION.match(value) is not None
    )


def is_dotted_name(value: str) -> bool:
    """Whether the value reads as an identifier with parts, such as a module path or a kebab name."""
    return _IDENTIFIER.match(value) is not None


def is_placeholder(value: str) -> bool:
    """Whether the value only shows where a secret goes: `changeme`, `<your-key>`, `xxxx`, `12345678`."""
    return is_sequence(value) or _PLACEHOLDER.search(value.lower()) is not None
