// The service worker of one build. hooks/offline.py puts Workbox and FILES before it: the SHA-256 of every
// file that the build's pages are made of. Files are fetched when they are read, not before. Bytes with
// another hash are another build's: they are neither kept nor handed out.

const CACHE = `llm-interview-notes ${registration.scope}` // docs/assets/offline.js and offline.html read it too
const OFFLINE = "offline.html"
const LISTS = ["offline.json", "en/offline.json"] // kept by those who want a whole language

const build = new workbox.precaching.PrecacheController({ cacheName: CACHE })
build.addToCacheList(Object.entries(FILES).map(
  ([url, hash]) => ({ url, revision: hash, integrity: `sha256-${hash}` }),
))

// The name in FILES of what has this URL, whether or not this build has it: "./", "rlhf/dpo/".
function address(url) {
  const { origin, pathname } = new URL(url)
  return (origin + pathname).replace(registration.scope, "").replace(/(^|\/)index\.html$/, "$1") || "./"
}
const known = path => Object.hasOwn(FILES, path)

// The file as this build has it, from the cache or the network; an error if neither has it.
function get(path, event) {
  const url = new URL(path, registration.scope).href
  const cacheKey = build.getCacheKeyForURL(url)
  const integrity = build.getIntegrityForCacheKey(cacheKey)
  const request = new Request(url, { integrity, cache: "no-cache" }) // the HTTP cache may have an older build
  return build.strategy.handle({ request, event, params: { cacheKey, integrity } }).catch(error => {
    if (!(error instanceof DOMException)) throw error // it was the network
    return fetch(request) // there is no room to keep it, or the browser's store is broken
  })
}

// A build is ready when it has all that the one before had kept. What is the same in both is not fetched.
addEventListener("install", event => event.waitUntil((async () => {
  const kept = (await (await caches.open(CACHE)).keys()).map(({ url }) => address(url))
  const open = (await clients.matchAll({ includeUncontrolled: true })).map(({ url }) => address(url))
  const wanted = new Set([OFFLINE, ...kept, ...open].filter(known))
  for (const list of LISTS.filter(path => wanted.has(path))) {
    const { own, shared } = await (await get(list, event)).json()
    for (const path of [...own, ...shared]) wanted.add(path)
  }
  await Promise.all([...wanted].map(path => get(path, event)))
})()))

// The ids of the pages, and of their workers, that were open when this build took over. They are another
// build's: they load anew, and until then get nothing from this one. Nobody gets anything before the ids
// are known, for browsers ask a worker for files while it still takes over.
const strangers = new Promise(resolve => {
  const state = self.serviceWorker?.state ?? "activated"
  if (state === "activated") resolve(caches.match("strangers").then(kept => kept?.json() ?? []).catch(() => [])) // started again
  addEventListener("activate", event => event.waitUntil((async () => {
    const ids = (await clients.matchAll({ includeUncontrolled: true, type: "all" })).map(({ id }) => id)
    resolve(ids) // before what a full or broken store may refuse
    await build.activate(event) // drops what only the build before had
    await (await caches.open(CACHE)).put("strangers", new Response(JSON.stringify(ids)))
  })()))
})

addEventListener("fetch", event => {
  const path = address(event.request.url)
  if (event.request.mode === "navigate") {
    if (known(path) || !/\.\w+$/.test(path)) event.respondWith(page(path, event))
  } else if (known(path)) {
    event.respondWith(strangers.then(ids => ids.includes(event.clientId) ? Response.error() : get(path, event)))
  }
})

async function page(path, event) {
  await strangers
  const as = async (name, status) => {
    const { body, headers } = await get(name, event)
    return new Response(body, { status, headers })
  }
  try {
    if (known(path)) return await get(path, event)
    if (known(`${path}/`)) return Response.redirect(new URL(`${path}/`, registration.scope))
    const answer = await fetch(event.request)
    if (answer.status === 404) return await as("404.html", 404)
    if (!answer.ok) return answer
  } catch {} // no network, or there is only another build's
  return as(OFFLINE, 503)
}

addEventListener("message", event => event.waitUntil((async () => {
  if (event.data.keep) {
    const path = address(event.data.keep)
    if (known(path)) await get(path, event).catch(() => {})
    event.ports[0].postMessage("tried")
  } else {
    const windows = await clients.matchAll({ includeUncontrolled: true, type: "window" })
    if (event.data.update === "now" || windows.length === 1) skipWaiting()
  }
})()))
