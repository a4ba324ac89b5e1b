// The pieces as they are made: each is fetched as the server renders it and takes the place of one fold.

import { fragment } from "./fragments.js";

// Of a course a part stands before its sections, whenever they were made; as in app/pages/kinds.py.
function placeOf(key, index) {
  const found = key.match(/^(?:part|section)-(\d+)(?:\.(\d+))?$/);
  return found ? Number(found[1]) * 1000 + Number(found[2] ?? 0) : index;
}

export class Items {
  #id;
  #list;
  #wanted = new Map(); // key -> the newest version asked for

  constructor(id, list) {
    this.#id = id;
    this.#list = list;
  }

  async ready({ item: { key, index, version } }) {
    const there = this.#find(key);
    if (Number(there?.dataset.version ?? 0) >= version || (this.#wanted.get(key) ?? 0) >= version) return;
    this.#wanted.set(key, version);
    const place = there ?? this.#place(key, placeOf(key, index));
    const piece = await fragment(`/generations/${this.#id}/items/${encodeURIComponent(key)}`);
    if (this.#wanted.get(key) !== version) return; // a newer one is on its way
    if (!piece) {
      this.#wanted.delete(key);
      return;
    }
    piece.open = Boolean(place.querySelector(":scope > details")?.open);
    place.replaceChildren(piece);
    place.dataset.version = version;
    place.className = "unfolded";
    place.removeAttribute("aria-hidden");
    if (!there) place.dataset.new = "";
    this.#count();
  }

  // How many pieces of each sort there are so far.
  #count() {
    for (const figure of document.querySelectorAll("[data-count-of]")) {
      const count = this.#list.querySelectorAll(`[data-key^="${figure.dataset.countOf}-"].unfolded`).length;
      figure.textContent = `${count} ${figure.dataset.countOf}${count === 1 ? "" : "s"}`;
    }
  }

  // Nothing more will come: what is still folded was one fold too many.
  finished() {
    for (const fold of this.#list.querySelectorAll(".fold:not([data-key])")) fold.remove();
  }

  #find(key) {
    return this.#list.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }

  // A fold that becomes this piece's place, in the order of the pieces.
  #place(key, index) {
    const place =
      this.#list.querySelector(".fold:not([data-key])") ?? document.getElementById("fold").content.firstElementChild.cloneNode(true);
    place.dataset.key = key;
    place.dataset.index = index;
    const after = [...this.#list.children].find((other) => other !== place && !(Number(other.dataset.index ?? Infinity) < index));
    this.#list.insertBefore(place, after ?? null);
    return place;
  }
}
