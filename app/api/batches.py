"""Batches: up to a hundred requests that are taken together, or not at all."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from starlette.responses import Response

from app.api.calls import Answer, Asked, Call, answer, missing
from app.api.problems import faults, invalid
from app.api.schemas import CreateGeneration, with_inputs
from app.generations import batches
from app.generations.batches import MOST, Batch, Twins
from app.generations.create import Order, order
from app.kinds import KINDS
from app.library.chosen import check_books

SIZE = Field(min_length=1, max_length=MOST, description=f"1 to {MOST}, no two of them the same.")


class CreateBatch(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    items: Annotated[list[CreateGeneration], SIZE]


def _shown() -> Any:
    each: Any = with_inputs(CreateGeneration, "Batch")
    return create_model("CreateBatchShown", __base__=CreateBatch, items=(Annotated[list[each], SIZE], ...))


async def create(asked: Asked[CreateBatch, None]) -> Response:
    orders = await _orders(asked)
    try:
        made = await batches.create(asked.db, asked.bell, asked.settings, asked.person, orders)
    except Twins as twins:
        raise invalid([(["items", index], f"The same as items[{of}]") for index, of in twins.of.items()]) from None
    return answer(made, 202, location=f"/api/v1/batches/{made.id}")


async def _orders(asked: Asked[CreateBatch, None]) -> list[Order]:
    """All of them, or what is wrong with all of them. Raises Problem."""
    orders: list[Order] = []
    wrong: list[tuple[list[str | int], str]] = []
    for index, item in enumerate(asked.body.items):
        try:
            one = order(item.kind, item.input, subject=item.subject, fresh=item.fresh)
            await check_books(asked.db, asked.person.id, one.kind, one.asked)
            orders.append(one)
        except ValidationError as error:
            wrong += faults(error, KINDS[item.kind].input_model, ["items", index, "input"])
    if wrong:
        raise invalid(wrong)
    return orders


async def show(asked: Asked[None, None]) -> Response:
    return _found(await batches.get(asked.db, asked.person.id, asked.id))


async def cancel(asked: Asked[None, None]) -> Response:
    return _found(await batches.cancel(asked.db, asked.bell, asked.person.id, asked.id), 202)


async def retry(asked: Asked[None, None]) -> Response:
    return _found(await batches.retry(asked.db, asked.bell, asked.settings, asked.person.id, asked.id), 202)


def _found(batch: Batch | None, status: int = 200) -> Response:
    if batch is None:
        raise missing()
    return answer(batch, status)


ONE = "/batches/{id}"
CALLS = [
    Call(
        "POST", "/batches", create, "Ask for several at once, such as a program for each client",
        {202: Answer("All are taken; those that are being made already are marked `existing`.", Batch, location=True)},
        group="batches", body=CreateBatch, body_shown=_shown,
    ),
    Call("GET", ONE, show, "One batch, with all that is in it", {200: Answer("The batch.", Batch)}, group="batches"),
    Call(
        "POST", f"{ONE}/cancel", cancel, "Stop all of it that is not finished",
        {202: Answer("It is cancelled, or will be in a moment.", Batch)}, group="batches",
    ),
    Call(
        "POST", f"{ONE}/retry", retry, "Queue again what failed and can be tried again; finished pieces are kept",
        {202: Answer("They are queued.", Batch)}, group="batches",
    ),
]  # fmt: skip
