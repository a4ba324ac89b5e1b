// Single keys, for those who want them: never while something is typed, never with another key held, and off when told so.

const OFF = "unfold.keys-off";

export function shortcuts(actions, escape) {
  const help = document.getElementById("keys");
  const on = document.getElementById("keys-on");
  help.hidden = false;
  on.checked = localStorage.getItem(OFF) === null;
  on.addEventListener("change", () => (on.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      if (typing) event.target.blur();
      else escape();
      return;
    }
    if (typing || !on.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
