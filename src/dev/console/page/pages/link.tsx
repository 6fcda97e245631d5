import { Page } from '../frame/page.tsx'

/** To come. */
export function LinkPage() {
  return <Page title="LinkPage" />
}
