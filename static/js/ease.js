// A session made easier on the day: lighter loads, and sets that are left out, as the program's rules for readiness say.

import { announce } from "./announce.js";
import { number } from "./training.js";

// Sets that are left out, of so many, by how many percent the loads go down.
const LEFT_OUT = { 5: (sets) => (sets > 1 ? 1 : 0), 10: (sets) => Math.floor(sets / 2) };
const STEP = { kg: 2.5, lb: 5 };

export class Ease {
  #form;
  #buttons;

  // `change(values, percent)` is called when the reader eases the session, or takes it back (0).
  constructor(form, change) {
    this.#form = form;
    this.#buttons = [...form.querySelectorAll("[data-ease]")];
    for (const button of this.#buttons) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const percent = button.getAttribute("aria-pressed") === "true" ? 0 : Number(button.dataset.ease);
        change(this.#loads(percent), percent);
        announce(percent ? "Eased" : "As planned again");
      });
    }
  }

  // The sets that are left out, and which button did it.
  show(percent) {
    for (const button of this.#buttons) button.setAttribute("aria-pressed", String(Number(button.dataset.ease) === percent));
    for (const lift of this.#form.querySelectorAll(".gym-lift")) {
      const rows = [...lift.querySelectorAll(".gym-set")];
      const kept = rows.length - (LEFT_OUT[percent]?.(rows.length) ?? 0);
      rows.forEach((row, index) => row.toggleAttribute("data-left-out", index >= kept && !row.querySelector("[type=checkbox]").checked));
    }
  }

  // Of the sets that are left to do, by the name of their fields.
  #loads(percent) {
    const values = {};
    for (const row of this.#form.querySelectorAll(".gym-set")) {
      const field = row.querySelector(".gym-load input");
      const planned = number(field.defaultValue);
      const other = row.closest(".gym-lift").querySelector("select[name$='.instead']")?.value;
      if (planned === null || other || row.querySelector("[type=checkbox]").checked) continue;
      const step = STEP[this.#form.dataset.units];
      const least = Number(row.closest(".gym-lift").dataset.barWeight ?? 0);
      const lighter = Math.floor((planned * (100 - percent)) / 100 / step + 0.25) * step;
      values[field.name] = String(percent ? Math.max(least, lighter) : planned);
    }
    return values;
  }
}
