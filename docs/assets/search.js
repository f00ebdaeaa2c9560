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
let engine

async function pagefind() {
  engine ??= import(new URL(dialog.dataset.pagefind, location.href)).then(async module => {
    await module.options({ highlightParam: "highlight", excerptLength: zh ? 40 : 24 })
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

function option(url, title, excerpt, kind) {
  const item = document.createElement("li")
  item.setAttribute("role", "presentation")
  item.className = `site-search__result ${kind}`
  const link = document.createElement("a")
  link.id = `site-search-${list.childElementCount}`
  link.href = url
  link.setAttribute("role", "option")
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

const options = () => [...list.querySelectorAll("a")]

function select(index) {
  const items = options()
  if (!items.length) return
  const chosen = items[(index + items.length) % items.length]
  items.forEach(item => item.setAttribute("aria-selected", item === chosen))
  input.setAttribute("aria-activedescendant", chosen.id)
  chosen.scrollIntoView({ block: "nearest" })
}

const selected = () => options().findIndex(item => item.ariaSelected === "true")

// ---- What is found, best first ------------------------------------------------------------------
// Pagefind wants every word of the query on a page and ranks by counting them. People also type a
// method's name, in either language, or a whole question. So pages whose title or glossary name is
// what was typed come first, then Pagefind's, then those that have at least some of the words.

const plain = words => words.toLowerCase().replace(/[\s\p{P}]/gu, "")
const STOP = new Set((zh
  ? "的 了 是 会 吗 呢 和 与 在 有 要 都 怎么 怎样 如何 为什么 什么 区别 哪些 哪个 怎 么 么样"
  : "a an and are by can do does for how in is it of on or the to vs what when which why with").split(" "))
const root = new URL("../", new URL(dialog.dataset.pagefind, location.href))
const pathOf = page => new URL(page.url, root).pathname
let names

// [[url, title, …names], …] of every page of this language.
async function named(query) {
  names ??= fetch(dialog.dataset.names).then(response => response.json())
  names.catch(() => (names = undefined)) // a later key tries again
  const wanted = plain(query)
  const scored = (await names).map(([url, ...all]) => {
    const score = Math.max(...all.map(plain).map(name =>
      name === wanted ? 2 : name.includes(wanted) ? 1 : wanted.includes(name) ? name.length / wanted.length : 0))
    return { path: new URL(url, root).pathname, title: all[0], score }
  })
  return scored.filter(page => page.score >= 0.4 && wanted.length > 1).sort((a, b) => b.score - a.score).slice(0, 3)
}

// Pages with some of the words, by the sum of their scores for each.
async function someWords(module, query) {
  const segments = [...new Intl.Segmenter(document.documentElement.lang, { granularity: "word" }).segment(query)]
  const words = segments.filter(s => s.isWordLike && !STOP.has(s.segment.toLowerCase())).map(s => s.segment)
  const scores = new Map()
  for (const word of words.slice(0, 8)) {
    for (const result of (await module.search(word)).results) {
      const known = scores.get(result.id) ?? { result, score: 0 }
      scores.set(result.id, { result, score: known.score + Math.min(result.score, 10) + 5 })
    }
  }
  return [...scores.values()].sort((a, b) => b.score - a.score).map(({ result }) => result)
}

export async function find(query) {
  const module = await pagefind()
  const [first, every] = await Promise.all([named(query), module.search(query)])
  let results = every.results
  if (results.length < 3) {
    const ids = new Set(results.map(result => result.id))
    results = results.concat((await someWords(module, query)).filter(result => !ids.has(result.id)))
  }
  const load = some => Promise.all(some.map(result => result.data()))
  const found = await load(results.slice(0, SHOWN))
  const ahead = []
  for (const { path, title } of first) {
    const page = found.find(page => pathOf(page) === path)
      ?? (await load((await module.search(title)).results.slice(0, 5))).find(page => pathOf(page) === path)
    if (page) ahead.push(page)
  }
  const pages = [...ahead, ...found.filter(page => !ahead.some(other => other.url === page.url))]
  return { count: Math.max(results.length, pages.length), pages: pages.slice(0, SHOWN) }
}

let latest = 0

async function search() {
  const query = input.value.trim()
  const mine = ++latest
  if (!query) {
    show("", [])
    return
  }
  if (!list.childElementCount) status.textContent = text.loading
  await new Promise(resolve => setTimeout(resolve, 120)) // while a word is being typed
  if (mine !== latest) return
  try {
    const { count, pages } = await find(query)
    if (mine === latest) show(pages.length ? text.found(count) : text.none(query), pages)
  } catch {
    if (mine === latest) show(text.failed, [])
  }
}

function show(message, pages) {
  status.textContent = message
  list.replaceChildren()
  input.removeAttribute("aria-activedescendant")
  input.setAttribute("aria-expanded", String(pages.length > 0))
  for (const page of pages) {
    const sections = page.sub_results.filter(sub => sub.url !== page.url)
    option(page.url, page.meta.title, sections.length ? "" : page.excerpt, "")
    for (const section of sections.slice(0, 3)) {
      option(section.url, section.title, section.excerpt, "site-search__result--section")
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
    options()[selected()]?.click()
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
