// Opens what a story embeds on a reader's click, never before. Without this script the link does it.
const MAY = ["allow-scripts", "allow-same-origin", "allow-popups", "allow-popups-to-escape-sandbox", "allow-presentation"]

function open(card, offer) {
  const frame = document.createElement("iframe")
  frame.title = card.querySelector("figcaption a").textContent
  frame.sandbox.add(...MAY)
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture"
  frame.referrerPolicy = "strict-origin-when-cross-origin"
  frame.src = card.dataset.frame
  card.querySelector("picture")?.remove()
  offer.remove()
  card.prepend(frame)
  frame.focus()
}

for (const card of document.querySelectorAll("[data-frame]")) {
  const offer = card.querySelector("[hidden]")
  offer.hidden = false
  offer.querySelector("button").addEventListener("click", () => open(card, offer))
}
