// A citation opens its source: beside the text where they stand there, below its paragraph where there is no room.
// Without this script it leads to the source at the end of the lesson, and that one back.

const BESIDE = matchMedia("(min-width: 64rem)");

export function showSources() {
  let link = null;
  let open = null;

  const close = () => {
    open?.remove();
    document.querySelector(".sources [data-on]")?.removeAttribute("data-on");
    link?.setAttribute("aria-expanded", "false");
    [open, link] = [null, null];
  };

  const below = (source) => {
    const note = document.createElement("aside");
    note.className = "cited";
    note.setAttribute("aria-label", link.getAttribute("aria-label"));
    for (const child of source.children) if (!child.querySelector(".back")) note.append(child.cloneNode(true));
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", "Close the source");
    button.textContent = "×";
    button.addEventListener("click", () => {
      const back = link;
      close();
      back?.focus({ preventScroll: true });
    });
    note.append(button);
    let block = link;
    while (block.parentElement.id !== "lesson") block = block.parentElement;
    block.after(note);
    open = note;
  };

  document.getElementById("lesson").addEventListener("click", (event) => {
    const cite = event.target.closest("a.cite");
    if (!cite || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const same = cite === link;
    close();
    if (same) return;
    link = cite;
    link.setAttribute("aria-expanded", "true");
    const source = document.getElementById(`source-${cite.dataset.ref}`);
    if (!BESIDE.matches) {
      below(source);
      return;
    }
    source.dataset.on = "";
    const place = source.closest(".sources");
    place.scrollTo({ top: source.offsetTop - place.clientHeight / 3 });
  });
  for (const cite of document.querySelectorAll("#lesson a.cite")) cite.setAttribute("aria-expanded", "false");
  BESIDE.addEventListener("change", close);
  return { close };
}
