"""All files of a site: data that follows its schema, scripts that cannot be broken out of, and only what changed when it changed."""

from __future__ import annotations

import dataclasses
import gzip
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from openclaw_hooks.mission_control.build import (
    URGENT,
    build,
    build_changed,
    data_version,
    encode_changed,
    encode_data,
    forget,
    hash_data,
    make_files,
)
from openclaw_hooks.mission_control.emit import encode_json, script
from openclaw_hooks.mission_control.facts import READERS, Facts, read_facts, refresh_facts
from openclaw_hooks.mission_control.page_html import Address, page_html
from openclaw_hooks.mission_control.pages import DATA, PAGES, data_set_of, page_links, shown_pages
from openclaw_hooks.mission_control.place import SiteOptions
from openclaw_hooks.mission_control.views.board import view_tasks
from tests.browser.vectors import ALL
from tests.mission_control.board_branch import commit_board, task_text
from tools.docs.sample import make_sample

if TYPE_CHECKING:
    from tests.conftest import Repository

NOW = 1_795_000_000.0
BOARD = frozenset({"board", "history"})
LAGGING = {"search-docs", "search-index", "search-texts"}  # an index of thousands of texts does not follow every write


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented project with a board, plans, rules, documents and a past."""
    return Path(make_sample(str(tmp_path_factory.mktemp("sample") / "repo"), tasks=40, now=int(NOW)))


@pytest.fixture(scope="module")
def facts(sample: Path) -> Facts:
    """Its facts."""
    return read_facts(str(sample), NOW, SiteOptions(title="Harbour", sample="an invented project"))


@pytest.fixture(scope="module")
def files(facts: Facts) -> dict[str, bytes]:
    """Its site."""
    return build(facts)


def test_every_data_set_is_a_script_and_a_file_of_the_interface_with_the_same_value(files: dict[str, bytes]) -> None:
    versions = json.loads(files["data/version.json"])
    assert {"site", "tasks", "bodies-0"} <= versions.keys()
    for name in versions:
        found = re.fullmatch(rb'MC\.put\("([^"]+)",(.*)\);\n', files[f"data/{name}.js"], re.DOTALL)
        assert found is not None, name
        assert found[1].decode() == name
        assert json.loads(found[2]) == json.loads(files[f"api/v1/{name}.json"])


def test_every_value_follows_its_published_schema(files: dict[str, bytes]) -> None:
    listed = json.loads(files["api/v1/index.json"])["data"]
    assert {name for name in json.loads(files["data/version.json"]) if data_set_of(name)} == listed.keys()
    for entry in listed.values():
        schema = json.loads(files[f"api/v1/{entry['schema']}"])
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(json.loads(files[f"api/v1/{entry['file']}"]), schema, jsonschema.Draft202012Validator)


def test_a_schema_refuses_what_is_none() -> None:
    from openclaw_hooks.mission_control.api import schema_files

    schema = json.loads(schema_files()["api/v1/schemas/tasks.json"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"tasks": [{"id": 1}]}, schema, jsonschema.Draft202012Validator)


def test_two_builds_of_the_same_facts_are_equal(facts: Facts, files: dict[str, bytes]) -> None:
    assert build(facts) == files


def test_data_comes_only_from_the_parts_that_are_declared(facts: Facts) -> None:
    """Else a page would show what is no more, since a live site makes again only what its parts changed for."""
    empty = Facts(facts.place)
    for name, data in DATA.items():
        if name in LAGGING:
            continue
        undeclared = {part: getattr(empty, part) for part in READERS if part not in data.parts}
        assert encode_json(data.make(replace(facts, **undeclared))) == encode_json(data.make(facts)), name
        assert data.parts <= READERS.keys()


def test_a_write_changes_the_files_that_show_it_and_no_others(sample: Path, facts: Facts) -> None:
    assert build_changed(refresh_facts(facts, NOW, ()), facts) == {}
    path = next(iter(sorted((sample / ".openclaw/board/tasks").iterdir())))
    text = path.read_text()
    try:
        path.write_text(text + "\nOne more line.\n")
        after = refresh_facts(facts, NOW, BOARD)
        changed = build_changed(after, facts)
        urgent = build_changed(after, facts, URGENT)
    finally:
        path.write_text(text)
    names = {name.removeprefix("data/").removesuffix(".js") for name in changed if name.startswith("data/")}
    assert len([name for name in names if name.startswith("bodies-")]) == 1
    assert {"tasks", "history", "rules"} & names <= {"tasks"}
    assert json.loads(changed["data/version.json"])["tasks"] == encode_data(after)["tasks"].hash
    assert b"One more line." in b"".join(changed.values())
    assert {path for path in urgent if path in changed} == set(urgent)
    assert all(path.endswith(("version.js", "version.json")) or urgent[path] == changed[path] for path in urgent)
    assert json.loads(urgent["data/version.json"]).keys() == json.loads(changed["data/version.json"]).keys()


def test_each_file_comes_once(facts: Facts, files: dict[str, bytes]) -> None:
    paths = [path for path, _ in make_files(facts)]
    assert sorted(paths) == sorted(files)


def test_a_data_set_is_made_again_where_its_hash_is_another(facts: Facts) -> None:
    hashes = hash_data(facts)
    assert encode_changed(facts, hashes) == {}
    assert encode_changed(facts, {**hashes, "tasks": ""}).keys() == {"tasks"}
    assert encode_changed(facts, {**hashes, "tasks": ""}, ("rules", "bodies")) == {}


def test_what_was_forgotten_is_made_again_as_it_was(facts: Facts) -> None:
    hashes, tasks = hash_data(facts), view_tasks(facts)
    assert view_tasks(facts) is tasks
    forget()
    assert view_tasks(facts) is not tasks
    assert hash_data(facts) == hashes


def test_the_version_moves_with_the_data(facts: Facts) -> None:
    later = replace(facts, place=facts.place._replace(now=NOW + 5), code=facts.code._replace(head="0" * 40))
    assert data_version(later) != data_version(facts)


@pytest.mark.parametrize("text", ALL)
def test_no_value_ends_its_script(text: str) -> None:
    made = script("x", encode_json({text: [text]}))
    assert not re.search(rb"[<>&]|\xe2\x80[\xa8\xa9]", made)
    assert json.loads(made[len(b'MC.put("x",') : -len(b");\n")]) == {text: [text]}


def test_a_name_that_is_not_unicode_is_shown_and_ends_no_build() -> None:
    assert b"a" in encode_json({"path": "a\udcff"})


def test_every_page_has_navigation_a_place_for_the_script_and_a_table_without_it(facts: Facts) -> None:
    for page in shown_pages(facts):
        html = page_html(page.name, facts, Address("../", "/"))
        assert f'data-mc="{page.name}"' in html
        assert html.count('aria-current="page"') == 1
        assert f"<h1>{page.title}</h1>" in html
        assert "<table" in html or "<p" in html
        assert re.findall(r"<script(?! src=)", html) == []
        assert not page.title.startswith("kernel."), "its title is in the texts"


@pytest.mark.parametrize("ext", ["/", ".html", "/index.html"])
def test_links_between_pages_fit_how_the_site_is_laid_out(facts: Facts, ext: str) -> None:
    html = page_html("board", facts, Address("../", ext))
    assert f'href="../board{ext}"' in html
    overview = "../" if ext == "/" else "../index.html"
    if any(page.name == "overview" for page in PAGES):
        assert f'<a href="{overview}">' in html


def test_hostile_texts_do_not_become_markup_in_any_page(repository: Repository) -> None:
    texts = {
        f"tasks/T-{number:06d}.md": task_text(
            f"T-{number:06d}", **{key: json.dumps(text[:190]) for key in ("title", "owner")}, labels=json.dumps([text])
        )
        for number, text in enumerate(ALL)
    }
    repository.stage("code.py", "x = 1\n")
    repository.commit("chore: start")
    commit_board(repository.path, 1_000_000, dict(texts))
    facts = read_facts(str(repository.path), NOW, SiteOptions(title=ALL[0], sample=ALL[0]))
    assert len(facts.board.tasks) > len(ALL) * 0.8
    ours = re.compile(
        r"</?(?:table|caption|thead|tbody|tr|th|td|p|code|h[1-6]|ul|ol|li|a|nav|span|time|div|dl|dt|dd)[ >]"
    )
    for page in shown_pages(facts):
        html = page_html(page.name, facts, Address())
        for tag in re.findall(r"<[^>]*>?", html):
            is_asset = re.fullmatch(r'<link rel="stylesheet" href="[^"<>]*">|<script src="[^"<>]*">|</script>', tag)
            assert is_asset or ours.match(tag), tag
            assert not re.search(r"\son\w+\s*=|javascript:|srcdoc", tag, re.IGNORECASE), tag


def test_places_without_repository_or_board_still_become_pages(tmp_path: Path, repository: Repository) -> None:
    for root in (tmp_path, repository.path):
        facts = read_facts(str(root), NOW)
        assert build(facts)
        for page in shown_pages(facts):
            assert page_html(page.name, facts, Address())
    html = page_html("board", read_facts(str(repository.path), NOW), Address())
    assert "there is no board here yet" in html
    assert "<code>openclaw board attach</code>" in html


def test_the_weight_of_a_task_leaves_room_for_a_thousand(tmp_path: Path) -> None:
    root = Path(make_sample(str(tmp_path / "repo"), tasks=200, now=int(NOW)))
    files = build(read_facts(str(root), NOW))

    def weigh(path: str) -> int:
        return len(gzip.compress(files[path]))

    assert weigh("data/tasks.js") * 5 < 80_000
    assert max(weigh(path) for path in files if path.startswith("data/bodies-")) < 40_000


def test_fields_of_facts_and_readers_are_the_same_parts() -> None:
    fields = {field.name for field in dataclasses.fields(Facts)}
    assert fields - {"place", "broken"} == set(READERS)


def test_the_pages_named_are_those_in_the_navigation(facts: Facts) -> None:
    links: Any = page_links(facts)
    assert [link.name for link in links] == [page.name for page in shown_pages(facts)]


def test_runs_are_told_nowhere_in_a_site_without_their_page(facts: Facts, files: dict[str, bytes]) -> None:
    said = b"and changed nothing"  # by an attempt; commits of the board say that there was a run
    told = [path for path, content in files.items() if said in content and path.startswith("data/")]
    assert any(path.startswith("data/runs-") for path in told)
    assert any(path.startswith("data/bodies-") for path in told)
    options = facts.place.options._replace(pages=("overview", "board"))
    without = build(replace(facts, place=facts.place._replace(options=options)))
    assert [path for path, content in without.items() if said in content or path.startswith("data/runs")] == []
    assert "runs" not in json.loads(without["api/v1/overview.json"])
