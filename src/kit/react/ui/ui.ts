'use client'
// What `connections-kit/react/ui` exports.

export { Button, type ButtonProps } from './button.tsx'
export { ConfirmDialog, type ConfirmDialogProps } from './confirm-dialog.tsx'
export { ConnectionsUi } from './connections-ui.tsx'
export { Menu, MenuItem, type MenuProps } from './menu.tsx'
export { ar, de, en, type Messages } from './messages/messages.ts'
export { type ListLook, PeopleList, type PeopleListProps } from './people-list.tsx'
export { PersonView, type PersonViewProps } from './person.tsx'
export type {
  ConnectionsUiSettings,
  Notice,
  PersonSize,
  RenderUser,
  ShownPerson,
} from './settings.ts'
