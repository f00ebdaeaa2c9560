// The question bank: filters the list of questions, and practises them one at a time. When a
// question comes again is decided by ts-fsrs. Progress never leaves this browser.

import { createEmptyCard, fsrs, Rating } from "./vendor/ts-fsrs.js"

const zh = document.documentElement.lang.startsWith("zh")
const t = (chinese, english) => (zh ? chinese : english)
const KEY = "llm-interview-notes.progress"
const VERSION = 1
const DAY = 86_400_000
const scheduler = fsrs({ enable_fuzz: false })
const SIDEWAYS = ".formula, .formula-long, pre, .md-typeset__scrollwrap" // what scrolls sideways itself

const tools = document.querySelector(".bank")
const stage = document.querySelector(".bank__stage")
const field = name => tools.elements[name].value

function tell(message) {
  tools.querySelector(".bank__notice").textContent = message
}

// ---- progress: { version, cards: { id: card } } -------------------------------------------------

function checked(value) {
  const good = value?.version === VERSION && value.cards && typeof value.cards === "object" && !Array.isArray(value.cards)
    && Object.values(value.cards).every(card => !Number.isNaN(Date.parse(card?.due)) && [0, 1, 2, 3].includes(card.state)
      && ["stability", "difficulty", "reps", "lapses"].every(name => Number.isFinite(card[name])))
  if (!good) throw new Error("not a progress file")
  return value
}

// A browser may keep nothing for a site, or have no room: progress then lasts as long as the page.
function kept(key) {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function keep(key, value) {
  try {
    localStorage.setItem(key, value)
  } catch {
    tell(t("浏览器没有保存进度。离开之前请先导出。", "This browser does not keep your progress. Export it before you leave."))
  }
}

function load() {
  const stored = kept(KEY)
  if (!stored) return { version: VERSION, cards: {} }
  try {
    return checked(JSON.parse(stored))
  } catch {
    keep(`${KEY}.damaged`, stored) // never thrown away
    tell(t(
      "浏览器里保存的进度已损坏，无法读取。原文另存了一份，可用“导出”下载；现在从头开始。",
      "The progress kept in this browser is damaged and cannot be read. A copy of it is kept and comes with “Export”; you start afresh.",
    ))
    return { version: VERSION, cards: {} }
  }
}

let progress = load()
const save = () => keep(KEY, JSON.stringify(progress))

addEventListener("storage", ({ key }) => { // another tab has saved: neither forgets what the other did
  if (key !== KEY) return
  progress = load()
  list()
})

// ---- the questions on the page ------------------------------------------------------------------

const questions = [...document.querySelectorAll(".question-link")].map(link => ({
  id: link.hash.slice(1),
  link,
  item: link.closest("li"),
  topic: link.dataset.topic,
  level: link.dataset.level,
  title: link.textContent,
}))
const card = question => progress.cards[question.id]
const due = question => !card(question) || Date.parse(card(question).due) <= Date.now()

const counted = number => (number === 1 ? "1 question" : `${number} questions`)

function chosen() {
  const words = field("query").toLowerCase().split(/\s+/).filter(Boolean)
  return questions.filter(q =>
    (!field("topic") || q.topic === field("topic"))
    && (!field("level") || q.level === field("level"))
    && (!field("state") || (field("state") === "due" ? card(q) && due(q) : field("state") === "new" ? !card(q) : Boolean(card(q))))
    && words.every(word => `${q.title} ${q.id}`.toLowerCase().includes(word)))
}

function list() {
  const shown = new Set(chosen())
  for (const q of questions) {
    q.item.hidden = !shown.has(q)
    q.link.dataset.state = !card(q) ? "" : due(q) ? "due" : "known"
  }
  for (const ul of new Set(questions.map(q => q.item.parentElement))) {
    ul.hidden = ul.previousElementSibling.hidden = [...ul.children].every(li => li.hidden)
  }
  const waiting = questions.filter(q => card(q) && due(q)).length
  tools.querySelector(".bank__count").textContent = t(
    `${shown.size} 题；做过 ${Object.keys(progress.cards).length} 题，${waiting} 题该复习了。`,
    `${counted(shown.size)}; ${Object.keys(progress.cards).length} seen, ${waiting} due.`,
  )
}

// ---- practice -----------------------------------------------------------------------------------

let queue = []
let current
let last = {} // the page read last, for the questions of one follow each other

function page(url) {
  if (last.url === url) return last.page
  const page = fetch(url).then(response => {
    if (!response.ok) throw new Error(response.status)
    return response.text()
  }).then(text => new DOMParser().parseFromString(text, "text/html"))
  page.catch(() => (last = {})) // to try again
  last = { url, page }
  return page
}

// The answer stands once, on its page: it is read from there.
async function answer(question) {
  const url = question.link.href.split("#")[0]
  const found = (await page(url)).getElementById(question.id).cloneNode(true)
  found.querySelector("summary").remove()
  for (const link of found.querySelectorAll("a[href]")) link.href = new URL(link.getAttribute("href"), url).href
  for (const element of found.querySelectorAll("[id]")) element.removeAttribute("id")
  const tiers = ["30 秒|30 s", "3 分钟|3 min", "深入|Deep", "追问|Follow-ups"]
  let tier = 1
  for (const child of found.children) {
    const lead = child.querySelector(":scope > strong:first-child")?.textContent
    const at = tiers.findIndex(names => names.split("|").includes(lead))
    if (at >= 0) tier = at + 1
    child.hidden = tier > Number(field("tier"))
  }
  return found.children
}

const revealed = () => stage.querySelector("[data-action=answer]").hidden

function show() {
  current = queue.shift()
  stage.hidden = !current
  if (!current) {
    tell(t("这一轮做完了。", "That was the round."))
    leave()
    return
  }
  stage.innerHTML = `<p class="bank__left">${t(`还有 ${queue.length} 题`, `${queue.length} more`)}</p><h2 id="bank-question"></h2>
    <div class="bank__answer" tabindex="-1" hidden></div>
    <div class="bank__buttons">
      <button type="button" class="bank__main" data-action="answer">${t("看答案", "Answer")} <kbd>Space</kbd></button>
      <button type="button" data-action="again" hidden>${t("再来", "Again")} <kbd>←</kbd></button>
      <button type="button" data-action="known" hidden>${t("记住了", "Known")} <kbd>→</kbd></button>
      <button type="button" data-action="stop">${t("结束", "Stop")} <kbd>Esc</kbd></button>
    </div>`
  stage.querySelector("h2").append(...current.link.cloneNode(true).childNodes)
  stage.focus()
}

// Back to where practice began: what had the focus is gone.
function leave() {
  tools.scrollIntoView()
  tools.querySelector("[data-action=practise]").focus()
}

async function reveal() {
  if (revealed()) return
  const box = stage.querySelector(".bank__answer")
  const found = await answer(current).catch(() => undefined)
  if (!box.isConnected) return // meanwhile it was stopped, and another question asked
  box.replaceChildren(...(found
    ?? [t("答案没有加载成功，请检查网络后再试。", "The answer could not be loaded. Check the connection and try again.")]))
  box.hidden = false
  box.focus({ preventScroll: true }) // the button that had the focus goes
  if (!found) return
  stage.querySelector("[data-action=answer]").hidden = true
  for (const name of ["again", "known"]) stage.querySelector(`[data-action=${name}]`).hidden = false
}

function grade(rating) {
  if (!revealed()) return
  const unseen = createEmptyCard()
  const after = before => scheduler.next(before, new Date(), rating).card
  try {
    progress.cards[current.id] = after(card(current) ?? unseen)
  } catch { // it came from a file, or from when the clock was wrong
    progress.cards[current.id] = after(unseen)
  }
  if (rating === Rating.Again) queue.push(current)
  list()
  show()
  save() // last, for it may have something to tell
}

const actions = {
  practise() {
    const all = chosen()
    if (!all.length) return tell(t("没有符合条件的题。", "No question matches the filters."))
    tell("")
    const waiting = all.filter(due)
    queue = (waiting.length ? waiting : all)
      .sort((a, b) => (card(a) ? Date.parse(card(a).due) : Infinity) - (card(b) ? Date.parse(card(b).due) : Infinity))
    show()
    stage.scrollIntoView()
  },
  answer: reveal,
  again: () => grade(Rating.Again),
  known: () => grade(Rating.Good),
  stop() {
    queue = []
    stage.hidden = true
    current = undefined
    leave()
  },
  export() {
    const damaged = kept(`${KEY}.damaged`)
    const content = JSON.stringify(damaged ? { ...progress, damaged } : progress, null, 1)
    const link = document.createElement("a")
    link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }))
    link.download = `llm-interview-notes-${new Date().toISOString().slice(0, 10)}.json`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), DAY)
  },
  reset() {
    if (!confirm(t("清空这台设备上的全部进度？此操作无法撤销，可以先导出。", "Delete all progress on this device? This cannot be undone; export it first if in doubt."))) return
    progress = { version: VERSION, cards: {} }
    save()
    list()
    tell(t("进度已清空。", "Progress deleted."))
  },
}

document.addEventListener("click", event => actions[event.target.closest("[data-action]")?.dataset.action]?.())
tools.addEventListener("submit", event => event.preventDefault())
tools.addEventListener("input", list)
tools.querySelector("input[type=file]").addEventListener("change", async ({ target }) => {
  try {
    const { version, cards } = checked(JSON.parse(await target.files[0].text()))
    const answered = one => Date.parse(one?.last_review) || 0
    const newer = Object.entries(cards).filter(([id, one]) => answered(one) >= answered(progress.cards[id]))
    const merged = { version, cards: { ...progress.cards, ...Object.fromEntries(newer) } }
    localStorage.setItem(KEY, JSON.stringify(merged)) // throws if there is no room for it
    progress = merged
    list()
    tell(t(`导入了 ${newer.length} 题的进度。`, `Imported the progress of ${counted(newer.length)}.`))
  } catch {
    tell(t(
      "这不是本站导出的进度文件，或文件已损坏，或浏览器存不下。没有改动任何进度。",
      "This is not a progress file exported here, it is damaged, or the browser cannot keep it. Nothing was changed.",
    ))
  }
  target.value = ""
})

document.addEventListener("keydown", event => {
  const { key, target } = event
  if (!current || event.altKey || event.ctrlKey || event.metaKey || target.closest("input, select, dialog")) return
  const arrows = target.closest(SIDEWAYS) ? {} : { ArrowLeft: "again", ArrowRight: "known" }
  const action = { ...arrows, Escape: "stop" }[key]
    ?? (key === " " && !revealed() && !target.closest("button, a, summary") ? "answer" : undefined)
  if (!action) return
  event.preventDefault()
  actions[action]()
})

let from
stage.addEventListener("touchstart", ({ touches }) => (from = touches.length === 1 && touches[0]), { passive: true })
stage.addEventListener("touchend", ({ changedTouches: [to], target }) => {
  if (!from || target.closest(SIDEWAYS)) return // two fingers enlarge the page
  const [x, y] = [to.clientX - from.clientX, to.clientY - from.clientY]
  if (Math.abs(x) > 80 && Math.abs(y) < 50) actions[x < 0 ? "again" : "known"]()
})

list()
