"""The front page."""

from starlette.requests import Request
from starlette.responses import Response

from app import generations
from app.accounts import identify
from app.kinds import KINDS, plan_choices
from app.kinds import program_choices as choices
from app.pages import course_form, kinds, plan_form
from app.pages.program_form import new_form
from app.pages.sample import SAMPLE
from app.pages.templates import page

# What each stage of a program is to somebody who has never seen one.
STEPS = {
    "read_profile": "Goal, days, equipment, lifts, what hurts, how you sleep.",
    "set_landmarks": "How many weekly sets make each muscle grow, and how many it recovers from.",
    "find_weak_points": "What the ratios between your lifts suggest, said with care.",
    "choose_periodization": "How effort and volume rise and fall over the weeks, and why.",
    "build_split": "Which muscles and movements on which day, with rest between.",
    "write_weeks": "Every exercise, set, load and rest. Each week appears as soon as it is written.",
    "check_program": "No session too long, nothing you lack, nothing that hurts, no muscle over its limit.",
    "save": "Yours to read in the gym, on paper or in your own tools.",
}


async def home(request: Request) -> Response:
    person = await identify(request)
    active = await generations.active(request.state.db, person.id) if person else []
    library = await course_form.library(request.state.db, person.id if person else None)
    form = new_form(person.profile if person else {}, person.units if person else "kg", {})
    return page(
        request,
        person,
        "home/index.html",
        active=active[0] if active else None,
        active_label=kinds.label(active[0].kind) if active else "",
        waiting=bool(active) and active[0].status == "pending",
        form=form,
        course_form=course_form.new_form({}, {}),
        library=library,
        examples=course_form.examples(library),
        plan_form=plan_form.new_form({}, "kg", {}),
        diets=[(value, text.lower()) for value, text in plan_choices.DIETS.items()],
        meals=[(count, f"{count} meals a day") for count in range(2, 7)],
        goals=[(value, text.lower()) for value, text in choices.GOALS.items()],
        days=[(count, f"{count} days") for count in range(2, 8)],
        experiences=[(value, text.lower()) for value, text in choices.EXPERIENCES.items()],
        sample=SAMPLE,
        steps=[(label, STEPS[name]) for name, label in KINDS["program"].phases],
    )
