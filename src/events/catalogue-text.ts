import { eventCatalogue, type EventDescription } from './catalogue.ts'

/**
 * The kinds of docs/reference/events.md, in Markdown: of each what it means, who may hear of it,
 * its data and an example.
 */
export function eventReference(): string {
  const groups = Map.groupBy(Object.values(eventCatalogue), ({ group }) => group)
  return [...groups]
    .map(([group, kinds]) => `### ${group}\n\n${kinds.map(sectionOf).join('\n')}`)
    .join('\n')
}

function sectionOf({ kind, description, audience, since, schema, example }: EventDescription) {
  const fields = Object.entries(schema.properties).map(
    ([name, field]) => `- \`${name}\`: ${field.description}`,
  )
  return [
    `#### \`${kind}\``,
    description,
    `Audience: \`${audience}\`. Since ${since}. Its data:`,
    fields.join('\n'),
    `\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\`\n`,
  ].join('\n\n')
}
