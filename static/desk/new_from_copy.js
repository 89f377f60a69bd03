// A file may be dropped anywhere on the form; without this script its file field does the same.
const form = document.querySelector("form[data-drop]");
const field = form && document.getElementById(form.dataset.drop);

if (field) {
  const zone = field.closest(".drop");
  const hasFile = (event) => event.dataTransfer && event.dataTransfer.types.includes("Files");

  form.addEventListener("dragover", (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    zone.classList.add("over");
  });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) zone.classList.remove("over");
  });
  form.addEventListener("drop", (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    zone.classList.remove("over");
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
}

// After a look at the copy the reader begins at what was found.
document.getElementById("said")?.focus({ preventScroll: false });
