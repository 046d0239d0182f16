/** Lets so many microtasks pass: the moments in between are those in which something goes unheard. */
export async function microtasks(count: number): Promise<void> {
  for (; count > 0; count--) await Promise.resolve();
}

/** A task later. No timer: WebKit holds those of a background tab back for a second. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
