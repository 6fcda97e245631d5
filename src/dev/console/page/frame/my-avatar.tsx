import { useProfile } from '../../../../kit/react/react.ts'
import { useSession } from '../signed-in.tsx'
import { Avatar } from './person.tsx'

/** The picture of who is signed in. */
export function MyAvatar({ size }: { readonly size: number }) {
  const { me } = useSession()
  const { data } = useProfile(me.id)
  const known = data ?? { id: me.id, username: null, profile: null }
  const shown = known.username === null ? { ...known, username: me.name } : known
  return <Avatar person={{ ...shown, presence: null }} size={size} />
}
