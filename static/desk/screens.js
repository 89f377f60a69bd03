// The preview on two screens: what is typed is sent to both, and links of the page open beside, for no page of readers is framed.

const typed = document.querySelector("[data-typed]")

const openBeside = (event) => {
  const link = event.target.closest("a[href]")
  if (link && !link.getAttribute("href").startsWith("#")) link.target = "_blank"
}

for (const frame of document.querySelectorAll(".screens iframe")) {
  frame.addEventListener("load", () => frame.contentDocument?.addEventListener("click", openBeside))
  if (!typed) continue
  const form = typed.cloneNode(true) // a form that is sent twice at once is sent once
  form.target = frame.name
  typed.after(form)
  form.submit()
}
