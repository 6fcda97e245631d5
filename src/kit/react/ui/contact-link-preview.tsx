import type { ReactElement, ReactNode } from 'react'
import { ConnectionsRequestError } from '../../client/client.ts'
import { useConnectionsClient } from '../provider.ts'
import { useContactLinkPreview, useRelationship } from '../question-hooks.ts'
import { useConsumeContactLink } from '../verb-hooks.ts'
import { Button } from './button.tsx'
import { useFocusWithin } from './kept-focus.ts'
import { linksEn } from './messages/links.ts'
import { useMoment } from './moments.ts'
import { PersonView, useNameOf } from './person.tsx'
import { LoadProblem, VerbProblem } from './problem.tsx'
import { type RenderUser, type ShownPerson, useMessages } from './settings.ts'

export interface ContactLinkPreviewProps {
  /** Of the link, from its address. Keep it out of logs. */
  readonly token: string
  readonly renderUser?: RenderUser
  /** Called when the maker has become a contact. */
  readonly onAccepted?: (user: ShownPerson) => void
  /** More to do with the new contact, such as `FriendRequestButton`. */
  readonly children?: (user: ShownPerson) => ReactNode
}

/** The page behind a contact link: who made it, and a button to accept. For signed-in people. */
export function ContactLinkPreview({
  token,
  renderUser,
  onAccepted,
  children,
}: ContactLinkPreviewProps): ReactElement {
  const words = useMessages('links', linksEn)
  const preview = useContactLinkPreview(token)
  const gone = <p className="cx cx-empty">{words.gone}</p>
  if (preview.data)
    return (
      <Invitation
        key={token}
        preview={preview.data}
        token={token}
        renderUser={renderUser}
        onAccepted={onAccepted}
      >
        {children}
      </Invitation>
    )
  if (preview.data === null) return gone
  if (preview.isPending && preview.fetchStatus !== 'paused')
    return <div className="cx cx-panel cx-panel-waiting" aria-busy="true" />
  return (
    <div className="cx">
      <LoadProblem error={preview.error} onRetry={preview.refetch} />
    </div>
  )
}

function Invitation({
  preview: { user, label, expiresAt },
  token,
  renderUser,
  onAccepted,
  children,
}: {
  readonly preview: NonNullable<ReturnType<typeof useContactLinkPreview>['data']>
  readonly token: string
  readonly renderUser: RenderUser | undefined
  readonly onAccepted: ContactLinkPreviewProps['onAccepted']
  readonly children: ContactLinkPreviewProps['children']
}): ReactElement {
  const words = useMessages('links', linksEn)
  const { at } = useMoment()
  const name = useNameOf()(user)
  const { viewer } = useConnectionsClient()
  const consume = useConsumeContactLink()
  const focus = useFocusWithin<HTMLElement>()
  const isOwn = user.id === viewer
  const { data: relationship } = useRelationship(user.id, { enabled: !isOwn })
  const isContact = consume.isSuccess || relationship?.isContact === true
  const isGone =
    consume.error instanceof ConnectionsRequestError && consume.error.code === 'LINK_UNAVAILABLE'
  return (
    <section className="cx cx-panel" aria-label={name} tabIndex={-1} {...focus}>
      <PersonView user={user} size="large" renderUser={renderUser}>
        {!isOwn && !isContact && <span>{words.invites}</span>}
      </PersonView>
      {label !== null && (
        <p className="cx-quote" dir="auto">
          {label}
        </p>
      )}
      {expiresAt !== null && !isContact && (
        <time className="cx-note" dateTime={expiresAt}>
          {words.until(at(expiresAt))}
        </time>
      )}
      <p role="status" className={isContact || isOwn ? '' : 'cx-hidden'}>
        {isOwn && words.own}
        {!isOwn && isContact && (consume.isSuccess ? words.accepted : words.isContact)(name)}
      </p>
      {!isOwn && !isContact && (
        <div className="cx-actions">
          <Button
            look="primary"
            aria-disabled={consume.isPending}
            onClick={() => {
              if (consume.isPending) return
              consume.mutate({ token }, { onSuccess: () => onAccepted?.(user) })
            }}
          >
            {words.accept}
          </Button>
        </div>
      )}
      {isContact && children && <div className="cx-actions">{children(user)}</div>}
      {isGone ? (
        <p className="cx-problem" role="alert">
          {words.gone}
        </p>
      ) : (
        <VerbProblem error={consume.error} />
      )}
    </section>
  )
}
