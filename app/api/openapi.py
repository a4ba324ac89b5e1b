"""The OpenAPI 3.1 document, made from the same list of calls that the routes are made from."""

import re
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from app.api.calls import Answer, Call
from app.api.problems import ProblemDocument

REF = "#/components/schemas/{model}"
PROBLEM = "application/problem+json"
MULTIPART = "multipart/form-data"
ABOUT = (
    "Things that take a minute, made in the background and followed live: ask for one, follow it, fetch the result. "
    "Times are RFC 3339 in UTC in documents and Unix seconds in events. Errors are problem documents (RFC 9457). "
    "Live events come over the WebSocket `/live`, with the same token."
)
EXTRA_HEADERS = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}

Key = tuple[str, JsonSchemaMode]


class Schemas:
    """All JSON Schemas of the calls, with their shared definitions."""

    def __init__(self, calls: list[Call]) -> None:
        asked: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
            ("ProblemDocument", "serialization", TypeAdapter(ProblemDocument))
        ]
        for call in calls:
            if call.body:
                shown = call.body_shown() if call.body_shown else call.body
                asked.append((call.name, "validation", TypeAdapter(shown)))
            for status, answer in call.answers.items():
                if answer.model is not None:
                    asked.append((f"{call.name}.{status}", "serialization", TypeAdapter(answer.model)))
        found, rest = TypeAdapter.json_schemas(asked, ref_template=REF)
        self.by_key: dict[Key, dict[str, Any]] = found
        self.shared: dict[str, Any] = rest.get("$defs", {})

    def body(self, call: Call) -> dict[str, Any]:
        return self.by_key[call.name, "validation"]

    def answer(self, call: Call, status: int) -> dict[str, Any]:
        return self.by_key[f"{call.name}.{status}", "serialization"]


def document(calls: list[tuple[str, Call]], cookie: str) -> dict[str, Any]:
    """``calls`` with the prefix of each one's path."""
    schemas = Schemas([call for _, call in calls])
    paths: dict[str, dict[str, Any]] = {}
    for prefix, call in calls:
        paths.setdefault(prefix + call.path, {})[call.method.lower()] = _operation(call, schemas)
    statuses = sorted({status for _, call in calls for status in call.all_problems})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Unfold",
            "version": "1",
            "description": ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(call.group for _, call in calls)],
        "paths": paths,
        "components": {
            "schemas": schemas.shared,
            "responses": {f"Problem{status}": _problem(status) for status in statuses},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "session": {"type": "apiKey", "in": "cookie", "name": cookie},
            },
        },
    }


def _operation(call: Call, schemas: Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "tags": [call.group],
        "security": [] if call.open or call.plain else [{"token": []}, {"session": []}],
        "responses": {str(status): _answer(call, status, answer, schemas) for status, answer in call.answers.items()},
    }
    for status in call.all_problems:
        operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/Problem{status}"})
    if parameters := [*_path(call), *_query(call), *_headers(call)]:
        operation["parameters"] = parameters
    if call.body:
        content = {"application/json": {"schema": schemas.body(call)}}
        operation["requestBody"] = {"required": not call.body_optional, "content": content}
    if call.upload:
        operation["requestBody"] = {"required": True, "content": {MULTIPART: {"schema": call.upload}}}
    return operation


def _answer(call: Call, status: int, answer: Answer, schemas: Schemas) -> dict[str, Any]:
    told: dict[str, Any] = {"description": answer.about}
    if answer.media:
        schema = {"type": "string"} if answer.model is None else schemas.answer(call, status)
        told["content"] = {answer.media: {"schema": schema}}
    if answer.location:
        told["headers"] = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}}
    return told


def _problem(status: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "content": {PROBLEM: {"schema": {"$ref": REF.format(model="ProblemDocument")}}},
    }
    if name := EXTRA_HEADERS.get(status):
        told["headers"] = {name: {"schema": {"type": "string"}}}
    return told


def _path(call: Call) -> list[dict[str, Any]]:
    names = re.findall(r"{(\w+)}", call.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query(call: Call) -> list[dict[str, Any]]:
    if call.query is None:
        return []
    parameters = []
    for name, schema in call.query.model_json_schema()["properties"].items():
        about = schema.pop("description", None)
        schema.pop("title", None)
        parameter = {"name": name, "in": "query", "required": False, "schema": _not_null(schema)}
        parameters.append({**parameter, "description": about} if about else parameter)
    return parameters


def _not_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is left out, never null."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind.get("type") != "null"]
    return kinds[0] if len(kinds) == 1 else schema


def _headers(call: Call) -> list[dict[str, Any]]:
    return [
        {"name": header.name, "in": "header", "required": False, "description": header.about, "schema": header.schema}
        for header in call.headers
    ]
