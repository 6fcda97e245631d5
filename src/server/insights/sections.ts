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

/** The sections of the page that have figures; what no section names comes last. */
export function sectionsOf(figures: readonly Figure[]): readonly Section[] {
  const named = new Set(Object.values(sections).flat())
  const filled = Object.entries(sections).map(([title, names]) => ({
    title,
    figures: names.flatMap((name) => figures.find((figure) => figure.name === name) ?? []),
  }))
  const others = { title: 'Others', figures: figures.filter(({ name }) => !named.has(name)) }
  return [...filled, others].filter((section) => section.figures.length > 0)
}
