// What the titles, names and headings of all pages tell about a query. They are one small file, so
// they answer before the full text can, and they know what a misspelt word was meant to be.

const HAN = /\p{Script=Han}/u

// Words of Latin letters, and each two neighbours of Chinese characters.
function split(text) {
  const runs = text.normalize("NFKC").toLowerCase().match(/\p{Script=Han}+|((?!\p{Script=Han})[\p{L}\p{N}])+/gu) ?? []
  return runs.flatMap(run => {
    const letters = HAN.test(run) ? [...run] : []
    return letters.length > 1 ? letters.slice(1).map((letter, i) => letters[i] + letter) : [run]
  })
}

// Insertions, deletions, replacements and swaps that make one word the other.
function edits(a, b) {
  let before, above, row = [...Array(b.length + 1).keys()]
  for (let i = 1; i <= a.length; i++) {
    ;[before, above, row] = [above, row, [i]]
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] !== b[j - 1]))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
  }
  return row[b.length]
}

// How like a word that was typed is to a known one, from 0 to 1.
function likeness(typed, known) {
  if (known.startsWith(typed)) return 0.8 // still being typed
  if (typed.startsWith(known) && known.length > 3) return 0.8 // an ending: outliers, llama3
  const han = HAN.test(typed)
  const allowed = han ? typed.length - 1 : Math.floor(typed.length / 4)
  if (Math.abs(typed.length - known.length) > allowed) return 0
  const wrong = edits(typed, known)
  return wrong > Math.min(allowed, 2) ? 0 : han ? 0.4 : 0.8 - 0.2 * wrong
}

// What a word tells by where it stands: in a name or title, or in a heading or question.
const NAME = 1
const HEADING = 0.6

export class Titles {
  // rows: [[path, id in the full text, title, [name, …], [[anchor, heading], …]], …]
  constructor(rows) {
    this.pages = rows.map(([path, id, title, names, headings]) => ({
      path,
      id,
      title,
      names: [title, ...names].map(split),
      headings: headings.map(([anchor, heading]) => ({ anchor, title: heading, words: split(heading) })),
    }))
    this.byId = new Map(this.pages.map(page => [page.id, page]))
    this.places = new Map() // word → page → what it tells about the page
    for (const page of this.pages) {
      for (const words of page.names) this.note(page, words, NAME)
      for (const { words } of page.headings) this.note(page, words, HEADING)
    }
  }

  // The fewer words stand beside it, the more a word tells.
  note(page, words, weight) {
    for (const word of words) {
      if (!this.places.has(word)) this.places.set(word, new Map())
      const at = this.places.get(word)
      at.set(page, Math.max(at.get(page) ?? 0, weight * (0.5 + 0.5 / words.length)))
    }
  }

  // Known words that a word may stand for, and how surely: [[word, likeness], …].
  meant(word) {
    if (this.places.has(word)) return [[word, 1]]
    return [...this.places.keys()].map(known => [known, likeness(word, known)]).filter(([, like]) => like)
  }

  // The rarer the word, the more it tells. Neighbouring characters overlap: each counts half.
  value(word, meant) {
    const pages = Math.max(1, ...meant.map(([known]) => this.places.get(known).size))
    return Math.log(1 + this.pages.length / pages) * (HAN.test(word) ? 0.5 : 1)
  }

  // Pages by how much of the query their titles and headings have, from 0 to 1, and 1 more for the
  // very title or name: [{ page, score, sections }, …].
  guess(query) {
    const typed = [...new Set(split(query))]
    const known = typed.map(word => this.meant(word))
    const values = typed.map((word, i) => this.value(word, known[i]))
    const all = values.reduce((sum, value) => sum + value, 0)
    const scores = new Map()
    known.forEach((meant, i) => {
      const best = new Map()
      for (const [word, like] of meant) {
        for (const [page, weight] of this.places.get(word)) {
          best.set(page, Math.max(best.get(page) ?? 0, weight * like))
        }
      }
      for (const [page, weight] of best) scores.set(page, (scores.get(page) ?? 0) + (weight * values[i]) / all)
    })
    const whole = split(query).join(" ")
    // the headings that have at least half of the query
    const has = (words, meant) => meant.some(([word]) => words.includes(word))
    const told = words => known.reduce((sum, meant, i) => sum + (has(words, meant) ? values[i] : 0), 0)
    return [...scores]
      .map(([page, score]) => ({
        page,
        score: score + page.names.some(words => words.join(" ") === whole),
        sections: page.headings.filter(({ words }) => told(words) >= all / 2),
      }))
      .sort((a, b) => b.score - a.score)
      .filter(({ score }, _, [first]) => score > first.score / 4)
  }
}
