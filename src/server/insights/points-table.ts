import type { Figure, FigurePoint, Insights } from '../../modules/insights/figure.ts'
import { type Html, html } from './html.ts'
import { count, inShort, noValue } from './words.ts'

/** What one point stands for. */
export type Span = 'day' | 'week' | 'month'

/** What the points of a period stand for. */
export const spanOf = ({ step }: Insights): Span => spans[step]

const spans: Readonly<Record<Insights['step'], Span>> = { DAY: 'day', WEEK: 'week', MONTH: 'month' }

/** The points of a figure as a table that opens when asked for. */
export function pointsTable(figure: Figure, span: Span): Html {
  const { points, title } = figure
  return html`<details>
    <summary>${count(points.length)} ${points.length === 1 ? span : `${span}s`} as a table</summary>
    <div class="table" role="region" aria-label="${title}: table" tabindex="0">
      <table>
        <caption class="spoken">
          ${title}, by ${span}
        </caption>
        <thead>
          <tr>
            <th scope="col">${heads[span]}</th>
            <th scope="col">Value</th>
            <th scope="col">Low</th>
            <th scope="col">High</th>
            <th scope="col">n</th>
          </tr>
        </thead>
        <tbody>
          ${points.map((point) => row(figure, point))}
        </tbody>
      </table>
    </div>
  </details>`
}

const heads: Readonly<Record<Span, string>> = {
  day: 'Day',
  week: 'Week from',
  month: 'Month from',
}

function row(figure: Figure, { day, value, low, high, n }: FigurePoint): Html {
  return html`<tr>
    <th scope="row">${day}</th>
    <td>${inShort(figure, value)}</td>
    <td>${inShort(figure, low)}</td>
    <td>${inShort(figure, high)}</td>
    <td>${n === null ? noValue : count(n)}</td>
  </tr>`
}
