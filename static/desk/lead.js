// The pictures that a story is led by and that social media get: shows what was chosen, and in each empty field of the
// lead the words that its picture brings along.
const panel = document.querySelector("[data-lead]")
const words = ["alt", "caption", "credit"]

function bringWords(picture) {
  for (const name of words) panel.querySelector(`[name=lead_${name}]`).placeholder = picture?.[name] || ""
}

function show(place, picture) {
  place.hidden = !picture
  place.replaceChildren()
  if (picture?.thumb) place.append(Object.assign(new Image(), { ...picture.thumb, alt: picture.alt, className: "lead-thumb" }))
  if (picture && !picture.usable) {
    const note = document.createElement("p")
    note.className = "errors"
    note.textContent = panel.dataset.ended
    place.append(note)
  }
}

// Call `told` with the picture that is chosen, or null, now and whenever another is.
function follow(select, told) {
  const ask = async () => {
    const asked = select.value
    if (!asked) return told(null)
    const answer = await fetch(`${panel.dataset.pick}?ids=${encodeURIComponent(asked)}`, { headers: { Accept: "application/json" } })
    if (!answer.ok || select.value !== asked) return
    told((await answer.json()).pictures[0])
  }
  ask()
  // The admin's autocomplete says so to jQuery alone.
  window.django?.jQuery?.(select).on("change", ask)
}

const lead = panel?.querySelector("select[name=lead_image]")
if (lead) {
  follow(lead, (picture) => {
    show(panel.querySelector("[data-lead-shown]"), picture)
    bringWords(picture)
  })
}

const social = document.querySelector("select[name=social_image]")
if (panel && social) {
  const place = Object.assign(document.createElement("div"), { hidden: true })
  social.closest(".field").append(place)
  follow(social, (picture) => show(place, picture))
}
