import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { Figure, FigurePoint } from '../../modules/insights/figure.ts'
import { scaleOf } from './chart-scale.ts'
import { Html } from './html.ts'
import type { Period } from './period.ts'

/** What a chart shows beside its figure. */
export interface ChartFrame extends Period {
  /** For readers who do not see it. */
  readonly title: string
  readonly description: string
}

/** The part of a DOM that is used here; the server has no types of a browser's. */
interface Element {
  readonly children: Iterable<Element>
  textContent: string
  outerHTML: string
  setAttribute(name: string, value: string): void
  removeAttribute(name: string): void
  prepend(...children: Element[]): void
  remove(): void
  querySelector(selector: string): Element | null
  querySelectorAll(selector: string): Iterable<Element>
}

const { document } = parseHTML('<!doctype html><html><body></body></html>')

const size = { width: 360, height: 168 }

/** A point, placed in time. */
interface Dot extends FigurePoint {
  readonly at: Date
}

/**
 * The points of a figure over time as SVG, with the band of their intervals. It takes its colours
 * from the page.
 */
export function drawChart(figure: Figure, frame: ChartFrame): Html {
  const dots = figure.points.map((point) => ({ ...point, at: new Date(point.day) }))
  const scale = scaleOf(figure)
  const scaled = (name: 'value' | 'low' | 'high') => (dot: Dot) => {
    const value = dot[name]
    return value === null ? Number.NaN : Math.min(value, scale.most) / scale.divisor
  }
  const alone = dots.filter(standsAlone)
  const end = figure.counted?.to ?? frame.to
  const plot = Plot.plot({
    document,
    ...size,
    margin: 10,
    marginTop: 12,
    marginLeft: 46,
    marginBottom: 34,
    x: { type: 'utc', domain: [frame.from, frame.to], label: null, ticks: 5 },
    y: {
      domain: scale.domain,
      nice: true,
      grid: true,
      ticks: 4,
      tickSize: 0,
      label: null,
      tickFormat: scale.tick,
    },
    marks: [
      Plot.areaY(dots, {
        x: 'at',
        y1: scaled('low'),
        y2: scaled('high'),
        fill: 'var(--band)',
        curve: 'monotone-x',
      }),
      Plot.ruleY([0], { stroke: 'var(--axis)' }),
      ...(figure.target === null
        ? []
        : [
            Plot.ruleY([figure.target / scale.divisor], {
              stroke: 'var(--target)',
              strokeDasharray: '5 4',
            }),
          ]),
      // After it nothing is complete.
      ...(end < frame.to
        ? [Plot.ruleX([end], { stroke: 'var(--axis)', strokeDasharray: '2 3' })]
        : []),
      Plot.lineY(dots, {
        x: 'at',
        y: scaled('value'),
        stroke: 'var(--accent)',
        strokeWidth: 2,
        curve: 'monotone-x',
      }),
      Plot.ruleX(alone, {
        x: 'at',
        y1: scaled('low'),
        y2: scaled('high'),
        stroke: 'var(--band)',
        strokeWidth: 4,
      }),
      Plot.dot(alone, {
        x: 'at',
        y: scaled('value'),
        r: 2.5,
        fill: 'var(--accent)',
      }),
    ],
  })
  return asPicture(plot as unknown as Element, figure.name, frame)
}

/** A line and a band need two points. */
function standsAlone(_dot: Dot, place: number, dots: readonly Dot[]): boolean {
  const neighbours = [dots[place - 1], dots[place + 1]]
  return neighbours.every((each) => each === undefined || each.value === null)
}

/**
 * One picture with a name and a description, for readers and for whoever takes it out of the page.
 * The labels of its parts would only be read again and again.
 */
function asPicture(svg: Element, name: string, { title, description }: ChartFrame): Html {
  svg.querySelector('style')?.remove()
  for (const part of svg.querySelectorAll('[aria-label], [aria-hidden]')) {
    part.removeAttribute('aria-label')
    part.removeAttribute('aria-hidden')
  }
  for (const attribute of ['class', 'width', 'height', 'font-family', 'font-size'])
    svg.removeAttribute(attribute)
  const parts = Object.entries({ title, desc: description }).map(([tag, text]) => {
    const part = document.createElementNS('http://www.w3.org/2000/svg', tag) as unknown as Element
    part.setAttribute('id', `${name}-chart-${tag}`)
    part.textContent = text
    return part
  })
  svg.prepend(...parts)
  svg.setAttribute('class', 'chart')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-labelledby', `${name}-chart-title ${name}-chart-desc`)
  return new Html(svg.outerHTML)
}
