"""A model's pieces while they are written, what they cost, and that none is waited for or paid for in vain."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app import generations
from app.accounts.tidy import tidy
from app.database import now
from app.generations import spend
from app.models import Generation, LlmCall
from tests.support.models import KEY, Models, Says, Status
from tests.support.tale import tell
from tests.worker.llm.conftest import Tales, until
from tests.worker.test_run import beating
from worker.llm import pen
from worker.llm.pen import BUDGET, LATE, MINE


def shown(tales: Tales, key: str) -> str:
    """What a page that was there from the beginning has on it at the end."""
    text = ""
    for frame in tales.frames:
        if frame["type"] == "item.delta" and frame["key"] == key:
            assert frame["at"] in (0, len(text))
            text = text[: frame["at"]] + frame["text"] if frame["text"] else ""
    return text


async def test_a_piece_is_shown_while_it_is_written(tales: Tales, model: Models) -> None:
    model.always = Says(tell, size=2, pause=0.004)
    told = await tales.made(parts=2)
    deltas = [frame for frame in tales.frames if frame["type"] == "item.delta"]
    assert {frame["id"] for frame in deltas} == {told.view.id} and {frame["phase"] for frame in deltas} == {
        "write_parts"
    }
    assert [shown(tales, f"part-{n}") for n in (1, 2)] == [piece["text"] for piece in told.pieces]
    assert sum(frame["key"] == "part-1" for frame in deltas) > 2


async def test_frames_are_gathered(tales: Tales, model: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pen.FRAME_EVERY >= 1 / 20
    monkeypatch.setattr(pen, "FRAME_EVERY", 1000.0)
    model.always = Says(tell, size=1)
    told = await tales.made(parts=2)
    deltas = [frame for frame in tales.frames if frame["type"] == "item.delta"]
    assert len(deltas) == 3  # the first that there is, and the rest of each piece at its end
    assert [shown(tales, f"part-{n}") for n in (1, 2)] == [piece["text"] for piece in told.pieces]


async def test_what_was_shown_of_a_bad_piece_is_taken_back(tales: Tales, model: Models) -> None:
    model.script = [Says('{"text": "The weather is'), Says('{"text": "fine weather", "more": ', how="cut")]
    told = await tales.made(parts=1)
    assert shown(tales, "part-1") == told.pieces[0]["text"]
    assert any(frame["type"] == "item.delta" and frame["text"] == "" for frame in tales.frames)


@pytest.mark.parametrize("says", [Says(tell, stops=12, how="hangs"), Says(tell, size=1, pause=0.2)])
async def test_a_cancel_closes_the_call_at_once(tales: Tales, model: Models, says: Says) -> None:
    await tales.with_settings(llm_idle_timeout=60.0)
    model.script = [Says(tell), says]
    id_ = await tales.ask()
    async with beating(tales.runner):
        making = asyncio.create_task(tales.runner.make())
        await until(lambda: len(model.calls) == 2 and model.open == 1, "the second call is under way")
        await generations.cancel(tales.db, tales.bell, tales.person.id, id_)
        await asyncio.wait_for(making, 5)
    await until(lambda: model.left == 1 and model.open == 0, "the model has noticed")
    told = await tales.told(id_)
    assert told.view.status == "cancelled" and len(told.pieces) == 1
    assert told.outcomes == ["answered", "cancelled"] and told.calls[1].tokens_in > 0
    assert told.view.tokens_in == sum(call.tokens_in for call in told.calls)


async def test_tokens_and_cost_are_told_everywhere(tales: Tales, model: Models) -> None:
    told = await tales.made()
    tokens_in, tokens_out = 3000, sum(call.tokens_out for call in told.calls)
    cost = (tokens_in * 1.0 + tokens_out * 2.0) / 1e6
    assert (told.view.tokens_in, told.view.tokens_out) == (tokens_in, tokens_out)
    assert told.view.cost == pytest.approx(cost, abs=1e-6)
    phase = told.view.phases[0]
    assert phase.tokens == tokens_in + tokens_out and phase.cost == pytest.approx(cost)
    spent = [frame for frame in tales.frames if frame["type"] == "spent"]
    assert spent[-1]["cost"] == pytest.approx(cost) and len(spent) == 3
    call = told.calls[0]
    assert (call.generation_id, call.account_id, call.kind) == (told.view.id, tales.person.id, "tale")
    assert (call.phase, call.piece, call.rung, call.model) == ("write_parts", "part-1", "full", "scripted")
    assert (await spend.spent(tales.db, tales.person.id)).by_person == pytest.approx(cost)


async def test_cost_of_failed_tries_and_earlier_claims_adds_up(tales: Tales, model: Models) -> None:
    model.script = [Says(tell), Status(429, headers={"retry-after": "0"}), Says("no"), Says(tell)]
    told = await tales.made()
    assert told.authors == ["llm"] * 3
    assert told.view.tokens_in == sum(call.tokens_in for call in told.calls) == 4000
    assert told.view.phases[0].tokens == sum(call.tokens_in + call.tokens_out for call in told.calls)


@pytest.mark.parametrize(("name", "why"), [("llm_daily_budget", BUDGET), ("llm_daily_budget_per_user", MINE)])
async def test_over_budget_the_rules_write_and_it_is_said(tales: Tales, model: Models, name: str, why: str) -> None:
    await tales.with_settings(**{name: 0.002})  # a call is a little over a tenth of a cent
    told = await tales.made()
    assert told.authors == ["llm", "llm", "rules"] and told.rungs(3) == [("full", why)]
    assert len(model.calls) == 2
    assert told.view.phases[0].notice == why and told.view.engine == "llm"
    # It is a limit of 24 hours.
    async with tales.db.write() as session:
        await session.execute(update(LlmCall).values(at=LlmCall.at - 86_401))
    assert (await tales.made(name="the day after")).authors[:2] == ["llm", "llm"]


async def test_a_budget_of_one_person_is_no_limit_for_another(tales: Tales, model: Models, bob: Any) -> None:
    await tales.with_settings(llm_daily_budget_per_user=0.001)
    assert (await tales.made(parts=2)).authors == ["llm", "rules"]
    tales.person = bob
    assert (await tales.made(parts=2)).authors == ["llm", "rules"]


async def test_what_was_answered_is_not_asked_again(tales: Tales, model: Models) -> None:
    """A worker that died between the answer and the checkpoint: another has the reply."""
    id_ = await tales.ask()
    await tales.make(1)
    first = await tales.told(id_)
    async with tales.db.write() as session:  # as if part 3 had not been kept
        from app.models import Checkpoint, Item, Result

        for table in (Result, Checkpoint):
            await session.execute(table.__table__.delete())  # type: ignore[attr-defined]
        await session.execute(Item.__table__.delete().where(Item.key == "part-3"))  # type: ignore[attr-defined]
        await session.execute(update(Generation).values(status="pending", finished_at=None))
    await tales.make(1)
    told = await tales.told(id_)
    assert told.view.status == "completed" and told.pieces == first.pieces
    assert len(model.calls) == 3 and told.view.cost == first.view.cost


async def test_the_last_fifth_of_the_time_is_the_rules_engines(tales: Tales, model: Models) -> None:
    await tales.with_settings(generation_timeout=600.0, llm_idle_timeout=60.0)
    id_ = await tales.ask()
    async with tales.db.write() as session:
        await session.execute(update(Generation).values(spent=481.0))
    await tales.make(1)
    told = await tales.told(id_)
    assert told.view.status == "completed" and told.authors == ["rules"] * 3
    assert told.rungs(1) == [("full", LATE)] and model.calls == []


async def test_a_hanging_model_leaves_time_for_the_rules(tales: Tales, model: Models) -> None:
    await tales.with_settings(phase_timeout=5.0, llm_idle_timeout=60.0)
    model.always = Says(tell, stops=10, how="hangs")
    told = await tales.made(times=1)
    assert told.view.status == "completed" and told.authors == ["rules"] * 3 and told.view.attempt == 1


async def test_no_more_calls_at_once_than_allowed(tales: Tales, model: Models) -> None:
    await tales.with_settings(llm_concurrency=2)
    model.always = Says(tell, size=20, pause=0.02)
    ids = [await tales.ask(name=str(n), parts=2) for n in range(5)]
    await asyncio.gather(*(tales.runner.make() for _ in ids))
    assert [(await tales.told(id_)).view.status for id_ in ids] == ["completed"] * 5
    assert model.most_open == 2


async def test_a_provider_that_is_back_writes_again(
    tales: Tales, model: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    from worker.llm import limits

    monkeypatch.setattr(limits, "COOLDOWN", 0.5)
    monkeypatch.setattr(pen, "AGAIN", ())
    await model.stop()
    assert (await tales.made(parts=6)).authors == ["rules"] * 6
    await model.start()
    await asyncio.sleep(0.7)
    told = await tales.made(parts=3, name="back")
    assert told.authors == ["llm"] * 3


async def test_redis_away_costs_nothing_but_places(tales: Tales, model: Models, valkey: Any) -> None:
    await tales.with_settings(llm_requests_per_minute=60_000)
    valkey.kill()
    told = await tales.made()
    assert told.view.status == "completed" and told.authors == ["llm"] * 3


async def test_recorded_answers_need_no_model(tales: Tales, model: Models, tmp_path: Path) -> None:
    await tales.with_settings(llm_recording=tmp_path / "answers.jsonl")
    model.script = [Says(tell), Says("no"), Says(tell), Says(tell, whole=True)]
    first = await tales.made()
    kept = (tmp_path / "answers.jsonl").read_text()
    assert KEY not in kept and "Tell one part" not in kept and len(kept.splitlines()) == 4
    await model.stop()
    await tales.with_settings(llm_api_key="", llm_base_url="http://127.0.0.1:9/v1")
    again = await tales.made(name="again")
    assert again.pieces == first.pieces and again.authors == ["llm"] * 3
    assert [call.tokens_in for call in again.calls[4:]] == [call.tokens_in for call in first.calls]


async def test_what_is_asked_anew_is_not_answered_from_what_the_rules_wrote_for_want_of_a_model(
    tales: Tales, model: Models
) -> None:
    async def asked() -> generations.Created:
        return await generations.create(tales.db, tales.bell, tales.settings, tales.person, "tale", {"name": "x"})

    model.always = Status(401)
    first = await asked()
    await tales.make(1)
    assert (await tales.told(first.generation.id)).view.engine == "rules"
    model.always = Says(tell)
    await tales.runner.llm.limits.ok()  # type: ignore[union-attr]
    second = await asked()
    assert not second.generation.cached
    await tales.make(1)
    assert (await tales.told(second.generation.id)).view.engine == "llm"
    assert (await asked()).generation.cached


async def test_replies_are_forgotten_and_sums_are_kept(tales: Tales, model: Models) -> None:
    told = await tales.made()
    async with tales.db.write() as session:
        await session.execute(update(LlmCall).values(at=now() - 3 * 86_400))
    await tidy(tales.db)
    after = await tales.told(told.view.id)
    assert [call.reply for call in after.calls] == [None] * 3 and after.view.cost == told.view.cost
    async with tales.db.write() as session:
        await session.execute(update(LlmCall).values(at=now() - 91 * 86_400))
    await tidy(tales.db)
    assert (await tales.told(told.view.id)).calls == []
