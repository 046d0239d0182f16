import { toDate } from '../core/dates.js';
import { asRecord, asText, readText } from './records.js';

/** The tokens of an answer as OAuth writes it; it tells their life in seconds, some also their end. */
export function readTokens(json: unknown) {
  const { refresh_token, id_token, token_type, expires_at, expires_in } = asRecord(json);
  return {
    kind: 'tokens',
    accessToken: readText(json, 'access_token'),
    refreshToken: asText(refresh_token),
    idToken: asText(id_token),
    tokenType: asText(token_type),
    expiresAt: toDate(expires_at) ?? toDate(Date.now() + Number(expires_in) * 1000),
  } as const;
}
