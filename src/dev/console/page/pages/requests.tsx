import { useNavigate, useSearch } from '@tanstack/react-router'
import { FriendRequestList } from '../../../../kit/react/ui/ui.ts'
import { Page } from '../frame/page.tsx'
import { Tabs } from '../frame/tabs.tsx'
import { requestsTabs } from '../router.tsx'
import { useWords } from '../words/words.tsx'
import { IgnoredRequests } from './ignored-requests.tsx'

/** All friend requests: received, sent, and those that the viewer has ignored. */
export function Requests() {
  const { home, requests } = useWords()
  const navigate = useNavigate()
  const { tab = 'received' } = useSearch({ from: '/requests' })
  return (
    <Page title={home.requests} sentence={tab === 'ignored' ? requests.ignoredSentence : undefined}>
      <Tabs
        label={home.requests}
        tabs={requestsTabs.map((name) => ({ name, label: requests.tabs[name] }))}
        current={tab}
        choose={(next) => void navigate({ to: '/requests', search: { tab: next } })}
      />
      {tab === 'received' && <FriendRequestList box="incoming" heading={null} />}
      {tab === 'sent' && <FriendRequestList box="outgoing" heading={null} />}
      {tab === 'ignored' && <IgnoredRequests />}
    </Page>
  )
}
