// Makes what is on the page equal to a fresh rendering of it, and keeps every element that can stay: with it the focus,
// what somebody has opened, and how far they have scrolled.

export function morph(old, fresh) {
  if (old.nodeName !== fresh.nodeName || restarts(old, fresh)) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) return;
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !own(old, name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const [kept, coming] = [[...old.childNodes], [...fresh.childNodes]];
  coming.forEach((child, index) => (index < kept.length ? morph(kept[index], child) : old.append(child)));
  for (const child of kept.slice(coming.length)) child.remove();
}

// The reader's, not the server's.
const own = (element, name) => name === "open" && element.nodeName === "DETAILS";

// A duration that runs counts from when it came.
const restarts = (old, fresh) => old.dataset?.elapsed !== fresh.dataset?.elapsed;
