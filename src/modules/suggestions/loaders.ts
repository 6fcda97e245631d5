import type { Queryable } from '../../database/sql.ts'
import { pages } from '../../graphql/loaders.ts'
import { selectSuggestions } from './sql.ts'

/** The suggestions of many people at once; null for a person who does not exist. */
export const suggestionLoader = (from: Queryable) =>
  pages(from, 'suggestions.page', selectSuggestions)
