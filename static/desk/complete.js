// A list that completes names has the cursor in its search as soon as it is open; the library's own timer gives it a
// moment later, in which letters got lost.
const jQuery = window.django.jQuery
jQuery(document).on("select2:open", () => document.querySelector(".select2-container--open .select2-search__field")?.focus())

// It opens by the first letter that is typed on it, which is then the first of the name. The admin's own opens by Enter or
// an arrow alone.
document.addEventListener("keydown", (event) => {
  const closed = event.target.closest?.(".select2-selection--single")
  if (!closed || event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey) return
  jQuery(closed.closest(".select2-container").previousElementSibling).select2("open")
})
