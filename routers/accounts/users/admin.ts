import { adminProcedure, router } from '../../core/procedures.ts';
import { lockUser, setRole, unlockUser } from './change.ts';
import { addUser, resetPasswordByAdmin } from './password.ts';
import {
  AdminUser,
  CreateUserInput,
  ListUsersInput,
  NewUserResponse,
  ResetPasswordInput,
  ResetPasswordResponse,
  SetRoleInput,
  UserId,
  UserPage,
} from './schemas.ts';
import { getAdminUser, listUsers } from './user.ts';

const tags = ['Admin'];

export const usersAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/users',
        tags,
        summary: 'List users',
        description:
          'Newest first unless `sort` says otherwise; `search` finds them by a part of the address or username.',
      },
    })
    .input(ListUsersInput)
    .output(UserPage)
    .query(({ ctx, input }) => listUsers(ctx, input)),

  get: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/users/{id}',
        tags,
        summary: 'Get a user',
        description: 'One account with its sessions and keys counted.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(UserId)
    .output(AdminUser)
    .query(({ ctx, input }) => getAdminUser(ctx, input.id)),

  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/users',
        tags,
        summary: 'Create a user',
        description: 'Without `password` one is made, and shown once in the answer.',
      },
      rest: { status: 201, errors: ['EMAIL_TAKEN', 'USERNAME_TAKEN'] },
    })
    .input(CreateUserInput)
    .output(NewUserResponse)
    .mutation(({ ctx, input }) => addUser(ctx, input)),

  setRole: adminProcedure
    .meta({
      openapi: {
        method: 'PUT',
        path: '/admin/users/{id}/role',
        tags,
        summary: "Change a user's role",
        description: 'The last administrator keeps the role.',
      },
      rest: { errors: ['NOT_FOUND', 'CONFLICT'] },
    })
    .input(SetRoleInput)
    .output(AdminUser)
    .mutation(({ ctx, input }) => setRole(ctx, input)),

  lock: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/users/{id}/lock',
        tags,
        summary: 'Lock a user',
        description: 'Every login ends, and API keys of the user do nothing until `unlock`.',
      },
      rest: { errors: ['NOT_FOUND', 'CONFLICT'] },
    })
    .input(UserId)
    .output(AdminUser)
    .mutation(({ ctx, input }) => lockUser(ctx, input)),

  unlock: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/users/{id}/unlock',
        tags,
        summary: 'Unlock a user',
        description: 'The user can log in again. The sessions that the lock ended stay ended.',
      },
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
        summary: "Reset a user's password",
        description:
          'It is made up and shown this once. Every login of the user ends. For an administrator, the caller’s own ' +
          'password is needed too, so that a token alone takes no account over that administers the product.',
      },
      rest: { errors: ['NOT_FOUND', 'PASSWORD_REQUIRED', 'AUTH_FAILED'] },
    })
    .input(ResetPasswordInput)
    .output(ResetPasswordResponse)
    .mutation(({ ctx, input }) => resetPasswordByAdmin(ctx, input)),
});
