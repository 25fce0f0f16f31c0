"""Questions by keyword: what is found first, what limits a search, and that no text of a question is syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from openclaw_hooks.globs import GlobError
from openclaw_hooks.knowledge.keyword import Filters, search_keyword, split_question, write_expression
from openclaw_hooks.knowledge.model import Kind, KnowledgeError, Part
from openclaw_hooks.knowledge.snippets import LENGTH, make_snippet

if TYPE_CHECKING:
    from tests.conftest import Repository
    from tests.knowledge.conftest import Library

NASTY = (
    '"', '" OR "', "alpha AND", "NOT alpha", "alpha NEAR beta", "NEAR(alpha beta, 2)", "heading:alpha", "alpha*", "^alpha",
    "alpha + beta", "{path heading}: alpha", "'; DROP TABLE chunks; --", "1 UNION ALL SELECT sql FROM sqlite_master",
    "alpha\0beta", "\x1b[31m alpha", "alpha \ud800", "((((", "alpha\\", "%s ? :name $x", "a" * 1999, "alpha " * 300,
)  # fmt: skip


@pytest.fixture
def shelf(repository: Repository, library: Library) -> Library:
    """A few documents on different things."""
    repository.write("docs/install.md", "# Install\n\nRun the installer.\n\n## On Linux\n\nUse the package alpha.\n")
    repository.write("docs/backup.md", "# Backups\n\nCopies are encrypted. The installer is not copied.\n")
    repository.write("docs/alpha.md", "# Something\n\nOther words entirely.\n")
    repository.write(".openclaw/rules/house.md", "# House rules\n\nNever print alpha.\n")
    repository.write("memory/2026-01-01.md", "We talked about backups and the installer.\n")
    library.update()
    return library


def test_hits_name_file_lines_heading_path_and_parts(shelf: Library) -> None:
    answer = shelf.search("encrypted copies")
    hit = answer.hits[0]
    assert hit[:5] == ("docs/backup.md", Kind.DOC, ("Backups",), 1, 3)
    assert answer.parts == hit.parts == (Part.KEYWORD,)
    assert hit.score > 0
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["Copies", "encrypted", "copied"]


def test_the_heading_path_of_a_hit_is_whole(shelf: Library) -> None:
    assert shelf.search("Linux").hits[0].heading == ("Install", "On Linux")


def test_words_are_found_in_other_forms_and_without_their_accents(repository: Repository, library: Library) -> None:
    repository.write("a.md", "The caf\u00e9 encrypts backups.\n")
    library.update()
    for question in ("encrypted", "ENCRYPTING backup", "cafe", "CAF\u00c9"):
        assert library.paths(question) == ["a.md"]


def test_a_word_in_a_heading_or_the_path_counts(shelf: Library) -> None:
    assert shelf.paths("backups") == ["docs/backup.md", "memory/2026-01-01.md"]
    assert set(shelf.paths("alpha")) == {"docs/alpha.md", "docs/install.md", ".openclaw/rules/house.md"}


def test_more_and_rarer_words_come_first(repository: Repository, library: Library) -> None:
    for number in range(30):
        repository.write(f"common{number:02}.md", "A server answers.\n" if number < 9 else "It answers.\n")
        repository.write(f"other{number:02}.md", "Nothing of it.\n")
    repository.write("rare.md", "A quokka answers.\n")
    repository.write("both.md", "A quokka and a server answer.\n")
    library.update()
    assert library.paths("server quokka")[:2] == ["both.md", "rare.md"]


def test_stop_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert split_question("How do I install THE installer?") == ["install", "installer"]
    assert split_question("to be or not to be") == ["to", "be", "or", "not"]


def test_words_that_are_everywhere_change_nothing_but_are_found_alone(repository: Repository, library: Library) -> None:
    for number in range(10):
        repository.write(f"{number}.md", f"claude number{number}\n")
    library.update()
    assert library.paths("claude number7") == ["7.md"]
    assert len(library.paths("claude")) == 10


def test_scripts_without_spaces_are_searched_by_their_signs(repository: Repository, library: Library) -> None:
    repository.write(
        "ja.md", "# \u691c\u7d22\n\n\u30c7\u30fc\u30bf\u306e\u77e5\u8b58\u691c\u7d22\u3092\u3059\u308b\u3002\n"
    )
    repository.write("other.md", "\u5225\u306e\u6587\u66f8\u3002\n")
    library.update()
    answer = library.search("\u77e5\u8b58")
    assert [hit.path for hit in answer.hits] == ["ja.md"]
    hit = answer.hits[0]
    assert "".join(hit.snippet[start:end] for start, end in hit.marks) == "\u77e5\u8b58"


@pytest.mark.parametrize("question", NASTY)
def test_nothing_in_a_question_is_syntax(shelf: Library, question: str) -> None:
    try:
        answer = shelf.search(question)
    except KnowledgeError as error:
        assert error.message == "the question has no word to look for"  # noqa: PT017  # some have none
        assert "alpha" not in question
    else:
        assert all(hit.path in shelf.contents() for hit in answer.hits)
        assert bool(answer.hits) or "alpha" not in question


def test_nothing_in_any_question_is_syntax(shelf: Library) -> None:
    with shelf.open() as store:
        tree = shelf.tree(store)

        @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(
            some.text(max_size=60) | some.text(alphabet="a\"'*:(){}^+-~ ORNEATD\u65e5\u672c\u0e01\u0301", max_size=60)
        )
        def ask(question: str) -> None:
            try:
                search_keyword(store, tree, question, 3)
            except KnowledgeError as error:
                assert error.message == "the question has no word to look for"  # noqa: PT017

        ask()


def test_an_expression_holds_words_in_quotes_only() -> None:
    words = split_question('a"b OR (c) \u77e5\u8b58\u691c')
    assert write_expression(words) == '"b" OR "c" OR "\u77e5 \u8b58" OR "\u8b58 \u691c"'


@pytest.mark.parametrize("limit", [0, -1, 101, 10**30])
def test_a_limit_out_of_bounds_is_refused(shelf: Library, limit: int) -> None:
    with pytest.raises(KnowledgeError, match=rf"the limit must be from 1 to 100, not {limit}"):
        shelf.search("alpha", limit)


def test_a_limit_is_kept(shelf: Library) -> None:
    assert len(shelf.search("installer alpha backups", 2).hits) == 2


@pytest.mark.parametrize("question", ["", " ", "?!", "\u2026"])
def test_a_question_without_words_is_refused(shelf: Library, question: str) -> None:
    with pytest.raises(KnowledgeError, match="no word to look for"):
        shelf.search(question)


def test_an_endless_question_is_refused(shelf: Library) -> None:
    with pytest.raises(KnowledgeError, match="the question has 2,001 characters"):
        shelf.search("x" * 2001)


def test_kinds_and_paths_limit_a_search(shelf: Library) -> None:
    assert shelf.paths("alpha", filters=Filters(kinds=(Kind.RULE,))) == [".openclaw/rules/house.md"]
    assert set(shelf.paths("installer", filters=Filters(paths=("docs/**",)))) == {"docs/install.md", "docs/backup.md"}
    assert shelf.paths("installer", filters=Filters((Kind.MEMORY,), ("docs/**",))) == []
    with pytest.raises(GlobError):
        shelf.paths("alpha", filters=Filters(paths=("[",)))


def test_what_a_filter_wants_is_found_behind_a_thousand_better_hits(repository: Repository, library: Library) -> None:
    text = "".join(f"# Part {number}\n\nalpha alpha alpha\n\n" for number in range(1000))
    repository.write("many.md", text)
    repository.write("memory/one.md", "alpha among many other words that make it less of a hit\n")
    library.update()
    assert set(library.paths("alpha", 100)) == {"many.md"}
    assert library.paths("alpha", filters=Filters(kinds=(Kind.MEMORY,))) == ["memory/one.md"]


def test_a_snippet_shows_where_most_words_stand_and_nothing_acts_on_a_terminal(shelf: Library) -> None:
    text = "filler " * 200 + "\x1b[31mred\x07 alpha\u202e and\nbeta\tstand\x9b here " + "filler " * 200
    with shelf.open() as store:
        snippet = make_snippet(store, text, {"alpha", "beta"})
    assert "red alpha and beta stand here" in snippet.text.replace("[31m", "")
    assert snippet.text.isprintable()
    assert len(snippet.text) <= LENGTH + 2
    assert snippet.text[0] == snippet.text[-1] == "\u2026"
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["alpha", "beta"]


def test_a_snippet_of_a_short_text_is_all_of_it(shelf: Library) -> None:
    with shelf.open() as store:
        assert make_snippet(store, "\n one  two\n", {"two"}) == ("one two", ((4, 7),))
        assert make_snippet(store, "", {"two"}) == ("", ())
        assert make_snippet(store, "x" * 5000, {"two"}).text == "x" * LENGTH + "\u2026"


def test_marks_are_right_among_signs_of_all_widths(shelf: Library) -> None:
    with shelf.open() as store:
        snippet = make_snippet(store, "\u201cna\u00efve\u201d \U0001f600 \u77e5 alpha \u2014 x", {"alpha"})
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["alpha"]


def test_of_few_documents_a_word_that_all_have_still_finds_them(repository: Repository, library: Library) -> None:
    repository.write("notes.md", "Refund the customer.\n")
    library.update()
    assert library.paths("refund within five days") == ["notes.md"]


def test_a_snippet_shows_what_a_page_says_and_not_its_keys(repository: Repository, library: Library) -> None:
    repository.write("page.md", "---\ntitle: A page\ntags: [refund]\n---\n\nA refund is paid in three days.\n")
    repository.write("task.md", '---\nid: T-000001\ntitle: "Pay the refund sooner"\nstatus: queued\n---\n')
    repository.write("keys.md", "---\nrefund: three days\n---\n")
    library.update()
    snippets = {hit.path: hit.snippet for hit in library.search("refund").hits}
    assert snippets["page.md"] == "A refund is paid in three days."
    assert snippets["task.md"] == "Pay the refund sooner"
    assert snippets["keys.md"] == "--- refund: three days ---"
