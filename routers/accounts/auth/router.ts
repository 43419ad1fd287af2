import { z } from 'zod';
import { guestProcedure, publicProcedure, router, userProcedure } from '../../core/procedures.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { refreshTokens } from './refresh.ts';
import { register } from './register.ts';
import {
  AuthStatus,
  EndSessionInput,
  LoginInput,
  LoginResult,
  LogoutInput,
  MobileLoginInput,
  RefreshInput,
  RegisterUserInput,
  SessionList,
  TokenPair,
} from './schemas.ts';
import { mobileLogin } from './social/mobile-login.ts';
import { endCallerSession, getStatus, listCallerSessions } from './status.ts';

const tags = ['Auth'];
const TOKEN_FIELDS = ['access_token', 'refresh_token', 'token_type', 'expires_in', 'access', 'refresh'];
const LOGIN_MESSAGE = { ko: '로그인 성공', en: 'Logged in' };

export const authRouter = router({
  register: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/register',
        tags,
        summary: 'Create an account and log in',
        description:
          'The first login comes with it: tokens in the answer, and a session cookie. What a guest has scanned moves to the account.',
      },
      rest: {
        status: 201,
        envelope: 'colscan',
        message: { ko: '회원가입 성공', en: 'Registered' },
        envelope_fields: TOKEN_FIELDS,
        errors: ['EMAIL_TAKEN', 'USERNAME_TAKEN'],
      },
      rateLimit: 'register',
    })
    .input(RegisterUserInput)
    .output(LoginResult)
    .mutation(({ ctx, input }) => register(ctx, input)),

  login: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/login',
        tags,
        summary: 'Log in with a password',
        description:
          'Takes `email` or `username` with the password. After five failures in five minutes, an address has to wait.',
      },
      rest: {
        envelope: 'colscan',
        message: LOGIN_MESSAGE,
        envelope_fields: TOKEN_FIELDS,
        errors: ['AUTH_FAILED'],
      },
    })
    .input(LoginInput)
    .output(LoginResult)
    .mutation(({ ctx, input }) => login(ctx, input)),

  mobileLogin: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/mobile/login',
        tags,
        summary: 'Log in with an account of Google, Kakao or Apple',
        description:
          'The first login makes an account without a password. An address that the provider has verified joins the ' +
          'account whose verified address it is; one that it has not is not kept, and the account has none (`email` ' +
          'is null). An account whose address was changed or never verified may be anyone’s, so nothing joins it but ' +
          'a login that its user, logged in to it by themselves in the last 5 minutes, makes in the same session. A ' +
          'provider that is not configured is `FORBIDDEN`; one that does not answer is `INTERNAL_ERROR` with status 503.',
      },
      rest: {
        envelope: 'colscan',
        message: LOGIN_MESSAGE,
        envelope_fields: TOKEN_FIELDS,
        errors: ['AUTH_FAILED', 'FORBIDDEN', ['INTERNAL_ERROR', 503]],
      },
    })
    .input(MobileLoginInput)
    .output(LoginResult)
    .mutation(({ ctx, input }) => mobileLogin(ctx, input)),

  refresh: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/refresh',
        tags,
        summary: 'Exchange a refresh token for a new pair',
        description: 'A refresh token is good for one exchange; using it twice ends the login.',
      },
      rest: { errors: ['SESSION_EXPIRED', 'TOKEN_REUSED'] },
    })
    .input(RefreshInput)
    .output(TokenPair)
    .mutation(({ ctx, input }) => refreshTokens(ctx, input)),

  logout: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/logout',
        tags,
        summary: 'Log out',
        description: 'Ends the session of the cookie, and that of a refresh token if one is sent.',
      },
      rest: { envelope: 'colscan', message: { ko: '로그아웃 성공', en: 'Logged out' }, data: 'none' },
    })
    .input(LogoutInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => logout(ctx, input)),

  status: guestProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/auth/status',
        tags,
        summary: 'Get the login status',
        description:
          'Tells guests and users who they are to the server. It never fails for missing credentials.',
      },
      rest: { envelope: 'colscan' },
    })
    .input(z.object({}))
    .output(AuthStatus)
    .query(({ ctx }) => getStatus(ctx)),

  sessions: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/auth/sessions',
        tags,
        summary: "List the caller's sessions",
        description: 'Every login that is still good, with its device and when it was last used.',
      },
    })
    .input(z.object({}))
    .output(SessionList)
    .query(({ ctx }) => listCallerSessions(ctx)),

  endSession: userProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/auth/sessions/{id}',
        tags,
        summary: "End one of the caller's sessions",
        description: 'Logs one device out. Its tokens stop working at once.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(EndSessionInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => endCallerSession(ctx, input)),
});
