import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import type {} from 'postgraphile/grafserv/node'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { readConfig } from '../../../src/config.ts'
import { proofOf } from './authentication.ts'

// PostGraphile 5 over the same tables, as the same login, with the role and the viewer of each
// request in `pgSettings`, which it sets in each transaction. The token is verified as
// `authentication.ts` says.

const config = readConfig(process.env)
const viewerOf = proofOf(process.env['BENCH_PROOF'], config.auth)

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  // Would hide what only the roles of a request may read, for the login itself may read nothing.
  disablePlugins: ['PgRBACPlugin'],
  pgServices: [
    makePgService({
      connectionString: config.database.url,
      schemas: ['public', 'bench'],
      poolConfig: { max: config.database.poolSize },
    }),
  ],
  schema: { dontSwallowErrors: true },
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
  grafast: {
    explain: false,
    context: async ({ node }) => {
      const identity = await viewerOf(node?.req.headers.authorization)
      if (identity.kind !== 'viewer') throw new Error('Only viewers are measured.')
      return { pgSettings: { role: 'connections_app', 'app.user_id': identity.userId } }
    },
  },
})

if (process.argv.includes('--print')) {
  const { printSchema } = await import('graphql')
  process.stdout.write(printSchema(await instance.getSchema()))
  process.exit()
}
const server = createServer()
await instance.createServ(grafserv).addTo(server)
server.listen(config.port, config.host)
