"""What is done to a finished page around our content, on small pages written by hand."""

import base64
import hashlib

from openclaw_hooks.mkdocs_plugin.page_head import finish_page, hash_scripts

OURS = '<div class="mc"><p>all of it ours</p></div>'


def make_page(head: str = "", body: str = "", ours: str = OURS) -> str:
    return f'<!doctype html><html><head>\n<meta charset="utf-8">{head}</head><body>{body}{ours}<footer></footer></body></html>'


def source_of(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def test_the_policy_stands_before_anything_that_it_rules_and_names_the_scripts_of_the_theme() -> None:
    page = finish_page(make_page("<script>theme()</script>"), OURS, is_served=False)
    assert page.index("Content-Security-Policy") < page.index("<script>")
    assert f"script-src 'self' {source_of('theme()')};" in page
    assert "default-src 'none'" in page
    assert page.count(OURS) == 1


def test_a_script_inside_our_content_is_not_let_through() -> None:
    bad = "<div><script>steal()</script></div>"
    page = finish_page(make_page("<script>theme()</script>", ours=bad), bad, is_served=False)
    assert source_of("theme()") in page
    assert source_of("steal()") not in page


def test_data_and_scripts_from_files_get_no_hash() -> None:
    page = '<script type="application/json">{}</script><script src="a.js"></script><script type=module>m()</script>'
    assert hash_scripts(page) == {source_of("m()")}


def test_nothing_is_asked_of_other_machines() -> None:
    far = (
        '<link rel="preconnect" href="https://fonts.example.org" crossorigin>'
        '<link rel="stylesheet" href="//fonts.example.org/css?x"><link href=https://cdn.example.org/a.css rel=stylesheet>'
        '<script src="https://cdn.example.org/m.js" defer></script>'
    )
    kept = '<link rel="canonical" href="https://us.example.org/"><link rel="stylesheet" href="assets/a.css">'
    page = finish_page(make_page(far + kept), OURS, is_served=False)
    assert "fonts.example.org" not in page
    assert "cdn.example.org" not in page
    assert kept in page


def test_what_material_leaves_unnamed_gets_a_name_once() -> None:
    body = '<div class="md-search" role="dialog"></div><div role="progressbar"></div><div role="dialog" aria-label="Mine"></div>'
    page = finish_page(make_page(body=body), OURS, is_served=False)
    assert '<div class="md-search" role="dialog" aria-label="Search">' in page
    assert '<div role="progressbar" aria-label="Loading">' in page
    assert page.count("aria-label") == 3


def test_links_out_of_our_pages_load_the_next_page_so_that_it_has_its_own_policy() -> None:
    config = '<script id="__config" type="application/json">{"base": ".", "features": ["navigation.instant", "navigation.instant.prefetch", "navigation.tabs"]}</script>'
    page = finish_page(make_page(body=config), OURS, is_served=False)
    assert '"features":["navigation.tabs"]' in page


def test_under_the_server_of_mkdocs_its_own_script_may_run() -> None:
    page = finish_page(make_page("<script>theme()</script>"), OURS, is_served=True)
    assert "script-src 'self' 'unsafe-inline';" in page
