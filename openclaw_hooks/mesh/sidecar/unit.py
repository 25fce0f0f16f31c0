"""The sidecar as a service of its user: the file that systemd or launchd starts it by, written, shown, removed."""

from __future__ import annotations

import hashlib
import os
import sys
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.files import atomic_write, display_path
from openclaw_hooks.mesh.place import MeshError

if TYPE_CHECKING:
    from collections.abc import Mapping

# What decides who a node is and where its mesh is: the service is to be what the shell was that it was made in.
CARRIED = (
    "OPENCLAW_NODE_ID",
    "OPENCLAW_NODE_ROLE",
    "OPENCLAW_NATS",
    "OPENCLAW_NATS_CREDS",
    "OPENCLAW_NATS_CA",
)
MARK = "made by `openclaw sync`, which also removes it"  # XML forbids the two hyphens of its option


class Unit(NamedTuple):
    """A service file: where it belongs, what it says, and what starts and stops it."""

    path: str
    text: str
    enable: str
    disable: str


def make_unit(top: str, env: Mapping[str, str], platform: str = sys.platform) -> Unit:
    """The service of the repository at `top` for the user whose environment is `env`; raises MeshError elsewhere."""
    home = env.get("HOME", "")
    if not os.path.isabs(home):
        raise MeshError("HOME names no folder", "services belong to a user")
    if any(not char.isprintable() for char in top + home):
        raise MeshError(f"{display_path(top)} cannot be named in a service", "move the repository")
    name = f"openclaw-sync-{_slug(os.path.basename(top))}-{hashlib.sha256(os.fsencode(top)).hexdigest()[:8]}"
    carried = {key: env[key] for key in CARRIED if env.get(key)}
    if platform == "darwin":
        return _make_agent(home, name, top, carried)
    if platform.startswith("linux"):
        folder = env.get("XDG_CONFIG_HOME", "")
        return _make_systemd(folder if os.path.isabs(folder) else os.path.join(home, ".config"), name, top, carried)
    raise MeshError(f"no services are made on {platform}", "run `openclaw sync` by what starts programs there")


def install_unit(unit: Unit) -> bool:
    """Writes the service file; whether it was not there like this. Raises RefusedError where somebody else's lies."""
    found = _read(unit.path)
    if found == unit.text:
        return False
    if found is not None and MARK not in found:
        raise RefusedError(f"{display_path(unit.path)} is not ours", "nothing is written over")
    try:
        atomic_write(unit.path, os.fsencode(unit.text), 0o600)
    except OSError as error:
        raise MeshError(f"{display_path(unit.path)} cannot be written: {error.strerror}") from error
    return True


def remove_unit(unit: Unit) -> bool:
    """Removes the service file; whether there was one. Raises RefusedError when somebody else's lies there."""
    found = _read(unit.path)
    if found is None:
        return False
    if MARK not in found:
        raise RefusedError(f"{display_path(unit.path)} is not ours", "remove it yourself")
    os.unlink(unit.path)
    return True


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            return stream.read(100_000)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MeshError(f"{display_path(path)} cannot be read: {error.strerror}") from error


def _slug(name: str) -> str:
    return "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in name)[:40] or "repo"


def _make_systemd(folder: str, name: str, top: str, env: Mapping[str, str]) -> Unit:
    """After systemd.service(5): specifiers (`%`) and variables (`$`) are doubled, words are quoted."""
    words = " ".join(_quote(word.replace("$", "$$")) for word in _command())
    lines = [
        f"# {MARK}",
        "[Unit]",
        f"Description=openclaw sync of {top.replace('%', '%%')}",
        "After=network.target",
        "",
        "[Service]",
        f"ExecStart={words}",
        f"WorkingDirectory={top.replace('%', '%%')}",
        *(f"Environment={_quote(f'{key}={value}')}" for key, value in env.items()),
        "Restart=on-failure",
        "RestartSec=5",
        "",
        "[Install]",
        "WantedBy=default.target",
        "",
    ]
    unit = f"{name}.service"
    return Unit(
        os.path.join(folder, "systemd", "user", unit),
        "\n".join(lines),
        f"systemctl --user daemon-reload && systemctl --user enable --now {unit}",
        f"systemctl --user disable --now {unit}",
    )


def _quote(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'


def _make_agent(home: str, name: str, top: str, env: Mapping[str, str]) -> Unit:
    """After launchd.plist(5)."""
    label = f"org.openclaw-hooks.{name}"
    words = "".join(f"    <string>{escape(word)}</string>\n" for word in _command())
    pairs = "".join(f"    <key>{escape(key)}</key><string>{escape(value)}</string>\n" for key, value in env.items())
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
        f"<!-- {MARK} -->\n"
        '<plist version="1.0">\n<dict>\n'
        f"  <key>Label</key><string>{escape(label)}</string>\n"
        f"  <key>ProgramArguments</key>\n  <array>\n{words}  </array>\n"
        f"  <key>WorkingDirectory</key><string>{escape(top)}</string>\n"
        f"  <key>EnvironmentVariables</key>\n  <dict>\n{pairs}  </dict>\n"
        "  <key>RunAtLoad</key><true/>\n"
        "  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>\n"
        "</dict>\n</plist>\n"
    )
    path = os.path.join(home, "Library", "LaunchAgents", f"{label}.plist")
    domain = f"gui/{os.getuid()}"
    return Unit(path, text, f"launchctl bootstrap {domain} {_shell(path)}", f"launchctl bootout {domain}/{label}")


def _shell(path: str) -> str:
    import shlex

    return shlex.quote(path)


def _command() -> list[str]:
    """What starts the sidecar of the installation that writes the file; never a bare name, which others have too."""
    return [sys.executable, "-P", "-E", "-m", "openclaw_hooks.cli", "sync"]
