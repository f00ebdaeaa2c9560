// Small conveniences; every page reads fully without them.

// The button beside a displayed formula copies its LaTeX, which the MathML carries.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.(".formula__copy")
  if (!button) return
  const latex = button.parentElement.querySelector("annotation").textContent.trim()
  await navigator.clipboard.writeText(latex)
  button.classList.add("formula__copy--done")
  setTimeout(() => button.classList.remove("formula__copy--done"), 1500)
})

// The language link leads to the heading being read: both languages share their headings' ids.
document.addEventListener("click", ({ target }) => {
  const link = target.closest?.("a[data-language]")
  if (!link) return
  const top = 120 // below the sticky header
  const passed = [...document.querySelectorAll("article :is(h2, h3, details)[id]")]
    .filter(heading => heading.getBoundingClientRect().top < top)
  link.hash = passed.length ? passed.at(-1).id : ""
})

// Explorers are custom elements; the code of one is fetched only where it stands on the page.
const assets = new URL(".", document.currentScript.src)
for (const element of document.querySelectorAll("article :not(:defined)")) {
  import(new URL(`explorers/${element.localName}.js`, assets))
}
