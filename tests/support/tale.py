"""A kind of the tests' own whose parts a language model writes: full brief, shorter brief, rules."""

from functools import partial
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict

from app import kinds
from app.kinds import Kind
from worker.ladder import Author, ladder
from worker.llm.pen import Brief
from worker.phases import Phase, Pipeline, Spec, Work


class TaleInput(BaseModel):
    model_config = ConfigDict(extra="forbid")
    parts: int = 3
    name: str = "Tale"


TALE = Kind(
    name="tale",
    label="Tale",
    input_model=TaleInput,
    phases=(("write_parts", "Writing the parts"), ("save", "Saving")),
    assemble=lambda head, parts: {**head, "parts": parts},
    twin_fields=("name",),
    units=lambda asked: {"write_parts": asked["parts"]},
    llm=True,
)
kinds.register(TALE)
SCHEMA = {
    "type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"], "additionalProperties": False,
}  # fmt: skip


def tell(body: dict[str, Any]) -> str:
    """What an obedient model says."""
    number = orjson.loads(body["messages"][-1]["content"])["part"]
    return orjson.dumps({"text": f"Part {number} of the tale, “as it was told”, with a café."}).decode()


def specs(work: Work) -> list[Spec]:
    return [Spec(f"part-{n}", n, f"Part {n}") for n in range(1, work.input.parts + 1)]


async def by_model(work: Work, spec: Spec, found: Any = (), *, rung: str) -> dict[str, Any]:
    assert work.llm is not None
    asked = orjson.dumps({"part": spec.index, "wrong": list(found)}).decode()
    messages = ({"role": "system", "content": "Tell one part."}, {"role": "user", "content": asked})
    said = await work.llm.ask(spec.key, Brief(rung, "part", messages, SCHEMA, frozenset({"text"}), 200))
    return {"number": spec.index, "text": said.get("text")}


async def by_rules(work: Work, spec: Spec) -> dict[str, Any]:
    return {"number": spec.index, "text": f"Part {spec.index} by the rules."}


def wrong_with(work: Work, spec: Spec, piece: dict[str, Any]) -> list[str]:
    if not isinstance(piece["text"], str):
        return ["text is not a text"]
    return [] if f"Part {spec.index} " in piece["text"] else [f"the part is not part {spec.index}"]


def writes(work: Work) -> bool:
    return work.llm is not None


AUTHORS = (
    Author("llm", partial(by_model, rung="full"), rung="full", able=writes),
    Author("llm", partial(by_model, rung="short"), "short", partial(by_model, rung="short"), writes),
    Author("rules", by_rules),
)


def head(work: Work) -> dict[str, Any]:
    by_llm = any(piece["author"] == "llm" for piece in work.made.values())
    return {"title": work.input.name, "engine": "llm" if by_llm else "rules"}


PIPELINE = Pipeline(
    kind="tale", phases=(Phase("write_parts", items=specs, make=ladder(AUTHORS, wrong_with), weight=8),), head=head
)
