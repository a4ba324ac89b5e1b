// What goes on each side of the bar, as the server draws it first.

const SVG = "http://www.w3.org/2000/svg";
const SHOWN = 9;

// `set`: [weight, colour, height] of each plate there is, heaviest first. Null: it cannot be loaded exactly.
export function loaded(load, bar, set) {
  let left = (load - bar) / 2;
  const found = [];
  for (const plate of set) {
    for (; left >= plate[0] - 1e-9; left -= plate[0]) found.push(plate);
  }
  return load !== null && found.length && Math.abs(left) < 1e-9 ? found : null;
}

export function draw(place, load, bar, set) {
  const plates = loaded(load, bar, set);
  place.hidden = plates === null;
  if (plates === null) return;
  place.querySelector("[data-sides]").textContent = plates.map(([weight]) => weight).join(" + ");
  place.querySelector("[data-for]").textContent = load;
  const svg = place.querySelector("svg");
  for (const old of svg.querySelectorAll(".plate")) old.remove();
  plates.slice(0, SHOWN).forEach(([, colour, height], index) => {
    const plate = document.createElementNS(SVG, "rect");
    const size = { x: 16 + index * 8, y: 22 - height / 2, width: 7, height, rx: 1.5 };
    for (const [name, value] of Object.entries(size)) plate.setAttribute(name, value);
    plate.setAttribute("class", `plate plate-${colour}`);
    svg.append(plate);
  });
}
