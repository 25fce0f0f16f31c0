"""How much the name of a setting promises that its value is a secret."""

import re

NONE, WEAK, STRONG, PASSWORD = range(4)

# Literals in a lower-cased text without which no name in it can promise anything.
HINTS = ("pass", "pwd", "secret", "token", "key", "cred", "auth", "pat", "seed", "mnemonic")

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_PASSWORDS = {"password", "passwd", "passphrase", "passcode", "passwort", "pwd", "pass", "pw", "pswd"}
_SECRETS = {
    "secret", "secrets", "token", "tokens", "apikey", "credential", "credentials", "authtoken", "secretkey", "accesskey",
    "privatekey", "pat", "jwt", "authkey", "apitoken", "accesstoken", "authorization", "passkey", "refreshtoken", "creds",
    "seed", "mnemonic", "appkey", "apisecret", "appsecret", "clientsecret", "securitykey", "encryptionkey", "signingkey",
    "masterkey", "deploykey", "licensekey", "tokensecret", "accountkey", "sharedkey", "querykey", "auth",
}  # fmt: skip
# Words that make a key of any other kind a credential.
_KEY_QUALIFIERS = {
    "api", "access", "secret", "private", "auth", "encryption", "encrypt", "signing", "sign", "master", "account", "app",
    "client", "consumer", "service", "storage", "session", "license", "admin", "shared", "subscription", "hmac", "aes",
    "deploy", "write", "read", "server", "webhook", "application", "security", "crypt", "cipher", "jwt", "integration",
    "personal", "project", "decryption", "validation", "query", "ingest", "root", "unseal", "preshared", "sdk", "psk",
    "developer", "dev", "prod", "live", "sandbox", "crypto", "wallet", "user", "bot", "cookie",
}  # fmt: skip
# Such a name holds something public, derived or merely about a secret.
_DISQUALIFIERS = {
    "public", "pub", "publishable", "fingerprint", "checksum", "hash", "hashed", "digest", "integrity", "sha", "md",
    "site", "sitekey", "regex", "regexp", "pattern", "tokenizer", "keyword", "keywords", "foreign", "cache", "sort",
    "partition", "etag", "cursor", "page", "continuation", "idempotency", "label", "error", "message", "kid", "thumbprint",
    "encrypted", "encoded", "translation", "commit", "revision", "csrf", "xsrf", "csrfmiddlewaretoken", "antiforgery",
    "publickeytoken", "socket", "websocket", "authenticity", "verification", "pubkey", "publickey", "nonce", "salt", "invalid", "expected",
}  # fmt: skip
# Keys of these are told by their fingerprint, as in `gpg --recv-keys`; the key itself is a PGP block.
_FINGERPRINTED = {"gpg", "pgp", "recv", "receive"}
# Words that may follow the credential word without changing what the value is.
_TAILS = {
    "value", "val", "base", "b", "hex", "test", "prod", "production", "dev", "development", "staging", "live", "default",
    "str", "string", "text", "env", "primary", "secondary", "old", "new", "main", "sandbox", "plain", "plaintext", "raw",
    "key", "secret", "secrets", "data", "v", "here", "content", "current", "previous", "local", "temp", "tmp", "admin",
    "user", "code", "bytes", "access", "private", "api", "token", "tokens", "ring", "sid",
}  # fmt: skip


def promise(name: str) -> int:
    """`PASSWORD`, `STRONG`, `WEAK` or `NONE`: what the name of a setting says about its value."""
    words = [word.lower() for word in _WORDS.findall(name)]
    while words and words[-1].isdigit():
        words.pop()
    if not words or not _DISQUALIFIERS.isdisjoint(words):
        return NONE
    for index in range(len(words) - 1, -1, -1):
        strength = _strength(words, index)
        if strength != NONE:
            return strength
        if words[index] not in _TAILS and not words[index].isdigit():
            return NONE
    return NONE


def _strength(words: list[str], index: int) -> int:
    word = words[index]
    if word in _PASSWORDS or (len(word) < 24 and word.endswith(("password", "passwd", "passphrase"))):
        return PASSWORD
    if word == "key" or word == "keys":
        if index > 0 and words[index - 1] in _FINGERPRINTED:
            return NONE
        qualified = index > 0 and words[index - 1] in _KEY_QUALIFIERS
        return STRONG if qualified else WEAK if index > 0 else NONE
    if word == "auth" and index == 0 and len(words) == 1:
        return WEAK
    if word in _SECRETS or (len(word) < 30 and word.endswith(("secret", "token", "apikey", "secretkey", "accesskey"))):
        return STRONG
    return NONE
