"""Every address that answers with HTML, and the static files."""

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.pages import (
    accounts,
    analytics,
    batches,
    calendar,
    generations,
    library,
    plan_changes,
    plans,
    programs,
    schedules,
    train,
    training_log,
    versions,
)
from app.pages.assets import ROOT, static_route
from app.pages.home import home


async def favicon(request: Request) -> Response:
    """For what asks without having read a page."""
    return FileResponse(ROOT / "icons" / "idle.svg", media_type="image/svg+xml")


async def my_programs(request: Request) -> Response:
    return RedirectResponse("/generations?kind=program", 303)


routes: list[BaseRoute] = [
    Route("/", home),
    Route("/programs", my_programs),
    Route("/programs", programs.create, methods=["POST"]),
    Route("/programs/new", programs.new),
    Route("/programs/{id}", programs.show),
    Route("/programs/{id}/calendar", calendar.calendar),
    Route("/programs/{id}/train", train.upcoming),
    Route("/programs/{id}/train/{week:int}/{day:int}", train.show),
    Route("/programs/{id}/train/{week:int}/{day:int}", train.save, methods=["POST"]),
    Route("/programs/{id}/train/{week:int}/{day:int}/after", train.after),
    Route("/programs/{id}/log", training_log.show),
    Route("/programs/{id}/log", training_log.check_in, methods=["POST"]),
    Route("/programs/{id}/log/{training}/delete", training_log.remove, methods=["POST"]),
    Route("/programs/{id}/versions", versions.index),
    Route("/programs/{id}/compare", versions.compared),
    Route("/programs/{id}/change", versions.choose),
    Route("/programs/{id}/change", versions.change, methods=["POST"]),
    Route("/plans", plans.mine),
    Route("/plans", plans.create, methods=["POST"]),
    Route("/plans/new", plans.new),
    Route("/plans/{id}", plans.show),
    Route("/plans/{id}/follow", plan_changes.follow, methods=["POST"]),
    Route("/plans/{id}/marks", plan_changes.mark, methods=["POST"]),
    Route("/plans/{id}/weigh", plan_changes.weigh, methods=["POST"]),
    Route("/plans/{id}/change", plan_changes.change, methods=["POST"]),
    Route("/generations", generations.index),
    Route("/generations/{id}", generations.show),
    Route("/generations/{id}/panel", generations.panel),
    Route("/generations/{id}/row", generations.row),
    Route("/generations/{id}/items/{key}", generations.item),
    Route("/generations/{id}/cancel", generations.cancel, methods=["POST"]),
    Route("/generations/{id}/retry", generations.retry, methods=["POST"]),
    Route("/generations/{id}/anew", generations.anew, methods=["POST"]),
    Route("/batches", batches.index),
    Route("/batches", batches.create, methods=["POST"]),
    Route("/batches/list", batches.listed),
    Route("/batches/new", batches.new),
    Route("/batches/template.csv", batches.template),
    Route("/batches/{id}", batches.show),
    Route("/batches/{id}/rows", batches.rows),
    Route("/batches/{id}/cancel", batches.cancel, methods=["POST"]),
    Route("/batches/{id}/retry", batches.retry, methods=["POST"]),
    Route("/batches/{id}/members/{member}/retry", batches.retry_one, methods=["POST"]),
    Route("/schedules", schedules.index),
    Route("/schedules", schedules.create, methods=["POST"]),
    Route("/schedules/new", schedules.new),
    Route("/schedules/{id}/row", schedules.row),
    Route("/schedules/{id}/delete", schedules.delete, methods=["POST"]),
    Route("/library", library.index),
    Route("/library", library.create, methods=["POST"]),
    Route("/library/mine", library.mine),
    Route("/library/{id}", library.show),
    Route("/library/{id}/delete", library.delete, methods=["POST"]),
    Route("/books/{id}", library.by_result),
    Route("/sign-in", accounts.sign_in_form),
    Route("/sign-in", accounts.sign_in, methods=["POST"]),
    Route("/sign-up", accounts.sign_up_form),
    Route("/sign-up", accounts.sign_up, methods=["POST"]),
    Route("/sign-out", accounts.sign_out, methods=["POST"]),
    Route("/account", accounts.account),
    Route("/account", accounts.change, methods=["POST"]),
    Route("/analytics", analytics.index),
    Route("/analytics/now", analytics.now),
    Route("/analytics/figures", analytics.figures),
    Route("/favicon.ico", favicon),
    Route("/sw.js", train.service_worker),
    static_route(),
]
