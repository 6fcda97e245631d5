import { standardWeights, toWeights } from '../../config/suggestion-weights.ts'
import type { TaskSettings } from './task.ts'

/** What tasks are told where nothing is configured. */
export const standardTaskSettings: TaskSettings = { suggestionWeights: toWeights(standardWeights) }
