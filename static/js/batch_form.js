// Comforts of the table: a chosen file is read into the list, where it can be looked at and put right; and what was looked
// over is no longer shown when it has changed.

const form = document.getElementById("batch-form");
const clients = document.getElementById("clients");
const file = document.getElementById("file");
const LARGEST = 512 * 1024;

file.addEventListener("change", async () => {
  const chosen = file.files[0];
  if (!chosen || chosen.size > LARGEST) return;
  const data = new Uint8Array(await chosen.arrayBuffer());
  const text = decoded(data);
  if (text === null) return; // the server knows more ways to read it
  clients.value = text;
  file.value = "";
  clients.dispatchEvent(new Event("input", { bubbles: true }));
  clients.focus();
});

function decoded(data) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    return null;
  }
}

// From a mistake to its line.
document.getElementById("errors")?.addEventListener("click", (event) => {
  const row = Number(event.target.closest("[data-row]")?.dataset.row ?? 0);
  const lines = clients.value.split("\n");
  if (!row || row > lines.length) return;
  event.preventDefault();
  const start = lines.slice(0, row - 1).join("\n").length + (row > 1 ? 1 : 0);
  clients.focus();
  clients.setSelectionRange(start, start + lines[row - 1].length);
});

form.addEventListener("input", () => {
  document.getElementById("preview")?.remove();
  const make = form.querySelector("[data-make]");
  if (!make) return;
  const look = form.querySelector("[value=look]");
  make.remove();
  look.textContent = "Look it over";
  look.className = "button button-main button-large";
  form.querySelector(".form-end .note").textContent = "You see what will be made before anything is.";
});
