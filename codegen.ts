import type { CodegenConfig } from '@graphql-codegen/cli'

/** Resolver types from the SDL. A type of the graph that a resolver gets as its parent is mapped to what we hold of it. */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  silent: true,
  generates: {
    'src/generated/graphql.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        contextType: '../context.ts#Context',
        mappers: {
          User: '../users/person.ts#Person',
          ContactConnection: '../contacts/connection.ts#ContactConnection as ContactConnectionModel',
        },
        scalars: { DateTime: 'Date', ID: { input: 'string', output: 'string' } },
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: '.ts',
        maybeValue: 'T | null | undefined',
        defaultMapper: 'Partial<{T}>',
      },
    },
  },
}

export default config
