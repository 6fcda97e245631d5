import { Argument, Command, InvalidArgumentError } from 'commander'

export const systemNames = ['ours', 'postgraphile', 'usual', 'naive', 'limit'] as const
export type SystemName = (typeof systemNames)[number]

export const questionNames = ['Q1', 'Q2', 'Q3', 'Q4', 'Q5'] as const
export type QuestionName = (typeof questionNames)[number]

export const changeNames = ['M1', 'M2', 'M3'] as const
export type ChangeName = (typeof changeNames)[number]

/** What can be measured: see `--help`. */
const subjects = [
  'systems',
  'search',
  'timing',
  'overload',
  'silence',
  'restart',
  'streams',
  'writes',
  'worker',
  'insights',
  'heartbeats',
  'suggestion-reads',
  'ablation',
  'suggestions',
] as const

export interface Options {
  /**
   * `systems`: compare the systems; `search`: measure search on a million names; `timing`: what the
   * time of an answer tells; `overload`: 400 clients on a pool of 20; `silence`: connections to
   * Postgres that go silent; `restart`: rolling restarts; `streams`: idle subscriptions; `writes`:
   * what a write costs while a worker delivers its event; `worker`: deliveries of events;
   * `insights`: a year of insights over a million people; `heartbeats`: what one takes, and what
   * 1,000 a second do to reads; `suggestion-reads`: how long a page of suggestions takes;
   * `ablation`: what each signal adds to suggestions; `suggestions`: the nightly run.
   */
  readonly what: (typeof subjects)[number]
  /** Rolling restarts of `restart`. */
  readonly restarts: number
  /** Subscriptions of `streams`. */
  readonly streams: number
  /** People of `heartbeats`: at least 15,000, so that each heartbeat counts. */
  readonly senders: number
  /** Deliveries of `worker` from a backlog, and events that it measures one by one. */
  readonly deliveries: number
  readonly singles: number
  /** Pairs of each question of `timing`. */
  readonly pairs: number
  /** Part of the names of the questions of `timing` to put; null for all. */
  readonly question: string | null
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
  readonly only: readonly (QuestionName | ChangeName)[]
  readonly systems: readonly SystemName[]
  readonly users: number
  readonly friends: number
  readonly followers: number
  /** People of the large data set that is measured beside; 0 for none. */
  readonly growth: number
  /** Requests to put to our server while its memory is watched; 0 for none. */
  readonly soak: number
  /** Distinct documents to put to our server while its memory is watched; 0 for none. */
  readonly memory: number
  /** Requests of the questions before that. */
  readonly warmUp: number
  /** Megabytes of heap that our server has while its memory is watched. */
  readonly heap: number
  /** Whether to profile our server instead of comparing it. */
  readonly profile: boolean
  /**
   * How PostGraphile, the usual and the naive server prove tokens: `remembered` as we do, or `each`
   * time anew.
   */
  readonly proof: string
  /** Where the Postgres of the measurements keeps its data. */
  readonly data: string
  /** The folder with `bin` of another Postgres than the one we bring; null for ours. */
  readonly postgres: string | null
  /** Where to write the results; null for nowhere. */
  readonly out: string | null
}

/** Reads the command line. @throws CommanderError for one that is wrong, and for `--help` */
export function readOptions(argv: readonly string[]): Options {
  const program = new Command('npm run bench --')
    .description(
      'Measures this service beside what people would use instead: CPU per request, requests per second, latency, SQL statements.',
    )
    .addArgument(new Argument('[what]', 'what to measure').choices(subjects).default('systems'))
    .option(
      '--pairs <n>',
      'timing: pairs of each question; fewer find only larger differences',
      count,
      5_000,
    )
    .option('--question <text>', 'timing: only questions whose name has this in it')
    .option('--restarts <n>', 'rolling restarts of `restart`', count, 20)
    .option('--streams <n>', 'idle subscriptions of `streams`', count, 2_000)
    .option('--senders <n>', 'heartbeats: people who send one each turn', count, 16_000)
    .option('--deliveries <n>', 'worker: events of the backlog', count, 20_000)
    .option('--singles <n>', 'worker: events that are measured one by one', count, 200)
    .option('--rounds <n>', 'turns of each system; the median counts', count, 5)
    .option('--seconds <n>', 'length of a turn', Number, 4)
    .option('--connections <n>', 'clients that ask at the same time', count, 16)
    .option('--only <names>', 'questions, comma separated', (list) => list.split(','), [
      ...questionNames,
      ...changeNames,
    ])
    .option('--systems <names>', 'systems, comma separated', (list) => list.split(','), [
      ...systemNames,
    ])
    .option('--users <n>', 'people in the data set', count, 20_000)
    .option('--friends <n>', 'friends of each', count, 50)
    .option('--followers <n>', 'followers of the one whom everybody follows', count, 100_000)
    .option(
      '--growth <users>',
      'measure our server on a data set of so many people beside',
      count,
      0,
    )
    .option('--soak <requests>', 'watch the memory of our server over so many requests', count, 0)
    .option(
      '--memory <documents>',
      'watch the memory of our server over so many distinct documents, 100000 for the bar',
      count,
      0,
    )
    .option('--warm-up <requests>', 'requests before --memory', count, 20_000)
    .option(
      '--heap <MB>',
      'heap of our server during --soak and --memory (192 for its bar)',
      count,
      256,
    )
    .option('--profile', 'write a CPU profile of our server for each question', false)
    .option(
      '--proof <how>',
      'whether PostGraphile, the usual and the naive server judge a token once, as we do (`remembered`), or `each` time',
      'remembered',
    )
    .option('--data <folder>', 'data folder of the Postgres', '.dev/bench')
    .option('--postgres <folder>', 'another Postgres than ours: the folder that has its bin')
    .option('--out <folder>', 'where the results go as JSON, SVG and text')
    .parse([...argv], { from: 'user' })
  const options = program.opts<
    Omit<Options, 'what' | 'out' | 'question' | 'postgres'> & {
      out?: string
      question?: string
      postgres?: string
    }
  >()
  const what = program.processedArgs[0] as Options['what']
  const { out = null, question = null, postgres = null } = options
  return { ...options, what, out, question, postgres }
}

function count(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError('Not a whole number.')
  return number
}
