import { router } from '../../trpc.ts';

export const gamiRouter = router({});
