import type { ChangeName } from './options.ts'
import type { Change } from './report.ts'
import type { Where } from './where.ts'
import type { System } from './systems/start.ts'
export async function compareChanges(
  _w: Where,
  _s: System,
  _c: readonly ChangeName[],
): Promise<Partial<Record<ChangeName, Change>>> {
  return {}
}
