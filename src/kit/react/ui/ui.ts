'use client'
// What `connections-kit/react/ui` exports.

export { AnswerRequest, type AnswerRequestProps, useOpenRequest } from './answer-request.tsx'
export { BlockedUsersList, type BlockedUsersListProps } from './blocked-users-list.tsx'
export { BlockUserAction, type BlockUserActionProps } from './block-user-action.tsx'
export { Button, type ButtonProps } from './button.tsx'
export { ConfirmDialog, type ConfirmDialogProps } from './confirm-dialog.tsx'
export { ConnectionsUi } from './connections-ui.tsx'
export { ContactButton } from './contact-button.tsx'
export { ContactLinkPreview, type ContactLinkPreviewProps } from './contact-link-preview.tsx'
export { ContactLinkSharing, type ContactLinkSharingProps } from './contact-link-sharing.tsx'
export { ContactsList, type ContactsListProps } from './contacts-list.tsx'
export { FollowButton, type PersonButtonProps } from './follow-button.tsx'
export { FriendRequestButton, type FriendRequestButtonProps } from './friend-request-button.tsx'
export {
  FriendRequestList,
  type FriendRequestListProps,
  type RequestBox,
} from './friend-request-list.tsx'
export { FriendsList, type FriendsListProps } from './friends-list.tsx'
export { FriendshipLevelBadge, type FriendshipLevelBadgeProps } from './friendship-level-badge.tsx'
export { Menu, MenuItem, type MenuProps } from './menu.tsx'
export { ar, de, en, type Messages } from './messages/messages.ts'
export { type Forms, isolate, plural } from './messages/plural.ts'
export { type ListLook, PeopleList, type PeopleListProps } from './people-list.tsx'
export { PersonSearch, type PersonSearchProps } from './person-search.tsx'
export { PersonView, type PersonViewProps } from './person.tsx'
export { PossibleAction, type PossibleActionProps } from './possible-action.tsx'
export { PrivacySettings, type PrivacySettingsProps } from './privacy-settings.tsx'
export { ProfileCard, type ProfileCardProps } from './profile-card.tsx'
export type {
  ConnectionsUiSettings,
  Notice,
  PersonSize,
  RenderUser,
  ShownPerson,
} from './settings.ts'
export { SuggestionsList, type SuggestionsListProps } from './suggestions-list.tsx'
export { UsernameClaim, type UsernameClaimProps } from './username-claim.tsx'
export { Tabs, type TabsProps } from './tabs.tsx'
