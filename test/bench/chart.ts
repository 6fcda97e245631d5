import * as Plot from '@observablehq/plot'
import { Window } from 'happy-dom'
import { questionTitles } from './questions.ts'
import type { QuestionName } from './options.ts'
import type { Report } from './report.ts'

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
    title: 'CPU of one request in µs',
    x: { grid: true, label: 'µs' },
    y: { label: null },
    fy: { label: null },
    color: { domain: ['server', 'Postgres'], range: ['#4269d0', '#97bbf5'], legend: false },
    marks: [
      Plot.barX(bars, { x: 'cpu', y: 'system', fy: 'question', fill: 'part' }),
      Plot.ruleX([0]),
    ],
  })
  const svg = (plot as unknown as Element).querySelector('svg') ?? plot
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  const title = `${options.users} people; dark: server, light: Postgres. ${Object.keys(questions)
    .map((name) => `${name}: ${questionTitles[name as QuestionName]}`)
    .join('; ')}`
  const text = svg.outerHTML.replace(/>/, `><title>${title.replaceAll('&', '&amp;')}</title>`)
  return window.happyDOM.close().then(() => `${text}\n`)
}
