/** Lets so many microtasks pass: the moments in between are those in which something goes unheard. */
export async function microtasks(count: number): Promise<void> {
  for (; count > 0; count--) await Promise.resolve();
}
