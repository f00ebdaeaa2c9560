// What every explorer shares: labelled controls, a line chart that follows the page's colours, and
// a sentence that says what is to be seen, for those who hear the page too.

export const zh = document.documentElement.lang.startsWith("zh")
export const t = (chinese, english) => (zh ? chinese : english)
export const round = (x, digits = 3) => String(Number(x.toPrecision(digits))).replace("-", "−")

const WIDTH = 390
const HEIGHT = 230
const LEFT = 48
const BOTTOM = 36
const TOP = 10

const escape = text => String(text).replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`)

// Round steps of 1, 2 or 5 times a power of ten, four to six of them.
function ticks([low, high]) {
  const raw = (high - low) / 5
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map(n => n * power).find(n => n >= raw)
  const found = []
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step)
  return found
}

function chart({ x, y, lines = [], dots = [], stems = [] }) {
  const px = v => LEFT + ((v - x.range[0]) / (x.range[1] - x.range[0])) * (WIDTH - LEFT - 8)
  const py = v => HEIGHT - BOTTOM - ((v - y.range[0]) / (y.range[1] - y.range[0])) * (HEIGHT - BOTTOM - TOP)
  const at = ([a, b]) => `${px(a).toFixed(1)} ${py(b).toFixed(1)}`
  const grid = ticks(x.range).map(v => `<path d="M${at([v, y.range[0]])}V${TOP}"/>`)
    .concat(ticks(y.range).map(v => `<path d="M${at([x.range[0], v])}H${WIDTH - 8}"/>`))
  const names = ticks(x.range)
    .map(v => `<text x="${px(v)}" y="${HEIGHT - BOTTOM + 14}" text-anchor="middle">${round(v)}</text>`)
    .concat(ticks(y.range).map(v => `<text x="${LEFT - 5}" y="${py(v) + 3}" text-anchor="end">${round(v)}</text>`))
  const path = ({ points, colour, dashed }) =>
    `<path d="M${points.map(at).join("L")}" stroke="var(--figure-${colour})" stroke-width="2"${dashed ? ' stroke-dasharray="5 4"' : ""}/>`
  const stem = ({ point, base, colour }) =>
    `<path d="M${at([point[0], base])}L${at(point)}" stroke="var(--figure-${colour})" stroke-width="1.5"/>`
  const dot = ({ point, colour }) =>
    `<circle cx="${px(point[0])}" cy="${py(point[1])}" r="4" fill="var(--figure-${colour})"/>`
  return `<g fill="none" stroke="var(--figure-faint)" stroke-width=".5">${grid.join("")}</g>
    <g fill="currentColor" font-size="11.5">${names.join("")}
    <text x="${(LEFT + WIDTH) / 2}" y="${HEIGHT - 4}" text-anchor="middle">${escape(x.label)}</text>
    <text transform="translate(10 ${(HEIGHT - BOTTOM + TOP) / 2}) rotate(-90)" text-anchor="middle">${escape(y.label)}</text></g>
    <g fill="none" stroke-linejoin="round">${lines.map(path).join("")}${stems.map(stem).join("")}</g>${dots.map(dot).join("")}`
}

function input({ name, label, value, options, min, max, step }) {
  const id = `explorer-${name}-${Math.random().toString(36).slice(2, 7)}`
  if (options) {
    const items = options.map(([key, text]) => `<option value="${key}"${key === value ? " selected" : ""}>${escape(text)}</option>`)
    return `<label for="${id}">${escape(label)}</label><select id="${id}" name="${name}">${items.join("")}</select><span></span>`
  }
  if (typeof value === "boolean") {
    return `<label for="${id}">${escape(label)}</label><input id="${id}" name="${name}" type="checkbox"${value ? " checked" : ""}><span></span>`
  }
  return `<label for="${id}">${escape(label)}</label><input id="${id}" name="${name}" type="range" min="${min}" max="${max}" step="${step}" value="${value}"><span aria-hidden="true"></span>`
}

// Define the custom element `tag`. `draw(values)` returns a chart and the sentence `text` on it.
export function define(tag, title, controls, draw) {
  customElements.define(tag, class extends HTMLElement {
    connectedCallback() {
      this.innerHTML = `<form class="explorer" aria-label="${escape(title)}"><strong>${escape(title)}</strong>
        <svg role="img" viewBox="0 0 ${WIDTH} ${HEIGHT}"></svg>
        <p role="status"></p><div class="explorer__controls">${controls.map(input).join("")}</div></form>`
      this.addEventListener("input", () => this.update())
      this.addEventListener("submit", event => event.preventDefault())
      this.update()
    }

    update() {
      const values = {}
      for (const { name, value, show = round } of controls) {
        const field = this.querySelector(`[name="${name}"]`)
        values[name] = field.type === "checkbox" ? field.checked : typeof value === "string" ? field.value : Number(field.value)
        if (field.type === "range") {
          const shown = show(values[name])
          field.nextElementSibling.textContent = shown
          field.setAttribute("aria-valuetext", shown)
        }
      }
      const drawn = draw(values)
      const svg = this.querySelector("svg")
      svg.innerHTML = chart(drawn)
      svg.setAttribute("aria-label", drawn.text)
      this.querySelector("p").textContent = drawn.text
    }
  })
}

// `n` evenly spaced numbers from `low` to `high`.
export const range = (low, high, n) => Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1))
