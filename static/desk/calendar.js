// Drag an appointment to another day: its form opens there with the new day and the old time of day. Nothing moves
// before its button is pressed, so that a slip of the hand publishes nothing. Without a mouse the same form is opened by "Move".
const week = document.querySelector(".week");
let dragged = null;

function dayUnder(event) {
  return event.target.closest?.("[data-date]");
}

function mark(day) {
  week.querySelectorAll(".over").forEach((other) => other.classList.toggle("over", other === day));
  day?.classList.add("over");
}

for (const form of week.querySelectorAll(".appointment form")) form.closest(".appointment").draggable = true;

week.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".appointment[draggable]");
  event.dataTransfer?.setData("text/plain", dragged?.id ?? "");
});
week.addEventListener("dragover", (event) => {
  const day = dragged && dayUnder(event);
  if (!day) return;
  event.preventDefault();
  mark(day);
});
week.addEventListener("dragend", () => {
  dragged = null;
  mark(null);
});
week.addEventListener("drop", (event) => {
  const day = dragged && dayUnder(event);
  if (!day) return;
  event.preventDefault();
  const time = dragged.querySelector("input[name=at]");
  time.value = `${day.dataset.date}T${time.value.slice(11)}`;
  dragged.querySelector("details").open = true;
  (dragged.querySelector("input[name=reason]") ?? dragged.querySelector("form button")).focus();
});
