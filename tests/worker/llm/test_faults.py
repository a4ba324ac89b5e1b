"""Every way in which an endpoint fails ends as its class says: events in order, a whole result, nothing stuck."""

import re

import pytest
from sqlalchemy import delete

from app import generations
from app.models import Pause
from tests.support.models import KEY, Closes, Hangs, Models, Page, Raw, Says, Status, Step
from tests.support.tale import tell
from tests.worker.llm.conftest import Tales, Told
from worker.llm import pen
from worker.llm.pen import AWAY, LATE, LIMITED, REFUSED

WELL = [
    "generation.queued", "generation.started", "phase.started", "item.ready", "item.ready", "item.ready",
    "phase.completed", "phase.started", "phase.completed", "generation.completed",
]  # fmt: skip


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between calls are there, but short."""
    monkeypatch.setattr(pen, "AGAIN", tuple((kind, tuple(p / 20 for p in pauses)) for kind, pauses in pen.AGAIN))


def without_progress(told: Told) -> list[str]:
    return [kind for kind in told.types if kind != "phase.progress"]


def sound(told: Told) -> None:
    """Whatever happened: it is whole, in order, and says nothing that nobody should read."""
    assert told.view.status == "completed"
    assert [event["seq"] for event in told.events] == list(range(1, len(told.events) + 1))
    progress = [event["progress"] for event in told.events]
    assert progress == sorted(progress) and progress[-1] == 1.0
    assert [piece["number"] for piece in told.pieces] == [1, 2, 3]
    assert all(f"Part {piece['number']} " in piece["text"] for piece in told.pieces)
    everything = told.view.model_dump_json() + str(told.events) + str(told.pieces)
    assert KEY not in everything and "Incorrect API key" not in everything and "Traceback" not in everything


async def test_an_obedient_model_writes_everything(tales: Tales, model: Models) -> None:
    told = await tales.made()
    sound(told)
    assert without_progress(told) == WELL
    assert told.authors == ["llm"] * 3 and told.rungs(1) == []
    assert told.view.engine == "llm" and [e["engine"] for e in told.events if "engine" in e] == ["llm"]
    assert len(model.calls) == 3 and told.outcomes == ["answered"] * 3


# What goes wrong once is made again by its class, and is written by the model all the same.
ONCE: dict[str, Step] = {
    "500": Status(500), "503": Status(503), "502 with a page": Status(502, "<html>"), "closes": Closes(),
    "hang before headers": Hangs(), "hang mid-stream": Says(tell, stops=20, how="hangs"),
    "cut mid-JSON": Says(tell, stops=20, how="cut"),
    "cut without a word": Says(tell, stops=20, finish=None, done=False),
    "wrong content type": Page(), "empty": Says("", finish=None), "408": Status(408),
    "an error in the stream": Raw(b'data: {"error": {"message": "overloaded", "code": 503}}\n\n'),
}  # fmt: skip


@pytest.mark.parametrize("name", ONCE)
async def test_a_fault_of_the_network_is_asked_again(tales: Tales, model: Models, name: str) -> None:
    model.script = [Says(tell), ONCE[name]]
    told = await tales.made()
    sound(told)
    assert told.authors == ["llm"] * 3 and told.view.attempt == 1
    assert without_progress(told) == WELL
    assert len(model.calls) == 4 and len(told.calls) == 4
    assert told.outcomes.count("answered") == 3


@pytest.mark.parametrize(
    ("name", "why"),
    [("500", AWAY), ("hang before headers", LATE), ("cut mid-JSON", AWAY), ("wrong content type", AWAY)],
)
async def test_a_fault_that_stays_costs_one_piece_and_then_the_provider_is_left_alone(
    tales: Tales, model: Models, name: str, why: str
) -> None:
    model.always = ONCE[name]
    told = await tales.made()
    sound(told)
    assert told.authors == ["rules"] * 3
    assert told.rungs(1) == [("full", why)] and told.rungs(3) == [("full", AWAY)]
    assert told.view.engine == "rules"
    # The breaker opened at the fourth failure: the third part was not asked for.
    assert len(model.calls) == 4
    notices = [event["notice"] for event in told.events if event.get("notice")]
    assert notices[0] == why
    assert told.view.phases[0].notice == AWAY


async def test_a_refused_connection(tales: Tales, model: Models) -> None:
    await model.stop()
    told = await tales.made()
    sound(told)
    assert told.authors == ["rules"] * 3 and set(told.outcomes) == {"unreachable"}


# What an answer lacks is said to the model, in a shorter brief.
BAD: dict[str, Step] = {
    "no JSON": Says("I would rather tell you about my day."),
    "half a JSON": Says('{"text": "Part 1 and'),
    "another shape": Says('{"texts": ["Part 2 "]}'),
    "a list": Says('["Part 2 "]'),
    "fails the check": Says('{"text": "The weather is fine."}'),
    "huge": Says('{"text": "' + "x" * 50_000 + '"}', size=5000),
    "cut at its longest": Says(tell, finish="length"),
    "withheld": Says("", finish="content_filter"),
    "no JSON in the stream": Raw(b"data: <html>\n\n"),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_answer_costs_one_rung_of_one_piece(tales: Tales, model: Models, name: str) -> None:
    model.script = [Says(tell), BAD[name]]
    told = await tales.made()
    sound(told)
    assert told.authors == ["llm"] * 3
    assert [rung for rung, _ in told.rungs(2)] == ["full"] and told.rungs(1) == told.rungs(3) == []
    assert without_progress(told) == WELL and told.view.attempt == 1
    # The shorter brief quotes the complaint.
    assert told.rungs(2)[0][1] in model.calls[2]["messages"][-1]["content"]
    assert any("did not pass our checks" in event.get("note", "") for event in told.events)


@pytest.mark.parametrize("name", BAD)
async def test_a_model_that_never_does_well_is_replaced_by_the_rules(tales: Tales, model: Models, name: str) -> None:
    model.always = BAD[name]
    told = await tales.made()
    sound(told)
    # "Part 1 and" happens to be what the check wants of part 1, were it whole.
    assert told.authors == ["rules"] * 3
    assert [rung for rung, _ in told.rungs(1)] == ["full", "short"]
    assert len(model.calls) == 6


async def test_huge_output_is_closed_not_swallowed(tales: Tales, model: Models) -> None:
    model.script = [Says('{"text": "' + "x" * 10_000_000 + '"}', size=5000)]
    told = await tales.made()
    sound(told)
    assert told.rungs(1) == [("full", "the answer is far longer than asked for")]
    assert model.left == 1 and told.calls[0].tokens_out < 2000


async def test_slow_drips_are_signs_of_life_but_have_an_end(tales: Tales, model: Models) -> None:
    # Slower in all than the idle time allows, but never silent for so long.
    model.script = [Says(tell, size=4, pause=0.1)]
    told = await tales.made()
    sound(told)
    assert told.authors == ["llm"] * 3 and told.calls[0].seconds > tales.settings.llm_idle_timeout
    await tales.with_settings(llm_call_timeout=0.5)
    model.always = Says(tell, size=1, pause=0.1)
    told = await tales.made(parts=3, name="slower")
    sound(told)
    assert told.authors == ["rules"] * 3


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [({"retry-after": "30"}, 29, 30), ({"retry-after-ms": "2500"}, 2, 2.5), ({}, 19, 20)],
)
async def test_a_rate_limit_pauses_everybody_and_goes_on(
    tales: Tales, model: Models, header: dict[str, str], least: float, most: float
) -> None:
    model.script = [Says(tell), Status(429, headers=header)]
    id_ = await tales.ask()
    await tales.make(1)
    waiting = await tales.told(id_)
    assert (waiting.view.status, waiting.view.attempt) == ("pending", 2)
    assert waiting.view.error is not None and waiting.view.error.code == "llm_rate_limited"
    retrying = next(event for event in waiting.events if event["type"] == "generation.retrying")
    assert least <= retrying["retry_in_seconds"] <= most
    assert 0 < await generations.paused_for(tales.db, tales.settings.llm.provider) <= most  # type: ignore[union-attr]
    calls = len(model.calls)
    other = await tales.ask(name="another")  # is not even tried
    await tales.make(2)
    assert len(model.calls) == calls
    assert (await tales.told(other)).view.attempt == 1
    async with tales.db.write() as session:
        await session.execute(delete(Pause))
    await tales.make()
    told = await tales.told(id_)
    sound(told)
    assert told.authors == ["llm"] * 3
    assert len([one for one in model.calls if one["messages"]]) == calls + 5  # part 1 was not made again


async def test_a_rate_limit_for_an_hour_is_not_waited_for(tales: Tales, model: Models) -> None:
    model.always = Status(429, headers={"retry-after": "3600"})
    told = await tales.made()
    sound(told)
    assert told.authors == ["rules"] * 3 and told.rungs(1) == [("full", LIMITED)]
    assert len(model.calls) == 1 and told.view.attempt == 1


async def test_the_last_try_does_not_wait_for_a_rate_limit(tales: Tales, model: Models) -> None:
    model.always = Status(429, headers={"retry-after": "0"})
    told = await tales.made()
    sound(told)
    assert told.authors == ["rules"] * 3 and told.view.attempt == 3
    assert told.types.count("generation.retrying") == 2


@pytest.mark.parametrize(
    "step",
    [Status(401, f"Incorrect API key provided: {KEY}", "invalid_api_key"), Status(403), Status(402),
     Status(404, "no such model", "model_not_found"), Status(429, code="insufficient_quota")],
    ids=["wrong key", "forbidden", "payment", "no such model", "empty account"],
)  # fmt: skip
async def test_what_the_operator_must_put_right_is_asked_once(tales: Tales, model: Models, step: Step) -> None:
    model.always = step
    told = await tales.made()
    sound(told)
    assert told.authors == ["rules"] * 3 and told.rungs(1) == [("full", REFUSED)]
    assert len(model.calls) == 1 and set(told.outcomes) == {"llm_refused"}


async def test_a_wrong_key_of_ours_is_never_written_anywhere(
    tales: Tales, model: Models, capsys: pytest.CaptureFixture[str]
) -> None:
    model.key = "another"
    told = await tales.made()
    sound(told)
    printed = capsys.readouterr()
    assert KEY not in printed.out + printed.err and KEY not in repr(tales.settings)
    assert model.keys == [f"Bearer {KEY}"]
    assert all(KEY not in str(call.__dict__) for call in told.calls)


@pytest.mark.parametrize(
    ("forms", "refuses", "calls"),
    [({"json_schema", "json_object"}, set(), 0), ({"json_object"}, set(), 1), (set(), set(), 2),
     (set(), {"max_tokens", "temperature", "stream_options"}, 5)],
    ids=["schema", "JSON", "text", "hardly anything"],
)  # fmt: skip
async def test_the_form_is_found_out_once_and_remembered_by_all(
    tales: Tales, model: Models, forms: set[str], refuses: set[str], calls: int
) -> None:
    model.forms, model.refuses = forms, refuses
    told = await tales.made()
    sound(told)
    assert told.authors == ["llm"] * 3
    assert len(model.calls) == calls + 3
    await tales.with_settings()  # another worker
    told = await tales.made(name="again")
    assert told.authors == ["llm"] * 3 and len(model.calls) == calls + 6


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda body: f"Here you are:\n```json\n{tell(body)}\n```\nEnjoy!",
        lambda body: f"<think>{{not this}}</think>{tell(body)}",
        lambda body: f"Sure! {tell(body)}",
    ],
    ids=["fence", "thoughts", "words before"],
)
async def test_an_object_is_found_however_it_is_wrapped(tales: Tales, model: Models, wrapped: object) -> None:
    model.forms = set()
    model.always = Says(wrapped)  # type: ignore[arg-type]
    told = await tales.made()
    sound(told)
    assert told.authors == ["llm"] * 3


async def test_an_endpoint_that_does_not_stream_or_thinks_first_will_do(tales: Tales, model: Models) -> None:
    model.script = [Says(tell, whole=True), Says(tell, thinks="hm " * 50), Says(tell, usage=False)]
    told = await tales.made()
    sound(told)
    assert told.authors == ["llm"] * 3
    assert all(call.tokens_in > 0 and call.tokens_out > 0 for call in told.calls)


async def test_an_error_says_nothing_of_the_endpoint(tales: Tales, model: Models) -> None:
    model.always = Status(500, f"at {model.url} with {KEY}: traceback")
    told = await tales.made()
    sound(told)
    everything = str(told.events) + str(told.pieces) + told.view.model_dump_json()
    assert not re.search(r"127\.0\.0\.1|traceback", everything)
