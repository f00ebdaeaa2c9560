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

// Material's menus are labels of hidden checkboxes: their icons become buttons that keys reach.
const REACHED = ".md-sidebar--primary :is(a, [role=button])"
const seen = element => element.checkVisibility({ visibilityProperty: true })
for (const label of document.querySelectorAll(".md-header [for=__drawer], .md-nav--primary .md-nav__item label")) {
  const box = document.getElementById(label.htmlFor)
  const button = label.querySelector("svg, .md-nav__icon")
  const name = label.closest(".md-nav__item")?.querySelector(".md-ellipsis").textContent.trim()
  const tell = () => button.setAttribute("aria-expanded", box.checked)
  label.removeAttribute("tabindex")
  button.setAttribute("role", "button")
  button.setAttribute("aria-label", name ?? document.querySelector(".md-nav--primary").ariaLabel)
  button.tabIndex = 0
  button.addEventListener("keydown", event => {
    if (event.key !== "Enter" && event.key !== " ") return
    event.preventDefault()
    label.click()
    if (box.id === "__drawer" || !seen(button)) [...document.querySelectorAll(REACHED)].find(seen)?.focus()
  })
  box.addEventListener("change", tell)
  tell()
}
for (const nav of document.querySelectorAll("nav[aria-expanded]")) nav.removeAttribute("aria-expanded")

// Escape closes the menu of a narrow screen, and the button that opened it has the focus again.
document.addEventListener("keydown", ({ key }) => {
  const drawer = document.getElementById("__drawer")
  if (key !== "Escape" || !drawer.checked) return
  drawer.click()
  document.querySelector(".md-header [for=__drawer] svg").focus()
})

// What scrolls sideways can be scrolled by keyboard. Material wraps tables when the page is parsed.
const wide = new ResizeObserver(boxes => {
  for (const { target } of boxes) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0
    else target.removeAttribute("tabindex")
  }
})
addEventListener("load", () => {
  const boxes = ".md-typeset__scrollwrap, pre > code, .formula-long"
  for (const box of document.querySelectorAll(boxes)) wide.observe(box)
})

// The copy button that Material gives a listing, when it comes into view, is no place to navigate to.
new MutationObserver(() => {
  for (const nav of document.querySelectorAll(".md-code__nav:not([role])")) nav.setAttribute("role", "none")
}).observe(document.querySelector("article"), { childList: true, subtree: true })

// Explorers are custom elements; the code of one is fetched only where it stands on the page.
const assets = new URL(".", document.currentScript.src)
for (const element of document.querySelectorAll("article :not(:defined)")) {
  import(new URL(`explorers/${element.localName}.js`, assets))
}
