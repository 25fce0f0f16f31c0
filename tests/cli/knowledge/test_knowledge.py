"""`openclaw knowledge`: what its verbs print, what they refuse, and what they survive."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.cli.app import app
from openclaw_hooks.cli.boundary import run_guarded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Answer
    from tests.conftest import Repository

    Openclaw = Callable[..., Answer]

SCRIPT = Path(sys.executable).with_name("openclaw")


@pytest.fixture
def shelf(repository: Repository) -> Repository:
    """A repository with something to find."""
    repository.write("docs/backup.md", "# Backups\n\nIntro.\n\n## Encryption\n\nCopies are *encrypted* with a key.\n")
    repository.write("docs/restore.md", "# Restoring\n\nEncrypted copies come back with the key.\n")
    repository.write("docs/garden.md", "# Garden\n\nRoses and tulips.\n")
    repository.write("docs/trains.md", "# Trains\n\nStations and rails.\n")
    repository.write("memory/2026-01-01.md", "The garden needs water.\n")
    return repository


def test_search_prints_file_line_headings_snippet_score_and_parts(openclaw: Openclaw, shelf: Repository) -> None:
    answer = openclaw("knowledge", "search", "encrypted", "copies", "--limit", "1")
    assert answer.code == 0, answer.err
    first, second, last = answer.out.splitlines()
    assert re.fullmatch(
        r"docs/(backup\.md:5  Backups > Encryption|restore\.md:1  Restoring)  \(doc, keyword \d\.\d\d\)", first
    )
    assert "ncrypted" in second
    assert last.startswith("1 hit, searched by keyword")
    assert answer.err == ""


def test_search_as_json(openclaw: Openclaw, shelf: Repository) -> None:
    found = openclaw("knowledge", "search", "tulips", "--json").data("knowledge-search")
    assert (found["question"], found["parts"]) == ("tulips", ["keyword"])
    (hit,) = found["hits"]
    assert {key: hit[key] for key in ("path", "line", "last_line", "kind", "heading", "parts")} == {
        "path": "docs/garden.md",
        "line": 1,
        "last_line": 3,
        "kind": "doc",
        "heading": ["Garden"],
        "parts": ["keyword"],
    }
    assert [hit["snippet"][start:end] for start, end in hit["marks"]] == ["tulips"]


def test_search_finds_what_was_written_a_moment_ago(openclaw: Openclaw, shelf: Repository) -> None:
    openclaw("knowledge", "search", "garden")
    shelf.write("new.md", "A quokka.\n")
    assert openclaw("knowledge", "search", "quokka").out.startswith("new.md:1  (doc, keyword")


def test_paths_are_shown_as_they_open_from_here(openclaw: Openclaw, shelf: Repository) -> None:
    answer = openclaw("knowledge", "search", "tulips", folder="docs")
    assert answer.out.startswith("garden.md:1  ")
    assert openclaw("knowledge", "related", "backup.md", folder="docs").out.startswith("restore.md:1  ")
    assert openclaw("knowledge", "related", "docs/backup.md", folder="docs").out.startswith("restore.md:1  ")


def test_kind_and_path_limit_a_search(openclaw: Openclaw, shelf: Repository) -> None:
    assert openclaw("knowledge", "search", "garden", "--kind", "memory").out.startswith("memory/2026-01-01.md:1")
    assert openclaw("knowledge", "search", "garden", "--path", "memory/", "-p", "x/").out.startswith("memory/")
    assert openclaw("knowledge", "search", "garden", "--kind", "role").out.startswith(
        "nothing found, searched by keyword"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("search", "x", "--limit", "0"), "0 is not in the range"),
        (("search", "x", "--limit", "1 UNION ALL SELECT sql FROM sqlite_master"), "is not a valid int"),
        (("search", "x", "--limit", "1000000"), "is not in the range"),
        (("search", "x", "--kind", "banana"), "'banana' is not one of"),
        (("search", "x", "--path", "["), "'[' is never closed"),
        (("search", "x", "--path", "!a"), "takes back from nothing"),
        (("search", "?!"), "the question has no word to look for"),
        (("search", ""), "the question has no word to look for"),
        (("search", "x" * 2001), "the question has 2,001 characters"),
        (("related", "../outside.md"), "../outside.md lies outside of"),
        (("related", "/etc/passwd"), "/etc/passwd lies outside of"),
        (("related", ""), "no document is named"),
        (("related", "."), "no document is named"),
        (("related", "docs/bakup.md"), "docs/bakup.md is not indexed (did you mean `docs/backup.md`?)"),
    ],
)
def test_bad_input_is_refused(
    shelf: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: Any, said: str
) -> None:
    monkeypatch.chdir(shelf.path)
    code = run_guarded(lambda: app(["knowledge", *words], standalone_mode=False))
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert said in " ".join(err.replace("\u2502", " ").split())


def test_control_characters_of_a_document_never_reach_the_terminal(openclaw: Openclaw, repository: Repository) -> None:
    repository.write("evil\x1b[2J.md", "# Head\x1b]0;title\x07ing\n\nalpha \x1b[31m red \x9b \u202e\n")
    for words in (("search", "alpha"), ("index", "--force"), ("stats",)):
        answer = openclaw("knowledge", *words)
        assert answer.code == 0, answer.err
        assert set("\x1b\x07\x9b\u202e") & set(answer.out + answer.err) == set()
    assert '"evil\\x1b[2J.md":1  Head ]0;title ing' in openclaw("knowledge", "search", "alpha").out


def test_a_terminal_shows_the_words_that_were_found_in_colour(shelf: Repository) -> None:
    master, slave = pty.openpty()
    done = subprocess.Popen(
        [SCRIPT, "knowledge", "search", "tulips"],
        cwd=shelf.path,
        stdout=slave,
        stderr=slave,
        env=dict(os.environ, TERM="xterm"),
    )
    os.close(slave)
    out = b""
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:
            break
        if not piece:
            break
        out += piece
    os.close(master)
    assert done.wait() == 0
    assert b"\x1b[33mtulips\x1b[0m" in out


def test_index_says_what_it_did_and_what_it_left_out(openclaw: Openclaw, shelf: Repository) -> None:
    shelf.write("binary.md", b"\0")
    first = openclaw("knowledge", "index")
    assert re.match(r"6 files: 6 added \(\d+\.\d\d s\)\n", first.out)
    assert first.err == "binary.md: not text: it holds NUL bytes\n"
    assert openclaw("knowledge", "index").out.startswith("6 files: nothing new (")
    assert openclaw("knowledge", "index", "--force").out.startswith("6 files: 6 changed (")
    found = openclaw("knowledge", "index", "--json").data("knowledge-index")
    assert (found["files"], found["added"], found["rebuilt"]) == (6, 0, "")
    assert found["problems"] == [{"path": "binary.md", "message": "not text: it holds NUL bytes"}]


def test_stats_only_look(openclaw: Openclaw, shelf: Repository) -> None:
    before = openclaw("knowledge", "stats")
    assert "nothing indexed yet" in before.out
    assert openclaw("knowledge", "stats", "--json").data("knowledge-stats")["indexed_at"] is None
    assert not (shelf.path / ".git" / "openclaw").exists()
    openclaw("knowledge", "index")
    found = openclaw("knowledge", "stats", "--json").data("knowledge-stats")
    assert (found["documents"], found["chunks"], found["problems"]) == ({"doc": 4, "memory": 1}, 6, {})
    assert "5 documents (4 doc, 1 memory), 6 chunks" in openclaw("knowledge", "stats").out


def test_of_very_many_problems_the_first_are_told_and_how_many_more(openclaw: Openclaw, shelf: Repository) -> None:
    for number in range(60):
        (shelf.path / f"link{number:02}.md").symlink_to("/etc/hostname")
    told = openclaw("knowledge", "index").err.splitlines()
    assert told[0] == "link00.md: a link out of the root"
    assert told[49:] == ["link49.md: a link out of the root", "and 10 more; --json tells all"]
    assert openclaw("knowledge", "stats").out.splitlines()[-1] == "problem and 10 more; --json tells all"
    assert len(openclaw("knowledge", "stats", "--json").data("knowledge-stats")["problems"]) == 60


def test_tasks_and_plans_of_the_board_are_found_where_they_lie(openclaw: Openclaw, repository: Repository) -> None:
    repository.write("a.txt", "x")
    repository.git("add", "a.txt")
    repository.commit()
    assert openclaw("board", "attach").code == 0
    assert openclaw("task", "new", "Teach the quokka to swim").code == 0
    answer = openclaw("knowledge", "search", "quokka", "--kind", "task")
    assert re.match(r"\.openclaw/board/tasks/T-\w{6}\.md:1  \(task, keyword", answer.out), answer.out + answer.err
    where = answer.out.split(":")[0]
    assert (repository.path / where).is_file()
    repository.git("worktree", "add", "-q", "../other")
    from_other = openclaw("knowledge", "search", "quokka", folder="../other")
    shown = from_other.out.split(":")[0]
    assert os.path.samefile(repository.path / where, shown)


def test_a_damaged_index_is_made_again_and_the_question_answered(openclaw: Openclaw, shelf: Repository) -> None:
    openclaw("knowledge", "index")
    database = shelf.path / ".git" / "openclaw" / "knowledge.db"
    content = bytearray(database.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    database.write_bytes(content)
    answer = openclaw("knowledge", "search", "tulips")
    assert answer.code == 0, answer.err
    assert answer.out.startswith("docs/garden.md:1")
    assert answer.err == "openclaw: the index was made again: it was damaged\n"


def test_a_file_that_is_no_index_is_refused(openclaw: Openclaw, shelf: Repository, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("mine\n")
    answer = openclaw("knowledge", "search", "tulips", KNOWLEDGE_DB=str(tmp_path / "notes.db"))
    assert (answer.code, answer.out) == (2, "")
    assert (
        answer.err
        == f"openclaw: {tmp_path}/notes.db is no index of this program (name another file, or move it away)\n"
    )
    assert (tmp_path / "notes.db").read_text() == "mine\n"


def test_a_disk_that_takes_no_more_is_one_clear_line_and_no_harm(openclaw: Openclaw, repository: Repository) -> None:
    for number in range(300):
        repository.write(f"docs/{number}.md", f"# Title {number}\n\n" + f"word{number} " * 200)
    limited = ["sh", "-c", 'ulimit -f "$0"; exec "$@"']
    for blocks in ("8", "200"):
        done = subprocess.run(
            [*limited, blocks, SCRIPT, "knowledge", "index"],
            cwd=repository.path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert re.fullmatch(r"openclaw: the index \S+knowledge\.db.*: .*\n", done.stderr)
    assert openclaw("knowledge", "index").code == 0
    assert openclaw("knowledge", "search", "word77").out.startswith("docs/77.md:")


def test_without_the_extra_it_says_what_to_install(shelf: Repository) -> None:
    code = (
        "import sys; sys.modules['apsw'] = None; sys.argv = ['openclaw', 'knowledge', *sys.argv[1:]]\n"
        "from openclaw_hooks.cli.app import main; main()"
    )
    for words in (("search", "x"), ("index",), ("stats",)):
        command = [sys.executable, "-c", code, *words]
        done = subprocess.run(command, cwd=shelf.path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            "openclaw: searching needs the extra `knowledge` (pip install 'openclaw-hooks[knowledge]')\n"
        )


def test_outside_of_a_repository_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [SCRIPT, "knowledge", "search", "x"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "openclaw: not in a git repository (change folder, or name one in KNOWLEDGE_ROOT)\n"


def hold_index(repository: Repository, seconds: float) -> subprocess.Popen[bytes]:
    """A process that holds the index as one that changes it does."""
    code = (
        "import sys, time; from openclaw_hooks.board.lock import hold_lock\n"
        "with hold_lock(sys.argv[1], 'the index', 1): print(flush=True); time.sleep(float(sys.argv[2]))"
    )
    lock = repository.path / ".git" / "openclaw" / "knowledge.db.lock"
    holder = subprocess.Popen([sys.executable, "-c", code, lock, str(seconds)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    return holder


def test_while_another_process_indexes_there_is_an_answer_from_what_is_there(
    openclaw: Openclaw, shelf: Repository
) -> None:
    openclaw("knowledge", "index")
    holder = hold_index(shelf, 60)
    try:
        answer = openclaw("knowledge", "search", "tulips")
    finally:
        holder.kill()
        holder.communicate()
    assert answer.out.startswith("docs/garden.md:1")
    said = rf"openclaw: the index is being changed by process {holder.pid} .*; answers may lack what is new"
    assert re.match(said, answer.err)


def test_the_first_question_waits_for_the_process_that_makes_the_index(openclaw: Openclaw, shelf: Repository) -> None:
    holder = hold_index(shelf, 1)
    answer = openclaw("knowledge", "search", "tulips")
    holder.communicate()
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("docs/garden.md:1")


def test_a_broken_config_is_named_with_its_line(openclaw: Openclaw, shelf: Repository) -> None:
    shelf.write(".openclaw/config.yaml", "format: 1\nknowledge:\n  inclood: []\n")
    answer = openclaw("knowledge", "search", "tulips")
    assert answer.code == 2
    assert answer.err.startswith("openclaw: .openclaw/config.yaml:3: unknown key `knowledge.inclood`")
