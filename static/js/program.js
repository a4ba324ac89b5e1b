// A link to a week of this page opens it, in browsers that do not do so themselves.

function open() {
  const target = document.getElementById(location.hash.slice(1));
  const week = target?.closest("details.week");
  if (!week) return;
  week.open = true;
  target.scrollIntoView({ block: "nearest" });
  week.querySelector("summary").scrollIntoView({ block: "start" });
}

addEventListener("hashchange", open);
open();
