// Runs in an empty browser page: the browser's own parser reads a page of the site, and its
// serializer writes the article as the XHTML of a chapter.

const parse = html => new DOMParser().parseFromString(html, "text/html")

// What the home page says: name and address of the site, and its pages in the order of the nav.
function contents(html) {
  const home = parse(html)
  const pages = list => [...list.querySelectorAll("dt a")].map(link => link.getAttribute("href"))
  return {
    title: home.querySelector("article h1").firstChild.textContent,
    description: home.querySelector("meta[name=description]").content,
    url: home.querySelector("link[rel=canonical]").href,
    parts: [...home.querySelectorAll(".contents h2")]
      .map(heading => [heading.textContent, pages(heading.nextElementSibling)]),
  }
}

// `names` gives the chapter of each address, `colours` the value of each variable of the figures.
function chapter({ html, url, names, colours }) {
  const name = names[url]
  const site = parse(html)
  const article = site.querySelector("article")
  const all = selector => article.querySelectorAll(selector)
  for (const node of all("button, script, .md-content__button, .headerlink, .contents")) node.remove()
  for (const node of all("*")) {
    if (!(node instanceof HTMLElement && node.localName.includes("-"))) continue
    const parent = node.parentElement // an explorer: its figure stands beside it
    node.remove()
    if (parent.localName === "p" && !parent.textContent.trim()) parent.remove()
  }
  for (const question of all("details")) {
    const open = site.createElement("section")
    const title = site.createElement("p")
    open.id = question.id
    open.className = "question"
    title.className = "question__title"
    const summary = question.querySelector("summary")
    title.append(...summary.childNodes)
    summary.replaceWith(title)
    open.append(...question.childNodes)
    question.replaceWith(open)
  }
  for (const annotation of all("annotation")) { // some e-readers would show it beside the formula
    const math = annotation.closest("math")
    math.setAttribute("alttext", annotation.textContent.trim())
    math.replaceChildren(annotation.parentElement.firstElementChild)
  }
  for (const name of ["scriptlevel", "displaystyle"]) { // where MathML 3, which EPUB asks for, has them
    for (const node of all(`[${name}]:not(math, mstyle${name === "displaystyle" ? ", mtable" : ""})`)) {
      const style = site.createElementNS(node.namespaceURI, "mstyle")
      style.setAttribute(name, node.getAttribute(name))
      node.removeAttribute(name)
      node.replaceWith(style)
      style.append(node)
    }
  }

  // ids that are unique in the book and valid in XML, and links to them
  const place = (chapter, id) => (id ? `${chapter}.${id.replaceAll(":", "-")}` : chapter)
  for (const link of all("a[href]")) {
    const target = new URL(link.getAttribute("href"), url)
    const chapter = names[target.origin + target.pathname]
    const id = decodeURIComponent(target.hash.slice(1))
    link.setAttribute("href", chapter ? `${chapter}.xhtml#${place(chapter, id)}` : target.href)
  }
  for (const use of all("use[href]")) { // e-readers know the older name
    const target = place(name, use.getAttribute("href").slice(1))
    use.removeAttribute("href")
    use.setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", `#${target}`)
  }
  for (const node of all("[id]")) node.id = place(name, node.id)

  const section = site.createElement("section")
  section.id = name
  section.className = "chapter"
  section.append(...(article.querySelector("[data-pagefind-body]") ?? article).childNodes, ...all(".verified"))
  const text = heading => heading.textContent.trim()
  return {
    name,
    title: text(section.querySelector("h1")),
    sections: [...section.querySelectorAll("h2[id]")].map(heading => [heading.id, text(heading)]),
    body: new XMLSerializer().serializeToString(section)
      .replaceAll("url(#", `url(#${name}.`)
      .replace(/var\((--figure-\w+)\)/g, (_, variable) => colours[variable]),
  }
}
