import { FriendRequestList } from '../../../../kit/react/ui/ui.ts'
import { Page } from '../frame/page.tsx'
import { useWords } from '../words/words.tsx'

/** All open friend requests: received, sent, and those from people who were ignored before. */
export function Requests() {
  const { home } = useWords()
  return (
    <Page title={home.requests}>
      <FriendRequestList />
    </Page>
  )
}
