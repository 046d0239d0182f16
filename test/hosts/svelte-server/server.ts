import { render } from 'svelte/server';
import Page from './Page.svelte';

/** What the server puts into the page. */
export const html = render(Page).body;
