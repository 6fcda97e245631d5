import { parser } from '@prometheus-io/lezer-promql'

// What an expression of Prometheus asks for, compared with what a service shows.

type Node = ReturnType<typeof parser.parse>['topNode']

/** A metric, with the values of each label that it was seen with; null: any. */
export interface Metric {
  readonly kind: 'counter' | 'gauge'
  readonly labels: ReadonlyMap<string, ReadonlySet<string> | null>
}

export type Metrics = ReadonlyMap<string, Metric>

/** What Prometheus adds to each series that it scrapes. */
const ofScrape = ['job', 'instance'].map((label) => [label, null] as const)

/** `up` is made by Prometheus itself. */
const ofPrometheus = [['up', { kind: 'gauge', labels: new Map(ofScrape) }]] as const

/** The metrics of an answer of `/metrics`. The parts of a histogram are counters. */
export function metricsOf(text: string): Metrics {
  const kinds = new Map<string, string>()
  for (const [, name = '', kind = ''] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm))
    kinds.set(name, kind)
  const metrics = new Map<string, Metric>(ofPrometheus)
  for (const [, name = '', labels = ''] of text.matchAll(
    /^([a-z][a-z0-9_]*)(?:\{(.*)\})? \S+$/gm,
  )) {
    const kind = kinds.get(name) === 'gauge' ? 'gauge' : 'counter'
    const known = new Map(metrics.get(name)?.labels ?? ofScrape)
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
      known.set(label, new Set([...(known.get(label) ?? []), value]))
    metrics.set(name, { kind, labels: known })
  }
  return metrics
}

/** Puts values in for the variables of Grafana. */
export function withoutVariables(expr: string): string {
  return expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '6h')
}

/**
 * What is wrong with an expression: its syntax, metrics and labels that are not there, a rate of a
 * gauge, or a counter without one.
 */
export function problemsOf(expr: string, metrics: Metrics): string[] {
  const problems: string[] = []
  const text = withoutVariables(expr)
  const textOf = ({ from, to }: Node) => text.slice(from, to)
  parser.parse(text).iterate({
    enter: ({ node }) => {
      if (node.type.isError) problems.push(`syntax at ${node.from}: ${text}`)
      if (node.name === 'VectorSelector') problems.push(...problemsOfSelector(node))
      if (node.name !== 'GroupingLabels') return
      // Of an aggregation, or of the two sides of an operator.
      const within = ancestor(node, ['AggregateExpr', 'BinaryExpr'])
      const there = new Set(selectorsIn(within ?? node).flatMap(labelNames))
      for (const label of childrenOf(node).map(textOf))
        if (!there.has(label)) problems.push(`no label ${label}: ${text}`)
    },
  })
  return problems

  function labelNames(selector: Node): string[] {
    return [...(metrics.get(nameOf(selector))?.labels.keys() ?? [])]
  }

  function nameOf(selector: Node): string {
    const name = selector.getChild('Identifier')
    return name === null ? '' : textOf(name)
  }

  function problemsOfSelector(node: Node): string[] {
    const name = nameOf(node)
    const metric = metrics.get(name)
    if (metric === undefined) return [`no metric ${name}`]
    const rate = ancestor(node, ['FunctionCall'])?.getChild('FunctionIdentifier')
    const isRate = rate !== undefined && rate !== null && /^(rate|increase)$/.test(textOf(rate))
    const wrong = []
    if (metric.kind === 'counter' && !isRate) wrong.push(`a counter needs rate(): ${name}`)
    if (metric.kind === 'gauge' && isRate) wrong.push(`rate() of a gauge: ${name}`)
    for (const matcher of node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ??
      []) {
      const [, label = '', value = ''] = /^(\w+)\W+"(.*)"$/.exec(textOf(matcher)) ?? []
      const values = metric.labels.get(label)
      if (values === undefined) wrong.push(`no label ${label} of ${name}`)
      // `$job` is what somebody chooses.
      if (!values || value.startsWith('$')) continue
      const missing = value.split('|').filter((word) => !values.has(word))
      wrong.push(...missing.map((word) => `no ${name} with ${label}="${word}"`))
    }
    return wrong
  }
}

/** The labels that the result of an expression has. */
export function labelsOf(expr: string, metrics: Metrics): ReadonlySet<string> {
  const text = withoutVariables(expr)
  const textOf = ({ from, to }: Node) => text.slice(from, to)
  return new Set(of(parser.parse(text).topNode))

  function of(node: Node): string[] {
    const children = childrenOf(node)
    switch (node.name) {
      case 'VectorSelector':
        return [...(metrics.get(textOf(node.getChild('Identifier') ?? node))?.labels.keys() ?? [])]
      case 'AggregateExpr': {
        const by = node.getChild('AggregateModifier')?.getChild('GroupingLabels')
        if (by) return childrenOf(by).map(textOf)
        const [operator = node] = children
        return /^(topk|bottomk)$/.test(textOf(operator)) ? inside(children.slice(1)) : []
      }
      case 'FunctionCall': {
        const name = textOf(node.getChild('FunctionIdentifier') ?? node)
        if (name === 'absent') return []
        const labels = inside(children.slice(1))
        return name === 'histogram_quantile' ? labels.filter((label) => label !== 'le') : labels
      }
      case 'BinaryExpr': {
        const [left = node, operator = node] = children
        const labels = of(left)
        if (labels.length === 0) return inside(children.slice(2))
        const matching = node.getChild('MatchingModifierClause')
        const on = matching?.getChild('GroupingLabels')
        const keepsLeft = /^(and|or|unless)$/.test(textOf(operator))
        if (keepsLeft || !matching || !on || matching.getChild('GroupLeft')) return labels
        return childrenOf(on).map(textOf)
      }
      default:
        return inside(children)
    }
  }

  function inside(nodes: readonly Node[]): string[] {
    return [...new Set(nodes.flatMap(of))]
  }
}

function childrenOf(node: Node): Node[] {
  const children = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child)
  return children
}

function ancestor(node: Node, names: readonly string[]): Node | null {
  for (let each = node.parent; each !== null; each = each.parent)
    if (names.includes(each.name)) return each
  return null
}

function selectorsIn(node: Node): Node[] {
  return node.name === 'VectorSelector' ? [node] : childrenOf(node).flatMap(selectorsIn)
}
