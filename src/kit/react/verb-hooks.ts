import { useMutation } from '@tanstack/react-query'
import {
  claimUsername,
  type ConnectionsRequestError,
  consumeContactLink,
  createContactLink,
  mutationOptions,
  type Payload,
  recordSuggestionsShown,
  revokeContactLink,
  updatePrivacySettings,
  updateProfile,
  type Verb,
} from '../client/client.ts'
import type { VerbResult } from './person-verb.ts'
import { useConnectionsClient } from './provider.ts'

// A hook for each verb that is not about one person.

function useVerb<Variables, Answer extends Payload>(
  verb: Verb<Variables, Answer>,
): VerbResult<Answer, Variables> {
  return useMutation<Answer, ConnectionsRequestError, Variables>(
    mutationOptions(useConnectionsClient(), verb),
  )
}

/** Takes a username for the viewer. */
export function useClaimUsername() {
  return useVerb(claimUsername)
}

/** Changes the viewer's profile. Fields that are left out stay. */
export function useUpdateProfile() {
  return useVerb(updateProfile)
}

/** Changes the viewer's privacy settings. Fields that are left out stay. */
export function useUpdatePrivacySettings() {
  return useVerb(updatePrivacySettings)
}

/** Makes a contact link. The answer has its `token`, this once. */
export function useCreateContactLink() {
  return useVerb(createContactLink)
}

/** Ends a contact link of the viewer. */
export function useRevokeContactLink() {
  return useVerb(revokeContactLink)
}

/** Uses a contact link: its maker becomes a contact of the viewer. */
export function useConsumeContactLink() {
  return useVerb(consumeContactLink)
}

/** Tells that suggestions were on the screen. A day counts once. */
export function useRecordSuggestionsShown() {
  return useVerb(recordSuggestionsShown)
}
