import { useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useId, useRef, useState } from 'react'
import { ConnectionsRequestError, getProfile, type Profile } from '../../client/client.ts'
import { useConnectionsClient } from '../provider.ts'
import { useUpdateProfile } from '../verb-hooks.ts'
import { Button } from './button.tsx'
import { fittingText } from './fitting-text.ts'
import { profilesEn } from './messages/profiles.ts'
import { VerbProblem } from './problem.tsx'
import { useCommonMessages, useMessages } from './settings.ts'

const fields = ['displayName', 'bio', 'city', 'region', 'sportPreferences', 'avatarUrl'] as const
type Field = (typeof fields)[number]
const mostLetters: Record<Field, number> = {
  displayName: 64,
  bio: 280,
  city: 80,
  region: 80,
  // The service counts each sport for itself.
  sportPreferences: Infinity,
  avatarUrl: 512,
}

/** Changes the viewer's own profile: only what is different is sent. */
export function ProfileForm({
  userId,
  profile,
  onClose,
}: {
  readonly userId: string
  readonly profile: Profile['profile']
  readonly onClose: () => void
}): ReactElement {
  const words = useMessages('profiles', profilesEn)
  const common = useCommonMessages()
  const id = useId()
  const form = useRef<HTMLFormElement>(null)
  const client = useConnectionsClient()
  const queryClient = useQueryClient()
  const update = useUpdateProfile()
  const [before] = useState(() => textsOf(profile))
  const [texts, setTexts] = useState(before)
  const wrong = wrongField(update.error)
  const labels: Record<Field, string> = { ...words, sportPreferences: words.sports }
  const hints: Partial<Record<Field, string>> = {
    avatarUrl: words.avatarHint,
    sportPreferences: words.sportsHint,
  }

  const save = () => {
    const changed = fields.filter((field) => texts[field] !== before[field])
    if (changed.length === 0) {
      onClose()
      return
    }
    const change = Object.fromEntries(changed.map((field) => [field, valueOf(field, texts[field])]))
    update.mutate(
      { profile: change },
      {
        onSuccess: ({ user }) => {
          // What was saved shows at once, and not what was there before.
          const key = getProfile.key(client, { userId })
          queryClient.setQueryData<object | null>(key, (old) => old && { ...old, ...user })
          onClose()
        },
        onError: (error) => {
          const field = wrongField(error)
          form.current?.querySelector<HTMLElement>(`[name="${field ?? ''}"]`)?.focus()
        },
      },
    )
  }
  return (
    <form
      ref={form}
      className="cx-editor"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (!update.isPending) save()
      }}
    >
      {fields.map((field) => {
        const isLong = field === 'bio'
        const Control = isLong ? 'textarea' : 'input'
        const described = [
          ...(hints[field] === undefined ? [] : [`${id}-${field}-hint`]),
          ...(wrong === field ? [`${id}-${field}-wrong`] : []),
        ]
        return (
          <div className="cx-entry" key={field}>
            <label htmlFor={`${id}-${field}`} className="cx-label">
              {labels[field]}
            </label>
            <Control
              id={`${id}-${field}`}
              name={field}
              className="cx-field"
              dir={field === 'avatarUrl' ? 'ltr' : 'auto'}
              {...(isLong && { rows: 3 })}
              value={texts[field]}
              autoFocus={field === 'displayName'}
              aria-invalid={wrong === field}
              {...(described.length > 0 && { 'aria-describedby': described.join(' ') })}
              onChange={(event) => {
                setTexts({ ...texts, [field]: fittingText(event, mostLetters[field]) })
              }}
            />
            {hints[field] !== undefined && (
              <p id={`${id}-${field}-hint`} className="cx-note">
                {hints[field]}
              </p>
            )}
            {wrong === field && (
              <p id={`${id}-${field}-wrong`} className="cx-problem" role="alert">
                {words.wrong}
              </p>
            )}
          </div>
        )
      })}
      <div className="cx-actions">
        <Button type="submit" look="primary" aria-disabled={update.isPending}>
          {words.save}
        </Button>
        <Button onClick={onClose}>{common.cancel}</Button>
      </div>
      {wrong === null && <VerbProblem error={update.error} />}
    </form>
  )
}

function textsOf(profile: Profile['profile']): Record<Field, string> {
  return {
    displayName: profile?.displayName ?? '',
    bio: profile?.bio ?? '',
    city: profile?.city ?? '',
    region: profile?.region ?? '',
    avatarUrl: profile?.avatarUrl ?? '',
    sportPreferences: profile?.sportPreferences.join(', ') ?? '',
  }
}

/** As the graph takes it: nothing is null, and sports are a list. */
function valueOf(field: Field, text: string): string | null | string[] {
  if (field !== 'sportPreferences') return text.trim() === '' ? null : text.trim()
  // Also the commas of Arabic and of Chinese.
  return text
    .split(/[,،，]/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

/** The field that the service has refused. */
function wrongField(error: Error | null): Field | null {
  if (!(error instanceof ConnectionsRequestError) || error.code !== 'INVALID_INPUT') return null
  return fields.find((field) => error.path?.includes(field)) ?? null
}
