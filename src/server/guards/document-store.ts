import type { DocumentStore } from '@apollo/server'
import type { DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { limits } from '../../limits.ts'

/** What a parsed document holds on to, in bytes, as measured on graphql-js 16 and a little more. */
const bytesPer = { document: 2_000, token: 350, character: 2 }

/**
 * Where Apollo Server keeps the documents that it has parsed and validated, so that one that comes
 * again is neither. The least used ones go when all of them together take more memory than they
 * may; by its text alone a document would be judged a hundred times too small.
 */
export function boundedDocumentStore(): DocumentStore {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: limits.rememberedDocumentsBytes,
    sizeCalculation: bytesOf,
  })
  return {
    get: (key) => Promise.resolve(documents.get(key)),
    set: (key, document) => {
      documents.set(key, document)
      return Promise.resolve()
    },
    delete: (key) => Promise.resolve(documents.delete(key)),
  }
}

function bytesOf({ loc }: DocumentNode): number {
  let tokens = 0
  for (let token = loc?.startToken ?? null; token !== null; token = token.next) tokens++
  const characters = loc?.source.body.length ?? 0
  return bytesPer.document + tokens * bytesPer.token + characters * bytesPer.character
}
