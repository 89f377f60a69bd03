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

function offerIn(place) {
  for (const offer of place.querySelectorAll("[data-frame] [hidden]")) offer.hidden = false
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-frame] button")
  if (button) open(button.closest("[data-frame]"), button.parentElement)
})
offerIn(document)
const ticker = document.querySelector(".ticker") // its new entries may embed something too
if (ticker) new MutationObserver(() => offerIn(ticker)).observe(ticker, { childList: true, subtree: true })
