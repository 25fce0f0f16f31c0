"""A guarded program ends whole, however it ends and whoever is killed, and reads and writes what it likes without harm."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.commands import AgentCommand, Events, make_parser
from openclaw_hooks.agent.launch import Launch, ask_version, end_guardian, guarded, guardian, launch_agent, run_command
from openclaw_hooks.process import ProcessError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from openclaw_hooks.agent.launch.agent import Ran

PATH = {"PATH": "/usr/bin:/bin"}

# Writes its process id to the file that it is given and sleeps, deaf to a polite request.
DEAF = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open(sys.argv[1], "a") as stream: stream.write(f"{os.getpid()}\\n")
time.sleep(300)
"""
# The same after two forks and in a session of its own, as a daemon does it; the program itself goes on to the end.
DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        with open(sys.argv[1], "a") as stream: stream.write(f"{os.getpid()}\\n")
        time.sleep(300)
    os._exit(0)
os.wait()
while not os.path.exists(sys.argv[1]): time.sleep(0.01)
"""


def python(code: str, *words: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code, *words]


def run(
    argv: list[str],
    folder: Path,
    *,
    stdin: bytes | None = None,
    env: Mapping[str, str] = PATH,
    timeout_s: float = 30,
    log: str = "",
    should_stop: Callable[[], str] = lambda: "",
    lines: list[bytes] | None = None,
) -> Ran:
    keep = lines.append if lines is not None else lambda _line: None
    return run_command(Launch(argv, str(folder), env, stdin, log, 1 << 20, timeout_s), keep, should_stop)


def read_pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def is_running(pid: int) -> bool:
    """Whether it runs; a zombie whose parent has not looked yet does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def wait_until(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 15
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


def test_exit_code_and_both_streams_are_those_of_the_program(tmp_path: Path) -> None:
    lines: list[bytes] = []
    ran = run(["sh", "-c", "echo out; echo err >&2; printf last; exit 7"], tmp_path, lines=lines)
    assert (ran.code, ran.killed) == (7, "")
    assert sorted(lines) == [b"err", b"last", b"out"]
    assert ran.output_bytes == 12


def test_a_program_that_a_signal_ended_has_the_code_that_shells_give_it(tmp_path: Path) -> None:
    assert run(["sh", "-c", "kill -KILL $$"], tmp_path).code == 137
    assert run(["sh", "-c", "kill -PIPE $$"], tmp_path).code == 141  # and nobody has taught it to ignore that one


def test_over_its_time_it_ends_with_all_its_children_in_whatever_session(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    shell = f'{sys.executable} -I -S -c "$0" {pids} & setsid {sys.executable} -I -S -c "$0" {pids} & wait'
    ran = run(
        ["sh", "-c", shell, DEAF],
        tmp_path,
        timeout_s=60,
        should_stop=lambda: "budget" if len(read_pids(pids)) == 2 else "",
    )
    assert (ran.code, ran.killed) == (None, "budget")
    assert [pid for pid in read_pids(pids) if is_running(pid)] == []


def test_time_is_up_after_the_time_that_was_given(tmp_path: Path) -> None:
    ran = run(["sleep", "60"], tmp_path, timeout_s=0.2)
    assert (ran.code, ran.killed) == (None, "budget")
    assert 0.2 <= ran.seconds < 2


def test_what_a_program_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    ran = run(python(DAEMON, str(pids)), tmp_path)
    assert (ran.code, ran.killed) == (0, "")
    assert len(read_pids(pids)) == 1
    assert not is_running(read_pids(pids)[0])


def test_a_grandchild_that_holds_the_streams_open_is_not_waited_for(tmp_path: Path) -> None:
    ran = run(["sh", "-c", "sleep 300 & echo done"], tmp_path)
    assert (ran.code, ran.tail) == (0, "done\n")
    assert ran.seconds < 5


def test_all_ends_when_the_runner_is_killed(tmp_path: Path) -> None:
    pids, log = tmp_path / "pids", tmp_path / "log"
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(tmp_path), str(pids), str(log), DEAF], stdin=subprocess.DEVNULL
    )
    try:
        assert wait_until(lambda: len(read_pids(pids)) == 1)
    finally:
        runner.send_signal(signal.SIGKILL)
        runner.wait()
    assert end_guardian(str(log))
    assert not is_running(read_pids(pids)[0])


RUNNER = """
import sys
from openclaw_hooks.agent.commands import AgentCommand, Events, make_parser
from openclaw_hooks.agent.launch import Launch, run_command
folder, pids, log, code = sys.argv[1:]
argv = ["sh", "-c", 'setsid "$0" "$@" & wait', sys.executable, "-I", "-S", "-c", code, pids]
run_command(Launch(argv, folder, {"PATH": "/usr/bin:/bin"}, None, log, 1 << 20, 300), lambda line: None, lambda: "")
"""


def test_a_killed_guardian_takes_the_program_along_and_is_told_of(tmp_path: Path) -> None:
    pid_file, log = tmp_path / "pids", str(tmp_path / "log")

    def kill_guardian() -> str:
        if len(read_pids(pid_file)) == 1:
            os.kill(int((tmp_path / "log.guard").read_text()), signal.SIGKILL)
            pid_file.write_text(pid_file.read_text() + "0\n")
        return ""

    ran = run(python(DEAF, str(pid_file)), tmp_path, log=log, should_stop=kill_guardian)
    assert (ran.code, ran.killed) == (None, "unguarded")
    assert wait_until(lambda: not is_running(read_pids(pid_file)[0]))


@pytest.mark.skipif(sys.platform != "linux", reason="only there the environment of others can be read")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_guardian_made_useless_leaves_none_of_the_attempt_behind(
    tmp_path: Path, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "PATIENCE_S", 0.3)
    pids, log = tmp_path / "pids", str(tmp_path / "log")
    env = {**PATH, "OPENCLAW_RUN": f"R-{os.getpid()}", "OPENCLAW_ATTEMPT": "1"}
    shell = f'setsid {sys.executable} -I -S -c "$0" {pids} & setsid {sys.executable} -I -S -c "$0" {pids} & wait'
    seen: list[int] = []

    def attack() -> str:
        if not seen and len(read_pids(pids)) == 2:
            seen.append(int((tmp_path / "log.guard").read_text()))
            os.kill(seen[0], number)
        return "stopped" if seen else ""

    ran = run(["sh", "-c", shell, DEAF], tmp_path, env=env, log=log, should_stop=attack)
    assert ran.code is None
    assert [pid for pid in [*seen, *read_pids(pids)] if is_running(pid)] == []


def test_whatever_is_raised_meanwhile_ends_the_program(tmp_path: Path) -> None:
    pids = tmp_path / "pids"

    def interrupt() -> str:
        if read_pids(pids):
            raise KeyboardInterrupt
        return ""

    with pytest.raises(KeyboardInterrupt):
        run(python(DEAF, str(pids)), tmp_path, should_stop=interrupt)
    assert not is_running(read_pids(pids)[0])


def test_nothing_starts_before_its_guardian_has_been_told_of(tmp_path: Path) -> None:
    def fail(_pid: int) -> None:
        time.sleep(0.1)
        raise OSError("the disk is full")

    launch = Launch(["touch", "started"], str(tmp_path), PATH, None, "", 1, 30)
    with pytest.raises(OSError, match="full"):
        launch_agent(launch, make_parser(Events.NONE), fail, lambda: "", lambda _seconds, _call: None)
    assert not (tmp_path / "started").exists()


def test_the_end_of_a_guardian_is_known_by_its_lock_and_not_by_a_number(tmp_path: Path) -> None:
    log = tmp_path / "agent-1.log"
    assert end_guardian(str(log))  # there never was one
    bystander = subprocess.Popen(["sleep", "300"])
    try:
        (tmp_path / "agent-1.log.guard").write_text(str(bystander.pid))
        assert end_guardian(str(log))
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_program_that_closes_its_streams_is_waited_for(tmp_path: Path) -> None:
    ran = run(["sh", "-c", "exec <&- >&- 2>&-; sleep 0.3; echo x > done; exit 4"], tmp_path, stdin=b"x" * 1_000_000)
    assert ran.code == 4
    assert (tmp_path / "done").exists()


@pytest.mark.parametrize(
    ("said", "version"),
    [("agent 1.2.3", "agent 1.2.3"), ("WARNING: no colours\nagent 0.169.0", "agent 0.169.0"), ("dev", "dev"), ("", "")],
)
def test_a_warning_before_its_version_is_not_the_version(tmp_path: Path, said: str, version: str) -> None:
    command = AgentCommand(name="x", version_cmd=("printf", "%s", said))
    assert ask_version(command, str(tmp_path), PATH) == version


def test_a_prompt_that_nobody_reads_holds_nothing_up(tmp_path: Path) -> None:
    assert run(["sh", "-c", "exit 3"], tmp_path, stdin=b"x" * 10_000_000).code == 3
    assert run(["sleep", "0.2"], tmp_path, stdin=b"x" * 10_000_000).code == 0


def test_a_prompt_of_ten_megabytes_arrives_while_output_comes(tmp_path: Path) -> None:
    ran = run(["sh", "-c", "tee copy"], tmp_path, stdin=b"0123456789" * 1_000_000)
    assert (ran.code, ran.output_bytes) == (0, 10_000_000)
    assert (tmp_path / "copy").stat().st_size == 10_000_000


def test_two_hundred_megabytes_of_output_take_little_memory_and_a_capped_log(tmp_path: Path) -> None:
    code = (
        "import os\nos.write(1, b'first line\\n')\nline = b'x' * 9999 + b'\\n'\n"
        "for _ in range(20_000): os.write(1, line)\nos.write(2, b'last line\\n')"
    )
    log = tmp_path / "log"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ran = run(python(code), tmp_path, log=str(log))
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert ran.code == 0
    assert ran.output_bytes == 200_000_000 + 21
    assert grown_kb < (30_000 if sys.platform == "linux" else 30_000_000)
    kept = log.read_bytes()
    assert kept.startswith(b"first line\nxxx")
    assert kept.endswith(b"x\nlast line\n")
    assert b"[... 198,951,445 bytes left out ...]" in kept
    assert len(kept) < (1 << 20) + 100


def test_hostile_words_and_variables_arrive_as_they_are_and_reach_no_shell(tmp_path: Path) -> None:
    words = ["$(touch pwned)", "`touch pwned`", "; touch pwned", "a\nb", "", "-n", "--", "'\"\\", "é\udcff", "*"]
    env = {**PATH, "HOSTILE": "$(touch pwned)\n; touch pwned", "BYTES": "\udcff"}
    code = "import os, sys\nfor word in sys.argv[1:]: os.write(1, os.fsencode(word) + b'\\0')"
    code += "\nfor name in ('HOSTILE', 'BYTES'): os.write(1, os.environb[name.encode()] + b'\\0')"
    log = tmp_path / "log"
    run(python(code, *words), tmp_path, env=env, log=str(log))
    assert log.read_bytes().split(b"\0")[:-1] == [os.fsencode(word) for word in (*words, env["HOSTILE"], env["BYTES"])]
    assert not (tmp_path / "pwned").exists()


def test_the_environment_is_what_was_given_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCLAW_TOKEN", "0123")
    log = tmp_path / "log"
    run(["/usr/bin/env", "-0"], tmp_path, env={"ONLY": "this"}, log=str(log))
    assert log.read_bytes() == b"ONLY=this\0"


def test_no_file_of_ours_is_open_in_the_program(tmp_path: Path) -> None:
    code = "import os\nprint(sorted(int(name) for name in os.listdir('/dev/fd'))[:4])"
    assert run(python(code), tmp_path, stdin=b"").tail in ("[0, 1, 2, 3]\n", "[0, 1, 2]\n")  # 3 is the listing itself


@pytest.mark.parametrize("name", ["there-is-no-such-program", "./folder", "./plain.txt"])
def test_a_program_that_cannot_start_is_an_error_with_its_reason(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain.txt").write_text("no program\n")
    with pytest.raises(ProcessError, match=r"cannot start \S+: (No such file|Permission denied)"):
        run([name], tmp_path)


def test_a_folder_that_is_not_there_and_a_nul_in_a_word_are_errors_too(tmp_path: Path) -> None:
    with pytest.raises(ProcessError, match=r"cannot start .*No such file"):
        run(["true"], tmp_path / "missing")
    with pytest.raises(ProcessError, match=r"cannot start .*null"):
        run(["true", "a\0b"], tmp_path)


def test_nothing_but_the_log_is_left_beside_it(tmp_path: Path) -> None:
    run(["echo", "x"], tmp_path, log=str(tmp_path / "log"))
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_a_log_is_never_written_through_a_link(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / "log").symlink_to(precious)
    with pytest.raises(OSError, match="symbolic"):
        run(["echo", "x"], tmp_path, log=str(tmp_path / "log"))
    assert precious.read_text() == "mine"


def test_where_orphans_cannot_be_adopted_the_group_and_all_descendants_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "guardian.py"
    elsewhere.write_text(
        "import sys\nsys.platform = 'darwin'\n"
        f"exec(compile(open({guarded.GUARDIAN!r}).read(), {guarded.GUARDIAN!r}, 'exec'))\n"
    )
    monkeypatch.setattr(guarded, "GUARDIAN", str(elsewhere))
    pids = tmp_path / "pids"
    shell = f'{sys.executable} -I -S -c "$0" {pids} & setsid {sys.executable} -I -S -c "$0" {pids} & wait'
    ran = run(
        ["sh", "-c", shell, DEAF],
        tmp_path,
        should_stop=lambda: "stopped" if len(read_pids(pids)) == 2 else "",
    )
    assert ran.killed == "stopped"
    assert [pid for pid in read_pids(pids) if is_running(pid)] == []
    left_behind = run(["sh", "-c", "sleep 300 & echo $! > child"], tmp_path)
    assert left_behind.code == 0
    assert not is_running(int((tmp_path / "child").read_text()))


def test_processes_and_their_parents_are_found_by_ps_too() -> None:
    assert (os.getpid(), os.getppid()) in guardian.list_processes()
    asked = dict(guardian._ask_ps())
    assert os.getpid() not in asked
    assert asked[os.getppid()] == dict(guardian.list_processes())[os.getppid()]
