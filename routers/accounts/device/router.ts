import { z } from 'zod';
import { publicProcedure, router, userProcedure } from '../../core/procedures.ts';
import { createDeviceCode, deviceLogin } from './codes.ts';
import { authorizeDevice, exchangeDeviceCode } from './grants.ts';
import {
  AuthorizeInput,
  DeviceAuthorization,
  DeviceCode,
  DeviceLogin,
  DeviceLoginInput,
  DeviceTokenInput,
  DeviceUpdates,
  DeviceUpdatesInput,
} from './schemas.ts';
import { listDeviceUpdates } from './updates.ts';

const tags = ['Devices'];

export const deviceRouter = router({
  createCode: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/device/codes',
        tags,
        summary: 'Create a code that logs an app in as the caller',
        description: 'To be shown in the browser and typed into the app. It works once, for 10 minutes.',
      },
      rest: { status: 201 },
    })
    .input(z.object({}))
    .output(DeviceCode)
    .mutation(({ ctx }) => createDeviceCode(ctx)),

  login: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/device/login',
        tags,
        summary: 'Log in an app with a code from the browser',
        description:
          'An app that shows a code gets tokens once a person has confirmed the code in a browser.',
      },
      rest: { errors: ['DEVICE_CODE_INVALID'] },
      rateLimit: 'device_guess',
    })
    .input(DeviceLoginInput)
    .output(DeviceLogin)
    .mutation(({ ctx, input }) => deviceLogin(ctx, input)),

  authorize: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/device/authorize',
        tags,
        summary: 'Start the login of a device that shows a code',
        description:
          'OAuth 2.0 Device Authorization Grant (RFC 8628). JSON or a form. Who uses the device opens the page ' +
          '`/device`, logs in, and enters the code.',
      },
      rest: { oauth: true },
      rateLimit: 'device_authorize',
    })
    .input(AuthorizeInput)
    .output(DeviceAuthorization)
    .mutation(({ ctx, input }) => authorizeDevice(ctx, input)),

  token: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/device/token',
        tags,
        summary: 'Exchange a device code for tokens',
        description:
          'RFC 8628, 3.4. JSON or a form. Errors have status 400 and name themselves in `error` as the RFC does: ' +
          '`authorization_pending`, `slow_down` (wait 5 seconds longer each time from now on), `access_denied`, ' +
          '`expired_token`, `invalid_grant`, `unsupported_grant_type`.',
      },
      rest: {
        oauth: true,
        errors: ['AUTHORIZATION_PENDING', 'SLOW_DOWN', ['FORBIDDEN', 400], ['DEVICE_CODE_INVALID', 400]],
      },
    })
    .input(DeviceTokenInput)
    .output(DeviceLogin)
    .mutation(({ ctx, input }) => exchangeDeviceCode(ctx, input)),

  updates: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/device/updates',
        tags,
        summary: 'List updates and notices for the desktop app',
        description: 'Pre-releases are offered to those who run one, and to nobody else.',
      },
    })
    .input(DeviceUpdatesInput)
    .output(DeviceUpdates)
    .query(({ ctx, input }) => listDeviceUpdates(ctx, input)),
});
