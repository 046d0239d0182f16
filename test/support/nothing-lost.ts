import { nextTask } from './turns.ts';

/*
 * Fails the test in which a promise was rejected and nobody caught it; by itself the runner only
 * prints that. Every file of browser tests begins with this.
 */
const lost: unknown[] = [];
addEventListener('unhandledrejection', ({ reason }) => lost.push(reason));

afterEach(async () => {
  await nextTask(); // the browser tells of it when the task is over
  const [cause] = lost.splice(0);
  if (cause !== undefined) throw new Error(`Nobody caught this: ${String(cause)}`, { cause });
});
