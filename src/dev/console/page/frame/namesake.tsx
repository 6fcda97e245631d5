import { useRelationship } from '../../../../kit/react/react.ts'
import type { ShownPerson } from '../../../../kit/react/ui/ui.ts'
import { useSession } from '../signed-in.tsx'
import { useKitMessages, useLanguage } from '../words/words.tsx'

/** What the viewer knows of a person without a name, because several may be called the same. */
export function Namesake({ user: { id, username, profile } }: { readonly user: ShownPerson }) {
  const { language, words } = useLanguage()
  const { requests } = useKitMessages()
  const { me } = useSession()
  const isNameless = username == null && profile?.displayName == null
  const { data } = useRelationship(id, { enabled: isNameless && id !== me.id })
  if (!isNameless || data == null) return null
  const { people } = words
  const { friendsSince, mutualFriendCount, isFollowing, isFollowedBy, isContact } = data
  const known = [
    friendsSince !== null && people.friendsSince(dayOf(friendsSince, language)),
    mutualFriendCount > 0 && requests.mutualFriends(mutualFriendCount, language),
    isFollowing && people.youFollow,
    isFollowedBy && people.followsYou,
    isContact && people.inContacts,
  ].filter((each) => each !== false)
  return known.length > 0 && <span className="cx-note">{known.join(' · ')}</span>
}

function dayOf(moment: string, language: string): string {
  const day = { day: 'numeric', month: 'short', year: 'numeric' } as const
  return new Date(moment).toLocaleDateString(language, day)
}
