import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FairQueue, QueueFullError } from '../../ml/fair-queue.ts';

test('who has much work delays everyone else by one piece', async () => {
  const queue = new FairQueue();
  const done: string[] = [];
  const work = (name: string) => async () => {
    await setImmediate();
    done.push(name);
  };
  const all = [
    ...Array.from({ length: 4 }, (_, i) => queue.run('alice', work(`alice ${i}`))),
    queue.run('bob', work('bob 0')),
    queue.run('carol', work('carol 0')),
    queue.run('bob', work('bob 1')),
  ];
  await Promise.all(all);
  expect(done).toEqual(['alice 0', 'alice 1', 'bob 0', 'carol 0', 'alice 2', 'bob 1', 'alice 3']);
});

test('work that fails does not hold up the next, and a queue has an end', async () => {
  const queue = new FairQueue();
  let release = () => {};
  const first = queue.run('alice', () => new Promise<void>((resolve) => (release = resolve)));
  const failing = queue.run('bob', () => Promise.reject(new Error('no')));
  const waiting = Array.from({ length: 16 }, () => queue.run('alice', async () => 'done'));
  await expect(queue.run('alice', async () => 'too many')).rejects.toThrow(QueueFullError);
  release();
  await first;
  await expect(failing).rejects.toThrow('no');
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['done']));
});
