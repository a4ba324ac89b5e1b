// A link to a week opens it, in browsers that do not do so themselves.

function open() {
  const target = document.getElementById(location.hash.slice(1));
  const week = target?.closest("details.week");
  if (!week) return;
  week.open = true;
  target.scrollIntoView({ block: "nearest" });
  week.querySelector("summary").scrollIntoView({ block: "start" });
}

addEventListener("hashchange", open);
// The same week chosen again after it was closed by hand.
document.querySelector(".block")?.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link?.hash === location.hash) open();
});
open();
