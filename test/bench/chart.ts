import * as Plot from '@observablehq/plot'
import { Window } from 'happy-dom'
import type { QuestionName } from './options.ts'
import { questionTitles } from './questions.ts'
import type { Report } from './report.ts'

const colours = { server: '#4269d0', Postgres: '#97bbf5' }

/** The CPU of one request, server and Postgres, of each system and question, as SVG. */
export function chart({ questions, options }: Report): Promise<string> {
  const window = new Window()
  const bars = Object.entries(questions).flatMap(([question, systems]) =>
    Object.entries(systems)
      // It would make everybody else's bars unreadable; the table has it.
      .filter(([name]) => name !== 'naive')
      .flatMap(([system, one]) => [
        { question, system, part: 'server', cpu: one.server },
        { question, system, part: 'Postgres', cpu: one.postgres },
      ]),
  )
  const plot = Plot.plot({
    document: window.document as unknown as Document,
    width: 760,
    marginLeft: 90,
    // Room for the heading.
    marginTop: 56,
    x: { grid: true, label: 'µs' },
    y: { label: null },
    fy: { label: null },
    color: { domain: Object.keys(colours), range: Object.values(colours) },
    marks: [
      Plot.barX(bars, { x: 'cpu', y: 'system', fy: 'question', fill: 'part' }),
      Plot.ruleX([0]),
    ],
  })
  const svg = (plot as unknown as Element).querySelector('svg') ?? plot
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  const title = Object.keys(questions)
    .map((name) => `${name}: ${questionTitles[name as QuestionName]}`)
    .join('; ')
  const heading = `CPU of one request, ${options.users.toLocaleString('en')} people`
  const legend = Object.entries(colours).map(
    ([part, colour], place) =>
      `<rect x="${90 + place * 80}" y="28" width="12" height="12" fill="${colour}"/>` +
      `<text x="${108 + place * 80}" y="38" text-anchor="start">${part}</text>`,
  )
  const inside =
    `<title>${title.replaceAll('&', '&amp;')}</title>` +
    `<text x="90" y="14" text-anchor="start" font-size="14" font-weight="600">${heading}</text>${legend.join('')}`
  const text = svg.outerHTML.replace(/>/, `>${inside}`)
  return window.happyDOM.close().then(() => `${text}\n`)
}
