// A session as the form has it: the values of its fields, and what the server is told of them.
// The names of the fields are explained in `app/pages/gym.py`.

const DONE = /^(.+)\.(w?\d{1,2})\.done$/;
const FIELDS = ["load", "reps", "rpe", "seconds"];
export const AREA = "pain.";

// What is in the form beside the plan: sets that are ticked, and everything that is no set.
export function told(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || field.type === "button" || field.type === "submit") continue;
    const row = field.closest("[data-row]");
    if (row ? row.querySelector(`[name="${CSS.escape(row.dataset.row)}.done"]`).checked : field.name !== "started_at") {
      const value = valueOf(field);
      if (value !== null) values[field.name] = value;
    }
  }
  return values;
}

// Of one field; null for a radio button that is not chosen.
export function valueOf(field) {
  if (field.type === "radio") return field.checked ? field.value : null;
  return field.type === "checkbox" ? (field.checked ? "on" : "") : field.value;
}

export function number(text) {
  const value = Number(String(text ?? "").trim().replace(",", "."));
  return String(text ?? "").trim() === "" || Number.isNaN(value) ? null : value;
}

// What is wrong with a set, in words; empty when it can be ticked.
export function wrong(values, row) {
  const load = values[`${row}.load`] ?? "";
  if (load.trim() && !(number(load) >= 0 && number(load) <= 1500)) return "Write the load as a number.";
  for (const name of ["reps", "seconds"]) {
    const count = values[`${row}.${name}`];
    if (count !== undefined && !(Number.isInteger(number(count)) && number(count) >= 0 && number(count) <= 1000)) {
      return "Write a whole number.";
    }
  }
  return "";
}

// The body of a PUT of the session.
export function body({ week, day, base, started, finished, values }) {
  return {
    week,
    day,
    revision: base + 1,
    started_at: started,
    finished_at: finished,
    readiness: number(values.readiness),
    session_rpe: number(values.session_rpe),
    entries: entries(values),
    notes: (pain(values) + (values.notes ?? "").trim()).trim(),
  };
}

function entries(values) {
  const found = new Map();
  for (const { key, row, warm } of rows(values)) {
    if (!found.has(key)) {
      const instead = values[`${key}.instead`] ?? "";
      found.set(key, { exercise: instead || key, instead_of: instead ? key : null, sets: [] });
    }
    const [load, reps, rpe, seconds] = FIELDS.map((name) => number(values[`${row}.${name}`]));
    found.get(key).sets.push({ reps: reps ?? 0, load, rpe, seconds, warm_up: warm });
  }
  return [...found.values()];
}

// The rows that are ticked, in their order: by exercise as they came, warm-ups before working sets.
function rows(values) {
  const found = Object.keys(values).map((name) => values[name] && name.match(DONE)).filter(Boolean);
  const keys = [...new Set(found.map(([, key]) => key))];
  return found
    .map(([name, key, set]) => ({
      key, row: name.slice(0, -".done".length), warm: set.startsWith("w"), place: Number(set.replace("w", "")),
    }))
    .sort((a, b) => keys.indexOf(a.key) - keys.indexOf(b.key) || b.warm - a.warm || a.place - b.place);
}

function pain(values) {
  const felt = Object.entries(values).filter(([name, level]) => name.startsWith(AREA) && level);
  if (!felt.length) return "";
  return `Pain: ${felt.map(([name, level]) => `${name.slice(AREA.length).replace("_", " ")} (${level})`).join(", ")}.\n`;
}
