import type { Figure, FigureName } from '../../modules/insights/figure.ts'

/** Figures that are read together. */
export interface Section {
  readonly title: string
  readonly figures: readonly Figure[]
}

const sections: Readonly<Record<string, readonly FigureName[]>> = {
  'People and friends': [
    'activePeople',
    'threeFriendsByMonthThree',
    'retentionWithFriends',
    'retentionOfOthers',
    'retentionLift',
  ],
  'Friend requests': [
    'requestsAnswered',
    'requestAcceptance',
    'medianTimeToRespond',
    'meanTimeToRespond',
  ],
  'Game invites': ['inviteAcceptanceOfFriends', 'inviteAcceptanceOfOthers', 'inviteAcceptanceLift'],
  'Blocks and reports': [
    'blocksPerThousandActive',
    'reportsBeforeBlock',
    'reportsAfterBlock',
    'reportsReduction',
  ],
}

/**
 * The sections of the page that have figures; what no section names comes last. In each of them
 * figures without a value stand behind the others, so that no gap is beside a chart.
 */
export function sectionsOf(figures: readonly Figure[]): readonly Section[] {
  const named = new Set(Object.values(sections).flat())
  const filled = Object.entries(sections).map(([title, names]) => ({
    title,
    figures: names.flatMap((name) => figures.find((figure) => figure.name === name) ?? []),
  }))
  const others = { title: 'Others', figures: figures.filter(({ name }) => !named.has(name)) }
  return [...filled, others]
    .filter((section) => section.figures.length > 0)
    .map((section) => ({ ...section, figures: valuesFirst(section.figures) }))
}

const valuesFirst = (figures: readonly Figure[]) =>
  figures.toSorted((one, other) => Number(one.value === null) - Number(other.value === null))
