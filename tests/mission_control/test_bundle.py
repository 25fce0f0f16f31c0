"""Modules become one classic script that does what the modules did, or an error that says where."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.mission_control.build import build_assets
from openclaw_hooks.mission_control.bundle import link_modules
from openclaw_hooks.mission_control.pages import PAGES

NODE = shutil.which("node")


def link(**sources: str) -> str:
    """The script of modules given by name, which runs `main`."""
    return link_modules({f"{name}.js": text for name, text in sources.items()}, "main.js", {})["main.js"].decode()


def run(script: str) -> str:
    """What the script prints in node, where one is."""
    if NODE is None:
        pytest.skip("NODE IS MISSING: the linked script was not run")
    done = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_form_of_ours_works_once_linked() -> None:
    script = link(
        main='import { add as plus, Box,\n  LIMIT } from "./sums.js";\nimport "./noise.js";\n'
        "console.log(plus(1, 2), new Box().name, LIMIT, await_like());\nfunction await_like() { return 'local'; }\n",
        sums='export function add(a, b) { return a + b; }\nexport class Box { name = "box"; }\nexport const LIMIT = 7;\n'
        "export async function later() { return 1; }\nexport function* many() { yield 1; }\n",
        noise='import { add } from "./sums.js";\nconsole.log("noise", add(2, 2));\n',
    )
    assert run(script) == "noise 4\n3 box 7 local\n"


def test_comments_are_left_out_and_what_looks_like_one_is_not() -> None:
    text = "// a word\n/** more\n * words */\nconst a = `// kept\n`;\nconst b = 'x /* kept */';\nconsole.log(a.trim(), b); // end\n"
    script = link(main=text)
    assert "word" not in script
    assert run(script) == "// kept x /* kept */\n"


def test_names_of_one_module_are_not_seen_by_another() -> None:
    script = link(
        main='import { read } from "./a.js";\nconst secret = 1;\nconsole.log(read(), secret);',
        a="const secret = 2;\nexport function read() { return secret; }",
    )
    assert run(script) == "2 1\n"


def test_modules_in_folders_find_each_other() -> None:
    sources = {
        "main.js": 'import { a } from "./deep/a.js";\nconsole.log(a);',
        "deep/a.js": 'import { b } from "../b.js";\nexport const a = b + 1;',
        "b.js": "export const b = 1;",
    }
    assert run(link_modules(sources, "main.js", {})["main.js"].decode()) == "2\n"


def test_texts_come_before_the_modules_and_cannot_end_the_script() -> None:
    texts = {"board": {"empty": "</script><b>\u2028"}}
    script = link_modules({"main.js": "console.log(globalThis.MC_TEXTS.board.empty.length);"}, "main.js", texts)[
        "main.js"
    ]
    assert b"</script" not in script
    assert run(script.decode()) == f"{len(texts['board']['empty'])}\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('\nimport x from "./a.js";', 2, "not known"),
        ('import * as x from "./a.js";', 1, "not known"),
        ("export default 1;", 1, "not known"),
        ("\n\nexport { a };", 3, "not known"),
        ("export let a = 1;", 1, "not known"),
        ('const a = await import("./a.js");', 1, "not known"),
        ("const a = import.meta.url;", 1, "not known"),
        ('import { a } from "a";', 1, "not known"),
        ('import { a } from "./missing.js";', 1, "no module missing.js"),
        ('import { nothing } from "./a.js";', 1, "a.js exports no `nothing`"),
        ('import { a-b } from "./a.js";', 1, "not a name to import"),
    ],
)
def test_what_cannot_be_linked_is_told_with_file_and_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        link(main=text, a="export const a = 1;")
    assert caught.value.path == "main.js"
    assert caught.value.line == line


def test_modules_that_need_each_other_are_named() -> None:
    with pytest.raises(DocumentError, match=r"main.js -> a.js -> b.js -> a.js"):
        link(main='import "./a.js";', a='import "./b.js";', b='import "./a.js";')


def test_a_page_is_a_script_of_its_own_that_shares_what_the_first_one_brought() -> None:
    sources = {
        "main.js": 'import { count } from "./core.js";\nimport "./pages/a.js";\nimport "./pages/b.js";\n'
        'console.log("main", count());\nglobalThis.MC = { begin() { console.log("begin"); } };',
        "core.js": "let n = 0;\nexport function count() { return ++n; }",
        "pages/a.js": 'import { count } from "../core.js";\nimport { both } from "../both.js";\nconsole.log(both, count());',
        "pages/b.js": 'import { both } from "../both.js";\nconsole.log("b", both);',
        "both.js": 'console.log("both runs");\nexport const both = "both";',
    }
    scripts = link_modules(sources, "main.js", {})
    assert list(scripts) == ["main.js", "pages/a.js", "pages/b.js"]
    assert b"both" not in scripts["main.js"]
    once = "\n".join(scripts[name].decode() for name in ("main.js", "pages/a.js"))
    assert run(once) == "main 1\nboth runs\nboth 2\nbegin\n"
    again = "\n".join(
        scripts[name].decode() for name in ("main.js", "pages/a.js", "main.js", "pages/b.js", "pages/a.js")
    )
    assert run(again) == "main 1\nboth runs\nboth 2\nbegin\nmain 3\nb both\nbegin\nbegin\n"


def test_texts_of_one_page_come_with_its_script() -> None:
    sources = {
        "main.js": 'import "./pages/a.js";\nimport "./pages/b.js";\nt("core.x");',
        "pages/a.js": 't("a.x"); t(`both.${1}`);',
        "pages/b.js": "t('both.x');",
    }
    texts = {"core": {"x": "1"}, "a": {"x": "2"}, "both": {"x": "3"}, "nobody": {"x": "4"}}
    scripts = link_modules(sources, "main.js", texts)
    printing = "\nconsole.log(Object.keys(globalThis.MC_TEXTS).join());"
    assert run(scripts["main.js"].decode().replace("t(", "void (") + printing) == "core,both,nobody\n"
    assert run(scripts["pages/a.js"].decode().replace("t(", "void (") + printing) == "a\n"


def test_our_own_scripts_link_and_are_valid() -> None:
    if NODE is None:
        pytest.skip("NODE IS MISSING: the linked scripts were not parsed")
    words = "new (require('vm').Script)(require('fs').readFileSync(0, 'utf8')); console.log('valid')"
    scripts = {path: text for path, text in build_assets().items() if path.endswith(".js") and "/vendor/" not in path}
    assert {"assets/mc.js", "assets/pages/board.js"} <= scripts.keys()
    for path, text in scripts.items():
        done = subprocess.run([NODE, "-e", words], input=text, capture_output=True, check=False)
        assert done.stdout == b"valid\n", f"{path}: {done.stderr.decode()}"


def test_every_page_has_its_script() -> None:
    assert {f"assets/pages/{page.name}.js" for page in PAGES} <= build_assets().keys()


def test_every_text_that_a_script_asks_for_is_there() -> None:
    """Keys that are put together at run time cannot be seen here; those written out can."""
    import re

    from openclaw_hooks.mission_control.bundle import read_sources
    from openclaw_hooks.mission_control.texts import ASSETS, load_texts

    known = {f"{file}.{key}" for file, words in load_texts().items() for key in words}
    asked: dict[str, str] = {}
    for path, source in read_sources(f"{ASSETS}/js").items():
        for key in re.findall(r'\b(?:t|translate)\("([a-z_-]+\.[a-z0-9_.-]+)"[,)]', source):
            asked[key] = path
    assert {key: path for key, path in asked.items() if key not in known} == {}
    assert json.loads(json.dumps(sorted(known)))
