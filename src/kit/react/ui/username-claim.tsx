import { type ReactElement, useId, useState } from 'react'
import { ConnectionsRequestError } from '../../client/client.ts'
import { useConnectionsClient } from '../provider.ts'
import { useProfile, useUsernameAvailability } from '../question-hooks.ts'
import { useClaimUsername } from '../verb-hooks.ts'
import { Button } from './button.tsx'
import { useDebounced } from './debounced.ts'
import { usernamesEn, type UsernamesMessages } from './messages/usernames.ts'
import { useProblemText } from './problem.tsx'
import { useMessages } from './settings.ts'

export interface UsernameClaimProps {
  /** Called with the new name. */
  readonly onClaimed?: (username: string) => void
}

type Verdict = 'nothing' | 'yours' | 'invalid' | 'checking' | 'available' | 'taken' | 'unknown'

/** Chooses the viewer's username, and says while they type whether it is available. */
export function UsernameClaim(props: UsernameClaimProps): ReactElement {
  const { viewer } = useConnectionsClient()
  return <Claim key={viewer} {...props} />
}

function Claim({ onClaimed }: UsernameClaimProps): ReactElement {
  const words = useMessages('usernames', usernamesEn)
  const problemText = useProblemText()
  const id = useId()
  const { viewer } = useConnectionsClient()
  const { data: profile } = useProfile(viewer ?? '', { enabled: viewer !== null })
  const claim = useClaimUsername()
  const [typed, setTyped] = useState<string | null>(null)
  // The profile is read again in a moment.
  const present = claim.data?.username ?? profile?.username ?? null
  const shown = typed ?? present ?? ''
  const wanted = shown.trim().replace(/^@/, '').toLowerCase()
  const settled = useDebounced(wanted, 400)
  const mayBe = isUsername(wanted) && wanted !== present
  const check = useUsernameAvailability(settled, {
    enabled: mayBe && settled === wanted,
    // Somebody else may take it in between.
    staleTime: 5_000,
  })
  const verdict = judge()

  function judge(): Verdict {
    if (wanted === '') return 'nothing'
    if (wanted === present) return 'yours'
    if (!isUsername(wanted)) return 'invalid'
    if (wasTaken(claim.error) && claim.variables?.username === wanted) return 'taken'
    if (settled !== wanted || (check.isFetching && !check.data)) return 'checking'
    if (check.data === undefined) return 'unknown'
    if (check.data.available) return 'available'
    return check.data.code === 'USERNAME_INVALID' ? 'invalid' : 'taken'
  }

  const problem = claim.error ?? (verdict === 'unknown' ? check.error : null)
  const canSave = (verdict === 'available' || verdict === 'unknown') && !claim.isPending
  return (
    <form
      className="cx cx-editor"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (!canSave) return
        const onSuccess = ({ username }: { readonly username: string | null }) => {
          setTyped(null)
          onClaimed?.(username ?? wanted)
        }
        claim.mutate({ username: wanted }, { onSuccess })
      }}
    >
      <div className="cx-entry">
        <label htmlFor={id} className="cx-label">
          {words.field}
        </label>
        <div className="cx-prefixed" dir="ltr">
          <span aria-hidden="true">@</span>
          <input
            id={id}
            className="cx-field"
            value={shown}
            maxLength={64}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            aria-invalid={verdict === 'invalid' || verdict === 'taken'}
            aria-describedby={`${id}-rule ${id}-verdict`}
            onChange={({ target }) => {
              setTyped(target.value)
            }}
          />
        </div>
        <p id={`${id}-rule`} className="cx-note">
          {words.rule}
        </p>
        <p
          id={`${id}-verdict`}
          role="status"
          className="cx-verdict"
          data-verdict={verdict === 'yours' && claim.isSuccess ? 'available' : verdict}
        >
          {verdict === 'yours' && claim.isSuccess
            ? words.saved(wanted)
            : verdictText(verdict, wanted, words)}
        </p>
        {verdict === 'taken' && (check.data?.suggestions.length ?? 0) > 0 && (
          <div className="cx-actions">
            <span className="cx-note">{words.instead}</span>
            {check.data?.suggestions.map((name) => (
              <Button
                key={name}
                onClick={() => {
                  setTyped(name)
                }}
              >
                <bdi>@{name}</bdi>
              </Button>
            ))}
          </div>
        )}
      </div>
      {present !== null && verdict === 'available' && (
        <p className="cx-note">{words.rename(present)}</p>
      )}
      <div className="cx-actions">
        <Button type="submit" look="primary" aria-disabled={!canSave}>
          {words.save}
        </Button>
      </div>
      {problem !== null && !wasTaken(problem) && (
        <p className="cx-problem" role="alert">
          {problemText(problem)}
        </p>
      )}
    </form>
  )
}

/** What the service takes as a username, before it is asked. */
function isUsername(text: string): boolean {
  return /^[a-z][a-z0-9._-]{2,31}$/.test(text)
}

function wasTaken(error: Error | null): boolean {
  return (
    error instanceof ConnectionsRequestError &&
    ['USERNAME_TAKEN', 'USERNAME_INVALID'].includes(error.code)
  )
}

function verdictText(verdict: Verdict, name: string, words: UsernamesMessages): string | null {
  switch (verdict) {
    case 'yours':
      return words.isYours
    case 'invalid':
      return words.invalid
    case 'checking':
      return words.checking
    case 'available':
      return words.available(name)
    case 'taken':
      return words.taken(name)
    case 'nothing':
    case 'unknown':
      return null
  }
}
