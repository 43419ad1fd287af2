import type { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { invalid } from '../../core/errors.ts';
import type { RefreshInput, TokenPair } from './schemas.ts';
import { rotateTokens } from './tokens.ts';

/** Exchanges a refresh token for a new pair. Throws INVALID_INPUT without one, SESSION_EXPIRED, TOKEN_REUSED. */
export function refreshTokens(ctx: Context, input: z.infer<typeof RefreshInput>): TokenPair {
  const token = input.refresh_token ?? input.refresh;
  if (!token) throw invalid('refresh_token', '갱신 토큰이 필요합니다', 'A refresh token is needed');
  return rotateTokens(ctx.db, ctx.clock, ctx.random, token);
}
