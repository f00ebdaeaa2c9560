// What stands at worker.js when the site is built with `extra: {offline: false}`: in browsers that have
// a service worker of this site it takes that one's place, forgets what was kept, and removes itself.

addEventListener("install", () => skipWaiting())

addEventListener("activate", event => event.waitUntil((async () => {
  await caches.delete(`llm-interview-notes ${registration.scope}`)
  await registration.unregister()
  for (const client of await clients.matchAll({ type: "window" })) client.navigate(client.url)
})()))
