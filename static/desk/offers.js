// What the form proposes - tags that the text names, tickers that a line may mean, who may have signed - is taken by one
// press. Without this script the same is chosen in the fields.

const choose = (select, { take, name }) => {
  const there = [...select.options].find((option) => option.value === take)
  if (there) there.selected = true
  else select.append(new Option(name, take, true, true))
  // The admin's autocomplete hears jQuery's events alone.
  if (window.django?.jQuery) window.django.jQuery(select).trigger("change")
  else select.dispatchEvent(new Event("change", { bubbles: true }))
}

const rowsOf = (list) => [...list.querySelectorAll("[data-row]")]
const fieldOf = (row, name) => row.querySelector(`[name$="-${name}"]`)

// The first row whose `name` is still empty and that `fits`; a new one where there is none and `add` allows it.
function emptyRow(list, name, fits, add) {
  const empty = (row) => !fieldOf(row, name).value && fits(row)
  const found = rowsOf(list).find(empty)
  if (!found && add) {
    list.querySelector("[data-add-row]").click()
    return rowsOf(list).find(empty)
  }
  return found
}

const TAKERS = {
  tags: (offer) => choose(document.getElementById("id_tags"), offer),
  bylines: (offer, list) => {
    const row = emptyRow(list, "author", (each) => !fieldOf(each, "source").value, true)
    row.hidden = false
    choose(fieldOf(row, "author"), offer)
  },
  ticker_links: (offer, list) => {
    const open = (each) => fieldOf(each, "text").value.trim() && !fieldOf(each, "url").value
    const row = emptyRow(list, "article", open, false)
    if (row) choose(fieldOf(row, "article"), offer)
  },
}

for (const offers of document.querySelectorAll("[data-offers]")) {
  const list = offers.closest("[data-rows]")
  const buttons = [...offers.querySelectorAll("[data-take]")]
  const take = (button) => {
    TAKERS[offers.dataset.offers](button.dataset, list)
    button.hidden = true
    if (buttons.every((each) => each.hidden) || offers.dataset.offers === "ticker_links") offers.hidden = true
  }
  for (const button of buttons) button.addEventListener("click", () => take(button))
  offers.querySelector("[data-take-all]")?.addEventListener("click", () => buttons.filter((each) => !each.hidden).forEach(take))
  offers.hidden = false
}
