import { HeartbeatDocument } from '../generated/operations.ts'
import { verb } from './operation.ts'

/**
 * Says that the viewer is here. Send it every 30 seconds while the page is visible. When it fails,
 * wait for the next one.
 */
export const heartbeat = /* @__PURE__ */ verb(HeartbeatDocument, [], true)
