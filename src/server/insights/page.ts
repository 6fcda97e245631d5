import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Insights } from '../../modules/insights/figure.ts'
import { criteriaRow } from './criteria.ts'
import { type DrawChart, figureCard } from './figure-card.ts'
import { Html, html } from './html.ts'
import { addDays, dayOf, lengthInDays, offeredDays } from './period.ts'
import { sectionsOf } from './sections.ts'
import { count, dayInWords, daysInWords } from './words.ts'

const styles = new Html(
  ['base', 'head', 'criteria', 'figures', 'narrow']
    .map((name) => readFileSync(join(import.meta.dirname, 'styles', `${name}.css`), 'utf8'))
    .join('\n'),
)

/**
 * The page of all figures. Its links are relative, so that it can be served below any path. It
 * yields to others between two figures, because each chart takes some milliseconds.
 */
export async function insightsPage(insights: Insights, drawChart: DrawChart): Promise<string> {
  const { figures } = insights
  const query = `from=${dayOf(insights.from)}&to=${dayOf(insights.to)}`
  const cards = new Map<string, Html>()
  for (const figure of figures) {
    cards.set(figure.name, figureCard(figure, insights, query, drawChart))
    await new Promise(setImmediate)
  }
  const sections = sectionsOf(figures).map(
    (section, place) =>
      html`<section aria-labelledby="section-${place}">
        <h2 id="section-${place}">${section.title}</h2>
        <div class="cards">${section.figures.map(({ name }) => cards.get(name) ?? html``)}</div>
      </section>`,
  )
  return document(
    'Insights',
    html`${periodChooser(insights)}
      <main>${notice(insights)} ${criteriaRow(insights)} ${sections}</main>
      <footer class="end">
        <p>
          Groups of fewer than 10 people are never shown. The band of a chart is the interval of
          each value; a dashed line across it is the target.
          <a href="insights.csv?${query}">All figures as CSV</a>
        </p>
      </footer>`,
  )
}

/** A page that says why there are no figures. */
export function failurePage(title: string, sentence: string): string {
  return document(
    title,
    html`<header><p class="name">${mark} connections</p></header>
      <main class="failure">
        <h1>${title}</h1>
        <p>${sentence}</p>
        <p><a href="insights">Show the last year</a></p>
      </main>`,
  )
}

function document(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – connections</title>
        <style>
          ${styles}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`.text
}

const mark = html`<svg viewBox="0 0 24 24" aria-hidden="true">
  <circle cx="8.5" cy="12" r="6" />
  <circle cx="15.5" cy="12" r="6" />
</svg>`

function periodChooser(insights: Insights): Html {
  const { from, to } = insights
  const last = addDays(to, -1)
  const isToday = Date.now() - to.getTime() < 86_400_000
  const current = isToday ? lengthInDays(insights) : null
  return html`<header>
    <p class="name">${mark} connections</p>
    <h1>Insights</h1>
    <p class="period">${daysInWords(from, last)} · ${count(lengthInDays(insights))} days in UTC</p>
    <nav aria-label="Period">
      ${offeredDays.map(
        (days) =>
          html`<a
            href="insights?days=${days}"
            ${days === current ? new Html('aria-current="page"') : null}
            >${days === 365 ? 'A year' : `${days} days`}</a
          >`,
      )}
    </nav>
    <form action="insights" method="get">
      <label>From <input type="date" name="from" value="${dayOf(from)}" required /></label>
      <label
        >Up to, not including <input type="date" name="to" value="${dayOf(to)}" required
      /></label>
      <button>Show</button>
    </form>
  </header>`
}

/** What is to be known of the whole period before its figures are read. */
function notice({ figures, from, to, completeUntil }: Insights): Html | null {
  if (figures.every(({ value }) => value === null))
    return html`<p class="notice">
      <strong>Nothing to show yet.</strong> No figure of this period is about 10 people or more. The
      worker adds each day after its end; a longer period may show more.
    </p>`
  if (completeUntil !== null && completeUntil >= to) return null
  const last = completeUntil === null ? null : addDays(completeUntil, -1)
  return html`<p class="notice">
    <strong>
      ${
        last === null || last < from
          ? 'No day of this period has been added yet.'
          : `Figures up to ${dayInWords(last)}.`
      }
    </strong>
    The worker adds each day after its end.
  </p>`
}
