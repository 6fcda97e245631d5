import { type ReactElement, type ReactNode, useRef } from 'react'
import type { Suggestion } from '../../client/client.ts'
import { useSuggestions } from '../list-hooks.ts'
import { useDismissSuggestion } from '../person-verb-hooks.ts'
import { useUndo } from '../undo.ts'
import { Button } from './button.tsx'
import { ContactButton } from './contact-button.tsx'
import { FollowButton } from './follow-button.tsx'
import { FriendRequestButton } from './friend-request-button.tsx'
import { suggestionsEn } from './messages/suggestions.ts'
import { type ListLook, PeopleList } from './people-list.tsx'
import { PersonView, useNameOf } from './person.tsx'
import { PossibleAction } from './possible-action.tsx'
import { useTellOfSeen } from './seen.ts'
import { type RenderUser, type ShownPerson, useLocale, useMessages } from './settings.ts'

export interface SuggestionsListProps extends ListLook {
  readonly renderUser?: RenderUser
  /** What is offered for each person; the first of these that is possible, unless told. */
  readonly action?: 'friend' | 'follow' | 'contact'
  /** Your own button, instead. */
  readonly renderAction?: (user: ShownPerson) => ReactNode
  /** How many are read at once; 25 unless told. */
  readonly first?: number
}

/**
 * People whom the viewer may know, and why. The service hears once a day who was on the screen: who
 * is seen often and never added moves down.
 */
export function SuggestionsList({
  renderUser,
  action,
  renderAction,
  first,
  ...look
}: SuggestionsListProps): ReactElement {
  const words = useMessages('suggestions', suggestionsEn)
  const list = useSuggestions(first === undefined ? {} : { first })
  const actions = {
    possible: (user: ShownPerson) => <PossibleAction user={user} />,
    friend: (user: ShownPerson) => <FriendRequestButton user={user} />,
    follow: (user: ShownPerson) => <FollowButton user={user} look="primary" />,
    contact: (user: ShownPerson) => <ContactButton user={user} look="primary" />,
  }
  return (
    <PeopleList
      {...look}
      list={list}
      label={words.heading}
      empty={words.empty}
      keyOf={({ node }) => node.id}
      undoKeyOf={({ node }) => dismissalOf(node.id)}
    >
      {(suggestion) => (
        <SuggestionRow suggestion={suggestion} {...(renderUser && { renderUser })}>
          {(renderAction ?? actions[action ?? 'possible'])(suggestion.node)}
        </SuggestionRow>
      )}
    </PeopleList>
  )
}

const dismissalOf = (userId: string) => `dismiss ${userId}`

function SuggestionRow({
  suggestion: { node, reasons, feedbackId },
  renderUser,
  children,
}: {
  readonly suggestion: Suggestion
  readonly renderUser?: RenderUser
  readonly children: ReactNode
}): ReactElement {
  const words = useMessages('suggestions', suggestionsEn)
  const locale = useLocale()
  const name = useNameOf()(node)
  const dismiss = useDismissSuggestion(node.id)
  const { begin } = useUndo()
  const row = useRef<HTMLDivElement>(null)
  useTellOfSeen(row, feedbackId)
  const why = reasons.map(({ kind, count }) => words.reason[kind](count, locale))
  return (
    <>
      <PersonView user={node} renderUser={renderUser}>
        {why.length > 0 && <span className="cx-note">{why.join(' · ')}</span>}
      </PersonView>
      <div className="cx-actions" ref={row}>
        {children}
        <Button
          look="quiet"
          about={name}
          onClick={() => {
            begin({
              key: dismissalOf(node.id),
              userId: node.id,
              text: words.dismissed(name),
              failedText: words.dismissFailed(name),
              send: () => dismiss.mutateAsync({ feedbackId }),
            })
          }}
        >
          {words.dismiss}
        </Button>
      </div>
    </>
  )
}
