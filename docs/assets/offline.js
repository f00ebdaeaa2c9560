// Reading without a network. Registers the service worker (hooks/worker/worker.js) when the page has
// loaded, says when a new build is ready, and keeps a whole language for those who ask for it.

const zh = document.documentElement.lang.startsWith("zh")
const t = (chinese, english) => (zh ? chinese : english)
const root = new URL("..", import.meta.url)

function element(name, parent, properties) {
  const made = Object.assign(document.createElement(name), properties)
  parent.append(made)
  return made
}

// Asks the worker to keep the file at `url`; resolves when it has tried.
async function keep(url) {
  const { active } = await navigator.serviceWorker.ready
  const { port1, port2 } = new MessageChannel()
  return new Promise(resolve => {
    port1.onmessage = resolve
    port1.onclose = resolve // the browser has ended the worker
    active.postMessage({ keep: url }, [port2])
  })
}

async function start() {
  const first = !navigator.serviceWorker.controller
  const registration = await (first // to register again would wait for the network
    ? navigator.serviceWorker.register(new URL("worker.js", root))
    : navigator.serviceWorker.getRegistration()).catch(() => {})
  if (!registration) return // this browser, or this site's server, does without
  const notice = element("div", document.body, { className: "update" })
  notice.setAttribute("role", "status")

  const tell = () => {
    if (first || !registration.waiting || notice.firstChild) return
    element("span", notice, { textContent: t("网站有新版本。", "A new version is ready.") })
    element("button", notice, {
      textContent: t("更新", "Update"),
      onclick: () => registration.waiting?.postMessage({ update: "now" }),
    })
    element("button", notice, { textContent: t("以后", "Later"), onclick: () => notice.replaceChildren() })
  }
  const watch = () => registration.installing?.addEventListener("statechange", tell)
  registration.addEventListener("updatefound", watch)
  watch() // the browser itself may have found it while the page was loading
  tell()
  const look = () => document.hidden || registration.update().catch(() => {}) // without a network, later
  if (!first) look()
  document.addEventListener("visibilitychange", look) // phones keep a tab for days
  // one build a tab: all of them load the page anew when another build takes over
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload())

  // what this page fetches without the worker, which was not there when it was opened
  const fetched = new PerformanceObserver(list => list.getEntries().forEach(({ name }) => keep(name)))
  if (first) fetched.observe({ type: "resource", buffered: true })
  const place = document.querySelector(".offline")
  if (place) whole(place, new URL(zh ? "offline.json" : "en/offline.json", root).href)
}

// The button that keeps all that the list at `list` names, and the one that drops what is in no other.
async function whole(place, list) {
  const { scope } = await navigator.serviceWorker.ready // never, where the worker cannot be installed
  const cache = await caches.open(`llm-interview-notes ${scope}`)
  const { size } = place.dataset
  const made = new DocumentFragment() // shown when the button has its words
  const button = element("button", made, {})
  const remove = element("button", made, { textContent: t("删除", "Remove") })
  const bar = element("progress", made, { hidden: true, ariaLabel: t("已保存", "Kept") })
  const status = element("p", made, { role: "status" })

  // The files of the list, if it is kept: those of this language alone, and all.
  async function files() {
    const answer = await cache.match(list, { ignoreSearch: true })
    if (!answer) return
    const { own, shared } = await answer.json()
    const address = path => new URL(path, root).href
    return { own: own.map(address), all: [...own, ...shared].map(address) }
  }

  async function show(pressed) {
    const wanted = await files()
    const kept = new Set((await cache.keys()).map(({ url }) => url.split("?")[0]))
    const complete = Boolean(wanted?.all.every(url => kept.has(url)))
    const focused = place.contains(document.activeElement)
    button.textContent = t(`把中文全站存在本机，离线阅读（约 ${size}）`, `Keep the whole English site on this device (about ${size})`)
    button.hidden = complete
    remove.hidden = !wanted
    status.textContent = complete ? t("中文全站已存在本机，没有网络也能读和搜索。", "The whole English site is kept on this device; reading and search need no network.")
      : wanted || pressed ? t("还没有存全。请联网，并确认本机有足够的空间，再按一次。", "Not all of it is kept yet. Press again when the network is there and the device has room.")
      : ""
    if (focused) (complete ? remove : button).focus() // the one that was pressed may be gone
  }

  button.onclick = async () => {
    if (!bar.hidden) return // at work: a button that is disabled would lose the focus
    bar.hidden = false
    bar.removeAttribute("value")
    remove.hidden = true
    await keep(list)
    const waiting = (await files())?.all ?? []
    Object.assign(bar, { value: 0, max: waiting.length })
    await Promise.all(Array.from({ length: 4 }, async () => {
      for (let url; (url = waiting.pop()); bar.value++) await keep(url)
    }))
    bar.hidden = true
    await show(true)
  }
  remove.onclick = async () => {
    for (const url of [...((await files())?.own ?? []), list]) await cache.delete(url, { ignoreSearch: true })
    await show()
  }
  await show()
  place.append(made)
}

if (navigator.serviceWorker) {
  if (document.readyState === "complete") start()
  else addEventListener("load", start)
}
