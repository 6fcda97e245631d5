import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { openDatabase } from '../../src/database/database.ts'
import { runTask } from '../../src/worker/schedule/run.ts'
import { anchorsOf } from '../support/headings.ts'
import { rollUp, writeHistory } from '../support/insight-history.ts'
import { labelsOf, type Metrics, metricsOf, problemsOf } from '../support/promql.ts'
import { dispatch } from '../support/streams.ts'
import { taskOf } from '../support/tasks.ts'
import { openTestService, type TestService } from '../support/test-service.ts'

// docs/deploy/grafana, compared with the metrics of a running service: dashboards, recording rules
// and alerts. promtool, from Debian's package `prometheus`, also checks the rules and tests the
// alerts; where it is missing, its tests are skipped.

const root = join(import.meta.dirname, '..', '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const folder = 'docs/deploy/grafana'

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly datasource?: unknown
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
  readonly targets?: readonly { refId: string; expr: string; legendFormat?: string }[]
  readonly fieldConfig?: { defaults: { unit?: string; thresholds?: { steps: readonly unknown[] } } }
}

interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly panels: readonly Panel[]
  readonly templating: { list: readonly { name: string; type: string; query: unknown }[] }
}

interface Rule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly for?: string
  readonly labels?: Record<string, string>
  readonly annotations?: Record<string, string>
}

const dashboards = readdirSync(join(root, folder, 'dashboards')).map((file) => ({
  file,
  dashboard: JSON.parse(read(`${folder}/dashboards/${file}`)) as Dashboard,
}))
const rulesOf = (file: string) =>
  (parse(read(`${folder}/rules/${file}`)) as { groups: { rules: Rule[] }[] }).groups.flatMap(
    ({ rules }) => rules,
  )
const recorded = rulesOf('recording.yaml')
const alerts = rulesOf('alerts.yaml')

/** What promtool tests. */
const alertTests = ['test/docs/alerts.promtool.yaml', 'test/docs/slow-alerts.promtool.yaml']

const app = await openTestService({ NODE_ENV: 'production' })
const shown = await metricsAfterTraffic(app)
const metrics: Metrics = new Map([
  ...shown,
  ...recorded.map(({ record = '', expr }) => {
    const labels = [...labelsOf(expr, shown)].map(
      (label) => [label, valuesOf(expr, label)] as const,
    )
    return [record, { kind: 'gauge', labels: new Map(labels) }] as const
  }),
])

/** The values that a label of an expression can have: those of its metrics. */
function valuesOf(expr: string, label: string): ReadonlySet<string> | null {
  for (const [name, { labels }] of shown)
    if (expr.includes(name) && labels.get(label)) return labels.get(label) ?? null
  return null
}

describe.each(dashboards)('the dashboard $file', ({ file, dashboard }) => {
  const { panels } = dashboard
  const shows = panels.filter(({ type }) => type !== 'row')

  it('has a uid, a title and panel ids of its own', () => {
    const others = dashboards.filter((other) => other.file !== file)
    expect(dashboard.uid).toMatch(/^connections-[a-z-]+$/)
    expect(others.map((other) => other.dashboard.uid)).not.toContain(dashboard.uid)
    expect(others.map((other) => other.dashboard.title)).not.toContain(dashboard.title)
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  })

  it('places each panel within 24 columns, where no other one is', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    const outside = panels.filter(({ gridPos: { x, w } }) => x < 0 || x + w > 24)
    expect(outside).toEqual([])
  })

  it('describes each panel, and gives it a unit and thresholds', () => {
    const bare = shows.filter(({ description = '' }) => description.length < 30)
    expect(bare.map(({ title }) => title)).toEqual([])
    const plain = shows.filter(({ fieldConfig }) => {
      const { unit, thresholds } = fieldConfig?.defaults ?? {}
      return unit === undefined || (thresholds?.steps ?? []).length === 0
    })
    expect(plain.map(({ title }) => title)).toEqual([])
  })

  it('takes its data from the source that is chosen', () => {
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' })
    const fixed = shows.filter(
      ({ datasource }) =>
        JSON.stringify(datasource) !== JSON.stringify({ type: 'prometheus', uid: '${datasource}' }),
    )
    expect(fixed.map(({ title }) => title)).toEqual([])
  })

  it('asks only for metrics and labels that a service shows', () => {
    const targets = shows.flatMap(({ title, targets = [] }) =>
      targets.map((target) => ({ title, ...target })),
    )
    expect(targets.length).toBeGreaterThanOrEqual(shows.length)
    const wrong = targets.flatMap(({ title, expr, legendFormat = '' }) => {
      const labels = labelsOf(expr, metrics)
      const legends = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label)
      return [
        ...problemsOf(expr, shown),
        ...legends.filter((label) => !labels.has(label)).map((label) => `no {{${label}}}`),
      ].map((problem) => `${title}: ${problem}`)
    })
    expect(wrong).toEqual([])
  })

  it('offers the values of labels that a service shows', () => {
    const asked = dashboard.templating.list.flatMap(({ query }) =>
      typeof query === 'string' ? [] : [(query as { query: string }).query],
    )
    const wrong = asked.flatMap((query) => {
      const [, expr = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? []
      return [...problemsOf(expr, shown), ...(labelsOf(expr, shown).has(label) ? [] : [label])]
    })
    expect(wrong).toEqual([])
  })
})

describe('the dashboards together', () => {
  it('show every metric of the service, apart from those of Node', () => {
    const asked = JSON.stringify(dashboards.map(({ dashboard }) => dashboard.panels))
    const names = [...shown.keys()].filter((name) => name.startsWith('connections_'))
    const whole = names.map((name) => name.replace(/_(bucket|sum|count)$/, ''))
    const unseen = whole.filter((name) => !new RegExp(`\\b${name}(_bucket|_sum)?\\{`).test(asked))
    expect(unseen).toEqual([])
  })
})

describe('the recording rules', () => {
  it('have names that say by what, of what and how, each once', () => {
    const names = recorded.map(({ record = '' }) => record)
    expect(names.filter((name) => !/^[a-z_]+:connections_[a-z_]+:[a-z0-9_]+$/.test(name))).toEqual(
      [],
    )
    expect(new Set(names).size).toBe(names.length)
    const wrong = recorded.filter(
      ({ record = '', expr }) => record.split(':')[0] !== [...labelsOf(expr, shown)].join('_'),
    )
    expect(wrong.map(({ record }) => record)).toEqual([])
  })

  it('ask only for metrics and labels that a service shows', () => {
    expect(recorded.flatMap(({ expr }) => problemsOf(expr, shown))).toEqual([])
  })
})

describe('the alerts', () => {
  const annotations = alerts.map(({ alert = '', annotations = {} }) => ({ alert, annotations }))

  it('have a name of their own, a wait, a severity, a summary, and words on what to do', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length)
    const wrong = alerts.filter(
      ({ alert = '', for: wait, labels = {}, annotations = {} }) =>
        !/^Connections[A-Z][A-Za-z]+$/.test(alert) ||
        wait === undefined ||
        !['critical', 'warning', 'info'].includes(labels['severity'] ?? '') ||
        (annotations['summary'] ?? '') === '' ||
        (annotations['description'] ?? '').length < 80,
    )
    expect(wrong.map(({ alert }) => alert)).toEqual([])
  })

  it('ask only for metrics and labels that a service shows or a rule records', () => {
    const wrong = alerts.flatMap(({ alert = '', expr }) =>
      problemsOf(expr, metrics).map((problem) => `${alert}: ${problem}`),
    )
    expect(wrong).toEqual([])
  })

  it('name only labels that they have', () => {
    const wrong = alerts.flatMap(({ alert = '', expr, annotations = {} }) => {
      const labels = labelsOf(expr, metrics)
      const named = [
        ...Object.values(annotations)
          .join(' ')
          .matchAll(/\$labels\.(\w+)/g),
      ]
      return named.flatMap(([, label = '']) => (labels.has(label) ? [] : [`${alert}: ${label}`]))
    })
    expect(wrong).toEqual([])
  })

  it('lead to a heading that exists', () => {
    const dead = annotations.filter(({ annotations }) => {
      const [file = '', anchor = ''] = (annotations['runbook'] ?? '').split('#')
      return !existsSync(join(root, file)) || !anchorsOf(read(file)).has(anchor)
    })
    expect(dead.map(({ alert }) => alert)).toEqual([])
  })

  it('are the ones that docs/guides/observability.md lists', () => {
    const rows = [
      ...read('docs/guides/observability.md').matchAll(/^\| `(Connections\w+)` +\| (\w+) +\|/gm),
    ].map(([, alert, severity]) => [alert, severity])
    expect(rows).toEqual(alerts.map(({ alert, labels }) => [alert, labels?.['severity']]))
  })

  it('are each tested: with what lets them fire, and with what does not', () => {
    const tests = alertTests.map(read).join('')
    const untested = alerts.filter(({ alert = '' }) => {
      const times = tests.split(`alertname="${alert}"`).length - 1
      return times < 3
    })
    expect(untested.map(({ alert }) => alert)).toEqual([])
  })
})

describe('the examples of docs/guides/observability.md', () => {
  it('ask only for metrics and labels that a service shows', () => {
    const [, block = ''] =
      /^```promql\n(.*?)^```$/ms.exec(read('docs/guides/observability.md')) ?? []
    const asked = block.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.flatMap((expr) => problemsOf(expr, shown))).toEqual([])
  })
})

describe('what Grafana and Prometheus are provisioned with', () => {
  it('is YAML, and leads from Prometheus to the rules and from Grafana to Prometheus', () => {
    const prometheus = parse(read(`${folder}/prometheus.yaml`)) as { rule_files: string[] }
    expect(prometheus.rule_files.filter((file) => !existsSync(join(root, folder, file)))).toEqual(
      [],
    )
    const sources = parse(read(`${folder}/provisioning/datasources/prometheus.yaml`))
    expect(sources).toMatchObject({ apiVersion: 1, datasources: [{ type: 'prometheus' }] })
    const providers = parse(read(`${folder}/provisioning/dashboards/connections.yaml`))
    expect(providers).toMatchObject({ apiVersion: 1, providers: [{ type: 'file' }] })
  })
})

const promtool = ['/usr/bin/promtool', '/usr/local/bin/promtool'].find((path) => existsSync(path))

describe.skipIf(promtool === undefined)('promtool', () => {
  const run = (...words: string[]) => promisify(execFile)(promtool ?? '', words, { cwd: root })

  it('finds no fault in the configuration and its rules', async () => {
    const { stdout } = await run('check', 'config', `${folder}/prometheus.yaml`)
    expect(stdout).toContain(`${recorded.length} rules found`)
    expect(stdout).toContain(`${alerts.length} rules found`)
  })

  // Hundreds of evaluations of every rule: seconds of a processor, which others may need too.
  it('sees each alert fire when it should, and only then', { timeout: 180_000 }, async () => {
    const { stdout } = await run('test', 'rules', ...alertTests)
    expect(stdout.split('SUCCESS').length - 1).toBe(alertTests.length)
  })
})

/**
 * Lets a service and a worker do one of everything that dashboards show: series whose labels are
 * not a closed set exist only then.
 */
async function metricsAfterTraffic(service: TestService): Promise<Metrics> {
  const [alice, bob] = await service.people('alice', 'bob')
  const befriend = 'mutation ($id: ID!) { followUser(userId: $id) { changed user { username } } }'
  for (let time = 0; time < 3; time++) await alice.ask(befriend, { id: bob.id })
  await service.service.ask('{ __typename }')
  await writeHistory(service)
  await rollUp(service)
  await dispatch(service)
  const database = openDatabase({ url: service.database.workerUrl, poolSize: 1 })
  await runTask(database, taskOf('recount-counters'), { pauseMs: 0 })
  await database.close()
  await service.admin.query('insert into workers (id, seen_at) values (gen_random_uuid(), now())')
  const { body } = await service.server.app.inject({ method: 'GET', url: '/metrics' })
  return metricsOf(body)
}
