// The lead picture of a story: shows what was chosen, and in each empty field the words that the picture brings along.
const panel = document.querySelector("[data-lead]")
const shown = panel?.querySelector("[data-lead-shown]")
const words = ["alt", "caption", "credit"]

function show(picture) {
  shown.hidden = !picture
  shown.replaceChildren()
  for (const name of words) panel.querySelector(`[name=lead_${name}]`).placeholder = picture?.[name] || ""
  if (picture?.thumb) shown.append(Object.assign(new Image(), { ...picture.thumb, alt: picture.alt, className: "lead-thumb" }))
  if (picture && !picture.usable) {
    const note = document.createElement("p")
    note.className = "errors"
    note.textContent = panel.dataset.ended
    shown.append(note)
  }
}

async function follow(select) {
  const asked = select.value
  if (!asked) return show(null)
  const answer = await fetch(`${panel.dataset.pick}?ids=${encodeURIComponent(asked)}`, { headers: { Accept: "application/json" } })
  if (!answer.ok || select.value !== asked) return
  show((await answer.json()).pictures[0])
}

const select = panel?.querySelector("select[name=lead_image]")
if (select) {
  follow(select)
  // The admin's autocomplete says so to jQuery alone.
  window.django?.jQuery?.(select).on("change", () => follow(select))
}
