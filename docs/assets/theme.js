// The menus and the contents, in place of Material's own script, which weighs as much as a page of
// text and takes single letters for commands. The colours are in overrides/partials/javascripts/.

// The heading being read is marked in the contents, which scroll along.
const HEADER = 100 // pixels that the sticky header and the space below it take
const headings = [...document.querySelectorAll("article :is(h2, h3)[id]")]
const contents = [...document.querySelectorAll(".md-nav--secondary a[href*='#']")]
const above = element => element.getBoundingClientRect().top < HEADER

function showInBar(link) {
  const bar = link?.closest(".md-sidebar__scrollwrap")?.getBoundingClientRect()
  const { top, bottom } = link?.getBoundingClientRect() ?? {}
  if (top < bar?.top || bottom > bar?.bottom) link.closest(".md-sidebar__scrollwrap").scrollTop += top - bar.top - bar.height / 2
}

const reading = new IntersectionObserver(() => {
  const passed = headings.filter(above).map(heading => heading.id)
  let here
  for (const link of contents) {
    const id = decodeURIComponent(link.hash.slice(1))
    link.classList.toggle("md-nav__link--passed", passed.includes(id))
    if (link.classList.toggle("md-nav__link--active", id === passed.at(-1))) here = link
  }
  showInBar(here)
}, { rootMargin: `-${HEADER}px 0px 0px` })
for (const heading of headings) reading.observe(heading)
// on narrower screens the menu is away, and to read where it is would cost a layout
if (matchMedia("(min-width: 76.25em)").matches) showInBar(document.querySelector(".md-nav--primary li.md-nav__item--active > a.md-nav__link--active"))

// Below the title, the header says it; far below, a button leads back.
const title = document.querySelector("article h1")
const up = document.querySelector(".md-top")
new IntersectionObserver(([{ isIntersecting }]) => {
  const passed = !isIntersecting && above(title)
  document.querySelector(".md-header__title").classList.toggle("md-header__title--active", passed)
  if (up) up.hidden = !passed
}).observe(title)
up?.addEventListener("click", () => scrollTo({ top: 0 }))

// Menus are labels of hidden checkboxes: their icons become buttons that keys reach.
const REACHED = ".md-sidebar--primary :is(a, [role=button])"
const menu = document.querySelector(".md-nav--primary")
const visible = element => element.checkVisibility({ visibilityProperty: true })
for (const label of document.querySelectorAll(".md-header [for=__drawer], .md-nav--primary .md-nav__item label")) {
  if (!menu) { // on the page that says that a page is missing
    label.remove()
    continue
  }
  const box = document.getElementById(label.htmlFor)
  const button = label.querySelector("svg, .md-nav__icon")
  const name = label.closest(".md-nav__item")?.querySelector(".md-ellipsis").textContent.trim()
  const tell = () => button.setAttribute("aria-expanded", box.checked)
  label.removeAttribute("tabindex")
  button.setAttribute("role", "button")
  button.setAttribute("aria-label", name ?? menu.ariaLabel)
  button.tabIndex = 0
  button.addEventListener("keydown", event => {
    if (event.key !== "Enter" && event.key !== " ") return
    event.preventDefault()
    label.click()
    if (box.id === "__drawer" || !visible(button)) [...document.querySelectorAll(REACHED)].find(visible)?.focus()
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
