import { Icon } from '../frame/icons.tsx'
import type { GameVisibility } from '../graph/games.ts'
import { useWords } from '../words/words.tsx'

const icons = { PUBLIC: 'globe', FRIENDS: 'people', CLOSE: 'star' } as const

/** Who can see a game, in a word. */
export function VisibilityTag({ visibility }: { readonly visibility: GameVisibility }) {
  const { games } = useWords()
  return (
    <span className="tag" data-visibility={visibility}>
      <Icon name={icons[visibility]} size={14} /> {games.visibility[visibility]}
    </span>
  )
}
