"""A real Chromium without a screen, which `SHOTWRIGHT_CHROMIUM` or the path has, and pages opened in it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import env
from support.tree import load_tree

load_tree()

Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = env.browser()
    if program is None:
        pytest.skip(env.NO_BROWSER)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program)
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """`opened(film)`: its page in the browser. What it says on the console, and what it fetches, fails the test."""
    from shotwright.media.page.document import PageFilm
    from shotwright.media.page.markup import write_page

    said: list[str] = []
    fetched: list[str] = []
    contexts: list[Any] = []

    def open_page(film: PageFilm | Path, before: str = "", limit: int = 0, **how: Any) -> Page:
        if isinstance(film, PageFilm):
            path = tmp_path / "page.html"
            path.write_text(write_page(film, limit).text, encoding="utf-8", newline="\n")
        else:
            path = film
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **how})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: fetched.append(request.url))
        if before:
            page.add_init_script(before)
        page.goto(path.as_uri())
        fetched.remove(path.as_uri())
        return page

    open_page.said, open_page.fetched = said, fetched
    yield open_page
    for context in contexts:
        context.close()
    assert said == []
    assert [url for url in fetched if not url.startswith(("data:", "blob:"))] == []
