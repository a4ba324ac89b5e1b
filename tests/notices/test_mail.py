"""Being told by mail: wished on the account page, agreed to in the mailbox, sent by a real SMTP conversation."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from starlette.responses import Response

from app.accounts import start_session
from app.database import Database
from app.notices import mail, mailbox
from app.notices.sender import Sender
from app.person import Person
from app.settings import Settings
from tests.notices.conftest import World
from tests.pages.conftest import Browser, browser
from tests.support.services import free_port

__all__ = ["browser"]


class Mailboxes:
    """What a mail server does; ``answers`` go before taking anything."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        parsed: Any = BytesParser(policy=default).parsebytes(envelope.content)
        self.mails.append(parsed)
        return "250 OK"

    def text(self, index: int = -1) -> str:
        return str(self.mails[index].get_content())

    def link(self, index: int = -1) -> str:
        found = re.search(r"https://unfold\.example(/account/mail\S+)", self.text(index))
        assert found is not None
        return found[1]


@pytest.fixture
def mailboxes() -> Iterator[tuple[Mailboxes, int]]:
    ours, port = Mailboxes(), free_port()
    controller = Controller(ours, hostname="127.0.0.1", port=port)
    controller.start()
    yield ours, port
    controller.stop()


@pytest.fixture
def settings(settings: Settings, mailboxes: tuple[Mailboxes, int]) -> Settings:
    there = {"smtp_url": f"smtp://127.0.0.1:{mailboxes[1]}", "mail_from": "Unfold <unfold@unfold.example>"}
    return settings.model_copy(update={**there, "public_url": "https://unfold.example"})


@pytest.fixture
def inbox(mailboxes: tuple[Mailboxes, int]) -> Mailboxes:
    return mailboxes[0]


@pytest.fixture
async def account(browser: Browser, db: Database, settings: Settings, alice: Person) -> httpx.AsyncClient:
    """Alice's browser, signed in."""
    client, answer = browser(), Response()
    await start_session(db, settings, alice.id, answer)
    name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
    client.headers["Cookie"] = f"{name}={value}"
    client.headers["Origin"] = "https://unfold.example"
    return client


async def agree(world: World, inbox: Mailboxes, account: httpx.AsyncClient) -> None:
    await account.post("/account/mail-notices", data={"mail": "on"})
    await world.tell()
    answer = await account.post(inbox.link(), data={"mail": "on"})
    assert "You will be told by mail" in answer.text


async def test_nobody_is_written_to_before_they_have_agreed_in_the_mailbox(
    world: World, inbox: Mailboxes, account: httpx.AsyncClient, browser: Browser, alice: Person
) -> None:
    assert "Tell me by mail" in (await account.get("/account")).text
    for _ in range(2):
        assert (await account.post("/account/mail-notices", data={"mail": "on"})).status_code == 303
    assert "sent a question to this mailbox" in (await account.get("/account")).text
    await world.completed(alice)
    await world.tell()
    [asked] = inbox.mails  # one question, and nothing about what has ended
    assert asked["To"] == "alice@example.org"
    assert asked["From"] == "Unfold <unfold@unfold.example>"
    elsewhere = browser()  # the mailbox may be open on a device that is not signed in
    shown = await elsewhere.get(inbox.link())
    assert "Shall Unfold tell you here" in shown.text
    assert await mailbox.state(world.db, alice.id) == "asked"  # looking at the link is no answer
    await elsewhere.post(inbox.link(), data={"mail": "on"})
    assert await mailbox.state(world.db, alice.id) == "on"


async def test_a_mail_names_the_title_and_leads_to_it(
    world: World, inbox: Mailboxes, account: httpx.AsyncClient, alice: Person
) -> None:
    await agree(world, inbox, account)
    id_ = await world.completed(alice, "Eight weeks\nBcc: somebody")
    assert 3 < (await world.waiting())[0] <= 5
    await world.tell()
    told = inbox.mails[-1]
    assert told["Subject"] == "Ready: Eight weeks Bcc: somebody"
    assert told["Bcc"] is None
    assert f"https://unfold.example/drills/{id_}" in inbox.text()
    assert told["Auto-Submitted"] == "auto-generated"
    assert told["List-Unsubscribe"] == f"<https://unfold.example{inbox.link()}>"
    assert await world.count() == 0


async def test_the_link_of_a_mail_ends_them_at_one_click_of_a_mail_program(
    world: World, inbox: Mailboxes, account: httpx.AsyncClient, browser: Browser, alice: Person
) -> None:
    await agree(world, inbox, account)
    await world.completed(alice)
    await world.tell()
    answer = await browser().post(inbox.link(), data={"List-Unsubscribe": "One-Click"})
    assert "No more mails" in answer.text
    await world.completed(alice, "another")
    assert await world.count() == 0
    await browser().post(inbox.link(), data={"mail": "on"})  # an old mail turns nothing on that was turned off
    assert await mailbox.state(world.db, alice.id) == "off"


async def test_a_link_that_is_not_ours_changes_nothing(
    world: World, settings: Settings, browser: Browser, alice: Person, bob: Person
) -> None:
    for token in ("", "x", mailbox.token(settings, alice.id, "other@example.org")):
        answer = await browser().post(f"/account/mail?token={token}", data={"mail": "off"})
        assert answer.status_code == 404
        assert "no longer works" in answer.text
    assert await mailbox.state(world.db, bob.id) == "off"


async def test_a_full_mailbox_is_tried_again_and_one_that_refuses_is_left_alone(
    world: World, inbox: Mailboxes, account: httpx.AsyncClient, alice: Person
) -> None:
    await agree(world, inbox, account)
    await world.completed(alice)
    inbox.answers.append("452 Full")
    await world.tell()
    assert 25 < (await world.waiting())[0] <= 30
    inbox.answers.append("550 No such mailbox")
    await world.tell()
    assert await world.count() == 0
    assert await mailbox.state(world.db, alice.id) == "off"


async def test_without_a_server_nothing_is_offered_and_what_waits_ends(
    world: World, inbox: Mailboxes, account: httpx.AsyncClient, alice: Person, settings: Settings
) -> None:
    await agree(world, inbox, account)
    await world.completed(alice)
    without = Sender(world.db, settings.model_copy(update={"smtp_url": ""}))
    await world.pass_time()
    await without.turn()
    await without.settle()
    assert await world.count() == 0
    assert len(inbox.mails) == 1


async def test_a_server_that_is_away_is_tried_again(settings: Settings) -> None:
    away = settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{free_port()}"})
    outcome = await mail.send(away, mail.question("a@example.org", "https://unfold.example", "1"))
    assert (outcome.what, outcome.reason) == ("later", "ConnectionRefusedError")
