const inHash = /^#passkey-hand-off=([\w-]+)$/;

/** What the other device opens: the site's page, and in its hash, which no server is sent, the ticket. */
export function handOffLink(page: URL, ticket: string): string {
  page.hash = `passkey-hand-off=${ticket}`;
  return page.href;
}

/** The ticket of the link by which somebody came here. */
export function ticketOfPage(): string | undefined {
  return inHash.exec(location.hash)?.[1];
}

/** A link is good once: what is over is not opened again with the page. */
export function forgetLink(ticket: string): void {
  if (ticketOfPage() !== ticket) return;
  // Whole: `<base>`, or two slashes at the beginning of the path, would lead to another host.
  history.replaceState(history.state, '', location.href.split('#')[0]);
}
