// For those who listen: stages and ends, never ticks. The region is in the page from the start.

const region = document.getElementById("announcer");

export function announce(text) {
  // The same words twice are two announcements only if the region was empty between.
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}
