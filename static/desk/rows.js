// Rows of a form that can be added: clones the <template> of the list, numbered as Django's formsets count.
// Without this script the list still ends in one empty row.

for (const list of document.querySelectorAll("[data-rows]")) {
  const total = list.querySelector(`[name="${list.dataset.rows}-TOTAL_FORMS"]`)
  const template = list.querySelector("template")
  const button = list.querySelector("[data-add-row]")
  button.hidden = false
  button.addEventListener("click", () => {
    const markup = template.innerHTML.replaceAll("__prefix__", total.value)
    template.insertAdjacentHTML("beforebegin", markup)
    total.value = Number(total.value) + 1
    const row = template.previousElementSibling
    row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: list.dataset.rows } }))
    row.querySelector("select, input:not([type=hidden])")?.focus()
  })
}
