// Rows of a form that can be added: shows the spare row, then clones the <template> of the list, numbered as Django's
// formsets count. Without this script the list still ends in one empty row.

const isSpare = (row) => [...row.querySelectorAll("input:not([type=hidden]), textarea")].every((input) => !input.value || input.type === "checkbox")
  && [...row.querySelectorAll("select")].every((select) => !select.value || select.options[select.selectedIndex].defaultSelected)

function addRow(list, template) {
  const total = list.querySelector(`[name="${list.dataset.rows}-TOTAL_FORMS"]`)
  template.insertAdjacentHTML("beforebegin", template.innerHTML.replaceAll("__prefix__", total.value))
  total.value = Number(total.value) + 1
  const row = template.previousElementSibling
  row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: list.dataset.rows } }))
  return row
}

for (const list of document.querySelectorAll("[data-rows]")) {
  const template = list.querySelector("template")
  const button = list.querySelector("[data-add-row]")
  const rows = [...list.querySelectorAll("[data-row]")]
  const last = rows.at(-1)
  // Of a list marked as open, the only row stays in sight.
  const wanted = "open" in list.dataset && rows.length === 1
  if (last && !wanted && isSpare(last) && !last.querySelector(".errors")) last.hidden = true
  button.hidden = false
  button.addEventListener("click", () => {
    const spare = list.querySelector("[data-row][hidden]")
    const row = spare || addRow(list, template)
    row.hidden = false
    row.querySelector("select, input:not([type=hidden])")?.focus()
  })
}
