import { type ReactElement, type RefObject, useId, useState } from 'react'
import { useQuotas } from '../question-hooks.ts'
import { Button } from './button.tsx'
import { fittingText } from './fitting-text.ts'
import { useFocusWithin } from './kept-focus.ts'
import { requestsEn } from './messages/requests.ts'
import { useMoment } from './moments.ts'
import { useNameOf } from './person.tsx'
import { type ShownPerson, useCommonMessages, useLocale, useMessages } from './settings.ts'

/** From how many on the viewer sees what is left of the day's requests. */
const shownFrom = 10

interface AskFriendProps {
  readonly user: ShownPerson
  readonly ask: (given?: { readonly message: string }) => void
  /** Keeps a message that was not sent, where one can be written. */
  readonly draft?: RefObject<string>
}

/** Asks a person to become friends. */
export function AskFriend({ user, ask, draft }: AskFriendProps): ReactElement {
  const words = useMessages('requests', requestsEn)
  const id = useId()
  const about = useNameOf()(user)
  const { note, isOver } = useQuotaNote()
  const [isWriting, setWriting] = useState(false)
  const focus = useFocusWithin<HTMLDivElement>()
  return (
    <div className="cx-actions" {...focus}>
      {draft && isWriting && !isOver ? (
        <MessageForm
          draft={draft}
          onSend={() => {
            ask({ message: draft.current })
          }}
          onCancel={() => {
            setWriting(false)
          }}
        />
      ) : (
        <>
          <Button
            look="primary"
            about={about}
            aria-disabled={isOver}
            aria-describedby={note === null ? undefined : id}
            onClick={() => {
              if (!isOver) ask()
            }}
          >
            {words.add}
          </Button>
          {draft && !isOver && (
            <Button
              look="quiet"
              onClick={() => {
                setWriting(true)
              }}
            >
              {words.addWithMessage}
            </Button>
          )}
        </>
      )}
      {note !== null && (
        <span id={id} className="cx-note">
          {note}
        </span>
      )}
    </div>
  )
}

/** What is left of the day's requests, when it is little. */
function useQuotaNote(): { readonly note: string | null; readonly isOver: boolean } {
  const words = useMessages('requests', requestsEn)
  const locale = useLocale()
  const { at } = useMoment()
  const { data: quotas } = useQuotas()
  const find = (action: string) => quotas?.find((quota) => quota.action === action)
  const today = find('FRIEND_REQUESTS')
  if (today?.remaining === 0)
    return { note: words.noneLeft(today.resetsAt && at(today.resetsAt)), isOver: true }
  if (find('OPEN_REQUESTS')?.remaining === 0) return { note: words.tooManyOpen, isOver: true }
  const isLittle = today !== undefined && today.remaining <= shownFrom
  return { note: isLittle ? words.left(today.remaining, locale) : null, isOver: false }
}

function MessageForm({
  draft,
  onSend,
  onCancel,
}: {
  readonly draft: RefObject<string>
  readonly onSend: () => void
  readonly onCancel: () => void
}): ReactElement {
  const { cancel } = useCommonMessages()
  const words = useMessages('requests', requestsEn)
  const id = useId()
  return (
    <form
      className="cx-form"
      onSubmit={(event) => {
        event.preventDefault()
        onSend()
      }}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onCancel()
      }}
    >
      <label htmlFor={id}>{words.message}</label>
      <textarea
        id={id}
        autoFocus
        className="cx-field"
        rows={2}
        dir="auto"
        defaultValue={draft.current}
        onChange={(event) => {
          draft.current = fittingText(event, 120)
        }}
      />
      <div className="cx-actions">
        <Button type="submit" look="primary">
          {words.send}
        </Button>
        <Button onClick={onCancel}>{cancel}</Button>
      </div>
    </form>
  )
}
