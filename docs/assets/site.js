// Small conveniences; every page reads fully without them.

// Listings get the copy button that displayed formulas have.
const copyLabel = document.documentElement.lang === "zh" ? "复制代码" : "Copy the code"
for (const code of document.querySelectorAll("pre > code")) {
  const button = document.createElement("button")
  Object.assign(button, { type: "button", className: "copy", title: copyLabel })
  code.before(button)
}

// A copy button copies the LaTeX beside it, which the MathML carries, or the listing.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.(".copy")
  if (!button) return
  const { textContent } = button.parentElement.querySelector("annotation, code")
  await navigator.clipboard.writeText(textContent.trim())
  button.classList.add("copy--done")
  setTimeout(() => button.classList.remove("copy--done"), 1500)
})

// The language link leads to the heading being read: both languages share their headings' ids.
document.addEventListener("click", ({ target }) => {
  const link = target.closest?.("a[data-language]")
  if (!link) return
  const passed = [...document.querySelectorAll("article :is(h2, h3, details)[id]")].filter(above)
  link.hash = passed.length ? passed.at(-1).id : ""
})

// A link to a folded answer unfolds it.
const unfold = () => document.querySelector("details:target")?.setAttribute("open", "")
addEventListener("hashchange", unfold)
unfold()

// A citation says under a mouse what it cites.
document.addEventListener("mouseover", ({ target }) => {
  const link = target.closest?.(".footnote-ref")
  if (link) link.title ||= document.getElementById(decodeURIComponent(link.hash.slice(1)))?.innerText.replace(/[↩\s]+$/, "") ?? ""
})

// What scrolls sideways can be scrolled by keyboard, and says so.
const scrolls = {
  tabindex: 0,
  role: "group",
  "aria-label": document.documentElement.lang === "zh" ? "可左右滚动" : "Scrolls sideways",
}
const wide = new ResizeObserver(boxes => {
  const over = boxes.map(({ target }) => target.scrollWidth > target.clientWidth) // each write costs the next read a layout
  for (const [i, { target }] of boxes.entries()) {
    for (const [name, value] of Object.entries(scrolls)) {
      if (over[i]) target.setAttribute(name, value)
      else target.removeAttribute(name)
    }
  }
})
for (const box of document.querySelectorAll(".md-typeset__scrollwrap, pre > code, .formula-long")) wide.observe(box)

// Explorers are custom elements; the code of one is fetched only where it stands on the page, and last.
const assets = new URL(".", document.currentScript.src)
addEventListener("load", () => {
  for (const element of document.querySelectorAll("article :not(:defined)")) {
    import(new URL(`explorers/${element.localName}.js`, assets))
  }
})
