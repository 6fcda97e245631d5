/** One line of a Prometheus text: a name, its labels, a value. */
interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Reads the text of `/metrics`. Lines that are no samples, or of no number, are left out. */
export function readSamples(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value]: (string | undefined)[] =
      /^([\w:]+)(?:\{(.*)\})? (\S+)/.exec(line) ?? []
    if (name === undefined || Number.isNaN(Number(value))) return []
    const pairs = labels.matchAll(/([\w:]+)="((?:[^"\\]|\\.)*)"/g)
    return [
      {
        name,
        labels: Object.fromEntries([...pairs].map(([, label = '', word = '']) => [label, word])),
        value: Number(value),
      },
    ]
  })
}

/** The sum of the samples of this name that have these labels; 0 of none. */
export function sum(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, word]) => sample.labels[key] === word))
    .reduce((total, { value }) => total + value, 0)
}

/** The same, one sum for each value of a label. */
export function sumBy(
  samples: readonly Sample[],
  name: string,
  label: string,
): Record<string, number> {
  const words = samples.filter((sample) => sample.name === name).map(({ labels }) => labels[label])
  return Object.fromEntries(
    [...new Set(words)]
      .filter((word) => word !== undefined)
      .map((word) => [word, sum(samples, name, { [label]: word })]),
  )
}
