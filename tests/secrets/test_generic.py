"""The rule without a vendor: what it takes for a secret in every syntax, and the many things it leaves alone."""

import base64

import pytest

from openclaw_hooks.secrets import names
from openclaw_hooks.secrets.generic import is_secret_value
from openclaw_hooks.secrets.placeholders import is_placeholder, is_reference
from openclaw_hooks.secrets.randomness import entropy, is_sequence, word_likeness
from openclaw_hooks.secrets.scan import scan_text
from tests.secrets.examples import random_text

VALUE = random_text(32)
PASSWORD = random_text(9) + "!" + random_text(4, "XYZ789", seed=8)


def found(line: str, path: str = "settings.yaml") -> list[str]:
    return [match.secret for match in scan_text(line, path)]


@pytest.mark.parametrize(
    "line",
    [
        f"secret_token: {VALUE}",
        f'"client_secret": "{VALUE}",',
        f"api_key = '{VALUE}'",
        f"<token>{VALUE}</token>",
        f"export SESSION_SECRET={VALUE}",
        f"JWT_SECRET={VALUE}\r",
        f"deploy --token {VALUE} now",
        f"deploy --api-key={VALUE} now",
        f"Authorization: Bearer {VALUE}",
        f'-H "X-Api-Key: {VALUE}"',
        f'var appSecret string = "{VALUE}"',
        f'token: str = "{VALUE}"',
        f'token: str="{VALUE}"',
        f'const API_KEY: &str = "{VALUE}";',
        f'static API_KEY: &\'static str = "{VALUE}";',
        f'apiKey := "{VALUE}"',
        f'System.setProperty("APP_TOKEN", "{VALUE}")',
        f'os.environ.get("SECRET_KEY", "{VALUE}")',
        f'  "authToken" => "{VALUE}"',
        f"https://api.corp.io/v1?access_token={VALUE}&page=2",
        f'<add key="ApiKey" value="{VALUE}" />',
        f"- name: DB_TOKEN\n  value: {VALUE}",
        f'const secretKey = Buffer.from("{VALUE}")',
        f'secret = []byte("{VALUE}")',
        f'{{\\"access_token\\": \\"{VALUE}\\"}}',
        f"ENV AUTH_TOKEN {VALUE}",
    ],
)
def test_a_random_value_is_found_in_every_syntax(line: str) -> None:
    assert found(line + "\n") == [VALUE]


@pytest.mark.parametrize(
    "line",
    [
        f"password: {PASSWORD}",
        f'DB_PASSWORD="{PASSWORD}"',
        f'"Server=db1;User Id=sa;Password={PASSWORD};"',
        f"postgres://app:{PASSWORD}@db.corp.io:5432/main",
        f"redis://:{PASSWORD}@cache.corp.io:6379/0",
        f"mysql -u root -p{PASSWORD} app",
        f"curl -u admin:{PASSWORD} https://corp.io",
        f"docker login -u ci -p {PASSWORD} registry.corp.io",
        f'define("DB_PASSWORD", "{PASSWORD}");',
        f"CREATE ROLE app LOGIN PASSWORD '{PASSWORD}';",
        f"CREATE USER app@db IDENTIFIED BY '{PASSWORD}';",
        f'storePassword "{PASSWORD}"',
    ],
)
def test_a_password_is_found_in_every_syntax(line: str) -> None:
    assert found(line + "\n") == [PASSWORD]


def test_a_password_in_a_connection_string_in_code_is_found() -> None:
    assert found(f'var text = "Server=db1;User ID=sa;Password={PASSWORD};";', "Program.cs") == [PASSWORD]
    assert found("const a=t.server;user=u;password=t.Value9x;", "app.min.js") == []


@pytest.mark.parametrize("after", ["\n", "\r\n", "", "  # the database"])
@pytest.mark.parametrize("length", [19, 20, 21])
def test_the_padding_of_base64_is_no_operator(length: int, after: str) -> None:
    value = base64.b64encode(random_text(length).encode()).decode()
    assert found(f"kind: Secret\ndata:\n  password: {value}{after}") == [value]


def test_a_basic_authorization_header_is_decoded() -> None:
    encoded = base64.b64encode(b"robot:" + random_text(12).encode()).decode()
    assert found(f"Authorization: Basic {encoded}") == [encoded]
    assert found("Authorization: Basic " + base64.b64encode(b"no colon in here").decode()) == []


@pytest.mark.parametrize(
    "line",
    [
        "password: ${DB_PASSWORD}",
        "password: $DB_PASSWORD",
        'password = os.environ["DB_PASSWORD"]',
        "apiKey: process.env.OPENAI_API_KEY,",
        "token: {{ .Values.token }}",
        "secret: <%= ENV['SECRET'] %>",
        "api_key: <your-api-key>",
        "api_key: YOUR_API_KEY_HERE",
        "password: changeme",
        "password: example-Password-1",
        "token: xxxxxxxxxxxxxxxxxxxxxxxx",
        "token: 1234567890abcdef",
        "secret: ****************",
        "token = get_token(user, 42)",
        "token: accessToken2Value",
        "def login(password: str, token: Optional[str] = None) -> None:",
        "const passwordInput = document.getElementById('password-input-2')",
        "secretName: letsencrypt-prod-account-key-2",
        "token_url: https://oauth2.corp.io/token/v2a9f8e7d6c5b4a39",
        "public_key: 9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "password_hash = 9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "JWT_SECRET=$(openssl rand -hex 32)",
        'password: ENC[AES256_GCM,data:aqQf7aj5+PeVKPrz,iv:dP1TFBoZ5cTLN4yW]',
        "checksum = 5430bdd3271c1d38a07af8683afe17ecbfac1599c74610e111fe54daebc53388",
        "ref: 09ea3a329ff6429116c42635d0b10faf19ed50f0",
        "key: user:42:session",
        "max_tokens=4096, stop_token='</s>'",
        "pattern: password=[a-zA-Z0-9]{8,32}",
        "postgres://user:password@localhost/db",
        "https://${USER}:${PASSWORD}@corp.io/",
        "curl -u $USER:$PASSWORD https://corp.io",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        '"seed": 1415631543,',
        '"password": "%F0%9F%92%A9",',
        "https://user%20name:p%40ssword@corp.io/",
        "Authorization: Basic dXNlcjpwYXNzd29yZDEyMw==",
        "machine corp.io login me password other-password",
        "the password must have 8 characters, 2 digits and 1 sign",
        "gpg --keyserver hkps://keys.corp.io --recv-keys 5BE8A3F6C8A5C01D106C0AD820B1A390B168D356",
        "ENV GPG_KEY A035C8C19219BA821ECEA86B64E628F8D684696D",
        "[![coverage](https://codecov.io/gh/a/b/graph/badge.svg?token=MP6TY24F43)](https://codecov.io/gh/a/b)",
        r"ignore_pat = '\.\(Z\|gz\|bz2\|zip\|tgz\)$'",
        '"refresh_token":"tGzv3JOkF0XG' + '5Qx2TlKWIA",',
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["settings.yaml", "module.py"])
def test_placeholders_references_and_prose_are_left_alone(line: str, path: str) -> None:
    assert found(line + "\n", path) == []


def test_accounts_and_sealed_secrets_are_public() -> None:
    digits = random_text(64, "0123456789abcdef")
    assert found(f"address constant TOKEN = 0x{digits[:40]};", "Pay.sol") == []
    assert found(f'{{"token": "0x{digits[:40]}"}}') == []
    assert found(f'PRIVATE_KEY = "0x{digits}"') == [f"0x{digits}"]
    sealed = base64.b64encode(b"\x02\x00" + random_text(560).encode()).decode()
    assert found(f"kind: SealedSecret\nspec:\n  encryptedData:\n    password: {sealed}\n") == []


def test_a_bare_word_in_code_is_a_variable_but_in_settings_a_value() -> None:
    line = "password = " + random_text(9) + "X1y\n"
    assert found(line, "settings.env") != []
    assert found(line, "module.go") == []


def test_the_vendors_rule_wins_over_the_generic_one() -> None:
    token = "ghp_" + random_text(36)
    matches = scan_text(f'token = "{token}"\nsecret = "{token}"\n', "a.py")
    assert [(match.rule, match.line) for match in matches] == [("github-pat", 1), ("github-pat", 2)]


def test_a_secret_twice_on_a_line_is_reported_once() -> None:
    token = "npm_" + random_text(36)
    assert len(scan_text(f"{token} {token}\n{token}\n", "a.txt")) == 2


@pytest.mark.parametrize(
    ("name", "promise"),
    [
        ("password", names.PASSWORD), ("dbPassword", names.PASSWORD), ("DB_PASS", names.PASSWORD), ("smtp_pwd", names.PASSWORD),
        ("api_key", names.STRONG), ("clientSecret", names.STRONG), ("GITHUB_TOKEN", names.STRONG), ("x-api-key", names.STRONG),
        ("secret_key_base", names.STRONG), ("LASTFM_KEY", names.WEAK), ("compass", names.NONE), ("key", names.NONE),
        ("token_url", names.NONE), ("secretName", names.NONE), ("publicKey", names.NONE), ("password_hash", names.NONE),
        ("keyboard", names.NONE), ("tokenizer", names.NONE), ("", names.NONE),
    ],
)  # fmt: skip
def test_names_promise_what_they_say(name: str, promise: int) -> None:
    assert names.promise(name) == promise


def test_random_text_is_told_from_words() -> None:
    words = ["authentication", "getUserTokenFromRequest", "client_secret_post", "letsencrypt-account", "user12345"]
    assert all(word_likeness(word) > 5 for word in words)
    randoms = [random_text(20, seed=seed) for seed in range(200)]
    assert sum(word_likeness(text) < 4.7 for text in randoms) >= 195


def test_entropy_is_in_bits_per_character() -> None:
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2


def test_sequences_and_placeholders_are_recognised() -> None:
    assert all(map(is_sequence, ["aaaaaaaa", "12345678", "abcdefgh", "0123456789abcdef", "01234567890123"]))
    assert all(map(is_sequence, ["deadbeef" * 16, "0123456789abcdef" * 8, "ab12" * 10]))
    assert not is_sequence(VALUE)


@pytest.mark.parametrize("length", [64, 128, 256])
def test_long_hexadecimal_is_no_repetition(length: int) -> None:
    key = random_text(length, "0123456789abcdef")
    assert found(f"secret_key_base: {key}\n") == [key]
    assert is_placeholder("my-secret-value")
    assert is_reference("${X}")
    assert is_reference("%SECRET%")
    assert is_reference("www.rfc-editor.org/rfc/rfc7519")
    assert not is_reference("BUwBTE%i1tQxT2")


def test_hex_and_uuids_need_a_name_that_promises_a_secret() -> None:
    value = "7861072d-b353-48e8-822f-130b34a34c95"
    assert is_secret_value(value, names.STRONG)
    assert not is_secret_value(value, names.WEAK)
    assert not is_secret_value("9f8e7d6c" + "5b4a3928", names.WEAK)  # pragma: allowlist secret
