"""What real endpoints send beside the protocol: it costs one piece at most, and never somebody else's."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete

from app.generations.pauses import LONGEST
from app.models import Pause
from tests.support.models import Models, Raw, Says, Status, Step
from tests.support.tale import tell
from tests.worker.llm.conftest import Tales
from tests.worker.llm.test_faults import sound
from worker.errors import Failure, InvalidOutput, RateLimited, Unreachable
from worker.llm.faults import PAUSE, Refused, Unfit, by_status, retry_after, told
from worker.llm.manner import THOUGHTS, Manner
from worker.llm.partial import Reading, whole


def stream(*documents: str) -> Raw:
    return Raw(b"".join(f"data: {one}\n\n".encode() for one in documents))


ODD: dict[str, Step] = {
    "a list": stream("[]"), "a number": stream("5"), "choices that are none": stream('{"choices": "x"}'),
    "an empty choice": stream('{"choices": [null]}'),
    "a delta that is none": stream('{"choices": [{"delta": "hello"}]}'),
    "odd usage": stream('{"choices": [], "usage": [1]}'),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
async def test_an_answer_that_is_none_costs_one_rung(tales: Tales, model: Models, name: str) -> None:
    model.script = [Says(tell), ODD[name]]
    made = await tales.made()
    sound(made)
    assert made.authors == ["llm"] * 3 and made.view.attempt == 1


async def test_halves_of_a_character_are_put_together_and_zeros_left_out(tales: Tales, model: Models) -> None:
    def half(text: str, finish: str = "null") -> str:
        return f'{{"choices": [{{"index": 0, "delta": {{"content": "{text}"}}, "finish_reason": {finish}}}]}}'

    model.script = [
        stream(half('{\\"text\\": \\"Part 1 \\ud83d'), half('\\ude00 \\u0000it goes\\"}', '"stop"'), "[DONE]"),
        stream(half('{\\"text\\": \\"Part 2 \\ud83d goes\\"}', '"stop"'), "[DONE]"),
    ]
    made = await tales.made()
    sound(made)
    assert made.authors == ["llm"] * 3
    assert made.pieces[0]["text"] == "Part 1 😀 it goes" and made.pieces[1]["text"] == "Part 2 \ufffd goes"


async def test_a_flagged_request_is_one_piece_and_no_reason_to_leave_the_provider(tales: Tales, model: Models) -> None:
    model.script = [Status(403, "Your chosen model requires moderation and your input was flagged")]
    made = await tales.made()
    sound(made)
    assert made.authors == ["llm"] * 3 and made.rungs(1)[0][0] == "full" and made.rungs(2) == []


async def test_a_form_is_remembered_only_when_it_was_taken(tales: Tales, model: Models) -> None:
    model.script = [Status(400, "The prompt was filtered")] * 6  # in every form, of both briefs
    await tales.made(parts=1)
    model.script = []
    made = await tales.made(parts=2, name="later")
    assert made.authors == ["llm"] * 2
    assert model.calls[-1]["response_format"]["type"] == "json_schema"


async def pass_pauses(tales: Tales) -> None:
    async with tales.db.write() as session:
        await session.execute(delete(Pause))


async def test_what_was_paid_and_of_no_use_is_not_asked_again(tales: Tales, model: Models) -> None:
    model.script = [Says(tell, finish="length"), Status(429, headers={"Retry-After": "1"})]
    id_ = await tales.ask(parts=1)
    await tales.make(1)
    await pass_pauses(tales)
    await tales.make(1)
    made = await tales.told(id_)
    assert made.view.attempt == 2 and made.authors == ["llm"]
    # The full brief once, the short one once more as soon as it was let.
    assert made.outcomes == ["invalid_output", "llm_rate_limited", "answered"]


async def test_rate_limits_do_not_open_the_breaker(tales: Tales, model: Models) -> None:
    ids = [await tales.ask(parts=1, name=f"tale {n}") for n in range(5)]
    for _ in ids:
        model.script = [Status(429, headers={"Retry-After": "1"})]
        await tales.runner.make()
        await pass_pauses(tales)
    await tales.make(10)
    assert [(await tales.told(id_)).authors for id_ in ids] == [["llm"]] * 5


async def test_waiting_for_a_place_is_not_the_providers_silence(tales: Tales, model: Models) -> None:
    await tales.with_settings(llm_concurrency=1, llm_call_timeout=2.0)
    model.always = Says(tell, size=4, pause=0.03)
    ids = [await tales.ask(parts=1, name=f"tale {n}") for n in range(3)]
    await asyncio.gather(*(tales.runner.make() for _ in ids))
    made = [await tales.told(id_) for id_ in ids]
    assert [each.view.status for each in made] == ["completed"] * 3
    assert all("llm_silent" not in each.outcomes for each in made)


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [(400, "API key not valid. Please pass a valid API key.", Refused), (403, "forbidden", Refused),
     (403, "flagged", InvalidOutput), (500, "failed to parse grammar", Unfit), (500, "oops", Unreachable),
     (400, "response_format is not supported", Unfit), (429, "", RateLimited)],
)  # fmt: skip
def test_a_status_means_what_its_words_say(status: int, said: str, kind: type[Failure]) -> None:
    assert type(by_status(status, said, {}, "p")) is kind


def test_an_error_in_a_stream_keeps_its_class() -> None:
    assert isinstance(told({"code": 429, "message": "slow down"}, "p"), RateLimited)
    assert isinstance(told({"code": "401"}, "p"), Refused)
    assert isinstance(told({"code": "server_error"}, "p"), Unreachable) and isinstance(told(None, "p"), Unreachable)


@pytest.mark.parametrize("value", ["9000000", "Wed, 21 Oct 99999 07:28:00 GMT", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_no_provider_closes_itself_for_months(value: str) -> None:
    assert retry_after({"retry-after": value}) in (PAUSE, LONGEST)


def test_a_limit_of_tokens_is_kept_to_and_thinking_has_room() -> None:
    def most(manner: Manner | None) -> Any:
        return manner and manner.request("x", {}, 6000, 0.5)["max_tokens"]

    limited = Manner().without("Invalid max_tokens value, the valid range of max_tokens is [1, 4096]")
    assert most(limited) == 4096
    assert most(Manner(thinks=True)) == 6000 + THOUGHTS


async def test_a_model_that_thinks_is_given_room_from_then_on(tales: Tales, model: Models) -> None:
    model.always = Says(tell, thinks="Let me see. " * 400)
    made = await tales.made(parts=2)
    assert made.authors == ["llm"] * 2
    first, second = (call["max_tokens"] for call in model.calls)
    assert second - first == THOUGHTS


def test_thoughts_are_passed_over_wherever_they_begin() -> None:
    assert whole('I think {"text": "draft"} hmm</think>{"text": "real"}', ["text"]) == {"text": "real"}
    assert whole('By {"type": "object"} I say {"text": "real"}', ["text"]) == {"text": "real"}
    assert whole('a { b. {"text": "real"}', ["text"]) == {"text": "real"}
    assert Reading({"text"}).new("<think>" * 50_000 + '{"text": "no"}') == ""


async def test_names_of_accounts_are_not_taken_from_the_environment(
    tales: Tales, model: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-somebody")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-of-somebody")
    other = await tales.with_settings(llm_concurrency=2)
    made = await other.made(parts=1)
    assert made.authors == ["llm"]
    assert not any("of-somebody" in str(headers) for headers in model.headers)


async def test_calls_at_once_do_not_exceed_a_budget(tales: Tales, model: Models) -> None:
    model.always = Says(tell, size=4, pause=0.02, usage=False)
    cost = (await tales.made(parts=1)).calls[0].cost
    await tales.with_settings(llm_daily_budget=2.5 * cost)
    ids = [await tales.ask(parts=1, name=f"tale {n}") for n in range(6)]
    await asyncio.gather(*(tales.runner.make() for _ in ids))
    made = [await tales.told(id_) for id_ in ids]
    assert [each.view.status for each in made] == ["completed"] * 6
    calls = made[0].calls  # of all, with the one before; of those that begin at once some may leave the rest unspent
    assert len(calls) <= 3 and {call.outcome for call in calls} == {"answered"}
