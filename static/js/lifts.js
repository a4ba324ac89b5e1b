// The exercises of the gym page: which set is next, steps up and down, plates, another exercise, one set more.

import { announce } from "./announce.js";
import { draw } from "./plates.js";
import { number } from "./training.js";

const STEPS = { load: { kg: 2.5, lb: 5 }, reps: 1, seconds: 5 };

export class Lifts {
  #form;
  #plates;
  #units;
  #all;

  constructor(form) {
    this.#form = form;
    this.#plates = JSON.parse(form.dataset.plates);
    this.#units = form.dataset.units;
    this.#all = [...form.querySelectorAll(".gym-lift")];
    for (const lift of this.#all) {
      lift.querySelector("[data-scripted]").hidden = false;
      lift.querySelector("[data-add]").addEventListener("click", () => this.#add(lift));
      lift.querySelector("[data-next]").addEventListener("click", () => this.#next(lift));
    }
  }

  // A step down and up at each number.
  equip(root = this.#form) {
    for (const input of root.querySelectorAll(".gym-set :is(.gym-load, .gym-reps, .gym-seconds) input:not([type=hidden])")) {
      if (input.parentElement.tagName === "SPAN") continue;
      const name = input.name.split(".").pop();
      const by = name === "load" ? STEPS.load[this.#units] : STEPS[name];
      const label = input.labels[0].textContent;
      const span = document.createElement("span");
      input.replaceWith(span);
      span.append(this.#step(input, -by, `Less ${label}`, "−"), input, this.#step(input, by, `More ${label}`, "+"));
    }
  }

  #step(input, by, label, sign) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "gym-step", textContent: sign, ariaLabel: label });
    button.addEventListener("click", () => {
      input.value = String(Math.max(0, Math.round(((number(input.value) ?? 0) + by) * 100) / 100));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    return button;
  }

  // Values as they are kept, into their fields; sets that were added come back.
  fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const found = name.match(/^(.+)\.(\d{1,2})\.done$/);
      if (found) this.#grow(found[1], Number(found[2]));
      if (name.endsWith(".instead")) this.#choose(name, value);
    }
    for (const field of this.#form.elements) {
      const value = values[field.name];
      if (value === undefined || field === document.activeElement) continue;
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type === "checkbox") field.checked = value === "on";
      else field.value = value;
    }
  }

  #choose(name, value) {
    const select = this.#form.elements.namedItem(name);
    if (select && select.value !== value) {
      select.value = value;
      this.substitute(select);
    }
  }

  #grow(key, place) {
    const lift = this.#form.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (lift) for (let rows = this.#rows(lift).length; rows <= place; rows += 1) this.#add(lift);
  }

  #rows(lift) {
    return [...lift.querySelectorAll(".gym-set")];
  }

  // One set more, like the last.
  #add(lift) {
    const rows = this.#rows(lift);
    const last = rows[rows.length - 1];
    if (!last || rows.length >= 40) return;
    const row = last.cloneNode(true);
    const old = last.dataset.row;
    const name = `${lift.dataset.key}.${rows.length}`;
    row.dataset.row = name;
    row.removeAttribute("data-current");
    row.removeAttribute("data-left-out");
    for (const element of row.querySelectorAll("[name], [id], [for]")) {
      for (const attribute of ["name", "id", "for"]) {
        const value = element.getAttribute(attribute);
        if (value) element.setAttribute(attribute, value.replace(old, name).replace(old.replace(".", "-"), name.replace(".", "-")));
      }
    }
    row.querySelector("strong").textContent = `Set ${rows.length + 1}`;
    row.querySelector(".gym-tick-words").textContent = `Set ${rows.length + 1} done`;
    for (const words of row.querySelectorAll("label .visually-hidden")) words.textContent = `, set ${rows.length + 1}`;
    row.querySelector("[type=checkbox]").checked = false;
    for (const span of row.querySelectorAll(".gym-field > span")) span.replaceWith(span.querySelector("input"));
    const [values, copies] = [last, row].map((one) => one.querySelectorAll("input:not([type=checkbox]), select"));
    values.forEach((field, index) => { copies[index].value = field.value; });
    last.after(row);
    this.equip(row);
    this.arrange();
  }

  // The first set that is left of each exercise is the one in reach.
  arrange() {
    for (const lift of this.#all) {
      const rows = this.#rows(lift);
      const todo = rows.filter((row) => !row.hasAttribute("data-left-out"));
      const left = todo.filter((row) => !row.querySelector("[type=checkbox]").checked);
      for (const row of rows) row.toggleAttribute("data-current", row === left[0]);
      lift.toggleAttribute("data-complete", left.length === 0);
      lift.querySelector("[data-progress]").textContent = `${todo.length - left.length} of ${todo.length}`;
      const next = lift.querySelector("[data-next]");
      next.hidden = lift === this.#all[this.#all.length - 1];
      next.classList.toggle("button-main", left.length === 0);
    }
    this.drawPlates();
  }

  drawPlates() {
    for (const lift of this.#all) {
      const place = lift.querySelector("[data-plates]");
      if (!place) continue;
      const row = lift.querySelector("[data-current]") ?? lift.querySelector(".gym-set");
      const other = lift.querySelector("select[name$='.instead']")?.value;
      const load = other || !row ? null : number(row.querySelector(".gym-load input").value);
      draw(place, load, Number(lift.dataset.barWeight), this.#plates);
    }
  }

  // Another exercise in its place: its own name and its last time; loads of sets that are left are its own, too.
  substitute(select) {
    const lift = select.closest(".gym-lift");
    const { name, last, load } = select.selectedOptions[0].dataset;
    lift.querySelector("[data-name]").textContent = name;
    const before = lift.querySelector("[data-last-all]");
    before.hidden = !last;
    before.querySelector("span").textContent = last;
    const warmUps = lift.querySelector(".gym-warm-ups");
    if (warmUps) warmUps.hidden = Boolean(select.value); // those are of the planned one
    for (const row of this.#rows(lift)) {
      if (row.querySelector("[type=checkbox]").checked) continue;
      row.querySelector("[data-last]").hidden = Boolean(select.value) || !row.querySelector("[data-last] span").textContent;
      const field = row.querySelector(".gym-load input");
      field.value = select.value ? (load ?? "") : field.defaultValue;
    }
  }

  #next(lift) {
    const next = this.#all[this.#all.indexOf(lift) + 1];
    lift.querySelector("details").open = false;
    next.querySelector("details").open = true;
    next.scrollIntoView({ block: "start" });
    next.querySelector("summary").focus({ preventScroll: true });
  }

  anything() {
    return this.#form.querySelector(".gym-set [type=checkbox]:checked, .gym-warm [type=checkbox]:checked") !== null;
  }

  count() {
    const rows = this.#form.querySelectorAll(".gym-set:not([data-left-out])");
    const done = [...rows].filter((row) => row.querySelector("[type=checkbox]").checked).length;
    return `${done} of ${rows.length} sets`;
  }

  refuse(row, fault) {
    this.accept(row);
    const error = document.createElement("span");
    Object.assign(error, { className: "field-error", textContent: fault });
    row.append(error);
    announce(fault);
  }

  accept(row) {
    row.querySelector(".field-error")?.remove();
  }

  nothing() {
    const place = this.#form.querySelector("[data-finish]").parentElement;
    if (!place.querySelector(".field-error")) {
      const error = document.createElement("span");
      Object.assign(error, { className: "field-error", textContent: "Tick at least one set that you did." });
      place.prepend(error);
    }
    announce("Tick at least one set that you did.");
  }
}
