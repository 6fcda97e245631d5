import { Page } from '../frame/page.tsx'

/** To come. */
export function Contacts() {
  return <Page title="Contacts" />
}
