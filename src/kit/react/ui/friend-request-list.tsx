import { type ReactElement, useState } from 'react'
import type { FriendRequest } from '../../client/client.ts'
import { useFriendRequests } from '../list-hooks.ts'
import { FriendRequestRow } from './friend-request-row.tsx'
import { ignoredKey } from './ignore-request.ts'
import { requestsEn } from './messages/requests.ts'
import { type ListLook, PeopleList } from './people-list.tsx'
import { type RenderUser, useMessages } from './settings.ts'
import { Tabs } from './tabs.tsx'

/** Received, sent, and those from people who were ignored before. */
export type RequestBox = 'incoming' | 'outgoing' | 'quiet'

export interface FriendRequestListProps extends ListLook {
  /** One of them; all as tabs unless told. */
  readonly box?: RequestBox
  readonly renderUser?: RenderUser
}

const asked = {
  incoming: { direction: 'INCOMING', status: 'PENDING' },
  outgoing: { direction: 'OUTGOING', status: 'PENDING' },
  quiet: { direction: 'INCOMING', status: 'PENDING', quiet: true },
} as const

/** The viewer's open friend requests, to accept, ignore or cancel. */
export function FriendRequestList({ box, ...props }: FriendRequestListProps): ReactElement {
  const words = useMessages('requests', requestsEn)
  const [selected, select] = useState<RequestBox>('incoming')
  if (box) return <Box box={box} {...props} />
  return (
    <Tabs
      label={words.heading}
      tabs={[
        ['incoming', words.incoming],
        ['outgoing', words.outgoing],
        ['quiet', words.quiet],
      ]}
      selected={selected}
      onSelect={select}
    >
      <Box key={selected} box={selected} heading={null} {...props} />
    </Tabs>
  )
}

function Box({
  box,
  renderUser,
  ...look
}: FriendRequestListProps & { readonly box: RequestBox }): ReactElement {
  const words = useMessages('requests', requestsEn)
  const list = useFriendRequests(asked[box])
  const isSent = box === 'outgoing'
  const empty = {
    incoming: words.emptyIncoming,
    outgoing: words.emptyOutgoing,
    quiet: words.emptyQuiet,
  }
  return (
    <PeopleList
      list={list}
      label={words[box]}
      empty={empty[box]}
      keyOf={({ node }) => node.id}
      undoKeyOf={({ node }: { readonly node: FriendRequest }) => ignoredKey(node.requester.id)}
      {...look}
    >
      {({ node }) => <FriendRequestRow request={node} isSent={isSent} renderUser={renderUser} />}
    </PeopleList>
  )
}
