import type { Figure, FigureName, Insights } from '../../modules/insights/figure.ts'
import { type Html, html } from './html.ts'
import { lengthInDays, offeredDays } from './period.ts'
import { count, inWords } from './words.ts'

/** Whether a figure has reached its target, and whether its interval leaves any doubt. */
export type Verdict = 'met' | 'likely met' | 'likely not met' | 'not met' | 'not known yet'

/** What the system is to reach, by the figure that tells. The target stands between the two. */
const criteria: Partial<Record<FigureName, readonly [before: string, after: string]>> = {
  threeFriendsByMonthThree: ['At least', 'of people have 3 friends or more by month 3'],
  inviteAcceptanceLift: ['Friends accept game invites at least', 'more often than others do'],
  reportsReduction: ['After a block, reports within the pair drop by at least', ''],
}

/**
 * Judges a figure by its target, which is the least that it should be: `met` and `not met` when the
 * whole interval lies on one side of it. Null for a figure without a target.
 */
export function verdictOf({ value, low, high, target }: Figure): Verdict | null {
  if (target === null) return null
  if (value === null) return 'not known yet'
  if (value >= target) return low !== null && low >= target ? 'met' : 'likely met'
  return high !== null && high < target ? 'not met' : 'likely not met'
}

/** The success criteria in a row, each with its verdict in words and a link to its figure. */
export function criteriaRow(insights: Insights): Html {
  const wanted = Object.keys(criteria)
  const shown = wanted.flatMap((name) => insights.figures.filter((figure) => figure.name === name))
  const days = lengthInDays(insights)
  return html`<section aria-labelledby="criteria">
    <h2 id="criteria">Success criteria</h2>
    <ul class="criteria">
      ${shown.flatMap((figure) => criterion(figure) ?? [])}
    </ul>
    ${
      days < longest && shown.some(({ value }) => value === null)
        ? html`<p class="hint">
            What takes months to be known is not known of ${count(days)} days.
            <a href="insights?days=${longest}">Show a year</a>
          </p>`
        : null
    }
  </section>`
}

const longest = offeredDays[2]

function criterion(figure: Figure): Html | null {
  const sentence = criteria[figure.name]
  const verdict = verdictOf(figure)
  if (sentence === undefined || verdict === null || figure.target === null) return null
  const [before, after] = sentence
  const target = Math.round(figure.target * 100)
  return html`<li class="${verdict.replaceAll(' ', '-')}">
    <p class="verdict">${verdictLabel(verdict)}</p>
    ${figure.value === null ? null : html`<p class="result">${inWords(figure, figure.value)}</p>`}
    <p><a href="#${figure.name}">${`${before} ${target}% ${after}`.trim()}</a></p>
  </li>`
}

const signs: Readonly<Record<Verdict, string>> = {
  met: '✓',
  'likely met': '✓',
  'likely not met': '✗',
  'not met': '✗',
  'not known yet': '?',
}

/** A verdict with its sign, which is only for the eye. */
export const verdictLabel = (verdict: Verdict): Html =>
  html`<span aria-hidden="true">${signs[verdict]}</span> ${capitalized(verdict)}`

/** With a large first letter. */
export const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
