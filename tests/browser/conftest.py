"""Chromium from the system, driven against real web and worker processes."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from tests.conftest import Processes, eventually
from tests.support.services import missing

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("Chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


class Site:
    """The product as a person sees it; programs are written as far as the test opens the gates."""

    def __init__(self, chromium: Browser, processes: Processes, gates: Path) -> None:
        self.chromium, self.processes, self.gates = chromium, processes, gates
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.web, self.port = processes.web()
        self.worker = self.start_worker()
        self.url = f"http://127.0.0.1:{self.port}"

    def start_worker(self) -> Any:
        self.worker = self.processes.start_arq("tests.support.gated_worker.WorkerSettings", GATES=str(self.gates))
        return self.worker

    async def ready(self) -> "Site":
        await eventually(self.processes.answers(self.port), "the web process answers", 30)
        return self

    async def visitor(self, **options: Any) -> Page:
        """A page of a browser of its own."""
        context = await self.chromium.new_context(base_url=self.url, **options)
        context.set_default_timeout(45_000)
        self.contexts.append(context)
        page = await context.new_page()
        self.listen(page)
        return page

    def listen(self, page: Page) -> None:
        def console(message: ConsoleMessage) -> None:
            # What the browser itself says of an answer or a lost socket is the test's own doing.
            if (
                message.type == "error"
                and "Failed to load resource" not in message.text
                and "WebSocket" not in message.text
            ):
                self.complaints.append(message.text)

        page.on("console", console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, *numbers: int, piece: str = "week") -> None:
        for number in numbers:
            (self.gates / f"{piece}-{number}").touch()


@pytest.fixture
async def site(chromium: Browser, processes: Processes, tmp_path: Path) -> AsyncIterator[Site]:
    gates = tmp_path / "gates"
    gates.mkdir()
    ours = await Site(chromium, processes, gates).ready()
    yield ours
    for context in ours.contexts:
        await context.close()
    assert ours.complaints == []  # no page has said anything on the console


@pytest.fixture
def wide() -> Iterator[Callable[[Page], Any]]:
    """How far a page reaches beyond its window, in pixels."""

    async def measure(page: Page) -> int:
        await page.wait_for_load_state()  # what was clicked may be on its way
        found: int = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return found

    yield measure
