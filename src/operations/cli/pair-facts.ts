import type { PairState } from '../../pairs/pair-state.ts'

/**
 * What one person (`actor`) is to another, in sentences: none if there is nothing between the two.
 * @param isFirst also what is the same from both sides
 */
export function factsOf(
  state: PairState,
  actor: string,
  other: string,
  isFirst: boolean,
): readonly string[] {
  const { friendshipLevel, friendsSince, outgoing, incoming } = state
  const level = friendshipLevel === 'CLOSE' ? 'close friends' : 'friends'
  const facts: readonly (readonly [boolean, string])[] = [
    [state.isBlocking, `${actor} blocks ${other}.`],
    [
      isFirst && friendshipLevel !== null,
      `${actor} and ${other} are ${level} since ${friendsSince?.toISOString().slice(0, 10) ?? ''}.`,
    ],
    [state.isContact, `${actor} has ${other} as a contact.`],
    [state.isFollowing, `${actor} follows ${other}.`],
    [outgoing.FRIEND !== null, `${actor} has asked ${other} to be friends.`],
    [
      incoming.FRIEND?.declined === true,
      `${actor} has declined to be friends, which ${other} does not hear.`,
    ],
    [outgoing.CLOSE !== null, `${actor} has asked ${other} to be close friends.`],
    [
      incoming.CLOSE?.declined === true,
      `${actor} has declined to be close friends, which ${other} does not hear.`,
    ],
    [!state.allowsFollow, `${other} lets nobody follow.`],
    [
      !state.allowsRequest,
      `The privacy settings of ${other} do not let ${actor} ask to be friends.`,
    ],
    [!state.allowsMessage, `The privacy settings of ${other} do not let ${actor} send messages.`],
  ]
  return facts.filter(([isSo]) => isSo).map(([, sentence]) => sentence)
}
