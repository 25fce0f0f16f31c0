"""Commands that a machine's owner lets others run: from a list that only the owner writes, and within measure."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.offers.commands import (
    MAX_OUTPUT,
    NamedCommand,
    find_command_tools,
    read_commands,
    run_command,
)
from openclaw_hooks.mesh.offers.registry import read_offers
from openclaw_hooks.mesh.offers.tools import MAX_PAYLOAD, ToolError, encode_result
from openclaw_hooks.mesh.place import Place
from tests.mesh.conftest import run
from tests.mesh.offers.conftest import scene_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mesh.conftest import Stage


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A place with nothing in it."""
    (tmp_path / "nats").mkdir()
    return Place(str(tmp_path / "nats"))


def write_list(place: Place, text: str, mode: int = 0o600) -> None:
    """The list of commands as its owner writes it."""
    with open(place.commands, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.chmod(place.commands, mode)


def run_python(code: str, tmp_path: Path, **options: Any) -> dict[str, Any]:
    """What a command comes to that runs `code`."""
    call_s = options.pop("call_s", 30.0)
    return asyncio.run(run_command(NamedCommand((sys.executable, "-c", code), **options), str(tmp_path), call_s))


def test_without_a_list_there_is_no_tool(place: Place) -> None:
    assert find_command_tools(place, "/") == []
    write_list(place, "# nothing\n")
    assert find_command_tools(place, "/") == []


def test_a_list_names_commands_by_their_words(place: Place) -> None:
    write_list(
        place,
        'tests:\n  argv: [make, test]\n  timeout_s: 5\n  description: "all of them"\nshow:\n  argv: ["echo", "$HOME; id"]\n',
    )
    commands = read_commands(place)
    assert commands["tests"] == NamedCommand(("make", "test"), timeout_s=5, description="all of them")
    [tool] = find_command_tools(place, "/")
    assert (tool.name, dict(tool.methods)) == ("commands", {"tests": "all of them", "show": ""})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tests: make test\n", "commands.yaml:1: "),
        ("tests:\n  argv: make test\n", "commands.yaml:2: "),
        ("tests:\n  argv: []\n", "commands.yaml:2: "),
        ('tests:\n  argv: [""]\n', "commands.yaml:2: "),
        ("tests:\n  timeout_s: 5\n", "argv"),
        ("tests:\n  argv: [a]\n  timeout_s: 601\n", "commands.yaml:3: "),
        ("tests:\n  argv: [a]\n  timeout_s: 0\n", "commands.yaml:3: "),
        ("tests:\n  argv: [a]\n  shell: true\n", "shell"),
        ("tests:\n  argv: [a]\n  max_output: 10000000\n", "commands.yaml:3: "),
        ("a.b:\n  argv: [a]\n", "is no name of a command"),
        ("ok:\n  argv: [a]\n'>':\n  argv: [a]\n", "commands.yaml:3: '>' is no name of a command"),
        ("- a\n", "commands.yaml:1: "),
        ("a: [\n", "not valid YAML"),
    ],
)
def test_a_list_that_says_something_else_is_refused_with_its_line(place: Place, text: str, said: str) -> None:
    write_list(place, text)
    with pytest.raises(OpenclawError) as refused:
        find_command_tools(place, "/")
    assert said in str(refused.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602, 0o601])
def test_a_list_that_others_have_a_right_to_is_not_read(place: Place, mode: int) -> None:
    write_list(place, "tests:\n  argv: [a]\n", mode)
    with pytest.raises(OpenclawError, match=r"others have a right to .*chmod 600"):
        find_command_tools(place, "/")


def test_a_list_behind_a_link_or_a_pipe_is_not_read(place: Place, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere.yaml"
    other.write_text("tests:\n  argv: [a]\n")
    other.chmod(0o600)
    os.symlink(other, place.commands)
    with pytest.raises(OpenclawError, match="no link"):
        find_command_tools(place, "/")
    os.unlink(place.commands)
    os.mkfifo(place.commands, 0o600)
    with pytest.raises(OpenclawError, match="no regular file"):
        find_command_tools(place, "/")


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_a_list_of_somebody_else_is_not_read(place: Place) -> None:
    write_list(place, "tests:\n  argv: [a]\n")
    os.chown(place.commands, 12345, -1)
    with pytest.raises(OpenclawError, match="belongs to somebody else"):
        find_command_tools(place, "/")


def test_a_command_runs_in_the_repository_with_a_bare_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "x")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    code = (
        "import os, sys; print(sorted(os.environ), os.getcwd()); print(sys.stdin.read(), file=sys.stderr); sys.exit(3)"
    )
    done = run_python(code, tmp_path)
    assert set(done["stdout"].partition("]")[0].strip("[]").replace("'", "").split(", ")) <= {
        "PATH",
        "HOME",
        "LANG",
        "LC_CTYPE",  # which Python sets for itself
    }
    assert done["stdout"].rstrip().endswith(os.path.realpath(tmp_path))
    assert (done["code"], done["stderr"], done["killed"], done["cut"]) == (3, "\n", False, False)


def test_no_word_of_a_command_is_read_by_a_shell(tmp_path: Path) -> None:
    words = "import sys; print(sys.argv[1:])"
    command = NamedCommand((sys.executable, "-c", words, "$HOME", "*", "; touch x", "`id`"))
    done = asyncio.run(run_command(command, str(tmp_path), 30))
    assert done["stdout"] == "['$HOME', '*', '; touch x', '`id`']\n"
    assert os.listdir(tmp_path) == []


def alive(pid: int) -> bool:
    """Whether a process lives on."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stream:
            return stream.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="reads /proc")
@pytest.mark.parametrize("is_late", [True, False])
def test_all_that_a_command_started_ends_with_it(tmp_path: Path, is_late: bool) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n" + ("time.sleep(60)\n" if is_late else "")
    )
    began = time.monotonic()
    done = run_python(code, tmp_path, timeout_s=1.0)
    assert time.monotonic() - began < 5
    assert (done["killed"], done["code"]) == ((True, None) if is_late else (False, 0))
    deadline = time.monotonic() + 5
    while alive(int(done["stdout"])) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(int(done["stdout"]))


def test_a_command_that_closes_its_streams_is_waited_for_and_killed_in_time(tmp_path: Path) -> None:
    code = "import os, time; os.close(1); os.close(2); time.sleep({}); os._exit(4)"
    assert run_python(code.format(0.2), tmp_path)["code"] == 4
    assert run_python(code.format(60), tmp_path, timeout_s=0.5)["killed"]


def test_whoever_asks_waits_no_longer_than_asked_for(tmp_path: Path) -> None:
    done = run_python("print('begun', flush=True); import time; time.sleep(60)", tmp_path, call_s=1.0)
    assert (done["killed"], done["stdout"]) == (True, "begun\n")
    assert done["seconds"] < 1.0


def test_output_is_cut_with_a_mark_while_the_command_runs_on(tmp_path: Path) -> None:
    code = "import sys; sys.stdout.write('x' * 10_000_000); sys.stderr.write('e' * 10); sys.exit(0)"
    done = run_python(code, tmp_path, max_output=1000)
    assert done["stdout"] == "x" * 1000 + "\n[9,999,000 bytes more]\n"
    assert (done["stderr"], done["code"], done["cut"]) == ("e" * 10, 0, True)


@pytest.mark.parametrize("output", ["\\x00", "\\x1b", "\\xff", "\\\\", '"', "\\n"])
def test_the_most_that_a_command_can_say_fits_into_an_answer(tmp_path: Path, output: str) -> None:
    code = f"import sys\nfor s in (sys.stdout, sys.stderr): s.buffer.write(b'{output}' * {MAX_OUTPUT})"
    done = run_python(code, tmp_path, max_output=MAX_OUTPUT)
    assert len(encode_result("0" * 16, done)) < MAX_PAYLOAD
    assert "\x1b" not in done["stdout"]


def test_a_command_that_cannot_start_is_refused(tmp_path: Path) -> None:
    for command in (NamedCommand(("no-such-program-here",)), NamedCommand(("true",), cwd="nowhere")):
        with pytest.raises(ToolError) as refused:
            asyncio.run(run_command(command, str(tmp_path), 5))
        assert refused.value.code == "refused"


def test_a_command_is_killed_when_the_node_stops(tmp_path: Path) -> None:
    async def work() -> None:
        code = "import time, os; open('pid', 'w').write(str(os.getpid())); os.rename('pid', 'ready'); time.sleep(60)"
        task = asyncio.create_task(run_command(NamedCommand((sys.executable, "-c", code)), str(tmp_path), 60))
        while not (tmp_path / "ready").exists():
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(work())  # its end waits for the thread
    pid = int((tmp_path / "ready").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_commands_are_run_through_the_mesh_by_name_alone(stage: Stage, tmp_path: Path) -> None:
    async def work() -> tuple[dict[str, Any], list[str], dict[str, str]]:
        async with scene_of(stage) as scene:
            lead = await scene.lead()
            write_list(stage.place, f"where:\n  argv: [{sys.executable}, -c, 'import os; print(os.getcwd())']\n")
            await scene.offer("w1", lambda: find_command_tools(stage.place, str(tmp_path)))
            scene.calls = {"w2": ("w1.commands.where",)}
            done = await scene.call("w2", "w1.commands.where")
            codes = []
            for target, params in (("w1.commands.other", {}), ("w1.commands.where", {"argv": ["id"]})):
                answer = await scene.call("boss", target, params)
                assert answer.error
                codes.append(answer.error.code)
            os.chmod(stage.place.commands, 0o644)  # from now on nothing of it is run, announced or not
            answer = await scene.call("w2", "w1.commands.where")
            assert answer.error
            codes.append(answer.error.code)
            os.unlink(stage.place.commands)
            answer = await scene.call("w2", "w1.commands.where")
            assert answer.error
            codes.append(answer.error.code)
            [offer] = await read_offers(lead)
            return done.result, codes, offer.methods

    stage.up()
    done, codes, methods = run(work())
    assert (done["stdout"], done["code"]) == (f"{os.path.realpath(tmp_path)}\n", 0)
    assert codes == ["not_found", "invalid", "refused", "not_found"]
    assert methods == {"where": ""}
