import type { ReactElement } from 'react'
import type { Block } from '../../client/client.ts'
import { useBlockedUsers } from '../list-hooks.ts'
import { useUnblockUser } from '../person-verb-hooks.ts'
import { Button } from './button.tsx'
import { blocksEn } from './messages/blocks.ts'
import { useMoment } from './moments.ts'
import { type ListLook, PeopleList } from './people-list.tsx'
import { PersonView, useNameOf } from './person.tsx'
import { useReport } from './problem.tsx'
import { type RenderUser, useMessages } from './settings.ts'

export interface BlockedUsersListProps extends ListLook {
  readonly renderUser?: RenderUser
}

/** The people whom the viewer blocks, under the names that they had then. */
export function BlockedUsersList({ renderUser, ...look }: BlockedUsersListProps): ReactElement {
  const words = useMessages('blocks', blocksEn)
  return (
    <PeopleList
      list={useBlockedUsers()}
      label={words.heading}
      empty={words.empty}
      keyOf={({ node }) => node.id}
      {...look}
    >
      {(block) => <BlockRow block={block} renderUser={renderUser} />}
    </PeopleList>
  )
}

function BlockRow({
  block: { node, username, displayName, since, expiresAt },
  renderUser,
}: {
  readonly block: Block
  readonly renderUser: RenderUser | undefined
}): ReactElement {
  const words = useMessages('blocks', blocksEn)
  const { ago, at } = useMoment()
  const { mutateAsync } = useUnblockUser(node.id)
  const user = { id: node.id, username, profile: { displayName, avatarUrl: null } }
  const about = useNameOf()(user)
  const report = useReport(user)
  return (
    <>
      <PersonView user={user} renderUser={renderUser}>
        <span className="cx-note cx-facts">
          <time dateTime={since}>{words.since(ago(since))}</time>
          {expiresAt !== null && <time dateTime={expiresAt}>{words.until(at(expiresAt))}</time>}
        </span>
      </PersonView>
      <Button
        about={about}
        onClick={() => {
          report(mutateAsync())
        }}
      >
        {words.unblock}
      </Button>
    </>
  )
}
