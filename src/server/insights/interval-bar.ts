import type { Figure } from '../../modules/insights/figure.ts'
import { type Html, html } from './html.ts'

/**
 * The value of a figure on its interval, and its target, as a strip as wide as the card. The words
 * beside it say the same, so it is hidden from readers who do not see it.
 */
export function intervalBar({ value, low, high, target, unit }: Figure): Html | null {
  if (value === null || low === null || high === null) return null
  const marks = [value, low, high, ...(target === null ? [] : [target])]
  const least = Math.min(0, ...marks)
  const largest = Math.max(...marks)
  const most = unit === 'SHARE' && largest > 0.5 && largest <= 1 ? 1 : largest * 1.25 || 1
  const place = (mark: number) => `${(((mark - least) / (most - least)) * 100).toFixed(2)}%`
  const line = (from: number, to: number, kind: string) =>
    html`<line class="${kind}" x1="${place(from)}" x2="${place(to)}" y1="8" y2="8" />`
  return html`<svg class="interval" height="16" aria-hidden="true">
    ${line(least, most, 'whole')}${line(low, high, 'range')}
    ${target === null ? null : targetMark(place(target))}
    <circle cx="${place(value)}" cy="8" r="4.5" />
  </svg>`
}

const targetMark = (x: string) => html`<line class="target" x1="${x}" x2="${x}" y1="1" y2="15" />`
