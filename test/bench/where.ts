import type { Dataset } from './dataset.ts'
import type { Loader } from './measure.ts'
import type { Options } from './options.ts'
import type { Inputs } from './questions.ts'
import type { Auth } from './systems/start.ts'

/** What a measurement works with. */
export interface Where {
  readonly dataset: Dataset
  readonly auth: Auth
  readonly loader: Loader
  readonly inputs: Inputs
  readonly postmaster: number
  readonly options: Options
  readonly say: (line: string) => void
}
