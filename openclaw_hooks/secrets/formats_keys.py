"""Formats of keys that belong to no vendor: private keys, seeds, signed tokens, password hashes."""

from openclaw_hooks.secrets.model import passage, token

_NKEYS = "docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth"
_BIP32 = "github.com/bitcoin/bips/blob/master/bip-0032.mediawiki"
_BIP39 = "github.com/bitcoin/bips/blob/master/bip-0039.mediawiki"

FORMATS = (
    passage("private-key", "Private key", "www.rfc-editor.org/rfc/rfc7468", "-----BEGIN ----␣BEGIN", r"-{4,5} ?BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}[\s\S]{0,700}", "private-key"),
    token("private-key-base64", "Private key in base64", "www.rfc-editor.org/rfc/rfc7468", "LS0tLS1CRUdJTi", "LS0tLS1CRUdJTi[A-Za-z0-9+/]{60,8000}={0,2}", "base64-private-key"),
    passage("putty-private-key", "PuTTY private key", "tartarus.org/~simon/putty-snapshots/htmldoc/AppendixC.html", "PuTTY-User-Key-File-", r"PuTTY-User-Key-File-[23]: [\w-]{3,30}\s{1,3}Encryption: none", "none"),
    token("age-secret-key", "age secret key", "age-encryption.org/v1", "AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    token("jwt", "JSON Web Token", "www.rfc-editor.org/rfc/rfc7519", "eyJ", r"eyJ[A-Za-z0-9_-]{8,400}\.eyJ[A-Za-z0-9_-]{4,8000}(?:\.[A-Za-z0-9_/+-]{0,2000}={0,2})?", "jwt"),
    passage("jwk-private-key", "Private key as JSON Web Key", "www.rfc-editor.org/rfc/rfc7517", "kty", r"kty[\"']?\s{0,3}:[^}]{0,450}?[\s{,\"'][dk][\"']?\s{0,3}:\s{0,3}[\"'](?P<secret><s24,1000>)[\"']"),
    token("nats-nkey-seed", "NATS nkey seed", _NKEYS, "SU SA SO SN SC SX", "S[UAONCX]<k56>", "nkey"),
    token("bip32-private-key", "Extended private key", _BIP32, "xprv yprv zprv tprv", "[xyzt]prv<x107,108>"),
    passage("bip39-mnemonic", "Wallet seed phrase", _BIP39, "nemonic NEMONIC eed eed_phrase EED recovery", r"(?i:mnemonic|seed[ _-]?(?:phrase|words)?|recovery[ _-]?phrase)\w{0,16}[\"']?[ \t]{0,3}[:=(]{1,2}[ \t]{0,3}[\"'`]?(?P<secret>(?:[a-z]{3,8} ){11,23}[a-z]{3,8})", "mnemonic", lead=12),
    token("sha-crypt-hash", "Password hash of a Unix account", "man7.org/linux/man-pages/man5/crypt.5.html", "$5$ $6$ $y$", r"\$[56]\$(?:rounds=\d{1,9}\$)?[A-Za-z0-9./]{8,16}\$(?:[A-Za-z0-9./]{86}|[A-Za-z0-9./]{43})|\$y\$[A-Za-z0-9./]{1,6}\$[A-Za-z0-9./]{16,32}\$[A-Za-z0-9./]{43}"),
    token("cisco-password-hash", "Cisco password hash of type 8 or 9", "www.cisco.com/c/en/us/td/docs/ios-xml/ios/security/d1/sec-d1-cr-book/sec-cr-e1.html", "$8$ $9$", r"\$[89]\$[A-Za-z0-9./]{14}\$[A-Za-z0-9./]{43}"),
    token("kerberos-hash", "Kerberos ticket hash", "www.rfc-editor.org/rfc/rfc4757", "$krb5", r"\$krb5(?:asrep|tgs|pa)\$\d{1,2}\$[!-~]{20,2000}", "none"),
    token("apr1-hash", "htpasswd entry with an APR1 hash", "httpd.apache.org/docs/2.4/misc/password_encryptions.html", "$apr1$", r"\$apr1\$[A-Za-z0-9./]{1,8}\$[A-Za-z0-9./]{22}"),
    passage("wireguard-key", "WireGuard private or preshared key", "man7.org/linux/man-pages/man8/wg.8.html", "PrivateKey PresharedKey", r"(?:PrivateKey|PresharedKey)[ ]{0,3}=[ ]{0,3}(?P<secret><b43>=)"),
    passage("machine-key", "ASP.NET machine key", "learn.microsoft.com/en-us/previous-versions/dotnet/netframework-4.0/w8h3skw9(v=vs.100)", "validationKey= decryptionKey=", r"(?:validation|decryption)Key=\"(?P<secret><H32,128>)"),
    passage("netrc-password", "Password in a netrc file", "everything.curl.dev/usingcurl/netrc.html", "machine", r"machine[ \t\r\n]{1,4}[\w.-]{1,100}[ \t\r\n]{1,40}login[ \t\r\n]{1,4}[!-~]{1,100}[ \t\r\n]{1,40}password[ \t\r\n]{1,4}(?P<secret>[^\s\\\"'`]{4,200})(?![^\s])", "assigned"),
    token("pgpass-entry", "Entry of a pgpass file", "www.postgresql.org/docs/current/libpq-pgpass.html", ":5432:", r"[\w.-]{1,60}:5432:[\w*-]{1,64}:[\w*-]{1,64}:(?P<secret>[!-9;-~]{6,100})", "assigned", lead=60),
    token("laravel-app-key", "Laravel application key", "laravel.com/docs/encryption#configuration", "base64:", r"base64:(?P<secret><b43>=|<b22>==)"),
    passage("otpauth-uri", "One-time password secret", "github.com/google/google-authenticator/wiki/Key-Uri-Format", "otpauth://", r"otpauth://[th]otp/[^\s\"'<>]{1,200}?secret=(?P<secret><k16,128>)", "none"),
    token("ethereum-private-key", "Ethereum private key", "ethereum.org/en/developers/docs/accounts/#account-creation", "0x", r"(?P<secret>0x<H64>)", "wallet"),
    token("bitcoin-wif", "Bitcoin private key in wallet import format", "en.bitcoin.it/wiki/Wallet_import_format", "5 K L", "5<x50>|[KL]<x50,51>", "wif"),
)  # fmt: skip
