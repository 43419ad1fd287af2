import { adminProcedure, router } from '../../core/procedures.ts';
import { lockUser, setRole, unlockUser } from './change.ts';
import { addUser, resetPassword } from './password.ts';
import {
  AdminUser,
  CreateInput,
  NewPasswordAnswer,
  NewUserAnswer,
  RoleInput,
  UserId,
  UserPage,
  UsersInput,
} from './schemas.ts';
import { getAdminUser, listUsers } from './user.ts';

const tags = ['Admin'];

export const usersRouter = router({
  list: adminProcedure
    .meta({ openapi: { method: 'GET', path: '/admin/users', tags, summary: 'Users, searched and filtered' } })
    .input(UsersInput)
    .output(UserPage)
    .query(({ ctx, input }) => listUsers(ctx, input)),

  get: adminProcedure
    .meta({
      openapi: { method: 'GET', path: '/admin/users/{id}', tags, summary: 'One user' },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(UserId)
    .output(AdminUser)
    .query(({ ctx, input }) => getAdminUser(ctx, input.id)),

  create: adminProcedure
    .meta({
      openapi: { method: 'POST', path: '/admin/users', tags, summary: 'Make a user' },
      rest: { status: 201, errors: ['EMAIL_TAKEN', 'USERNAME_TAKEN'] },
    })
    .input(CreateInput)
    .output(NewUserAnswer)
    .mutation(({ ctx, input }) => addUser(ctx, input)),

  setRole: adminProcedure
    .meta({
      openapi: { method: 'PUT', path: '/admin/users/{id}/role', tags, summary: 'Change the role of a user' },
      rest: { errors: ['NOT_FOUND', 'CONFLICT'] },
    })
    .input(RoleInput)
    .output(AdminUser)
    .mutation(({ ctx, input }) => setRole(ctx, input)),

  lock: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/users/{id}/lock',
        tags,
        summary: 'Lock a user out',
        description: 'Every login ends, and API keys of the user do nothing until `unlock`.',
      },
      rest: { errors: ['NOT_FOUND', 'CONFLICT'] },
    })
    .input(UserId)
    .output(AdminUser)
    .mutation(({ ctx, input }) => lockUser(ctx, input)),

  unlock: adminProcedure
    .meta({
      openapi: { method: 'POST', path: '/admin/users/{id}/unlock', tags, summary: 'Let a user in again' },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(UserId)
    .output(AdminUser)
    .mutation(({ ctx, input }) => unlockUser(ctx, input)),

  resetPassword: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/users/{id}/reset-password',
        tags,
        summary: 'Give a user a new password',
        description: 'It is made up and shown this once. Every login of the user ends.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(UserId)
    .output(NewPasswordAnswer)
    .mutation(({ ctx, input }) => resetPassword(ctx, input)),
});
