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
const root = new URL(dialog.dataset.root, location.href)
let titles, engine

// Everything that any search needs is asked for at once: on a slow network each turn costs most.
function load() {
  titles ??= loadTitles()
  engine ??= loadEngine()
  titles.catch(() => (titles = undefined)) // a later key tries again
  engine.catch(() => (engine = undefined))
}

async function loadTitles() {
  const rows = fetch(dialog.dataset.titles).then(response => response.json())
  const [{ Titles }, all] = await Promise.all([import("./titles.js"), rows])
  return new Titles(all)
}

async function loadEngine() {
  const folder = new URL("pagefind/", root)
  for (const name of [`wasm.${zh ? "unknown" : "en"}.pagefind`, "pagefind-entry.json?ts=0"]) {
    // Pagefind finds them in the browser's cache when it comes to them
    fetch(new URL(name, folder), { cache: "no-cache" }).then(response => response.blob()).catch(() => {})
  }
  const module = await import(new URL("pagefind.js", folder))
  await module.options({ highlightParam: "highlight", excerptLength: zh ? 40 : 24, metaCacheTag: "0" })
  await module.init()
  return module
}

function open() {
  if (!dialog.open) dialog.showModal()
  input.select()
  load()
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
// method's name, in either language, or a whole question, with mistakes: those, titles and headings
// know better. Both counts are added; a page that the full text ranks first gets as much as from a
// tenth of the query in its title.

const FULL_TEXT = 0.1
const STOP = new Set((zh
  ? "的 了 是 会 吗 呢 和 与 在 有 要 都 怎么 怎样 如何 为什么 什么 区别 哪些 哪个 怎 么 么样"
  : "a an and are by can do does for how in is it of on or the to vs what when which why with").split(" "))

// Pages with every word, then, if they are few, pages with some, by the sum of their scores for each.
async function fullText(module, query) {
  const { results } = await module.search(query)
  if (results.length > 2) return results
  const segments = [...new Intl.Segmenter(document.documentElement.lang, { granularity: "word" }).segment(query)]
  const words = segments.filter(s => s.isWordLike && !STOP.has(s.segment.toLowerCase())).map(s => s.segment)
  const scores = new Map()
  for (const word of words.slice(0, 8)) {
    for (const result of (await module.search(word)).results) {
      const known = scores.get(result.id) ?? { result, score: 0 }
      scores.set(result.id, { result, score: known.score + Math.min(result.score, 10) + 5 })
    }
  }
  for (const { id } of results) scores.delete(id)
  return [...results, ...[...scores.values()].sort((a, b) => b.score - a.score).map(({ result }) => result)]
}

const withTitle = ({ page: { path, title }, sections = [] }) => ({
  url: new URL(path, root).href,
  title,
  sections: sections.map(({ anchor, title }) => ({ url: new URL(`${path}#${anchor}`, root).href, title })),
})

const withText = page => ({
  url: page.url,
  title: page.meta.title,
  excerpt: page.excerpt,
  sections: page.sub_results.filter(sub => sub.url !== page.url),
})

// The results as they become known: from the titles, then from the full text too.
export async function* answers(query) {
  load()
  const guesses = new Map((await titles).guess(query).map(guess => [guess.page.id, guess]))
  const titled = id => withTitle(guesses.get(id))
  if (guesses.size) yield { count: guesses.size, pages: [...guesses.keys()].slice(0, SHOWN).map(titled) }
  const results = new Map((await fullText(await engine, query)).map((result, rank) => [result.id, { result, rank }]))
  const score = id => (guesses.get(id)?.score ?? 0) + FULL_TEXT / (1 + (results.get(id)?.rank ?? Infinity))
  const found = [...new Set([...guesses.keys(), ...results.keys()])].sort((a, b) => score(b) - score(a))
  const pages = found.slice(0, SHOWN).map(async id =>
    results.has(id) ? withText(await results.get(id).result.data()) : titled(id))
  yield { count: found.length, pages: await Promise.all(pages) }
}

let latest = 0
const place = link => link.pathname + link.hash // whether or not words are to be marked there

async function search() {
  const query = input.value.trim()
  const mine = ++latest
  if (!query) {
    show("", [])
    return
  }
  if (!list.childElementCount) status.textContent = text.loading
  let shown = []
  const draw = (message, pages) => {
    const chosen = shown.length && selected() > 0 && place(options()[selected()]) // by the arrows
    shown = pages
    show(message, pages)
    select(Math.max(0, options().findIndex(link => place(link) === chosen)))
  }
  try {
    for await (const { count, pages } of answers(query)) {
      if (mine !== latest) return
      draw(count ? text.found(count) : text.none(query), pages)
    }
  } catch {
    if (mine === latest) draw(text.failed, shown)
  }
}

function show(message, pages) {
  status.textContent = message
  list.replaceChildren()
  input.removeAttribute("aria-activedescendant")
  input.setAttribute("aria-expanded", String(pages.length > 0))
  for (const { url, title, excerpt, sections } of pages) {
    option(url, title, sections.length ? "" : excerpt, "")
    for (const section of sections.slice(0, 3)) {
      option(section.url, section.title, section.excerpt, "site-search__result--section")
    }
  }
}

const opener = document.querySelector(".site-search__open")
opener.addEventListener("pointerenter", load)
opener.addEventListener("click", event => {
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
  import(new URL("pagefind/pagefind-highlight.js", root)).then(
    ({ default: Highlight }) => new Highlight({ highlightParam: "highlight" }),
    () => {}, // without a network, a page reads as well without the marks
  )
}
