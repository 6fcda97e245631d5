import type { Figure, Insights } from '../../modules/insights/figure.ts'
import type { ChartFrame } from './chart.ts'
import { capitalized, verdictLabel, verdictOf } from './criteria.ts'
import { type Html, html } from './html.ts'
import { intervalBar } from './interval-bar.ts'
import { addDays } from './period.ts'
import { pointsTable, spanOf } from './points-table.ts'
import { count, dayInWords, daysInWords, intervalInWords, inWords } from './words.ts'

/** Draws the points of a figure. */
export type DrawChart = (figure: Figure, frame: ChartFrame) => Html

/**
 * A figure with all that is known of it: value, n, interval, target, chart, definition, and its
 * points as a table and as CSV.
 * @param query of the address of the CSV
 */
export function figureCard(
  figure: Figure,
  insights: Insights,
  query: string,
  drawChart: DrawChart,
): Html {
  const { name, title, definition, value, points } = figure
  return html`<article id="${name}" aria-labelledby="${name}-title">
    <h3 id="${name}-title">${title}</h3>
    <div class="shown">
      <div>
        ${value === null ? nothingShown(figure) : measured(figure, value)}
        ${countedDays(figure, insights)}
      </div>
      ${chartOf(figure, insights, drawChart)}
    </div>
    <p class="definition">${definition}</p>
    <footer>
      ${points.every(hasNoValue) ? null : pointsTable(figure, spanOf(insights))}
      <a class="csv" href="insights/${name}.csv?${query}"
        >CSV<span class="spoken"> of ${title}</span></a
      >
    </footer>
  </article>`
}

const nothingShown = ({ counted }: Figure) =>
  html`<p class="nothing">
    ${
      counted === null
        ? 'Nothing yet: no day of this period is complete and about 10 people or more. A longer period may show something.'
        : 'Not shown: these days are about fewer than 10 people.'
    }
  </p>`

function measured(figure: Figure, value: number): Html {
  const { n, of, low, high, method } = figure
  return html`<p class="value">
      <strong>${inWords(figure, value)}</strong>
      ${n === null ? null : html`<span>n = ${count(n)} ${of}</span>`}
    </p>
    ${intervalBar(figure)}
    <p class="bounds">
      ${capitalized(intervalInWords(figure, low, high))}
      <span class="method">${method}</span>
    </p>
    ${targetLine(figure)}`
}

function targetLine(figure: Figure): Html | null {
  const verdict = verdictOf(figure)
  if (verdict === null || figure.target === null) return null
  return html`<p class="${`aim ${verdict.replaceAll(' ', '-')}`}">
    Target: at least ${inWords(figure, figure.target)}.
    <span class="verdict">${verdictLabel(verdict)}</span>
  </p>`
}

/** Which days a figure is about, where it is not about all of the period. */
function countedDays({ counted, value }: Figure, { from, to }: Insights): Html | null {
  if (counted === null || value === null) return null
  if (counted.from.getTime() === from.getTime() && counted.to.getTime() === to.getTime())
    return null
  const others =
    counted.to < to ? 'later days are not complete yet' : 'before that there are too few people'
  return html`<p class="counted">
    Counts ${daysInWords(counted.from, addDays(counted.to, -1))}; ${others}.
  </p>`
}

function chartOf(figure: Figure, insights: Insights, drawChart: DrawChart): Html | null {
  const span = spanOf(insights)
  const title = `${figure.title}, by ${span}`
  if (figure.points.every(hasNoValue))
    return figure.value === null
      ? null
      : html`<p class="nothing">No chart: no single ${span} is about 10 people or more.</p>`
  const [from, to] = [firstCounted(insights), insights.to]
  return drawChart(figure, { from, to, title, description: describe(figure, insights) })
}

/** Where all charts of the page begin: a younger platform has no days at the period's beginning. */
function firstCounted({ figures, from }: Insights): Date {
  const firsts = figures.flatMap(({ counted, points }) => {
    // A week begins before its first day that is counted.
    const first = points.find((point) => !hasNoValue(point))
    return counted === null ? [] : [+counted.from, Date.parse(first?.day ?? '') || +counted.from]
  })
  return firsts.length === 0 ? from : new Date(Math.min(...firsts))
}

const hasNoValue = ({ value }: Figure['points'][number]) => value === null

/** What a reader would see in the chart. */
function describe(figure: Figure, insights: Insights): string {
  const shown = figure.points.flatMap(({ day, value }) => (value === null ? [] : [{ day, value }]))
  const sorted = shown.toSorted((one, other) => one.value - other.value)
  const span = spanOf(insights)
  const hasBand = figure.points.some(({ low, high }) => low !== null && high !== null)
  const say = (which: string, point: (typeof shown)[number] | undefined) =>
    point === undefined
      ? ''
      : ` ${which}: ${inWords(figure, point.value)}, ${dayInWords(new Date(point.day))}.`
  return (
    `A line with a value for ${count(shown.length)} ${shown.length === 1 ? span : `${span}s`}, ` +
    `from ${dayInWords(firstCounted(insights))}${hasBand ? ', in the band of their intervals' : ''}.` +
    say('Lowest', sorted[0]) +
    say('Highest', sorted.at(-1)) +
    say('Last', shown.at(-1))
  )
}
