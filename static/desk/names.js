// Names, for those who hear the page, of what Django's own widgets leave without one: lists that complete names, dates in
// two fields, the cells of a table of rows, the question marks of lists to choose from.

const words = (element) => element?.textContent.trim().replace(/:$/, "") ?? ""
const labelOf = (field) => words(field?.labels?.[0] ?? field?.closest(".form-row, .field")?.querySelector("label, legend"))

function nameList(container) {
  const select = container.previousElementSibling
  const name = select?.matches("select") ? labelOf(select) : ""
  if (!name) return
  const box = container.querySelector(".select2-selection")
  const shown = container.querySelector(".select2-selection--single .select2-selection__rendered")
  shown?.setAttribute("aria-label", `${name}: ${words(shown)}`)
  if (shown) box.removeAttribute("aria-labelledby")
  for (const element of [box, container.querySelector("input")]) element?.setAttribute("aria-label", shown ? `${name}: ${shown.title}` : name)
}

const nameOpenList = (input) => {
  const container = document.querySelector(".select2-container--open:has(.select2-selection)")
  input.setAttribute("aria-label", labelOf(container?.previousElementSibling))
}

const nameCell = (field) => {
  const cell = field.closest("td")
  const head = cell?.closest("table").querySelectorAll("thead th")[cell.cellIndex]
  if (head && !field.labels?.length) field.setAttribute("aria-label", words(head))
}

const namePart = (field) => {
  if (!field.labels?.length) field.setAttribute("aria-label", `${labelOf(field)}: ${field.placeholder || words({ textContent: field.previousSibling?.textContent ?? field.parentElement.firstChild.textContent })}`)
}

function nameAll() {
  document.querySelectorAll(".select2-container:has(.select2-selection)").forEach(nameList)
  document.querySelectorAll(".select2-dropdown .select2-search__field").forEach(nameOpenList)
  document.querySelectorAll(".tabular td :is(input, select, textarea):not([type=hidden])").forEach(nameCell)
  document.querySelectorAll("p.datetime input").forEach(namePart)
  document.querySelectorAll(".help-tooltip[aria-label]").forEach((mark) => mark.setAttribute("role", "img"))
}

// Widgets are made after the page, and again for each row that is added.
let due = false
new MutationObserver(() => {
  if (due) return
  due = true
  requestAnimationFrame(() => {
    due = false
    nameAll()
  })
}).observe(document.body, { childList: true, subtree: true })
nameAll()
