// A list that completes names opens by the first letter that is typed on it, which is then the first of the name. The
// admin's own opens by Enter or an arrow alone.
document.addEventListener("keydown", (event) => {
  const closed = event.target.closest?.(".select2-selection--single")
  if (!closed || event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey) return
  const select = closed.closest(".select2-container").previousElementSibling
  window.django.jQuery(select).select2("open") // its search has the cursor now, and takes the letter
})
