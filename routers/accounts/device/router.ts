import { router } from '../../trpc.ts';

export const deviceRouter = router({});
