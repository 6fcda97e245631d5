import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import {
  getPrivacySettings,
  type PrivacySettings,
  type SocialPrivacySettingsInput,
} from '../../client/client.ts'
import { useConnectionsClient } from '../provider.ts'
import { useUpdatePrivacySettings } from '../verb-hooks.ts'
import type { PrivacyField } from './messages/privacy.ts'

type Value = PrivacySettings[PrivacyField]

/**
 * One setting, saved by itself. What is chosen shows at once, and goes back if it cannot be saved.
 * Of what is chosen while another choice is being saved, the last is saved next.
 */
export function useSavedSetting(field: PrivacyField, settings: PrivacySettings) {
  const client = useConnectionsClient()
  const queryClient = useQueryClient()
  const { mutateAsync } = useUpdatePrivacySettings()
  const [wanted, setWanted] = useState<Value | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const latest = useRef<Value | null>(null)

  /** Other settings may have changed meanwhile: only this one is written. */
  const write = (saved: PrivacySettings) => {
    queryClient.setQueryData<PrivacySettings | null>(
      getPrivacySettings.key(client, {}),
      (old) => old && { ...old, [field]: saved[field] },
    )
  }
  const save = async (value: string | boolean) => {
    const isSaving = latest.current !== null
    latest.current = value as Value
    setWanted(value as Value)
    setError(null)
    if (isSaving) return
    try {
      let sent: Value | null
      do {
        sent = latest.current
        const change = { [field]: sent } as SocialPrivacySettingsInput
        const { privacySettings } = await mutateAsync({ settings: change })
        if (privacySettings !== null) write(privacySettings)
      } while (latest.current !== sent)
    } catch (reason) {
      setError(reason as Error)
    }
    latest.current = null
    setWanted(null)
  }
  return { value: wanted ?? settings[field], save, error }
}
