import type { z } from 'zod';
import type { UserContext } from '../../core/procedures.ts';
import { listMemberships, toGroup } from './group.ts';
import type { StudyGroupList } from './schemas.ts';

/** The caller's groups, the oldest first. */
export function listGroups({ db, caller }: UserContext): z.infer<typeof StudyGroupList> {
  const { principal_id } = caller;
  return { groups: listMemberships(db, principal_id).map((row) => toGroup(db, row, principal_id)) };
}
