"""The board in Chromium: what it weighs, when it can be used, how fast it filters, how soon it shows a change."""

from __future__ import annotations

import gzip
import os
import re
import statistics
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tests.browser.builds import Site, serve
from tests.browser.chrome import FLAGS, Sight, find_browser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playwright.sync_api import Browser, Page

LOADS: Final = 5
WRITES: Final = 8
WORDS: Final = ("crossing", "tide", "T-4k", "mara")
# When the last element of ours changed after a key went down, and the frame that showed it.
WATCH: Final = """() => {
  const seen = { down: 0, shown: 0 };
  addEventListener('keydown', () => { seen.down = performance.now(); seen.shown = 0; }, true);
  new MutationObserver(() => requestAnimationFrame(() => { seen.shown = performance.now(); }))
    .observe(document.querySelector('.mc'), { subtree: true, childList: true, attributes: true, characterData: true });
  window.benchmark = seen;
}"""
READY: Final = "performance.getEntriesByName('mc-ready')[0]?.startTime ?? 0"
QUIET_MS: Final = 220  # after which nothing more is expected of a keystroke


def measure_pages(
    folder: str, repos: Mapping[int, str], env: Mapping[str, str], openclaw: Sequence[str]
) -> dict[str, float]:
    """Everything that a reader waits for, by the names of the budgets; printed on the way."""
    from playwright.sync_api import sync_playwright

    figures: dict[str, float] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        print(f"Chromium {browser.version}; pages over http on this machine, nothing cached\n")
        print("| board | requests | bytes | compressed | ready |\n|---|---|---|---|---|")
        for count, repo in sorted(repos.items()):
            out = Path(folder, f"site-{count}")
            subprocess.run(
                [*openclaw, "site", "build", "--out", str(out)],
                cwd=repo,
                env=dict(env),
                check=True,
                capture_output=True,
            )
            with serve(Site(out, Path(repo))) as site:
                figures |= _measure_board(browser, site, count)
                if count == max(repos):
                    figures |= _measure_filter(browser, site)
        figures |= _measure_live(browser, repos[max(repos)], env, openclaw)
        browser.close()
    print()
    return figures


def _measure_board(browser: Browser, site: Site, count: int) -> dict[str, float]:
    ready, sizes = [], (0, 0, 0)
    for _ in range(LOADS):
        sight = Sight(browser)
        page = sight.open(site.url("board"))
        ready.append(page.evaluate(READY) / 1000)
        sizes = _weigh(site, sight.requests)
        sight.close()
    requests, plain, small = sizes
    print(
        f"| {count:,} tasks | {requests} | {plain / 1000:.0f} KB | {small / 1000:.0f} KB | {statistics.median(ready):.2f} s |"
    )
    figures = {f"board with {count:,} tasks, compressed": small / 1000}
    return {**figures, "board with 1,000 tasks ready": statistics.median(ready)} if count == 1000 else figures


def _weigh(site: Site, requests: Sequence[str]) -> tuple[int, int, int]:
    """How many files of the site were asked for, their bytes, and those as a web server would compress them."""
    paths = {urlsplit(url).path.lstrip("/") for url in requests if url.startswith(site.origin)}
    contents = [(path, (site.folder / path).read_bytes()) for path in paths if (site.folder / path).is_file()]
    small = [
        len(content) if path.endswith((".woff2", ".png")) else len(gzip.compress(content, 6))
        for path, content in contents
    ]
    return len(contents), sum(len(content) for _, content in contents), sum(small)


def _measure_filter(browser: Browser, site: Site) -> dict[str, float]:
    sight = Sight(browser)
    page = sight.open(site.url("board"))
    page.evaluate(WATCH)
    page.keyboard.press("/")
    times = [found for word in WORDS for found in _type(page, word)]
    print(
        f"\nFilter at 1,000 tasks: {len(times)} keystrokes, median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms\n"
    )
    sight.close()
    return {"filter, median of a keystroke": statistics.median(times), "filter, slowest keystroke": max(times)}


def _type(page: Page, word: str) -> Iterator[float]:
    for key in [*word, *["Backspace"] * len(word)]:
        page.keyboard.press(key)
        page.wait_for_timeout(QUIET_MS)
        seen = page.evaluate("window.benchmark")
        if seen["shown"] > seen["down"]:
            yield seen["shown"] - seen["down"]


def _measure_live(browser: Browser, repo: str, env: Mapping[str, str], openclaw: Sequence[str]) -> dict[str, float]:
    with subprocess.Popen(
        [*openclaw, "site", "serve", "--port", "0"], cwd=repo, env={**env, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as server:  # fmt: skip
        try:
            return _watch_writes(browser, repo, _read_address(server))
        finally:
            server.terminate()


def _read_address(server: subprocess.Popen[str]) -> str:
    """The address that the server says it listens at; raises RuntimeError when it ends first."""
    said = ""
    for line in server.stdout or ():
        said += line
        if found := re.search(r"http://127\.0\.0\.1:\d+/?", line):
            return found[0].rstrip("/")
    raise RuntimeError(f"the site is not served: {said[-2000:]}")


def _watch_writes(browser: Browser, repo: str, origin: str) -> dict[str, float]:
    sight = Sight(browser)
    sight.open(f"{origin}/openclaw/board.html")
    name: str = sight.page.locator(".mc-card").first.inner_text().split()[0]
    path = Path(repo, ".openclaw", "board", "tasks", f"{name}.md")
    taken = []
    for number in range(WRITES):
        text = re.sub(r"^title: .*$", f"title: Measured {number}", path.read_text(), count=1, flags=re.MULTILINE)
        start = time.perf_counter()
        temporary = f"{path}.tmp"
        Path(temporary).write_text(text)
        os.replace(temporary, path)
        sight.until("s => document.querySelector('.mc-stage').textContent.includes(s)", f"Measured {number}")
        taken.append(time.perf_counter() - start)
        sight.page.wait_for_timeout(300)
    print(
        f"Task written to task visible: median {statistics.median(taken):.2f} s, slowest {max(taken):.2f} s, of {WRITES}"
    )
    sight.close()
    return {"task written to task visible, median": statistics.median(taken)}
