"""One mail, in plain text, sent once by the SMTP server that is set."""

import asyncio
import hashlib
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from urllib.parse import unquote, urlsplit

from app.notices.outcome import SENT, Outcome
from app.settings import Settings

PATIENCE = 10.0  # seconds for each step of the conversation
ALL_OF_IT = 25.0  # shorter than a claim lasts
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    text: str
    stop: str  # the address that ends it
    same: str  # mails about the same end have the same id, so that a mailbox may show what comes twice once


def about(settings: Settings, to: str, title: str, url: str, stop: str, same: str) -> Mail:
    """That something has ended. ``url`` is a path of ours."""
    text = f"{title}\n\n{settings.public_url}{url}\n\n-- \nYou asked Unfold to tell you. To end these mails:\n{stop}\n"
    return Mail(to, title, text, stop, same)


def question(to: str, link: str, same: str) -> Mail:
    text = (
        "Somebody, probably you, asked Unfold to send a mail to this address whenever something is ready.\n\n"
        f"Yes, do that:\n{link}\n\nIf it was not you, do nothing: nothing more will come.\n"
    )
    return Mail(to, "Shall Unfold tell you here when something is ready?", text, link, same)


def message(settings: Settings, mail: Mail) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = settings.mail_from, mail.to, mail.subject
    made["Date"] = formatdate(usegmt=True)
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
    made["Message-ID"] = f"<{hashlib.sha256(mail.same.encode()).hexdigest()[:32]}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made["List-Unsubscribe"] = f"<{mail.stop}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(mail.text)
    return made


async def send(settings: Settings, mail: Mail) -> Outcome:
    """Send it once. Nothing is raised for what mail servers and networks do."""
    try:
        async with asyncio.timeout(ALL_OF_IT):
            await asyncio.to_thread(_send, settings, message(settings, mail))
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _ in error.recipients.values()}
        return Outcome("gone" if min(codes) >= 500 else "later", f"recipient refused: {codes}")
    except smtplib.SMTPAuthenticationError:
        return Outcome("later", "SMTP_URL: the server does not take its user and password")
    except smtplib.SMTPResponseException as error:
        return Outcome("refused" if error.smtp_code >= 500 else "later", f"status {error.smtp_code}")
    except (smtplib.SMTPException, OSError, TimeoutError) as error:
        return Outcome("later", type(error).__name__)
    return SENT


def _send(settings: Settings, made: EmailMessage) -> None:
    parts = urlsplit(settings.smtp_url)
    host, context = parts.hostname or "", ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=PATIENCE)
    with server:
        if parts.scheme == "smtp":
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
            elif parts.username and host not in LOOPBACK:
                raise smtplib.SMTPNotSupportedError("no STARTTLS: the password would be readable on the way")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(made)
