import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { eventCatalogue, type EventKind, isEventKind } from '../../src/events/catalogue.ts'

const compiled = new Map<EventKind, ValidateFunction>()

/**
 * What is wrong with the data of an event, by the schema of its kind; empty when nothing is. Data
 * must have no fields that the schema does not name: consumers ignore those, we know them all.
 */
export function problemsOfData(kind: string, data: unknown): string[] {
  if (!isEventKind(kind)) return [`${kind} is not in the catalogue`]
  let validate = compiled.get(kind)
  if (validate === undefined) {
    const schema = { ...eventCatalogue[kind].schema, additionalProperties: false }
    validate = new Ajv2020({ allErrors: true }).compile(schema)
    compiled.set(kind, validate)
  }
  validate(data)
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${kind}${instancePath}: ${String(message)}`,
  )
}
