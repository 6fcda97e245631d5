import {
  GetCountsDocument,
  GetPrivacySettingsDocument,
  ListQuotasDocument,
  UpdatePrivacySettingsDocument,
} from '../generated/operations.ts'
import { question, verb } from './operation.ts'

/** How many friends, open requests, contacts and follows the viewer has. */
export const getCounts = /* @__PURE__ */ question(
  GetCountsDocument,
  ['counts'],
  ({ viewer }) => viewer,
)

/** What is left of the viewer's limits. */
export const listQuotas = /* @__PURE__ */ question(
  ListQuotasDocument,
  ['quotas'],
  ({ viewer }) => viewer?.quotas ?? [],
)

/** Who may do what towards the viewer. */
export const getPrivacySettings = /* @__PURE__ */ question(
  GetPrivacySettingsDocument,
  ['privacy-settings'],
  ({ viewer }) => viewer?.privacySettings ?? null,
)

/** Changes the viewer's privacy settings. Fields that are left out stay. */
export const updatePrivacySettings = /* @__PURE__ */ verb(UpdatePrivacySettingsDocument, [
  'privacy-settings',
])
