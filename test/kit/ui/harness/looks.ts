import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axeSource = await readFile(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)

/** What axe finds on a page, a line each. Nothing is what a component wants. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  return page.evaluate<string[]>(`(async () => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => [id, html, failureSummary].join(' ')))
  })()`)
}

/** The elements that stand out of a page sideways, a line each. */
export function sidewaysScroll(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement
    const outside = [...document.querySelectorAll('body *')].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect()
      // What only screen readers see is one pixel wide, and may be anywhere.
      return width > 1 && (left < 0 || right > clientWidth + 0.5)
    })
    const lines = outside.map((element) => {
      const tag = element.tagName.toLowerCase()
      const classes = element.getAttribute('class') ?? ''
      return `${tag}.${classes} ${element.textContent.slice(0, 40)}`.trim()
    })
    return lines.length === 0 && scrollWidth > clientWidth
      ? [`the page, ${scrollWidth} instead of ${clientWidth}`]
      : lines
  })
}

/**
 * What stands in the window and is hard to meet with a finger, a line each: less than 44 pixels
 * high. Links within a sentence may be smaller.
 * @param least another height
 */
export function smallTargets(page: Page, least = 44): Promise<string[]> {
  return page.evaluate(
    (least) =>
      [...document.querySelectorAll('a[href], button, input, select, summary')].flatMap((each) => {
        const target = each.closest('label') ?? each
        const { left, top, width, height } = target.getBoundingClientRect()
        const [x, y] = [left + width / 2, top + height / 2]
        // Also what lies around it and takes the press for it.
        const isMet = (at: number) => target.contains(document.elementFromPoint(x, at))
        // Bars lie over the ends of what scrolls.
        const end = target.closest('main') === null ? 22 : 84
        const isAway = width <= 1 || y < end || y > innerHeight - end || !isMet(y)
        const isInSentence =
          getComputedStyle(target).display === 'inline' &&
          target.parentElement?.textContent !== target.textContent
        const half = least / 2 - 1
        const isBig = height > least - 0.5 || (isMet(y - half) && isMet(y + half))
        return isAway || isInSentence || isBig
          ? []
          : [`${target.tagName.toLowerCase()} ${height} ${target.textContent}`.trim()]
      }),
    least,
  )
}
