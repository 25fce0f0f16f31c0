"""The slower second pass: what the plugins of detect-secrets find beyond our own scan. Never verifies online."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from openclaw_hooks.secrets.allow import is_allowed
from openclaw_hooks.secrets.model import SecretMatch
from openclaw_hooks.secrets.scan import scan_text

if TYPE_CHECKING:
    from detect_secrets.core.potential_secret import PotentialSecret

# All filters of detect-secrets that judge by the text alone; those that verify online or read files are left out.
_FILTERS = (
    "is_sequential_string", "is_potential_uuid", "is_likely_id_string", "is_templated_secret", "is_prefixed_with_dollar_sign",
    "is_indirect_reference", "is_not_alphanumeric_string",
)  # fmt: skip
# Lock files that the filter of detect-secrets does not know; nothing but checksums looks random in them.
_LOCK_FILES = frozenset({
    "uv.lock", "pdm.lock", "pnpm-lock.yaml", "bun.lock", "deno.lock", "flake.lock", "go.sum", "mix.lock", "pubspec.lock",
    "npm-shrinkwrap.json", ".terraform.lock.hcl", "Chart.lock", "gradle.lockfile",
})  # fmt: skip
# A public IP address is no secret.
_LEFT_OUT = frozenset({"IPPublicDetector"})


def deep_scan(text: str, path: str) -> list[SecretMatch]:
    """What detect-secrets finds in `text` and `scan_text` does not, in order; meant to be shown as warnings."""
    if _has_only_checksums(path):
        return []
    ours = scan_text(text, path)
    taken = [(match.start, match.end) for match in ours]
    found: list[SecretMatch] = []
    seen: set[tuple[int, str]] = set()
    for offset, line, potential in _potentials(text, path):
        secret = potential.secret_value or ""
        start = text.find(secret, offset) if secret else -1
        if start < 0 or (line, secret) in seen or is_allowed(text, start, secret):
            continue
        end = start + len(secret)
        if any(begin < end and start < stop for begin, stop in taken):
            continue
        seen.add((line, secret))
        rule = "deep-" + potential.type.lower().replace(" ", "-")
        found.append(SecretMatch(rule, f"{potential.type} (detect-secrets)", line, start, end, secret))
    return found


def _has_only_checksums(path: str) -> bool:
    """Whether the name says lock file or API description; detect-secrets asks this of files only, not of text."""
    from detect_secrets.filters.heuristic import is_lock_file, is_swagger_file

    return path.rpartition("/")[2] in _LOCK_FILES or is_lock_file(path) or is_swagger_file(path)


def _potentials(text: str, path: str) -> Iterator[tuple[int, int, "PotentialSecret"]]:
    """Offset and number of each line in which a plugin finds something, with what it finds."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.core.scan import _process_line_based_plugins  # no public function scans text in memory
    from detect_secrets.settings import transient_settings

    plugins: list[type] = list(get_mapping_from_secret_type_to_class().values())
    names = sorted(plugin.__name__ for plugin in plugins)
    config = {
        "plugins_used": [{"name": name} for name in names if name not in _LEFT_OUT],
        "filters_used": [{"path": f"detect_secrets.filters.heuristic.{name}"} for name in _FILTERS],
    }
    lines = text.split("\n")
    # The settings are one global value of the whole process: set for this scan, put back afterwards.
    with transient_settings(config):
        found = list(_process_line_based_plugins([(at, line) for at, line in enumerate(lines, 1)], filename=path))
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    for potential in sorted(found, key=lambda potential: potential.line_number):
        yield offsets[potential.line_number - 1], potential.line_number, potential
