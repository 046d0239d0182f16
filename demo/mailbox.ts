/**
 * Shows the one-time code that a server in development would otherwise only print. The server tells
 * it by the handle of the sent code, which is in the answer to the request that asked for it.
 */
export function openMailbox(box: HTMLElement): { close(): void } {
  const output = box.querySelector('b')!;
  const close = () => {
    box.hidden = true;
    output.textContent = '';
  };
  const send = globalThis.fetch;
  globalThis.fetch = async (...request) => {
    const response = await send(...request);
    const { pathname } = new URL(response.url || location.href);
    if (response.ok && /\/verify$/.test(pathname)) close();
    if (response.ok && /\/(email-otp|codes)\/send$/.test(pathname)) {
      const found = codeOf(response.clone()).catch(() => undefined); // the answer was broken
      void found.then((code) => {
        output.textContent = code ?? '';
        box.hidden = code === undefined;
      });
    }
    return response;
  };
  return { close };

  /** The code, unless this server keeps codes to itself. */
  async function codeOf(answer: Response): Promise<string | undefined> {
    const { state, handle } = (await answer.json()) as { state?: string; handle?: string };
    const query = new URLSearchParams({ state: state ?? handle ?? '' });
    const told = await send(`/demo/last-code?${query}`).catch(() => undefined);
    return told?.ok ? ((await told.json()) as { code: string }).code : undefined;
  }
}
