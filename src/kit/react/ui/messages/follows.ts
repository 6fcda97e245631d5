import { isolate } from './plural.ts'

/** Words about following. */
export interface FollowsMessages {
  readonly follow: string
  readonly unfollow: string
  readonly unfollowed: (name: string) => string
  readonly unfollowFailed: (name: string) => string
}

export const followsEn: FollowsMessages = {
  follow: 'Follow',
  unfollow: 'Unfollow',
  unfollowed: (name) => `You do not follow ${isolate(name)} any more. They are not told.`,
  unfollowFailed: (name) => `You still follow ${isolate(name)}: that did not work.`,
}

export const followsDe: FollowsMessages = {
  follow: 'Folgen',
  unfollow: 'Nicht mehr folgen',
  unfollowed: (name) => `Du folgst ${isolate(name)} nicht mehr. Niemand erfährt davon.`,
  unfollowFailed: (name) => `Du folgst ${isolate(name)} noch: Das hat nicht geklappt.`,
}

export const followsAr: FollowsMessages = {
  follow: 'متابعة',
  unfollow: 'إلغاء المتابعة',
  unfollowed: (name) => `لم تعد تتابع ${isolate(name)}. لن يصل أي إشعار بذلك.`,
  unfollowFailed: (name) => `ما زلت تتابع ${isolate(name)}: لم ينجح ذلك.`,
}
