"""The description of the API as a page for people, made from the OpenAPI document."""

from typing import Any

REF = "#/components/schemas/"


def operations(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What the page shows of each operation, by tag."""
    tags: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            good = {status: answer for status, answer in said["responses"].items() if "$ref" not in answer}
            shown = {
                "method": method.upper(),
                "path": path,
                "said": said,
                "body": _body(said),
                "answers": {status: (answer, _content(answer)) for status, answer in good.items()},
                "problems": [status for status in said["responses"] if status not in good],
            }
            tags[said["tags"][0]].append(shown)
    return tags


def schemas(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: _schema(schema) for name, schema in sorted(document["components"]["schemas"].items())}


def _body(said: dict[str, Any]) -> str:
    if "requestBody" not in said:
        return ""
    media_type, content = next(iter(said["requestBody"]["content"].items()))
    if media_type == "application/json":
        return _type(content["schema"])
    return f"{media_type}: {', '.join(content['schema']['properties'])}"


def _content(answer: dict[str, Any]) -> str:
    if "content" not in answer:
        return ""
    media_type, content = next(iter(answer["content"].items()))
    return _type(content["schema"]) if media_type == "application/json" else media_type


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    required = schema.get("required", [])
    fields = [
        {"name": name, "type": _type(field), "needed": name in required, "about": field.get("description", ""),
         "limits": _limits(field)}
        for name, field in schema.get("properties", {}).items()
    ]  # fmt: skip
    return {"about": schema.get("description", ""), "fields": fields, "enum": schema.get("enum", [])}


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words: `list of Injury`."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REF)
    if "const" in schema:
        return f'"{schema["const"]}"'
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(_type(one) for one in schema[several])
    if schema.get("type") == "array":
        inner = schema.get("items") or {}
        return f"list of {_type(inner)}" if inner else "list"
    return str(schema.get("type", "anything"))


LIMITS = {
    "minimum": "from {}", "maximum": "to {}", "exclusiveMinimum": "over {}", "exclusiveMaximum": "under {}",
    "minLength": "at least {} characters", "maxLength": "at most {} characters", "minItems": "at least {}",
    "maxItems": "at most {}", "default": "default {}",
}  # fmt: skip


def _limits(field: dict[str, Any]) -> str:
    inner = [field, *field.get("anyOf", [])]
    found = {name: one[name] for one in inner for name in LIMITS if one.get(name) not in (None, "", [], {})}
    return ", ".join(LIMITS[name].format(found[name]) for name in LIMITS if name in found)
