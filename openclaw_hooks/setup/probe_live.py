"""The proof: the installed hook in a scratch repository, before a planted secret and before a clean commit."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from openclaw_hooks.git import call_git, foreign_env
from openclaw_hooks.setup.probe import Probe, fail, ok
from openclaw_hooks.setup.probe_hooks import active_file

if TYPE_CHECKING:
    from openclaw_hooks.process import Completed
    from openclaw_hooks.setup.probe import DoctorFacts

# In the format of an AWS key, put together here so that no scanner takes this file for a leak.
PLANTED = "AKIA" + "Z7QK3M5R2T4W6Y2X"


def probe_live(facts: DoctorFacts) -> list[Probe]:
    """Refuses a planted secret, and lets a clean commit pass: a hook that refuses everything proves nothing."""
    import tempfile

    layer, hook = "live", active_file(facts.repo.hooks, "pre-commit")
    if hook is None:
        return [fail(layer, "there is no live pre-commit hook to try")]
    with tempfile.TemporaryDirectory(prefix="openclaw-doctor-") as folder:
        call_git(["init", "-q", folder], env=foreign_env())
        script = Path(folder, "hooks", "pre-commit")
        script.parent.mkdir()
        script.write_bytes(without_earlier(hook.content))
        script.chmod(0o755)
        secret = _commit(folder, "planted.py", f'key = "{PLANTED}"\n')
        clean = _commit(folder, "planted.py", "key = None\n")
    if secret.code == 0:
        return [fail(layer, "a planted secret was committed")]
    if clean.code != 0:
        return [fail(layer, f"a clean commit was refused: {_last_line(clean)}")]
    if b"planted.py" not in secret.stdout + secret.stderr:
        return [fail(layer, f"the hook refused, but not because of the secret: {_last_line(secret)}")]
    return [ok(layer, "in a scratch repository a planted secret was refused and a clean commit passed")]


def without_earlier(content: bytes) -> bytes:
    """The hook without the hooks before it: those of the user have no business in a scratch repository."""
    return re.sub(rb"(?m)^earlier=.*$", b"earlier=/nonexistent", content)


def _commit(folder: str, name: str, content: str) -> Completed:
    Path(folder, name).write_text(content, encoding="utf-8")
    env = {key: value for key, value in foreign_env().items() if not key.startswith(("GIT_CONFIG", "OPENCLAW_"))}
    env |= {"GIT_DIR": os.path.join(folder, ".git"), "GIT_WORK_TREE": folder}
    call_git(["add", "--", name], cwd=folder, env=env)
    who = ["-c", "user.name=doctor", "-c", "user.email=doctor@localhost", "-c", "commit.gpgSign=false"]
    hooks = ["-c", f"core.hooksPath={os.path.join(folder, 'hooks')}"]
    return call_git([*who, *hooks, "commit", "-q", "-m", "feat: try the hook"], cwd=folder, env=env)


def _last_line(done: Completed) -> str:
    lines = (done.stdout + done.stderr).decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"exit code {done.code}"
