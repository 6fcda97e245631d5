/** What is shown of a person beside a name: the same as in the lists of the kit. */
export const personFields =
  'id username profile { displayName avatarUrl } presence { status lastSeenAt }'
