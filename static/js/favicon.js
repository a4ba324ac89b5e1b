// The tab's icon tells the state; while something is made it is a ring that fills.

const icon = document.getElementById("favicon");
const icons = document.body.dataset.icons;
let shown = icon.getAttribute("href");

export function favicon(state, progress = 0) {
  const href = state === "working" ? ring(progress) : `${icons}${state}.svg`;
  if (href === shown) return;
  shown = href;
  icon.setAttribute("href", href);
}

function ring(progress) {
  const length = 75.4; // the circumference of a circle of radius 12
  const made = (Math.round(progress * 24) / 24) * length; // in steps: browsers draw icons slowly
  const circle = (attributes) => `<circle cx="16" cy="16" r="12" fill="none" stroke="#e59a0c" stroke-width="6" ${attributes}/>`;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${circle('stroke-opacity=".3"')}` +
    `${circle(`stroke-dasharray="${made.toFixed(1)} ${length}" transform="rotate(-90 16 16)"`)}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
