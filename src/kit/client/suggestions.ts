import {
  DismissSuggestionDocument,
  ListSuggestionsDocument,
  RecordSuggestionsShownDocument,
  RestoreSuggestionDocument,
} from '../generated/operations.ts'
import { list, verb } from './operation.ts'

/** People whom the viewer may know, with reasons, the likeliest first. */
export const listSuggestions = /* @__PURE__ */ list(
  ListSuggestionsDocument,
  ['suggestions'],
  ({ viewer }) => viewer?.suggestions,
)

/** Suggests a person no more. */
export const dismissSuggestion = /* @__PURE__ */ verb(DismissSuggestionDocument, ['suggestions'])

/** Takes a dismissal back. */
export const restoreSuggestion = /* @__PURE__ */ verb(RestoreSuggestionDocument, ['suggestions'])

/** Tells that suggestions were on the screen. A day counts once. */
export const recordSuggestionsShown = /* @__PURE__ */ verb(RecordSuggestionsShownDocument, [])
