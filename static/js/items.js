// The pieces as they are made: each is fetched as the server renders it and takes the place of one fold.

import { fragment } from "./fragments.js";

// Of a course a part stands before its sections, whenever they were made; as in app/pages/kinds.py.
function placeOf(key, index) {
  const found = key.match(/^(?:part|section)-(\d+)(?:\.(\d+))?$/);
  return found ? Number(found[1]) * 1000 + Number(found[2] ?? 0) : index;
}
const SHOWN = 1200; // characters of a draft: its end

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
    if (!there || there.dataset.draft !== undefined) place.dataset.new = "";
    delete place.dataset.draft;
    place.dataset.version = version;
    place.className = "unfolded";
    place.removeAttribute("aria-hidden");
    this.#count();
  }

  // How many pieces of each sort there are so far.
  #count() {
    for (const figure of document.querySelectorAll("[data-count-of]")) {
      const count = this.#list.querySelectorAll(`[data-key^="${figure.dataset.countOf}-"].unfolded`).length;
      figure.textContent = `${count} ${figure.dataset.countOf}${count === 1 ? "" : "s"}`;
    }
  }

  // What a language model is writing at this moment: `text` follows the `at` characters that came before. It is for the
  // eyes of whoever watches; the finished piece takes its place, and nobody who came late is told half of it as the whole.
  delta({ key, index, title, at, text }) {
    let place = this.#find(key);
    if (index == null || place?.dataset.version) return;
    if (!text && at === 0) {
      if (place) this.#write(place, "");
      return;
    }
    place ??= this.#place(key, placeOf(key, index));
    if (place.dataset.draft === undefined) this.#draft(place, title);
    const before = at === 0 ? "" : place.dataset.draft;
    const shown = before.length === at ? before : "…\n".padStart(at).slice(-at); // some of it was lost, or came before us
    this.#write(place, shown + text);
  }

  // Nobody writes any more, or somebody begins anew.
  undraft() {
    for (const place of this.#list.querySelectorAll("[data-draft]")) {
      for (const name of ["draft", "key", "index"]) delete place.dataset[name];
      place.className = "fold";
      place.replaceChildren();
    }
  }

  #draft(place, title) {
    place.className = "draft";
    place.dataset.draft = "";
    const [head, body] = ["p", "p"].map((name) => document.createElement(name));
    head.className = "draft-title";
    head.textContent = title;
    body.className = "draft-text";
    place.replaceChildren(head, body);
  }

  #write(place, text) {
    place.dataset.draft = text;
    const body = place.querySelector(".draft-text");
    if (body) body.textContent = text.trimStart().slice(-SHOWN);
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
