"""Every environment variable, typed and validated. Nothing else in the project reads the environment."""

import base64
import hashlib
import os
import re
import secrets
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# A Unix socket's path holds 108 bytes on Linux, 104 on macOS.
LONGEST_SOCKET_PATH = 100
# The order of the curve P-256 (SEC 2, "Recommended Elliptic Curve Domain Parameters", 2010): a private key is below it.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


OPENAI = "https://api.openai.com/v1"
DEEPSEEK, DEEPSEEK_MODEL = "https://api.deepseek.com/v1", "deepseek-chat"


@dataclass(frozen=True)
class Endpoint:
    """Where a language model is asked: anything that speaks OpenAI's chat completions."""

    base_url: str
    api_key: str = field(repr=False)  # empty: a server of one's own that wants none
    model: str

    @property
    def provider(self) -> str:
        """Names it in pauses, figures and logs: the host, and its port where that is not the usual one."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2][:100]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=False, env_ignore_empty=True)

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    data_dir: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    redis_tls_verify: bool = True
    secret_key: str = Field("", repr=False)
    public_url: str = ""
    trusted_hops: int = Field(0, ge=0, le=10)
    llm_base_url: str = ""
    llm_api_key: str = Field("", repr=False)
    llm_model: str = ""
    deepseek_api_key: str = Field("", repr=False)
    llm_requests_per_minute: int = Field(60, ge=1, le=100_000)
    llm_concurrency: int = Field(8, ge=1, le=1000)  # calls at once per worker
    llm_call_timeout: float = Field(90.0, gt=0, le=3600)
    llm_idle_timeout: float = Field(30.0, gt=0, le=3600)
    llm_price_input: float = Field(0.0, ge=0, le=10_000, allow_inf_nan=False)  # US dollars for a million tokens
    llm_price_output: float = Field(0.0, ge=0, le=10_000, allow_inf_nan=False)
    llm_daily_budget: float | None = Field(None, ge=0, allow_inf_nan=False)  # US dollars in any 24 hours
    llm_daily_budget_per_user: float | None = Field(None, ge=0, allow_inf_nan=False)
    llm_recording: Path | None = None
    embedding_base_url: str = ""
    embedding_api_key: str = Field("", repr=False)
    embedding_model: str = Field("", max_length=200)
    worker_concurrency: int = Field(10, ge=1, le=1000)
    lease_seconds: float = Field(15.0, ge=1, le=3600)
    max_attempts: int = Field(3, ge=1, le=100)
    phase_timeout: float = Field(120.0, gt=0, le=86_400)
    generation_timeout: float = Field(600.0, gt=0, le=86_400)
    max_active_per_user: int | None = Field(None, ge=0)
    max_daily_per_user: int | None = Field(None, ge=0)
    throttle: bool = True
    starter_shelf: bool = True
    log_format: Literal["auto", "json", "text"] = "auto"  # auto: text at a terminal, else JSON lines
    metrics_token: str = Field("", repr=False)
    alert_failure_rate: float = Field(0.2, ge=0, le=1, allow_inf_nan=False)
    alert_min_finished: int = Field(10, ge=1, le=1_000_000)
    alert_webhook: str = Field("", repr=False)
    vapid_private_key: str = Field("", repr=False)
    vapid_subject: str = ""
    push_test_service: str = ""
    smtp_url: str = Field("", repr=False)
    mail_from: str = ""

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, value: str) -> str:
        """Any form a PaaS gives becomes SQLAlchemy's; psycopg understands ``?sslmode=`` itself."""
        if not value:
            return ""
        if value.startswith("sqlite"):
            if not re.match(r"sqlite(\+aiosqlite)?:///.+", value):
                raise ValueError("allowed is sqlite:///PATH")
            return re.sub(r"^sqlite(\+aiosqlite)?:", "sqlite+aiosqlite:", value)
        if not re.match(r"postgres(ql)?(\+psycopg)?://", value):
            raise ValueError("allowed are postgres://..., postgresql://... and sqlite:///PATH")
        return re.sub(r"^postgres(ql)?(\+psycopg)?:", "postgresql+psycopg:", value)

    @field_validator("redis_url")
    @classmethod
    def _redis_url(cls, value: str) -> str:
        if value and not re.match(r"(redis|rediss|unix)://", value):
            raise ValueError("allowed are redis://..., rediss://... and unix://PATH")
        return value

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}):
            raise ValueError("allowed is a scheme and host, such as https://unfold.example")
        return value.rstrip("/")

    @field_validator("llm_base_url")
    @classmethod
    def _llm_base_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("allowed is the address of an API like OpenAI's, such as https://api.example/v1")
        return value.rstrip("/")

    @field_validator("alert_webhook", "embedding_base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("allowed is an address that begins with https:// or http://")
        return value

    @field_validator("vapid_private_key")
    @classmethod
    def _vapid_private_key(cls, value: str) -> str:
        if value and not (re.fullmatch(r"[A-Za-z0-9_-]{43}=?", value) and 0 < _number(value) < P256_ORDER):
            raise ValueError("allowed is a P-256 private key: its 32 bytes in base64url")
        return value.rstrip("=")

    @field_validator("vapid_subject")
    @classmethod
    def _vapid_subject(cls, value: str) -> str:
        if value and not re.fullmatch(r"mailto:[^@\s]+@[\w-]+(\.[\w-]+)+|https://[\w-]+(\.[\w-]+)+", value):
            raise ValueError("allowed are mailto:NAME@HOST and https://HOST")
        return value

    @field_validator("push_test_service")
    @classmethod
    def _push_test_service(cls, value: str) -> str:
        if value and not re.fullmatch(r"http://(127\.0\.0\.1|localhost):\d+", value):
            raise ValueError("allowed is a push service of a test on this machine: http://127.0.0.1:PORT")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path not in {"", "/"}):
            raise ValueError("allowed are smtp://USER:PASSWORD@HOST:PORT and smtps://USER:PASSWORD@HOST:PORT")
        return value

    @field_validator("mail_from")
    @classmethod
    def _mail_from(cls, value: str) -> str:
        if value and not (
            value.isprintable() and re.fullmatch(r"([^<>]+<[^@<>\s]+@[^@<>\s]+>|[^@<>\s]+@[^@<>\s]+)", value)
        ):
            raise ValueError("allowed are NAME@HOST and Some Name <NAME@HOST>")
        return value

    @model_validator(mode="after")
    def _whole_mail(self) -> "Settings":
        if self.smtp_url and not self.mail_from:
            raise ValueError("MAIL_FROM: is required when SMTP_URL is set; mails are sent from it")
        if self.smtp_url and not self.public_url:
            raise ValueError("PUBLIC_URL: is required when SMTP_URL is set; mails lead to it")
        return self

    @model_validator(mode="after")
    def _no_test_in_public(self) -> "Settings":
        if self.push_test_service and (self.secure or self.host not in {"127.0.0.1", "localhost", "::1"}):
            raise ValueError("PUSH_TEST_SERVICE: is for tests alone, not for a product that others reach")
        return self

    @model_validator(mode="after")
    def _secret_with_shared_database(self) -> "Settings":
        if self.database_url and not self.secret_key:
            raise ValueError(
                "SECRET_KEY: is required when DATABASE_URL is set; give every process the same long random value"
            )
        return self

    @model_validator(mode="after")
    def _model_with_endpoint(self) -> "Settings":
        if bool(self.embedding_base_url) != bool(self.embedding_model):
            raise ValueError("EMBEDDING_BASE_URL and EMBEDDING_MODEL: set both, or none of them")
        return self

    @model_validator(mode="after")
    def _whole_llm(self) -> "Settings":
        if self.llm_base_url and not self.llm_model:
            raise ValueError("LLM_MODEL: is required when LLM_BASE_URL is set; give the name the endpoint knows it by")
        if not self.llm_base_url and (self.llm_api_key or self.llm_model) and not self.deepseek_api_key:
            raise ValueError("LLM_BASE_URL: is required when LLM_API_KEY or LLM_MODEL is set, such as " + OPENAI)
        limits = self.llm_daily_budget, self.llm_daily_budget_per_user
        if any(limit is not None for limit in limits) and not (self.llm_price_input or self.llm_price_output):
            raise ValueError("LLM_PRICE_INPUT: is required with a daily budget, as LLM_PRICE_OUTPUT is")
        return self

    @cached_property
    def llm(self) -> Endpoint | None:
        """The language model in force; None: the rules engine writes everything."""
        if self.llm_base_url:
            return Endpoint(self.llm_base_url, self.llm_api_key, self.llm_model)
        if self.deepseek_api_key:
            return Endpoint(DEEPSEEK, self.deepseek_api_key, self.llm_model or DEEPSEEK_MODEL)
        return None

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.absolute() / 'unfold.db'}"

    @cached_property
    def embedded_socket(self) -> Path:
        """Where ``serve`` puts the embedded Valkey's socket: the same place for every process of one DATA_DIR."""
        path = self.data_dir.absolute() / "valkey.sock"
        if len(str(path)) <= LONGEST_SOCKET_PATH:
            return path
        digest = hashlib.sha256(str(path).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"unfold-{os.getuid()}-{digest}" / "valkey.sock"

    @cached_property
    def redis(self) -> str:
        """The Redis URL in force: the given one, or the embedded Valkey's."""
        return self.redis_url or f"unix://{self.embedded_socket}"

    @cached_property
    def redis_options(self) -> dict[str, Any]:
        """Keyword arguments that go with `redis` to redis-py, which would not compare the host's name by itself."""
        if not self.redis.startswith("rediss://"):
            return {}
        if not self.redis_tls_verify:
            return {"ssl_cert_reqs": "none", "ssl_check_hostname": False}
        return {"ssl_cert_reqs": "required", "ssl_check_hostname": True}

    @cached_property
    def secret(self) -> bytes:
        """The signing secret: given, or made once and kept in DATA_DIR."""
        if self.secret_key:
            return self.secret_key.encode()
        path = self.data_dir / "secret_key"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_urlsafe(48).encode())
        return path.read_bytes()

    @property
    def secure(self) -> bool:
        """Whether people reach us over https: secure cookies and HSTS."""
        return self.public_url.startswith("https://")


def _number(key: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(key.rstrip("=") + "="), "big")


def _one_line(error: ValidationError) -> str:
    first = error.errors()[0]
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return message.replace(":", "", 1) if re.match("[A-Z_]+:", message) else message
    value = first.get("input")
    name = str(first["loc"][0]).upper()
    # Addresses carry passwords and keys are secrets: they are never repeated.
    shown = "" if name.endswith(("_URL", "_KEY", "_TOKEN", "_WEBHOOK")) else f"={value}"
    return f"{name}{shown}: {message}"


@lru_cache(maxsize=1)
def load() -> Settings:
    """The settings of this process. Raises SystemExit with one line that names the variable and what is allowed."""
    try:
        return Settings()
    except ValidationError as error:
        sys.exit(f"unfold: {_one_line(error)}")
