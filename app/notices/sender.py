"""The loop of every worker that tells what is due. A push service that answers slowly holds up nobody else."""

import asyncio
import random
import ssl

import httpx
import structlog

from app import metrics
from app.database import Away, Database
from app.notices import mail, mailbox, push, queue, subscriptions, vapid, words
from app.notices.outcome import Outcome
from app.notices.queue import Claimed
from app.notices.words import Said
from app.settings import Settings

log = structlog.get_logger()

LOOK_EVERY = 1.0  # seconds
AT_ONCE = 32  # in one process


class Sender:
    """``verify``: the certificates that push services must have, those of the system by default."""

    def __init__(self, db: Database, settings: Settings, verify: ssl.SSLContext | bool = True) -> None:
        self._db, self._settings, self._verify = db, settings, verify
        self._http: httpx.AsyncClient | None = None
        self._telling: set[asyncio.Task[None]] = set()

    async def keep_telling(self) -> None:
        """For ever, whatever happens to the database."""
        try:
            while True:
                try:
                    await self.turn()
                except Away as error:
                    log.warning("notices.database_away", error=type(error).__name__)
                except Exception:
                    log.exception("notices.failed")
                await asyncio.sleep(LOOK_EVERY * random.uniform(0.8, 1.2))  # noqa: S311 - workers do not march in step
        finally:
            await self.close()

    async def turn(self) -> int:
        """Begin to tell what is due, as much as there is room for; returns how many."""
        room = AT_ONCE - len(self._telling)
        claimed = await queue.claim(self._db, room) if room > 0 else []
        for one in claimed:
            task = asyncio.create_task(self._tell_safely(one))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)
        return len(claimed)

    async def settle(self) -> None:
        """Wait for what has been begun."""
        while self._telling:
            await asyncio.wait(self._telling)

    async def close(self) -> None:
        """What has been begun, another worker tells once our claim is over."""
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)
        if self._http is not None:
            await self._http.aclose()

    async def _tell_safely(self, one: Claimed) -> None:
        try:
            await self._tell(one)
        except Away as error:
            log.warning("notices.database_away", error=type(error).__name__)
        except Exception:
            log.exception("notice.failed", notice=one.row["id"])

    async def _tell(self, one: Claimed) -> None:
        channel = "mail" if one.row["subscription_id"] is None else "push"
        if one.is_moot:
            await self._end(one, channel, "moot")
            return
        if one.is_stale or (channel == "mail" and not self._settings.smtp_url):
            await self._end(one, channel, "expired")
            return
        await self._note(one, channel, await (self._mail(one) if channel == "mail" else self._push(one)))

    async def _note(self, one: Claimed, channel: str, outcome: Outcome) -> None:
        about = one.row["generation_id"] or one.row["batch_id"]
        if outcome.what == "sent":
            log.info("notice.told", channel=channel, about=about, tries=one.row["tries"])
            await self._end(one, channel, "sent", told=True)
            return
        said = {"channel": channel, "about": about, "reason": outcome.reason, "tries": one.row["tries"]}
        if outcome.what == "later":
            delay = await queue.later(self._db, one, outcome.after)
            metrics.add("notices", channel=channel, outcome="later")
            log.warning("notice.later", **said, retry_in_seconds=round(delay, 1))
            return
        log.warning(f"notice.{outcome.what}", **said)
        if outcome.what == "gone" and channel == "push":
            await subscriptions.forget(self._db, one.row["subscription_id"])  # and all that was to be told there
        elif outcome.what == "gone":
            await mailbox.stop(self._db, one.row["account_id"])
        await self._end(one, channel, outcome.what)

    async def _end(self, one: Claimed, channel: str, outcome: str, *, told: bool = False) -> None:
        await queue.done(self._db, one, told=told)
        metrics.add("notices", channel=channel, outcome=outcome)

    async def _said(self, one: Claimed) -> Said:
        row = one.row
        if row["batch_id"] is not None:
            return words.of_batch(row["batch_id"], *await queue.members(self._db, row["account_id"], row["b_members"]))
        fields = {name: row[f"g_{name}"] for name in ("base", "kind", "status", "title")}
        return words.of_generation({**fields, "id": row["generation_id"]})

    async def _push(self, one: Claimed) -> Outcome:
        row = one.row
        if row["s_expires_at"] is not None and row["s_expires_at"] < row["at"]:
            return Outcome("gone", "expired")
        if self._http is None:
            self._http = push.client(self._verify)
        private = await vapid.private_key(self._db, self._settings)
        browser = push.Browser(row["s_endpoint"], row["s_p256dh"], row["s_auth"])
        return await push.send(self._http, self._settings, private, browser, await self._said(one))

    async def _mail(self, one: Claimed) -> Outcome:
        row, settings = one.row, self._settings
        to, token = row["a_email"], mailbox.token(settings, row["account_id"], row["a_email"])
        link = f"{settings.public_url}/account/mail?token={token}"
        if one.is_question:
            return await mail.send(settings, mail.question(to, link, f"{row['account_id']} {row['created_at']}"))
        said = await self._said(one)
        same = f"{said.tag} {row['ended_at']}"
        return await mail.send(settings, mail.about(settings, to, said.title, said.url, link, same))
