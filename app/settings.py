"""Every environment variable, typed and validated. Nothing else in the project reads the environment."""

import hashlib
import os
import re
import secrets
import sys
import tempfile
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# A Unix socket's path holds 108 bytes on Linux, 104 on macOS.
LONGEST_SOCKET_PATH = 100


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

    @field_validator("alert_webhook", "embedding_base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("allowed is an address that begins with https:// or http://")
        return value

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


def _one_line(error: ValidationError) -> str:
    first = error.errors()[0]
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return message.replace(":", "", 1) if message.startswith("SECRET_KEY:") else message
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
