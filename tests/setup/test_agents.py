"""`init --agents` on real repositories: what is wired, what it answers, and that it can be taken back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.setup.agent_calls import ToolCall, can_ask, find_handler, make_payload, read_settings
from openclaw_hooks.setup.agent_files import AGENT_FILES, BY_AGENT
from openclaw_hooks.setup.handlers import list_handlers

if TYPE_CHECKING:
    from openclaw_hooks.setup.handlers import Handler
    from tests.setup.conftest import Ran, Scratch

AGENTS = ",".join(BY_AGENT)
LOCAL = ".claude/settings.local.json"
PAYLOADS = Path(__file__).parents[1] / "payloads"
THEIRS = '{\n\t"hooks": {\n\t\t"PreToolUse": [\n\t\t\t{"matcher": "Bash", "hooks": [{"type": "command", "command": "true"}]}\n\t\t]\n\t},\n\t"model": "x"\n}'


def read_local(scratch: Scratch) -> Any:
    return json.loads((scratch.path / LOCAL).read_text())


def handler_for(scratch: Scratch, agent: str, call: ToolCall) -> Handler:
    contents = {file.path: (scratch.path / file.path).read_bytes() for file in AGENT_FILES}
    found = find_handler(agent, read_settings(agent, contents), call)
    assert found is not None
    return found


def call_hook(scratch: Scratch, handler: Handler, payload: bytes, cwd: Path | None = None) -> Ran:
    return scratch.run("sh", "-c", handler.command, stdin=payload.decode(), cwd=cwd)


def test_every_agent_gets_its_file_and_git_sees_none_of_them(scratch: Scratch) -> None:
    done = scratch.init("--agents", AGENTS)
    for file in AGENT_FILES:
        assert list_handlers(json.loads((scratch.path / file.path).read_text())), file.path
    shown = scratch.git("status", "--porcelain", "--untracked-files=all")
    assert not {file.path for file in AGENT_FILES} & set(re.findall(r"\S+$", shown, re.MULTILINE))
    assert ".claude/settings.json" in shown
    assert "this machine's Python" in done.out
    assert "/hooks in Codex" in done.out


def test_the_committed_settings_name_no_path_of_this_machine(scratch: Scratch) -> None:
    scratch.init("--agents", "claude")
    text = (scratch.path / ".claude/settings.json").read_text()
    assert "python" not in text
    assert "hooks" not in json.loads(text)


def test_a_second_init_changes_nothing(scratch: Scratch) -> None:
    scratch.write(LOCAL, THEIRS)
    scratch.init("--agents", AGENTS)
    before = scratch.snapshot(times=True)
    assert "nothing changed" in scratch.init("--agents", AGENTS).out
    assert "nothing changed" in scratch.init().out
    assert scratch.snapshot(times=True) == before


def test_uninstall_gives_every_file_back_byte_for_byte(scratch: Scratch) -> None:
    scratch.write(LOCAL, THEIRS)
    scratch.write(".cursor/hooks.json", '{"version": 1, "hooks": {"stop": [{"command": "./say"}]}}')
    scratch.write(".gemini/settings.json", '{\r\n    "theme": "dark"\r\n}\r\n')
    before = scratch.kept()
    scratch.init("--agents", AGENTS)
    assert scratch.openclaw("uninstall").code == 0
    assert scratch.kept() == before


def test_uninstall_takes_only_our_hooks_out_of_files_that_were_edited_since(scratch: Scratch) -> None:
    scratch.write(LOCAL, THEIRS)
    scratch.init("--agents", "claude,cursor")
    for name in (LOCAL, ".cursor/hooks.json"):
        settings = json.loads((scratch.path / name).read_text())
        settings["hooks"].setdefault("Stop", []).append({"hooks": [{"type": "command", "command": "say done"}]})
        scratch.write(name, json.dumps(settings, indent=4))
    scratch.openclaw("uninstall")
    assert read_local(scratch) == {
        "hooks": {
            "PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "true"}]}],
            "Stop": [{"hooks": [{"type": "command", "command": "say done"}]}],
        },
        "model": "x",
    }
    assert "openclaw" not in (scratch.path / ".cursor/hooks.json").read_text()
    assert "say done" in (scratch.path / ".cursor/hooks.json").read_text()


def test_an_upgrade_replaces_our_handlers_only_and_uninstall_still_finds_the_way_back(scratch: Scratch) -> None:
    scratch.write(LOCAL, THEIRS)
    scratch.init("--agents", "claude")
    path = scratch.path / LOCAL
    old = re.sub(r'"[^"]*python3? -I', '"/gone/python3 -I', path.read_text())
    assert "/gone/python3" in old
    path.write_text(old)
    scratch.init("--agents", "claude")
    text = path.read_text()
    assert "/gone/python3" not in text
    assert '\n\t\t\t{"matcher": "Bash", "hooks": [{"type": "command", "command": "true"}]}' in text
    scratch.openclaw("uninstall")
    assert path.read_text() == THEIRS


def test_a_file_with_comments_is_left_alone_and_the_snippet_is_shown(scratch: Scratch) -> None:
    text = '{\n  // mine\n  "hooks": {}\n}\n'
    scratch.write(LOCAL, text)
    done = scratch.init("--agents", "claude")
    assert (scratch.path / LOCAL).read_text() == text
    assert "openclaw-hook claude PreToolUse || exit 2" in done.out


def test_a_tracked_hook_file_is_left_alone_since_the_hooks_name_this_machine(scratch: Scratch) -> None:
    text = '{"hooks": {}}\n'
    scratch.write(".gemini/settings.json", text)
    scratch.git("add", ".gemini")
    done = scratch.init("--agents", "gemini")
    assert (scratch.path / ".gemini/settings.json").read_text() == text
    assert "git tracks it" in done.out
    assert "openclaw-hook gemini BeforeTool || exit 2" in done.out


def test_an_agent_without_a_hook_file_is_told_so(scratch: Scratch) -> None:
    assert "opencode: no hook file" in scratch.init("--agents", "opencode").out


def test_a_file_that_links_out_of_the_repository_is_left_alone(scratch: Scratch, tmp_path: Path) -> None:
    (tmp_path / "shared.json").write_text("{}")
    (scratch.path / ".codex").mkdir()
    (scratch.path / ".codex/hooks.json").symlink_to(tmp_path / "shared.json")
    assert "link out of the repository" in scratch.init("--agents", "codex").out
    assert (tmp_path / "shared.json").read_text() == "{}"


@pytest.fixture
def spaced(scratch: Scratch) -> Scratch:
    """A guarded repository whose path, and whose interpreter's, hold spaces and a quote."""
    import sys
    import venv

    home = scratch.path.parent / "it's a venv"
    venv.create(home, symlinks=True, with_pip=False)
    python = home / "bin/python3"
    site = next(home.glob("lib/python*/site-packages"))
    roots = [str(Path(__file__).parents[2]), *(path for path in sys.path if path.endswith("site-packages"))]
    (site / "here.pth").write_text("\n".join(roots) + "\n")
    path = scratch.path.parent / "my repo"
    scratch.path.rename(path)
    moved = type(scratch)(path, scratch.env)
    code = "from openclaw_hooks.cli.app import main; main()"
    done = moved.run(python, "-I", "-c", code, "init", "--no-pre-commit", "--agents", AGENTS)
    assert done.code == 0, done
    assert "s a venv" in str(read_local(moved))
    return moved


def test_every_configured_command_blocks_a_bypass_and_says_nothing_to_ls(spaced: Scratch) -> None:
    for agent in BY_AGENT:
        for command, code in (("git commit -n -m x", 2), ("ls -la", 0)):
            call = ToolCall(command)
            handler = handler_for(spaced, agent, call)
            done = call_hook(spaced, handler, make_payload(agent, call, str(spaced.path)))
            assert (done.code, done.out) == (code, ""), (agent, command, done)
            assert bool(done.err) is (code == 2), (agent, done)


def test_recorded_payloads_replayed_through_the_configured_commands(spaced: Scratch) -> None:
    handlers = list_handlers(read_local(spaced))
    replayed = 0
    for path in sorted((PAYLOADS / "claude").glob("*.json")):
        recorded = json.loads(path.read_text())
        payload = recorded.get("stdin", recorded)
        for handler in handlers:
            if handler.event != payload["hook_event_name"]:
                continue
            text = json.dumps(payload).replace("/home/dev/project", str(spaced.path))
            done = call_hook(spaced, handler, text.encode())
            assert done.code == (2 if handler.event == "ConfigChange" and done.err else 0), (path.name, done)
            assert "Traceback" not in done.err
            replayed += 1
    assert replayed > 15


def test_a_write_of_the_settings_that_hold_the_hooks_is_blocked(spaced: Scratch) -> None:
    call = ToolCall("", LOCAL, '{"disableAllHooks": true}')
    for agent in ("claude", "gemini", "qwen"):
        assert can_ask(agent, call)
        done = call_hook(spaced, handler_for(spaced, agent, call), make_payload(agent, call, str(spaced.path)))
        assert (done.code, done.out) == (2, ""), (agent, done)
        assert LOCAL in done.err


def test_it_works_from_a_subfolder_and_in_a_worktree(spaced: Scratch) -> None:
    assert spaced.commit().code == 0
    sub = spaced.path / "deep/er"
    sub.mkdir(parents=True)
    spaced.git("worktree", "add", "-q", "-b", "other", str(spaced.path.parent / "other tree"))
    call = ToolCall("git commit --no-verify -m x")
    for cwd in (sub, spaced.path.parent / "other tree"):
        done = call_hook(spaced, handler_for(spaced, "claude", call), make_payload("claude", call, str(cwd)), cwd)
        assert done.code == 2, done


@pytest.mark.parametrize(
    "damage", ["no interpreter", "package gone", "killed", "bad payload", "no payload"]
)  # a host takes any other code than 2 for a yes
def test_a_guard_that_cannot_run_blocks_with_a_reason(spaced: Scratch, damage: str) -> None:
    call = ToolCall("ls")
    handler = handler_for(spaced, "claude", call)
    command, payload = handler.command, make_payload("claude", call, str(spaced.path))
    home = spaced.path.parent / "it's a venv"
    if damage == "no interpreter":
        (home / "bin/python3").unlink()
    elif damage == "package gone":
        next(home.glob("lib/python*/site-packages/here.pth")).unlink()
    elif damage == "killed":
        (home / "bin/python3").unlink()
        spaced.write("../it's a venv/bin/python3", "#!/bin/sh\nkill -9 $$\n", executable=True)
    else:
        payload = b"{" if damage == "bad payload" else b""
    done = spaced.run("sh", "-c", command, stdin=payload.decode())
    assert (done.code, done.out) == (2, ""), done
    assert done.err.strip()


def test_a_notice_that_cannot_run_lets_work_go_on(spaced: Scratch) -> None:
    (spaced.path.parent / "it's a venv/bin/python3").unlink()
    for handler in list_handlers(read_local(spaced)):
        if handler.event not in ("PreToolUse", "ConfigChange"):
            assert spaced.run("sh", "-c", handler.command, stdin="{}").code not in (0, 2), handler.event


def probes(scratch: Scratch, cwd: Path | None = None) -> dict[str, list[tuple[str, str]]]:
    """What doctor says, by layer: status and evidence of each probe."""
    found: dict[str, list[tuple[str, str]]] = {}
    for probe in json.loads(scratch.openclaw("doctor", "--json", cwd=cwd).out)["data"]["probes"]:
        found.setdefault(probe["id"], []).append((probe["status"], probe["evidence"]))
    return found


def test_doctor_tries_each_agents_hook_with_a_harmless_command_and_a_bypass(scratch: Scratch) -> None:
    scratch.init("--agents", AGENTS)
    found = probes(scratch)
    for agent in BY_AGENT:
        [(status, evidence)] = found[f"agent {agent}"]
        assert status == "ok", (agent, evidence)
        assert "`git commit --no-verify -m x` was refused" in evidence


@pytest.mark.parametrize(
    ("old", "new", "status", "says"),
    [
        (" -I -m", "-gone -I -m", "fail", "was refused: does not start"),
        (
            " -I -m openclaw_hooks.hook claude PreTool",
            " -c pass -m openclaw_hooks.hook claude PreTool",
            "fail",
            "was let through",
        ),
        ('"timeout": 30', '"timeout": 8', "warn", "timeout of 8 s is not above"),
        ('"onFailure": "block"', '"onFailure": "continue"', "warn", "onFailure"),
        ('"PreToolUse"', '"PostToolBatch"', "fail", "no hook of ours before shell commands"),
        ('"SubagentStart"', '"SubagentStop"', "warn", "not as this version would write it"),
    ],
)
def test_doctor_sees_what_is_wrong_with_a_hook(scratch: Scratch, old: str, new: str, status: str, says: str) -> None:
    scratch.init("--agents", "claude")
    text = (scratch.path / LOCAL).read_text()
    assert old in text
    (scratch.path / LOCAL).write_text(text.replace(old, new))
    found = probes(scratch)["agent claude"]
    assert any(one[0] == status and says in one[1] for one in found), found
    scratch.openclaw("doctor", "--fix")
    assert [one[0] for one in probes(scratch)["agent claude"]] == ["ok"]


def test_doctor_sees_that_the_git_of_agents_shells_is_gone(scratch: Scratch) -> None:
    scratch.init("--agents", "claude")
    (scratch.path / ".git/openclaw/bin/git").unlink()
    assert any("its shells is missing" in text for _, text in probes(scratch)["agent claude"])
    scratch.openclaw("doctor", "--fix")
    assert [status for status, _ in probes(scratch)["agent claude"]] == ["ok"]


def test_doctor_names_the_places_that_the_hooks_do_not_reach(scratch: Scratch) -> None:
    scratch.init("--agents", "claude")
    assert scratch.commit().code == 0
    other = scratch.path.parent / "other tree"
    scratch.git("worktree", "add", "-q", "-b", "other", str(other))
    assert any("worktrees without hooks" in text and str(other) in text for _, text in probes(scratch)["agent claude"])
    scratch.init("--agents", "claude", cwd=other)
    assert [status for status, _ in probes(scratch)["agent claude"]] == ["ok"]
    attempt = ".openclaw/worktrees/R-abc123-1"  # nobody runs init there; the run judges what is done in it
    scratch.git("worktree", "add", "-q", "--detach", attempt)
    assert [status for status, _ in probes(scratch)["agent claude"]] == ["ok"]
    scratch.git("worktree", "remove", "--force", attempt)
    (scratch.path / LOCAL).rename(scratch.path / ".claude/settings.json")
    assert any("started in a subfolder" in text for _, text in probes(scratch)["agent claude"])
