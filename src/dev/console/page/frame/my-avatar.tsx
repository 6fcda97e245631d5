import { useProfile } from '../../../../kit/react/react.ts'
import { useSession } from '../signed-in.tsx'
import { Picture } from './person.tsx'

/** The picture of who is signed in. */
export function MyAvatar() {
  const { me } = useSession()
  const { data } = useProfile(me.id)
  const { username = null, profile = null } = data ?? {}
  return <Picture person={{ id: me.id, username: username ?? me.name, profile }} size="small" />
}
