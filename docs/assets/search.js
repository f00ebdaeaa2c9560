// The search dialog. Pagefind's index is fetched in pieces, and only when one searches.

const dialog = document.querySelector(".site-search")
const input = dialog.querySelector("input")
const status = dialog.querySelector(".site-search__status")
const list = dialog.querySelector(".site-search__results")
const zh = document.documentElement.lang.startsWith("zh")
const text = zh
  ? {
      loading: "正在搜索…",
      none: query => `没有找到“${query}”。换个说法，或试试英文名、缩写。`,
      found: count => `${count} 个页面`,
      failed: "搜索没有加载成功，请检查网络后再输入一次。",
    }
  : {
      loading: "Searching…",
      none: query => `Nothing found for “${query}”. Try other words or an abbreviation.`,
      found: count => (count === 1 ? "1 page" : `${count} pages`),
      failed: "The search could not be loaded. Check the connection and type again.",
    }
const SHOWN = 8
// A page's title and its names in the glossary count for more than words in its text.
const RANKING = { metaWeights: { title: 10, aliases: 10 } }
let engine

async function pagefind() {
  engine ??= import(new URL(dialog.dataset.pagefind, location.href)).then(async module => {
    await module.options({ highlightParam: "highlight", excerptLength: zh ? 40 : 24, ranking: RANKING })
    await module.init()
    return module
  })
  try {
    return await engine
  } catch (error) {
    engine = undefined // a later key tries again
    throw error
  }
}

function open() {
  if (!dialog.open) dialog.showModal()
  input.select()
  pagefind().catch(() => {})
}

function option(url, title, excerpt, level) {
  const item = document.createElement("li")
  item.id = `site-search-${list.childElementCount}`
  item.setAttribute("role", "option")
  item.className = `site-search__result site-search__result--${level}`
  const link = document.createElement("a")
  link.href = url
  link.tabIndex = -1
  const strong = document.createElement("strong")
  strong.textContent = title
  link.append(strong)
  if (excerpt) {
    const span = document.createElement("span")
    span.innerHTML = excerpt // Pagefind escapes the text and adds only <mark>
    link.append(span)
  }
  item.append(link)
  list.append(item)
}

function select(index) {
  const items = [...list.children]
  if (!items.length) return
  const chosen = items[(index + items.length) % items.length]
  items.forEach(item => item.setAttribute("aria-selected", item === chosen))
  input.setAttribute("aria-activedescendant", chosen.id)
  chosen.scrollIntoView({ block: "nearest" })
}

const selected = () => [...list.children].findIndex(item => item.ariaSelected === "true")

async function search() {
  const query = input.value.trim()
  if (!query) {
    show("", [])
    return
  }
  if (!list.childElementCount) status.textContent = text.loading
  try {
    const found = await (await pagefind()).debouncedSearch(query, {}, 120)
    if (!found) return // a newer search is under way
    const pages = await Promise.all(found.results.slice(0, SHOWN).map(result => result.data()))
    if (query !== input.value.trim()) return
    show(pages.length ? text.found(found.results.length) : text.none(query), pages)
  } catch {
    show(text.failed, [])
  }
}

function show(message, pages) {
  status.textContent = message
  list.replaceChildren()
  input.removeAttribute("aria-activedescendant")
  input.setAttribute("aria-expanded", String(pages.length > 0))
  for (const page of pages) {
    const sections = page.sub_results.filter(sub => sub.url !== page.url)
    option(page.url, page.meta.title, sections.length ? "" : page.excerpt, "page")
    for (const section of sections.slice(0, 3)) {
      option(section.url, section.title, section.excerpt, "section")
    }
  }
  select(0)
}

document.querySelector(".site-search__open").addEventListener("click", event => {
  event.preventDefault()
  open()
})

document.addEventListener("keydown", event => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]")
  const wanted = event.key === "/" || (event.key === "k" && (event.ctrlKey || event.metaKey))
  if (wanted && !typing && !event.altKey) {
    event.preventDefault()
    event.stopImmediatePropagation()
    open()
  }
}, true)

input.addEventListener("input", search)
input.addEventListener("keydown", event => {
  if (event.isComposing) return // an input method's own arrows and Enter
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault()
    select(selected() + (event.key === "ArrowDown" ? 1 : -1))
  } else if (event.key === "Enter") {
    event.preventDefault()
    list.children[selected()]?.querySelector("a").click()
  }
})

dialog.addEventListener("click", event => {
  if (event.target === dialog) dialog.close() // a tap outside
  if (event.target.closest("a")) dialog.close()
})

// Arriving from a result: mark the words that were searched.
if (new URLSearchParams(location.search).has("highlight")) {
  const { default: Highlight } = await import(
    new URL(dialog.dataset.pagefind.replace("pagefind.js", "pagefind-highlight.js"), location.href)
  )
  new Highlight({ highlightParam: "highlight" })
}
