import type { Task } from './task.ts'
import { archiveRequests } from './tasks/archive-requests.ts'
import { computeSuggestions, computeUpperSuggestions } from './tasks/compute-suggestions.ts'
import { endBlocks } from './tasks/end-blocks.ts'
import { expireRequests } from './tasks/expire-requests.ts'
import { recountCounters } from './tasks/recount-counters.ts'
import { rollUpInsights } from './tasks/roll-up-insights.ts'
import { sweepGameFacts } from './tasks/sweep-game-facts.ts'
import { sweepLinks } from './tasks/sweep-links.ts'
import { sweepOutbox } from './tasks/sweep-outbox.ts'
import { sweepQuotaUses } from './tasks/sweep-quota-uses.ts'
import { sweepRateLimits } from './tasks/sweep-rate-limits.ts'

/** Everything that the worker does by itself. */
export const tasks: readonly Task[] = [
  endBlocks,
  expireRequests,
  archiveRequests,
  sweepOutbox,
  sweepRateLimits,
  sweepQuotaUses,
  sweepLinks,
  sweepGameFacts,
  recountCounters,
  rollUpInsights,
  computeSuggestions,
  computeUpperSuggestions,
]
