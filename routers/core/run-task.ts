import { QueueFullError } from '../../ml/fair-queue.ts';
import { TaskLimitError, type ThreadTask } from '../../ml/task-thread.ts';
import type { Context } from './context.ts';
import { ApiError } from './errors.ts';

/**
 * Runs what takes long for a caller's text on the task thread. `size` is how many characters the input has. Throws
 * TOO_EXPENSIVE when it takes too much time or memory, SERVER_BUSY when too much is waiting.
 */
export async function runTask<Input, Output>(
  ctx: Pick<Context, 'tasks'> & { caller: { principal_id: number | null } },
  task: ThreadTask<Input, Output>,
  input: Input,
  size: number,
): Promise<Output> {
  try {
    return await ctx.tasks.run(task, input, { size, caller: String(ctx.caller.principal_id) });
  } catch (cause) {
    if (cause instanceof TaskLimitError) throw new ApiError('TOO_EXPENSIVE', { cause });
    if (cause instanceof QueueFullError) throw new ApiError('SERVER_BUSY', { cause });
    throw cause;
  }
}
