import {
  type createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose'

/** The issuer's keys could not be read, so nothing can be said of the token. */
export class KeysNotRead extends Error {}

/**
 * Verifies a token with the issuer's keys. One that names no key, or a name that several keys have,
 * is tried with each that fits. Nothing tells when the keys of an issuer without names have
 * changed, so a signature that fits none of them makes us read them again, unless they were read
 * within the last half minute.
 * @throws KeysNotRead, and the library's errors for a token that is not good
 */
export async function verifyToken(
  token: string,
  keys: ReturnType<typeof createRemoteJWKSet>,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  const find: JWTVerifyGetKey = async (header, signed) => {
    try {
      return await keys(header, signed)
    } catch (error) {
      if (error instanceof errors.JOSEError) throw error
      throw new KeysNotRead('The keys could not be read.', { cause: error })
    }
  }
  try {
    return await verifyWithEach(token, find, options)
  } catch (error) {
    const isStrange = error instanceof errors.JWSSignatureVerificationFailed
    if (!isStrange || keys.coolingDown || namesKey(token)) throw error
    await keys.reload()
    return verifyWithEach(token, find, options)
  }
}

async function verifyWithEach(
  token: string,
  find: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, find, options)).payload
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

/** Of a token whose header has been read already. */
const namesKey = (token: string) => decodeProtectedHeader(token).kid !== undefined
