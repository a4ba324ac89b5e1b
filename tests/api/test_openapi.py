"""The document is valid, and says exactly what is served."""

import re

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Mount, Route

from app.api.routes import PREFIX, routes
from tests.api.conftest import PROGRAM, Api, Described

UNDESCRIBED = {"/openapi.json", "/docs", PREFIX}


def served() -> set[tuple[str, str]]:
    found = set()
    for route in routes:
        if isinstance(route, Mount):
            inner = [one for one in route.routes if isinstance(one, Route)]
            assert len(inner) == len(route.routes) > 0
            found |= {(route.path + one.path, method) for one in inner for method in one.methods or ()}
        elif isinstance(route, Route) and route.path not in UNDESCRIBED:
            found |= {(route.path, method) for method in route.methods or ()}
    return {(path, method) for path, method in found if method != "HEAD"}


def test_the_document_is_valid_openapi_31(described: Described) -> None:
    assert described.document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(described.document).validate()


def test_everything_served_is_described_and_the_other_way_round(described: Described) -> None:
    written = {(path, method.upper()) for path, item in described.document["paths"].items() for method in item}
    assert written == served()


def test_the_calls_of_the_contract_are_there(described: Described) -> None:
    calls = """POST /accounts, POST /tokens, GET /me, PATCH /me, POST /generations, GET /generations,
        GET /generations/active, GET /generations/{id}, GET /generations/{id}/events,
        GET /generations/{id}/items/{key}, POST /generations/{id}/cancel, POST /generations/{id}/retry,
        GET /programs, GET /programs/{id}, GET /programs/{id}.json, GET /programs/{id}.md,
        GET /programs/{id}.csv, GET /programs/{id}.ics, GET /programs/{id}.pdf"""
    for method, path in re.findall(r"([A-Z]+) (\S+?)(?:,|$)", calls):
        assert method.lower() in described.document["paths"][PREFIX + path], (method, path)


def test_every_name_is_used_once_and_every_reference_leads_somewhere(described: Described) -> None:
    operations = [one for item in described.document["paths"].values() for one in item.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    components = described.document["components"]
    for group, name in set(re.findall(r"'\$ref': '#/components/(\w+)/([^']+)'", str(described.document))):
        assert components[group][name]


def test_the_body_of_a_create_describes_each_kinds_input(described: Described) -> None:
    operation = described.operation("POST", f"{PREFIX}/generations")
    assert operation is not None
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": described.document["components"]})
    assert validator.is_valid({"kind": "program", "input": PROGRAM})
    assert validator.is_valid({"kind": "drill", "input": {"parts": 2}, "subject": "Ann", "fresh": True})
    assert not validator.is_valid({"kind": "program", "input": {**PROGRAM, "days_per_week": 8}})
    assert not validator.is_valid({"kind": "sculpture", "input": {}})


async def test_the_page_shows_every_call_and_runs_nothing_inline(nobody: Api, described: Described) -> None:
    page = await nobody.get("http://unfold.test/docs")
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    for path, item in described.document["paths"].items():
        for method in item:
            assert f"<b>{method.upper()}</b> {path}<" in page.text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page.text)
    for anchor in set(re.findall(r'href="#([^"]+)"', page.text)):
        assert f'id="{anchor}"' in page.text, anchor


async def test_the_prefix_itself_leads_to_the_page(nobody: Api) -> None:
    answer = await nobody.get("http://unfold.test/api/v1")
    assert answer.headers["location"] == "/docs"
