import { Counter, Gauge, type Registry } from 'prom-client'
import type { Activity } from '../../modules/presence/activity.ts'

/** Adds what becomes of heartbeats and of days of activity. */
export function addPresenceMetrics(registry: Registry, activity: Activity): void {
  const registers = [registry]
  new Counter({
    name: 'connections_presence_writes_total',
    help: 'Writes of heartbeats and days of activity, by outcome (ok, failed).',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset()
      for (const [outcome, times] of Object.entries(activity.writes)) this.inc({ outcome }, times)
    },
  })
  new Gauge({
    name: 'connections_presence_waiting',
    help: 'Heartbeats and days of activity that are not written yet. Grows while writing fails.',
    registers,
    collect() {
      this.set(activity.waiting)
    },
  })
  new Counter({
    name: 'connections_presence_lost_total',
    help: 'Heartbeats and days of activity that were dropped because too many were waiting.',
    registers,
    collect() {
      this.reset()
      this.inc(activity.lost)
    },
  })
}
