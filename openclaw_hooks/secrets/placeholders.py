"""Values that stand where a secret will be: placeholders, references to variables, patterns, prose, public values."""

from openclaw_hooks.secrets.randomness import is_sequence
from openclaw_hooks.secrets.shapes import compiled

_REFERENCE = (
    r"[$%#@]?\{(?!\d)|\$\(|<%|%\(|\A\$[A-Za-z_]|\$[A-Z_]{3,40}\b|\A[%@][A-Za-z_]\w*[%@]?\Z|__[A-Za-z_]+__|\.\.\.|…|\[[a-z]-|\\[dws.(|]|\(\?|\{\d|\[\^"
    r"|process\.env|os\.environ|getenv|secrets\.|\benv[.(\[]|vault:|ENC\[|\{cipher\}|\$ANSIBLE|arn:aws|::|->|&amp;"
    r"|\A(?:self|this|args|opts|options|config|cfg|settings|params|request|req|ctx|props|data|input|state|user)[.\[]"
)
# Said of a value, these words mean that it is none. They are long enough not to occur in random text.
_PLACEHOLDER = (
    r"example|change.?(?:me|it|this)|your[-_. ]?|placeholder|dummy|fake|sample|insert[-_ ]|replace|redacted|removed|hidden"
    r"|masked|xxxx|\*\*\*|\?\?\?|todo|fixme|undefined|not.?set|[-_]here\b|enter[-_ ]|some[-_]|my[-_]|test[-_]|[-_]test\b"
    r"|invalid|foobar|lorem|n/?a\Z|none\Z|null\Z|true\Z|false\Z|deadbeef|specified|default|unused|correct.?horse|snip"
)
# An account of Ethereum is public, a key of it has 64 digits; kubeseal writes the length of its RSA part, 512 bytes, first.
_PUBLIC = r"0x[0-9A-Fa-f]{40}\Z|Ag[A-D][A-Za-z0-9+/]{250}"
_SCHEME = (
    r"[A-Za-z][A-Za-z0-9+.-]{1,15}://|data:|mailto:|urn:|(?:[a-z0-9-]+\.){1,4}(?:com|org|net|io|dev|cloud)(?:[:/]|\Z)"
)
_PATH = r"(?:\.{0,2}/|~/|[A-Za-z]:\\)[\w.~-]+(?:[/\\][\w.~-]+)*[/\\]?\Z"
_VERSION = r"[vV]?\d+(?:[.\-:T/ ]\d+)+Z?\Z"
_IDENTIFIER = r"[A-Za-z_]\w*(?:[.-][A-Za-z_]\w*)+\Z"


def is_reference(value: str) -> bool:
    """Whether the value names where the secret comes from, or is a pattern, path, address or version."""
    return (
        compiled(_REFERENCE).search(value) is not None
        or value.startswith(("<", "[", "$"))
        or compiled(_SCHEME).match(value) is not None
        or compiled(_PATH).match(value) is not None
        or compiled(_VERSION).match(value) is not None
    )


def is_dotted_name(value: str) -> bool:
    """Whether the value reads as an identifier with parts, such as a module path or a kebab name."""
    return compiled(_IDENTIFIER).match(value) is not None


def is_placeholder(value: str) -> bool:
    """Whether the value only shows where a secret goes: `changeme`, `<your-key>`, `xxxx`, `12345678`."""
    return is_sequence(value) or compiled(_PLACEHOLDER).search(value.lower()) is not None


def is_public(value: str) -> bool:
    """Whether the value is of a kind that anyone may see: the address of an account, a sealed secret of Kubernetes."""
    return compiled(_PUBLIC).match(value) is not None
